"""Batches of vouchers (批次, art. 17): for a region, with one face value and one set of terms.

A batch's money is set aside in its budget; what it may still issue is an allotment that is leased
out in shares (`lease`), so that no issue waits for another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.domain import event
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.book import Purse
from voucher_ledger.domain.eligibility import Target
from voucher_ledger.domain.refusals.batches import (
    BatchClosed,
    CategoryCapUnknown,
    DatesOutOfOrder,
    FaceExceedsBatch,
)


@dataclass(frozen=True, slots=True)
class Caps:
    """Yearly caps (年度限额) on what a batch's vouchers pay, in fen; none where nothing is said."""

    categories: Mapping[str, int]
    """By category: all vouchers of the batch together, in a calendar year."""

    user_fen: int | None
    """One user, with all vouchers of the fund together, in a calendar year."""

    def user_left(self, used_fen: int) -> int | None:
        """What a user who has used some of it may still use; None without a cap."""
        return None if self.user_fen is None else max(self.user_fen - used_fen, 0)


class Batch(LedgerAggregate):
    """A batch of vouchers: one face value, one set of rules, two dates."""

    @event("Opened")
    def __init__(  # noqa: PLR0913 - an event says all its facts
        self,
        fund: str,
        year: int,
        region: str,
        amount_fen: int,
        face_fen: int,
        rate_bp: int,
        item_cap_fen: int,
        categories: list[str],
        category_caps: dict[str, int],
        user_cap_fen: int | None,
        target_region: str,
        target_kinds: list[str],
        use_by: str,
        redeem_by: str,
        figures: dict[str, str],
    ) -> None:
        self.purse = Purse(fund, region, year)
        self.amount_fen = amount_fen
        self.face_fen = face_fen
        self.rate_bp = rate_bp
        self.item_cap_fen = item_cap_fen
        self.categories = frozenset(categories)
        self.caps = Caps(category_caps, user_cap_fen)
        self.target = Target(target_region, target_kinds)
        self.use_by = use_by
        self.redeem_by = redeem_by
        self.state = "open"

    @classmethod
    def open(cls, today: date, **terms: Any) -> "Batch":
        """Open a batch.

        Raises `DatesOutOfOrder` (invariant 5), `FaceExceedsBatch`, `CategoryCapUnknown`.
        """
        use_by, redeem_by = str(terms["use_by"]), str(terms["redeem_by"])
        if not today.isoformat() <= use_by <= redeem_by:
            raise DatesOutOfOrder(use_by=use_by, redeem_by=redeem_by, today=today.isoformat())
        if terms["face_fen"] > terms["amount_fen"]:
            raise FaceExceedsBatch(face_fen=terms["face_fen"], amount_fen=terms["amount_fen"])
        if unknown := terms["category_caps"].keys() - set(terms["categories"]):
            raise CategoryCapUnknown(categories=", ".join(sorted(unknown)))
        return cls(**terms)

    def close(self) -> None:
        """Grant no more of it (关闭批次). Raises `BatchClosed`."""
        self.require_open()
        self._closed()

    def require_open(self) -> None:
        """Raise `BatchClosed` when nothing is granted of it any more."""
        if self.state != "open":
            raise BatchClosed

    @event("Closed")
    def _closed(self) -> None:
        self.state = "closed"
