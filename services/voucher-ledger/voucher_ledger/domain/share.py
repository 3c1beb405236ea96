"""The voucher's share of a price (券面抵扣额): a minimum, with its calculation shown.

Invariant 2 of the domain rules. No published Anhui rule was found: every figure is a parameter.
"""

from dataclasses import dataclass
from typing import Any

RULE_VERSION = "share/2 (not Anhui law)"


@dataclass(frozen=True, slots=True)
class Terms:
    """What bounds a share; amounts in fen, rates in basis points (rounded down)."""

    price_fen: int
    batch_rate_bp: int
    batch_cap_fen: int
    item_rate_bp: int
    item_cap_fen: int
    balance_fen: int
    yearly_left_fen: int | None = None
    """What is left of the user's yearly allowance; None where there is none."""

    category_left_fen: int | None = None
    """What could be drawn of the batch's yearly cap on the category; None where there is none."""

    def bounds(self) -> dict[str, int]:
        """Each bound by name, in fen."""
        found = {
            "batch_rate": self.price_fen * self.batch_rate_bp // 10_000,
            "batch_cap": self.batch_cap_fen,
            "item_rate": self.price_fen * self.item_rate_bp // 10_000,
            "item_cap": self.item_cap_fen,
            "balance": self.balance_fen,
        }
        if self.yearly_left_fen is not None:
            found["yearly_cap"] = self.yearly_left_fen
        if self.category_left_fen is not None:
            found["category_cap"] = self.category_left_fen
        return found

    def share(self) -> int:
        """The smallest bound."""
        return min(self.bounds().values())

    def calculation(self) -> dict[str, Any]:
        """How the share came about, as the event keeps it."""
        return {"price_fen": self.price_fen, "bounds": self.bounds(), "share_fen": self.share()}
