"""Oversight's use cases."""

from typing import Any, ClassVar

from chassis import clock
from chassis.application import Application, Decision
from chassis.projection import Projector
from oversight.checkpoints import Keys
from oversight.domain.findings import Finding, finding_id
from oversight.domain.replay import Replay
from oversight.patience import PATIENCE_SECONDS
from oversight.ports import Rest, Services
from oversight.projections import PROJECTOR
from oversight.verification import Verification
from schemas.oversight import LOGS

RULE_VERSION = "verification/2"


class Oversight(Application):
    """The supervisor: reads everything, changes nothing but its own verdicts (art. 8)."""

    log = "oversight"
    projector: ClassVar[Projector] = PROJECTOR
    private: ClassVar[frozenset[str]] = frozenset({"mirror", "witness_tiles", "witnessed_streams"})

    def run_replay(self, services: Services, rest: Rest) -> Decision:
        """Verify every log from position 0 as it is now. Raises `LogsUnreachable`."""
        keys = Keys.of(self.settings)
        report = Verification(
            self.database, keys, services=services, rest=rest, patience=PATIENCE_SECONDS
        ).run()
        replay = Replay.of(report)
        seen = {log: report.logs[log] - 1 for log in LOGS if report.logs[log]}
        return Decision(present(replay), [replay], rule_version=RULE_VERSION, seen=seen)

    def open_finding(self, subject: str, **values: Any) -> Decision:
        """Put a finding on the docket, once for its subject."""
        found = self.find(Finding, finding_id(subject))
        if found is not None:
            return Decision({"id": found.key})
        finding = Finding(subject=subject, **values)
        return Decision({"id": finding.key}, [finding])

    def close_finding(self, subject: str, how: str) -> Decision:
        """A finding is dealt with. Raises `NotFound`."""
        finding = self.load(Finding, finding_id(subject))
        finding.close(how)
        return Decision({"id": finding.key}, [finding])


def present(replay: Replay) -> dict[str, Any]:
    """A replay as `ReplayView` shows it."""
    return {
        "id": replay.key,
        "verdict": replay.verdict,
        "logs": replay.logs,
        "entries": replay.entries,
        "totals": replay.totals,
        "states": replay.states,
        "found": replay.found,
        "findings": replay.findings,
        "seals": replay.seals,
        "at": clock.timestamp(replay.created_on),
    }
