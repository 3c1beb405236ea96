"""What a verification found (核验报告): what was read of each log, who signed it, a verdict."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from oversight.domain.finding import Finding

CLEAN, FINDINGS, BROKEN = "clean", "findings", "broken"
"""Nothing is wrong; something is; history is not what was signed (forged, forked, cut)."""

KEPT = 60
"""Findings that a report holds at the most; all are counted."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What was checked of one log. Roots in hex, keys as `name+id`.

    `size` and `root` are those of the newest signed checkpoint; `cosigned` is the size of the
    newest one that the supervisor cosigned; `unjudged` entries relied on others that the copy does
    not have yet.
    """

    entries: int = 0
    size: int = 0
    root: str = ""
    signed_by: str = ""
    cosigned: int = 0
    cosigned_by: tuple[str, ...] = ()
    checkpoints: int = 0
    unjudged: int = 0

    def as_dict(self) -> dict[str, Any]:
        """As the event and the view carry it."""
        return {**asdict(self), "cosigned_by": list(self.cosigned_by)}


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit or a verification found. Amounts in fen."""

    verdict: str
    logs: dict[str, int]
    entries: int
    totals: list[dict[str, Any]]
    states: dict[str, dict[str, int]]
    found: int
    findings: list[Finding]
    seals: Mapping[str, Seal] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As the event, the view and the JSON report carry it."""
        return {
            "verdict": self.verdict,
            "logs": self.logs,
            "entries": self.entries,
            "totals": self.totals,
            "states": self.states,
            "found": self.found,
            "findings": [finding.as_dict() for finding in self.findings],
            "seals": {log: seal.as_dict() for log, seal in self.seals.items()},
        }


class Findings:
    """Findings as they are made: all are counted; the gravest, then the first, are kept.

    Those about other logs than `logs` are passed over.
    """

    def __init__(self, logs: Collection[str] | None = None) -> None:
        self._logs = logs
        self.found = 0
        self._forgeries: list[Finding] = []
        self._others: list[Finding] = []

    def add(self, finding: Finding) -> None:
        """There is one more."""
        if self._logs is not None and finding.log not in self._logs:
            return
        self.found += 1
        kept = self._forgeries if finding.forgery else self._others
        if len(kept) < KEPT:
            kept.append(finding)

    @property
    def kept(self) -> list[Finding]:
        """The findings that a report holds."""
        return (self._forgeries + self._others)[:KEPT]

    @property
    def verdict(self) -> str:
        """The verdict that these findings amount to."""
        if self._forgeries:
            return BROKEN
        return FINDINGS if self.found else CLEAN
