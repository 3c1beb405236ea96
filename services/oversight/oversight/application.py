"""Oversight's use cases."""

from collections.abc import Iterator
from itertools import count
from typing import Any, ClassVar

from chassis import clock
from chassis.application import Application, Decision
from chassis.projection import Projector
from chassis.refusal import Refusal
from oversight import queries
from oversight.domain.audit import ORDER, Audit
from oversight.domain.refusals import LogsUnreachable
from oversight.domain.replay import Replay
from oversight.ports import Rest, Services
from oversight.projections import PROJECTOR
from oversight.vocabulary import EventSchemas
from schemas.oversight import LOGS

WAIT_SECONDS = 30.0
"""How long a replay waits for the mirror."""

POLL_SECONDS = 0.05
AT_A_TIME = 100
"""Entries that are examined before others may run."""

RULE_VERSION = "replay/1"


class Oversight(Application):
    """The supervisor: reads everything, changes nothing but its own verdicts (art. 8)."""

    log = "oversight"
    projector: ClassVar[Projector] = PROJECTOR

    def run_replay(self, services: Services, rest: Rest) -> Decision:
        """Audit every log from position 0 as it is now. Raises `LogsUnreachable`."""
        sizes = self._sizes(services)
        self._await_mirror(sizes, rest)
        audit = Audit(EventSchemas(), sizes)
        for number, (log, position, text) in enumerate(self._entries(sizes), 1):
            audit.feed(log, position, text)
            if number % AT_A_TIME == 0:
                rest(0)
        replay = Replay.of(audit.close(_stated(services, sizes["voucher-ledger"])))
        seen = {log: sizes[log] - 1 for log in LOGS if sizes[log]}
        return Decision(present(replay), [replay], rule_version=RULE_VERSION, seen=seen)

    def _sizes(self, services: Services) -> dict[str, int]:
        """How many entries each log has: effects before causes, so no cause is missing.

        What the ledger has done was caused by orders, which were caused by listings and
        admissions; so those logs are asked later, and have all that the earlier ones rely on.
        """
        sizes = {self.log: self.log_reader.size()}
        for log in reversed(ORDER):
            if log == self.log:
                continue
            try:
                sizes[log] = services.size(log)
            except Refusal as error:
                raise LogsUnreachable(logs=log) from error
        return sizes

    def _await_mirror(self, sizes: dict[str, int], rest: Rest) -> None:
        for turn in count():
            have = queries.mirrored(self.database)
            missing = {log: have.get(log, 0) for log in LOGS if have.get(log, 0) < sizes[log]}
            if not missing:
                return
            if turn * POLL_SECONDS >= WAIT_SECONDS:
                told = (f"{log} {size}/{sizes[log]}" for log, size in missing.items())
                raise LogsUnreachable(logs=", ".join(told))
            rest(POLL_SECONDS)

    def _entries(self, sizes: dict[str, int]) -> Iterator[tuple[str, int, str]]:
        for log in ORDER:
            texts = self._own(sizes[log]) if log == self.log else None
            for position, text in texts or queries.texts(self.database, log, sizes[log]):
                yield log, position, text

    def _own(self, size: int) -> Iterator[tuple[int, str]]:
        start = 0
        while start < size and (found := self.log_reader.entries(start, size)):
            yield from ((entry.position, entry.text) for entry in found)
            start = found[-1].position + 1


def _stated(services: Services, size: int) -> list[dict[str, Any]]:
    """What the ledger says of its balances at the last entry that is replayed."""
    if not size:
        return []
    try:
        return services.trial_balance(size - 1)
    except Refusal as error:
        raise LogsUnreachable(logs="voucher-ledger") from error


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
        "at": clock.timestamp(replay.created_on),
    }
