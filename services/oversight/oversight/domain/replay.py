"""A replay that finished, as oversight's own log keeps it (重放审计)."""

from typing import Any

from chassis.domain import event
from oversight.domain.base import OversightAggregate
from oversight.domain.report import Report


class Replay(OversightAggregate):
    """One audit of all logs and its verdict. The next issue puts the checkpoints read beside it."""

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
    ) -> None:
        self.verdict = verdict
        self.logs = logs
        self.entries = entries
        self.totals = totals
        self.states = states
        self.found = found
        self.findings = findings

    @classmethod
    def of(cls, report: Report) -> "Replay":
        """Record what an audit found."""
        return cls(
            verdict=report.verdict,
            logs=report.logs,
            entries=report.entries,
            totals=report.totals,
            states=report.states,
            found=report.found,
            findings=[finding.as_dict() for finding in report.findings],
        )
