"""What the supervisor knows of samples and payment orders (抽查与支付). Amounts in integer fen."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Round:
    """A round of samples: where it began, and what its draw said."""

    number: int
    commitment: str
    position: int
    drawn: dict[str, bool] | None = None
    """By redemption: whether it is to be audited. None before the draw."""

    floor: int = -1
    """The position that the cosigned checkpoint of the draw had to go beyond."""

    drawn_at: int = -1
    size: int = 0
    note: str = ""
    publicity_days: int = 0


@dataclass(slots=True)
class PaymentOrder:
    """A payment order: its payments by redemption, and who approved it."""

    proposer: str
    items: dict[str, dict[str, Any]]
    total_fen: int
    state: str = "proposed"
    approvers: list[str] = field(default_factory=list)
    returned: set[str] = field(default_factory=set)
    """The redemptions that the bank did not pay, or sent back."""
