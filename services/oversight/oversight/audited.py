"""The audited services, asked over RPC (the port `oversight.ports.Services`)."""

from collections.abc import Callable
from typing import Any

from chassis import context
from schemas.identity.personal_data import SubjectKeysDigest
from schemas.voucher_ledger.book import TrialBalance

Call = Callable[[str, str, dict[str, Any], float], dict[str, Any]]
"""Asks a service: its name, the method, the input, seconds. Raises a `Refusal`."""

SELF_CHECK_SECONDS = 600.0
"""How long a service may take to rebuild its read models."""


class AuditedServices:
    """Asks in the supervisor's own name."""

    def __init__(self, call: Call, timeout: float) -> None:
        self._call = call
        self._timeout = timeout

    def size(self, log: str) -> int:
        """How many entries a log has now."""
        return int(self._ask(log, "entries", {"start": 0, "end": 0})["size"])

    def entries(self, log: str, start: int, end: int) -> list[str]:
        """A log's own entries, as many as it gives at a time."""
        return list(self._ask(log, "entries", {"start": start, "end": end})["entries"])

    def checkpoint(self, log: str, most: int | None = None) -> str | None:
        """The newest signed checkpoint of a log, or the newest of at most so many entries."""
        note: str | None = self._ask(log, "checkpoint", {"most": most})["note"]
        return note

    def self_check(self, service: str) -> dict[str, Any]:
        """What a service finds comparing its tables with the logs."""
        with context.bound(context.Context(actor="system:oversight")):
            return self._call(service, "check_tables", {}, SELF_CHECK_SECONDS)

    def trial_balance(self, position: int) -> list[dict[str, Any]]:
        """The ledger's balances up to a position of its log."""
        rows: Any = self._ask(TrialBalance.service, TrialBalance.method(), {"position": position})
        return list(rows)

    def subject_keys(self, position: int) -> dict[str, Any]:
        """The subject keys that identity holds as of a number of entries of its log."""
        asked = SubjectKeysDigest
        return self._ask(asked.service, asked.method(), {"position": position})

    def _ask(self, service: str, method: str, given: dict[str, Any]) -> dict[str, Any]:
        with context.bound(context.Context(actor="system:oversight")):
            return self._call(service, method, given, self._timeout)
