"""Following another service's log: in order, each entry exactly once.

An entry takes effect in the transaction that advances the tracked position. A repeat is ignored, a
gap is filled by reading the log, an entry that cannot be applied is parked with its error and the
next ones go on. `Policies` say what a service learns from other logs: `projects` (read models
only, applied in batches) and `reacts` (a use case of its own, carried out as a command).
"""

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg2
import structlog
from eventsourcing.persistence import OperationalError
from sqlalchemy import column, func, literal_column, select, table
from sqlalchemy.sql.selectable import ScalarSelect

from chassis import context
from chassis.application import Application, Decision
from chassis.commands import Commands, reaction
from chassis.database import Statement
from chassis.eventstore.recorder import AlreadyApplied
from chassis.log import MAX_READ, Entry
from chassis.metrics import APPLIED, BEHIND, PARKED
from chassis.projection import Fact, Projector
from chassis.refusal import Refusal

log = structlog.get_logger()

Reaction = Callable[[Any, Fact], Decision]
ReadLog = Callable[[str, int, int], Sequence[Entry]]
"""Reads entries start ≤ position < end of a log; fewer than asked when there are no more."""

_ADVANCE = "SELECT advance_tracking(%s, %s, %s)"
_PARK = """
INSERT INTO parked (log, position, entry, error) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""

_tracking = table("tracking", column("log"), column("position"))


def seen_positions() -> ScalarSelect[Any]:
    """A column for queries of learnt read models: `{log: position}` as of the same snapshot."""
    pairs = func.jsonb_object_agg(_tracking.c.log, _tracking.c.position)
    return select(func.coalesce(pairs, literal_column("'{}'::jsonb"))).scalar_subquery()


class Policies(Projector):
    """What a service learns from other logs, by event type."""

    def __init__(self, *logs: str) -> None:
        super().__init__()
        self.logs = logs
        self._reactions: dict[str, tuple[str, Reaction]] = {}

    def reacts(self, type_: str) -> Callable[[Reaction], Reaction]:
        """Register a use case `(application, fact) -> Decision` for an event type."""

        def register(handler: Reaction) -> Reaction:
            self._reactions[type_] = (handler.__name__, handler)
            return handler

        return register

    def reaction(self, type_: str) -> tuple[str, Reaction] | None:
        """The use case for a type, with its name."""
        return self._reactions.get(type_)

    @property
    def types(self) -> set[str]:
        """The event types that the service reads."""
        return super().types | set(self._reactions)


@dataclass
class Subscription:
    """One service following one log."""

    application: Application
    commands: Commands
    policies: Policies
    log: str
    read_log: ReadLog
    on_entries: Callable[[Sequence[Entry]], list[Statement]] | None = None
    """Statements for every entry whatever its type (the supervisor's mirror)."""

    _position: int | None = None

    @property
    def position(self) -> int:
        """The last applied position; -1 when none was."""
        if self._position is None:
            row = self.application.database.row(
                "SELECT position FROM tracking WHERE log = %s", (self.log,)
            )
            self._position = row["position"] if row else -1
        return self._position

    def receive(self, entries: Sequence[Entry]) -> None:
        """Apply what arrived; what arrived before is ignored, what is missing is read."""
        for entry in sorted(entries, key=lambda e: e.position):
            if entry.position > self.position + 1:
                self.catch_up(entry.position)
            if entry.position == self.position + 1:
                self._apply_all(self._contiguous(entries))

    def catch_up(self, end: int | None = None) -> int:
        """Read the log from the tracked position on and apply it; returns how many there were."""
        count = 0
        while end is None or self.position + 1 < end:
            start = self.position + 1
            stop = start + MAX_READ if end is None else min(end, start + MAX_READ)
            entries = self.read_log(self.log, start, stop)
            if not entries:
                break
            self._apply_all(list(entries))
            count += len(entries)
        return count

    def behind(self, size: int) -> None:
        """Report how many entries of a log of this size are not applied yet."""
        BEHIND.labels(self.application.log, self.log).set(max(size - 1 - self.position, 0))

    def _contiguous(self, entries: Sequence[Entry]) -> list[Entry]:
        by_position = {entry.position: entry for entry in entries}
        found, position = [], self.position + 1
        while position in by_position:
            found.append(by_position[position])
            position += 1
        return found

    def _apply_all(self, entries: list[Entry]) -> None:
        try:
            for batch in self._batches(entries):
                self._apply(batch)
                self._position = batch[-1].position
                APPLIED.labels(self.application.log, self.log).inc(len(batch))
        except AlreadyApplied:
            self._position = None  # another consumer was faster: read where it is
        except BaseException:
            self._position = None
            raise

    def _batches(self, entries: list[Entry]) -> Iterator[list[Entry]]:
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
        try:
            self._apply_once(batch)
        except (AlreadyApplied, OperationalError, psycopg2.OperationalError, Refusal):
            raise  # it passes and is tried again; a refusal that stays is an outcome, not raised
        except Exception as error:  # noqa: BLE001 - whatever it is, it is parked and shown
            if len(batch) > 1:
                for entry in batch:
                    self._apply([entry])
                    self._position = entry.position
                return
            self._park(batch[0], error)

    def _apply_once(self, batch: list[Entry]) -> None:
        advance = (_ADVANCE, (self.log, batch[0].position, batch[-1].position))
        statements = self.on_entries(batch) if self.on_entries else []
        found = self.policies.reaction(batch[0].type)
        if found is None:
            for entry in batch:
                statements += self.policies.statements(Fact.of(entry))
            self.application.recorder.insert_events([], before=statements, after=[advance])
            return
        name, handler = found
        entry, fact = batch[0], Fact.of(batch[0])
        statements += self.policies.statements(fact)
        with context.bound(_caused_by(self.application.log, entry)):
            command = reaction(name, self.log, entry.position, of=fact.stream)
            self.commands.execute(
                command, lambda: handler(self.application, fact), [*statements, advance]
            )

    def _park(self, entry: Entry, error: Exception) -> None:
        trace = "".join(traceback.format_exception_only(error)).strip()
        advance = (_ADVANCE, (self.log, entry.position, entry.position))
        statements = self.on_entries([entry]) if self.on_entries else []
        self.application.recorder.insert_events(
            [],
            before=[*statements, (_PARK, (self.log, entry.position, entry.text, trace))],
            after=[advance],
        )
        PARKED.labels(self.application.log, self.log).inc()
        log.error("parked", log=self.log, position=entry.position, type=entry.type, error=trace)


def _caused_by(service: str, entry: Entry) -> context.Context:
    return context.Context(
        actor=f"system:{service}",
        correlation=entry.event.get("correlation"),
        causation=f"{entry.log}/{entry.position}",
        legal_basis=tuple(entry.event.get("legal_basis") or ()),
    )
