"""Entries of another log take effect here: in order, each once, with the position that tracks them.

An entry takes effect in the transaction that advances the tracked position, so a crash between any
two steps repeats the step or has done it. An entry that cannot be applied is parked with its error
and the next ones go on. What was applied is acknowledged in our own log now and then.
"""

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import psycopg2
import structlog
from eventsourcing.persistence import OperationalError

from chassis import clock, context
from chassis.application import Application
from chassis.commands import Commands, reaction
from chassis.database import Statement
from chassis.eventstore.recorder import AlreadyApplied, Conflict, appending
from chassis.log import Entry
from chassis.metrics import ACKNOWLEDGED, APPLIED, PARKED
from chassis.projection import Fact
from chassis.refusal import Refusal
from chassis.sealing.frontier import Frontier
from chassis.sealing.hashing import Hashing
from chassis.subscription import parking, tracking
from chassis.subscription.acknowledgement import (
    MOST_PARKED,
    Said,
    acknowledgement,
    matters,
    released,
)
from chassis.subscription.policies import Policies
from chassis.subscription.tracking import Tracked

log = structlog.get_logger()

OnEntries = Callable[[Sequence[Entry]], list[Statement]]
"""Statements for every entry whatever its type (the supervisor's mirror)."""

_PASSING = (AlreadyApplied, OperationalError, psycopg2.OperationalError, Refusal)
"""What passes and is tried again; a refusal that stays is an outcome, not raised."""

_TELL = "SELECT tell_tracking(%s, %s)"
_ACKNOWLEDGE = "SELECT tell_tracking(%s, %s, %s, %s)"


