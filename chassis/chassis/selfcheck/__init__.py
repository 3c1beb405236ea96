"""Self-check (自查): a service's tables against the logs that they were made from.

Whoever can write to a service's database can change a read model, which decides what is shown and
what use cases look up, or the stored outcome of a command, without touching the sealed log. So each
service rebuilds its read models from the logs and compares them row by row, and compares its
commands' outcomes, its tiles and its checkpoints with its log. The supervisor asks for it; it
changes nothing and, since it reads one snapshot, it may run while the service works.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from chassis.application import Application
from chassis.contract import Query
from chassis.seal import keys_by_log
from chassis.selfcheck.outcomes import Outcomes, Recorded
from chassis.selfcheck.read_models import Difference, ReadModels
from chassis.selfcheck.sealed import Sealed, Unsealed
from chassis.selfcheck.snapshot import Snapshot
from chassis.selfcheck.tracking import Misplaced, Tracking
from chassis.subscription import Policies, ReadLog
from chassis.tlog import SUPERVISOR

__all__ = ["CheckTables", "SelfCheck", "check"]


class CheckTables(Query):
    """Compare a service's tables with the logs that they were made from. For the supervisor."""

    allowed = frozenset({SUPERVISOR})


KEPT = 50
"""Findings of a kind that an answer holds at the most; all are counted."""


@dataclass(frozen=True)
class SelfCheck:
    """What a self-check found. `events` and `tables` say how much was compared."""

    events: int
    tables: int
    read_models: list[Difference]
    outcomes: list[Recorded]
    misplaced: list[Misplaced]
    unsealed: list[Unsealed]

    def as_dict(self) -> dict[str, Any]:
        """As it is answered: the first findings of each kind, and how many there are."""
        return {
            "events": self.events,
            "tables": self.tables,
            "read_models": [asdict(found) for found in self.read_models[:KEPT]],
            "outcomes": [asdict(found) for found in self.outcomes[:KEPT]],
            "misplaced": [asdict(found) for found in self.misplaced[:KEPT]],
            "unsealed": [asdict(found) for found in self.unsealed[:KEPT]],
            "found": len(self.read_models)
            + len(self.outcomes)
            + len(self.misplaced)
            + len(self.unsealed),
        }


def check(
    application: Application,
    policies: Policies,
    read_log: ReadLog,
    refusal_is_event: Callable[[str], bool],
) -> SelfCheck:
    """Compare a service's tables with its own log and the logs that it follows.

    `refusal_is_event` says of a command's name whether its refusals are entries of the log.
    """
    with Snapshot(application.database.url, application.log) as snapshot:
        tables = snapshot.read_models(application.private)
        outcomes = Outcomes(application.log, refusal_is_event)
        tracking, sizes = Tracking(), dict[str, int]()
        tracked = snapshot.tracked(policies.logs)
        with ReadModels(application.database.url, tables) as rebuilt:
            events = 0
            for batch in snapshot.events():
                events += len(batch)
                outcomes.saw(batch)
                tracking.saw(batch)
                rebuilt.project(application.projector, (event.fact for event in batch))
            for log in policies.logs:
                parked, sizes[log] = snapshot.parked(log), 0
                for entries in _followed(read_log, log, tracked.get(log, -1)):
                    sizes[log] = entries[-1].position + 1
                    facts = [entry for entry in entries if entry.position not in parked]
                    rebuilt.learn(policies, facts)
            differences = [
                *rebuilt.failed,
                *(
                    difference
                    for table in tables
                    for difference in rebuilt.differences(table, snapshot.rows(table))
                ),
            ]
        wrong = list(outcomes.compare(snapshot))
        misplaced = list(tracking.compare(tracked, sizes))
        unsealed = Sealed(keys_by_log(application.settings).get(application.log)).compare(snapshot)
        return SelfCheck(events, len(tables), differences, wrong, misplaced, unsealed)


def _followed(read_log: ReadLog, log: str, position: int) -> Iterable[Any]:
    """A log's entries up to a position, in batches."""
    start = 0
    while start <= position and (found := read_log(log, start, position + 1)):
        yield found
        start = found[-1].position + 1
