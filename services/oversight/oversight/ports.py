"""What the supervisor needs from outside: the audited services as they are now, and rest."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

Rest = Callable[[float], None]
"""Lets others run for so many seconds (0: just once round)."""

Progress = Callable[[str, int, int], None]
"""Is told how far a verification is: log, entries done, entries in all."""


class Services(Protocol):
    """The audited services, as the supervisor may ask them. Each raises a `Refusal` when away."""

    def size(self, log: str) -> int:
        """How many entries a log has now."""

    def checkpoint(self, log: str) -> str | None:
        """The newest checkpoint that a log signed: a signed note; None while it is empty."""

    def entries(self, log: str, start: int, end: int) -> Sequence[str]:
        """A log's own entries with start ≤ position < end, as text; fewer when there are no more.

        A service may give fewer than asked at a time, but at least one while there are more.
        """

    def self_check(self, service: str) -> dict[str, Any]:
        """What a service finds comparing its tables with the logs: `chassis.selfcheck.SelfCheck`.

        `{read_models: […], outcomes: […], misplaced: […], unsealed: […], found: n, …}`
        """

    def trial_balance(self, position: int) -> list[dict[str, Any]]:
        """The ledger's balances up to a position: fund, region, year, balances in fen."""

    def subject_keys(self, position: int) -> dict[str, Any]:
        """The subject keys that identity holds as of a number of entries: position, keys, digest.

        The digest is that of `oversight.domain.privacy.keys_digest`.
        """
