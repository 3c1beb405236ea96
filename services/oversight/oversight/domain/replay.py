"""A replay that finished, as oversight's own log keeps it (重放审计)."""

from typing import Any

from chassis.domain import event
from oversight.domain.base import OversightAggregate
from oversight.domain.report import Report


class Replay(OversightAggregate):
    """One verification of all logs and its verdict.

    `seals` says of each log how far it was read and who signed it (`domain.report.Seal`); replays
    that finished before there were seals have none.
    """

    @event("Finished")
    def __init__(
        self,
        verdict: str,
        logs: dict[str, int],
        entries: int,
        totals: list[dict[str, Any]],
        states: dict[str, dict[str, int]],
        found: int,
        findings: list[dict[str, Any]],
        seals: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        self.verdict = verdict
        self.logs = logs
        self.entries = entries
        self.totals = totals
        self.states = states
        self.found = found
        self.findings = findings
        self.seals = seals or {}

    @classmethod
    def of(cls, report: Report) -> "Replay":
        """Record what an audit found."""
        return cls(**report.as_dict())
