"""The double-entry book (复式记账): each fen is in one bucket of one fund, region and year.

An event carries its postings; they sum to zero. `appropriated` is the contra account, so for every
fund, region and year: appropriated = unissued + issued + reserved + redeemed + paid +
expired-returned + clawed-back. Amounts are integer fen.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Postings = list[dict[str, Any]]
"""`[{"account": "bucket/fund/region/year", "fen": n}, …]`, as events carry them."""


PURCHASES = "ZFGM-"
"""The codes of funds for government purchases (政府购买, art. 18), and no others, begin with this:
a posting alone tells whose money it moves."""


def is_purchase_fund(fund: str) -> bool:
    """Whether a fund pays government purchases, and no vouchers."""
    return fund.startswith(PURCHASES)


class Bucket(StrEnum):
    """Where a fen can be."""

    APPROPRIATED = "appropriated"
    UNISSUED = "unissued"
    ISSUED = "issued"
    RESERVED = "reserved"
    REDEEMED = "redeemed"
    PAID = "paid"
    EXPIRED_RETURNED = "expired-returned"
    CLAWED_BACK = "clawed-back"


@dataclass(frozen=True, slots=True)
class Purse:
    """Whose money: a fund in a region for a budget year."""

    fund: str
    region: str
    year: int

    def account(self, bucket: Bucket) -> str:
        """The account of a bucket: `issued/JYCY/340100/2026`."""
        return f"{bucket.value}/{self.fund}/{self.region}/{self.year}"


class Unbalanced(AssertionError):
    """Postings that do not sum to zero: a fault of the program, never of a user."""


def move(purse: Purse, source: Bucket, target: Bucket, fen: int) -> Postings:
    """Move an amount within a purse."""
    return balanced(
        [
            {"account": purse.account(source), "fen": -fen},
            {"account": purse.account(target), "fen": fen},
        ]
    )


def appropriate(purse: Purse, fen: int) -> Postings:
    """Bring new money into a purse, as unissued."""
    return balanced(
        [
            {"account": purse.account(Bucket.APPROPRIATED), "fen": -fen},
            {"account": purse.account(Bucket.UNISSUED), "fen": fen},
        ]
    )


def allocate(source: Purse, target: Purse, fen: int) -> Postings:
    """Give a region its share: the appropriation moves with the unissued money."""
    if source == target:
        return []
    return balanced(
        [
            {"account": source.account(Bucket.UNISSUED), "fen": -fen},
            {"account": source.account(Bucket.APPROPRIATED), "fen": fen},
            {"account": target.account(Bucket.UNISSUED), "fen": fen},
            {"account": target.account(Bucket.APPROPRIATED), "fen": -fen},
        ]
    )


def balanced(postings: Postings) -> Postings:
    """The postings, checked. Raises `Unbalanced`."""
    if sum(posting["fen"] for posting in postings) != 0:
        raise Unbalanced(postings)
    return postings
