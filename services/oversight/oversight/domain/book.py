"""The supervisor's own book (监理账): rebuilt from what events mean, not from their postings.

Accounts are named as the ledger names them (`issued/JYCY/340100/2026`), so both can be compared;
`appropriated` is the contra account and negative. Amounts are integer fen.
"""

from collections.abc import Iterable, Mapping
from typing import Any

CONTRA = "appropriated"
BUCKETS = (
    CONTRA,
    "unissued",
    "issued",
    "reserved",
    "redeemed",
    "paid",
    "expired-returned",
    "clawed-back",
)

Effect = dict[str, int]
"""What an event does: account → fen."""


def purse(fund: str, region: str, year: int) -> str:
    """A fund in a region for a year: `JYCY/340100/2026`."""
    return f"{fund}/{region}/{year}"


def move(source: str, target: str, of: str, fen: int) -> Effect:
    """An amount goes from one bucket of a purse to another."""
    return {f"{source}/{of}": -fen, f"{target}/{of}": fen}


def summed(postings: Iterable[Mapping[str, Any]]) -> Effect:
    """Recorded postings by account, without accounts that do not change."""
    found: Effect = {}
    for posting in postings:
        account = posting["account"]
        found[account] = found.get(account, 0) + posting["fen"]
    return found if all(found.values()) else {account: n for account, n in found.items() if n}


class Book:
    """Balances by account."""

    def __init__(self) -> None:
        self._balances: dict[str, int] = {}

    def balance(self, account: str) -> int:
        """The balance of an account in fen; 0 when nothing was ever posted to it."""
        return self._balances.get(account, 0)

    def post(self, effect: Effect) -> None:
        """Apply what an event does."""
        for account, fen in effect.items():
            self._balances[account] = self._balances.get(account, 0) + fen

    def totals(self) -> list[dict[str, Any]]:
        """`{fund, region, year, balances: {bucket: fen}}` of every purse, in order.

        Buckets with nothing in them are left out.
        """
        purses: dict[tuple[str, str, int], dict[str, int]] = {}
        for account, fen in self._balances.items():
            bucket, fund, region, year = account.split("/")
            purses.setdefault((fund, region, int(year)), {})[bucket] = fen
        return [
            {
                "fund": fund,
                "region": region,
                "year": year,
                "balances": {name: found[name] for name in BUCKETS if found.get(name)},
            }
            for (fund, region, year), found in sorted(purses.items())
        ]
