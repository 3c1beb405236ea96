"""A listing as matching has learnt it from the catalog."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.domain.fee import FeeSchedule


@dataclass(frozen=True, slots=True)
class Listing:
    """A service on offer: `revision` is its version in the catalog's log; price in fen."""

    listing_id: str
    revision: int
    provider: str
    region: str
    category: str
    price_fen: int
    withdrawn: bool
    valid_from: str | None
    valid_until: str | None
    fees: FeeSchedule | None = None
    """What operator and provider agreed, as it is in force."""

    def frozen_fee(self) -> dict[str, Any] | None:
        """What an order keeps of that; None where nothing was agreed (art. 15)."""
        return None if self.fees is None else self.fees.frozen(self.category, self.price_fen)

    def for_vouchers_on(self, day: date) -> bool:
        """True when a voucher may pay for it on that day (art. 14, 17, 20)."""
        if not self.price_fen or self.valid_from is None or self.valid_until is None:
            return False
        return self.valid_from <= day.isoformat() <= self.valid_until
