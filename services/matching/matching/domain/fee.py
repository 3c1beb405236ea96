"""What of a price is the operator's, by the fee schedule agreed with the provider (art. 15).

The voucher and the user pay the provider the whole price: the operator's part is between the two
companies, which settle it by themselves. Where nothing was agreed, nothing is the operator's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """A version that both sides signed; rates are basis points of a price."""

    number: int
    rate_bp: int
    rates: Mapping[str, int]
    content_sha256: str

    def frozen(self, category: str, price_fen: int) -> dict[str, Any]:
        """What an order keeps of it (冻结收费方案), with the calculation in fen.

        The operator's part is rounded down: what is left over is the provider's.
        """
        rate_bp = self.rates.get(category, self.rate_bp)
        operator_fen = price_fen * rate_bp // 10_000
        return {
            "number": self.number,
            "content_sha256": self.content_sha256,
            "rate_bp": rate_bp,
            "operator_fen": operator_fen,
            "provider_fen": price_fen - operator_fen,
        }