@dataclass
class Applying:
    """The entries of one log, as one service applies them. `load` says how far it is."""

    application: Application
    commands: Commands
    policies: Policies
    log: str
    on_entries: OnEntries | None
    load: Callable[[], Tracked]

    _tracked: Tracked | None = None
    _unsaid_since: str | None = None
    """When the oldest that was applied here and is to be acknowledged still was recorded."""

    @property
    def tracked(self) -> Tracked:
        """How far the log has been applied."""
        if self._tracked is None:
            self._tracked = self.load()
            parked = parking.count(self.application.database, self.log)
            PARKED.labels(self.application.log, self.log).set(parked)
        return self._tracked

    def hash_by(self, method: Hashing) -> None:
        """Begin with a log's own hash, which its first checkpoint names."""
        self._tracked = replace(self.tracked, frontier=Frontier(method))

    def apply(self, entries: Sequence[Entry]) -> None:
        """Apply entries that follow the last applied one; nothing when another was faster."""
        try:
            for batch in self._batches(entries):
                self._apply(batch)
                APPLIED.labels(self.application.log, self.log).inc(len(batch))
        except AlreadyApplied:
            self._tracked = None  # read where it is
        except BaseException:
            self._tracked = None
            raise

    def acknowledge(self, at_the_end: bool = False) -> bool:
        """Say how far the log has been applied, when that is due; True when it was said.

        `at_the_end`: the log has just been read to its end. Then whatever was recorded longer ago
        than the pause between acknowledgements is acknowledged without one.
        """
        tracked, now = self.tracked, clock.now()
        pause = timedelta(seconds=self.application.settings.acknowledge_seconds)
        told_lately = tracked.acknowledged_at is not None and now < tracked.acknowledged_at + pause
        overdue = at_the_end and self._unsaid_before(clock.timestamp(now - pause))
        if not tracked.due or (told_lately and not overdue):
            return False
        ours, size, version = self.application.log, tracked.frontier.size, tracked.version + 1
        untold = parking.untold(self.application.database, self.log, size)
        said = acknowledgement(ours, self.log, version, tracked.frontier, untold)
        tell = (_ACKNOWLEDGE, (self.log, version, tracked.position, now))
        if not self._write([tell, parking.told(self.log, untold), *self._saying(said)]):
            return False
        self._tracked = replace(
            tracked,
            acknowledged=tracked.position,
            acknowledged_at=now,
            version=version,
            untold=len(untold) == MOST_PARKED,
        )
        self._unsaid_since = None
        ACKNOWLEDGED.labels(ours, self.log).set(size)
        return True

    def release(self) -> None:
        """Do what was asked of parked entries, and say so in our own log."""
        for row in parking.asked(self.application.database, self.log):
            position, version = row["position"], self.tracked.version + 1
            said = released(
                self.application.log, self.log, version, position, row["asked"], row["reason"]
            )
            after = [
                (_TELL, (self.log, version)),
                parking.release(self.log, position),
                *self._saying(said),
            ]
            try:
                self._settle(row["asked"], Entry.parse(row["entry"]), after)
            except AlreadyApplied:
                self._tracked = None
                return
            except _PASSING:
                raise
            except Exception as error:
                trace = _told(error)
                failed = parking.failed(self.log, position, trace)
                self.application.database.execute([failed])
                log.exception("still parked", log=self.log, position=position)
                continue
            self._tracked = replace(self.tracked, version=version)
            PARKED.labels(self.application.log, self.log).dec()

    def _unsaid_before(self, instant: str) -> bool:
        """Whether something that is to be acknowledged was recorded before an instant."""
        return self._unsaid_since is not None and self._unsaid_since < instant

    def _settle(self, asked: str, entry: Entry, after: list[Statement]) -> None:
        if asked == parking.APPLIED:
            self._carry_out([entry], [], after)
        else:
            self.application.recorder.insert_events([], after=after)

    def _batches(self, entries: Sequence[Entry]) -> Iterator[list[Entry]]:
        """Runs of entries that only project, and single entries that lead to a use case."""
        batch: list[Entry] = []
        for entry in entries:
            if self.policies.reaction(entry.type) is None:
                batch.append(entry)
                continue
            if batch:
                yield batch
            yield [entry]
            batch = []
        if batch:
            yield batch

    def _apply(self, batch: list[Entry]) -> None:
        before = self.tracked
        after = before.after(batch)
        statements = self.on_entries(batch) if self.on_entries else []
        try:
            self._carry_out(batch, statements, [tracking.advance(self.log, before, after)])
        except _PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is parked and shown
            if len(batch) > 1:
                for entry in batch:
                    self._apply([entry])
                return
            self._park(batch[0], error)
            return
        self._go_on(after, batch)

    def _go_on(self, after: Tracked, batch: list[Entry]) -> None:
        """These entries are applied; the oldest of them that matters is remembered."""
        self._tracked = after
        times = [str(entry.event["recorded_at"]) for entry in batch if matters(entry.type)]
        if times:
            self._unsaid_since = min(*times, self._unsaid_since or times[0])

    def _carry_out(
        self, batch: list[Entry], statements: list[Statement], after: list[Statement]
    ) -> None:
        """What entries lead to, with these statements before and after, in one transaction."""
        found = self.policies.reaction(batch[0].type)
        if found is None:
            for entry in batch:
                statements += self.policies.statements(Fact.of(entry))
            self.application.recorder.insert_events([], before=statements, after=after)
            return
        name, handler = found
        entry, fact = batch[0], Fact.of(batch[0])
        statements += self.policies.statements(fact)
        with context.bound(_caused_by(self.application.log, entry)):
            command = reaction(name, self.log, entry.position, of=fact.stream)
            self.commands.execute(
                command, lambda: handler(self.application, fact), [*statements, *after]
            )

    def _park(self, entry: Entry, error: Exception) -> None:
        before, trace = self.tracked, _told(error)
        after = before.after([entry], parked=True)
        statements = self.on_entries([entry]) if self.on_entries else []
        self.application.recorder.insert_events(
            [],
            before=[*statements, parking.park(entry, trace)],
            after=[tracking.advance(self.log, before, after)],
        )
        self._go_on(after, [entry])
        PARKED.labels(self.application.log, self.log).inc()
        log.error("parked", log=self.log, position=entry.position, type=entry.type, error=trace)

    def _saying(self, said: Said) -> list[Statement]:
        """What appends an event about following this log, with what it projects to."""
        return [appending([said.event]), *self.application.projector.statements(said.fact)]

    def _write(self, statements: list[Statement]) -> bool:
        """Write all or nothing; False when another consumer was faster."""
        try:
            self.application.recorder.insert_events([], after=statements)
        except (AlreadyApplied, Conflict):
            self._tracked = None
            return False
        return True


def _told(error: Exception) -> str:
    return "".join(traceback.format_exception_only(error)).strip()


def _caused_by(service: str, entry: Entry) -> context.Context:
    return context.Context(
        actor=f"system:{service}",
        correlation=entry.event.get("correlation"),
        causation=f"{entry.log}/{entry.position}",
        legal_basis=tuple(entry.event.get("legal_basis") or ()),
    )
