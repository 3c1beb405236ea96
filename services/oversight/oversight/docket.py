"""The docket (监理台账): where findings are opened and closed, each once, whoever comes upon them.

Opening and closing are commands whose ids follow from the subject, so several replicas that find
the same thing at once write it once.
"""

from typing import Any

from prometheus_client import Gauge
from sqlalchemy import func, select

from chassis import context
from chassis.commands import Command, Commands
from chassis.domain import stream_id
from oversight.application import Oversight
from oversight.domain.finding import Finding
from oversight.tables import FINDINGS

WITNESSED = "witness/"
"""How the subjects of what the witness finds begin: a cosignature ends the matter."""

OPEN = Gauge("wanchuang_findings_open", "Findings that are not dealt with", ["rule"])


class Docket:
    """Opens and closes findings in the supervisor's own name."""

    def __init__(self, application: Oversight, commands: Commands) -> None:
        self._app = application
        self._commands = commands

    def open(self, subject: str, finding: Finding) -> None:
        """There is a finding; nothing happens when there was one of this subject before."""
        if self._app.database.row(select(FINDINGS.c.id).where(FINDINGS.c.subject == subject)):
            return
        values = {
            "subject": subject,
            "rule": finding.rule,
            "about": finding.log or None,
            "position": finding.position,
            "zh": finding.zh,
            "en": finding.en,
        }
        self._execute("open_finding", subject, values)

    def close(self, subject: str, how: str) -> None:
        """It is dealt with."""
        self._execute("close_finding", subject, {"subject": subject, "how": how})

    def waiting(self, prefix: str) -> list[str]:
        """The subjects of open findings that begin so."""
        statement = select(FINDINGS.c.subject).where(
            FINDINGS.c.subject.startswith(prefix), FINDINGS.c.closed_at.is_(None)
        )
        return [row["subject"] for row in self._app.database.rows(statement)]

    def settle(self, about: str, size: int) -> None:
        """Close what the witness found of a log that is cosigned up to a size now."""
        statement = select(FINDINGS.c.subject).where(
            FINDINGS.c.subject.startswith(WITNESSED),
            FINDINGS.c.about == about,
            FINDINGS.c.position < size,
            FINDINGS.c.closed_at.is_(None),
        )
        for row in self._app.database.rows(statement):
            self.close(row["subject"], f"cosigned {size}")

    def measure(self) -> None:
        """Say in the metrics how many findings of each rule are open."""
        rows = self._app.database.rows(
            select(
                FINDINGS.c.rule, func.count().filter(FINDINGS.c.closed_at.is_(None)).label("open")
            ).group_by(FINDINGS.c.rule)
        )
        for row in rows:
            OPEN.labels(row["rule"]).set(row["open"])

    def _execute(self, name: str, subject: str, values: dict[str, Any]) -> None:
        command = Command(name, stream_id(name, subject), {"subject": subject})
        use_case = getattr(self._app, name)
        with context.bound(context.Context(actor="system:oversight", legal_basis=("art. 8",))):
            self._commands.execute(command, lambda: use_case(**values))
