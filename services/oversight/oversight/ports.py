"""What a replay needs from outside: other services, and rest."""

from collections.abc import Callable
from typing import Any, Protocol

Rest = Callable[[float], None]
"""Lets others run for so many seconds (0: just once round)."""


class Services(Protocol):
    """The audited services, as the supervisor may ask them."""

    def size(self, log: str) -> int:
        """How many entries a log has now. Raises a `Refusal` when its service is away."""

    def trial_balance(self, position: int) -> list[dict[str, Any]]:
        """The ledger's balances up to a position of its log: fund, region, year, balances in fen.

        Raises a `Refusal` when the ledger is away.
        """
