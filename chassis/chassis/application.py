"""The base of a service's application: use cases that load, decide, and hand over a decision.

A use case reads and decides; it writes nothing. It returns a `Decision`, and `chassis.commands`
writes the decision's events, the read models they project to and the command's outcome in one short
transaction.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from eventsourcing.application import Application as _Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import get_topic

from chassis import clock
from chassis.database import Database, Statement
from chassis.domain import Aggregate
from chassis.eventstore.bulk import Bulk
from chassis.eventstore.factory import Factory
from chassis.eventstore.mapper import Grounds, grounds, plain
from chassis.eventstore.recorder import LogRecorder
from chassis.eventstore.wake import Waker
from chassis.log import LogReader
from chassis.projection import Fact, Projector
from chassis.refusal import NotFound, Refusal
from chassis.settings import Settings

A = TypeVar("A", bound=Aggregate)

SHOWN = 200
"""Events that a rehearsal shows at the most."""

_BEGUN = "SELECT stream::text FROM events WHERE stream = ANY(%s::uuid[]) AND version = 1"
_NO_WAIT: Statement = ("SET LOCAL synchronous_commit = off", ())
_absent: ContextVar[frozenset[str]] = ContextVar("absent", default=frozenset())


@dataclass(frozen=True)
class Decision:
    """What a use case decided: `result` for the caller, and the aggregates that changed.

    `rule_version` names the rules applied; `seen` how far other logs had been applied when their
    read models were consulted, so that the decision can be made again from the logs. `locks` come
    before anything is written: rows that must be held first, since what is written gets its place
    in the log by the id of the transaction, and a transaction has one from its first write on. With
    a `refusal` the caller is refused and what changed is kept all the same: a wrong guess that is
    counted, a refusal under a rule's version.
    """

    result: dict[str, Any]
    aggregates: Sequence[Aggregate] = ()
    statements: Sequence[Statement] = ()
    rule_version: str = ""
    seen: Mapping[str, int] = field(default_factory=dict)
    locks: Sequence[Statement] = ()
    bulks: Sequence[Bulk] = ()
    """New aggregates that are too many to be loaded one by one; they come after `aggregates`."""

    held: AbstractContextManager[Any] = field(default_factory=nullcontext)
    """What the decision holds until it was written (the context ends) or not (by an exception)."""
    refusal: Refusal | None = None

    repeatable: bool = False
    """Whether the service itself would decide and write the very same again, had it been lost, and
    tells nobody before: its commit need not wait for the disk. Whatever is sealed, or written later
    by anybody who could have seen it, waits, and is later in the same write-ahead log."""

    def give_up(self) -> None:
        """Let go of what it holds: it is not carried out."""
        with suppress(_GivenUp), self.held:
            raise _GivenUp


class _GivenUp(Exception):
    """A decision is not carried out."""


class Application(_Application[UUID]):
    """Base class of applications. A subclass sets `log`, `projector` and `refusals`."""

    log: ClassVar[str]  # type: ignore[assignment]
    projector: ClassVar[Projector]
    refusals: ClassVar[Mapping[str, type[Refusal]]] = {}
    """Which refusal a unique constraint of a read model stands for."""

    private: ClassVar[frozenset[str]] = frozenset()
    """Tables that hold what no event says (password hashes): no read models, never rebuilt."""

    places: ClassVar[Mapping[str, Callable[[Any, Mapping[str, Any]], str | None]]] = {}
    """By the `place` of contracts: from this application and the input to the region code of what
    is asked about; None for what has none. Raises `NotFound`."""

    shows_events: ClassVar[bool] = False
    """Whether a rehearsal of a command may show what its events would say."""

    env: ClassVar[dict[str, str]] = {"PERSISTENCE_MODULE": "chassis.eventstore"}

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__(
            {
                "DATABASE_URL": settings.database_url,
                "DB_POOL_SIZE": str(settings.db_pool_size),
            }
        )
        assert isinstance(self.factory, Factory)
        assert isinstance(self.recorder, LogRecorder)
        self.database: Database = self.factory.database
        self.log_reader = LogReader(self.database, self.log)
        self.recorder.appended = Waker(self.database, self.log).signal

    def load(self, kind: type[A], id_: str) -> A:
        """An aggregate as it is now. Raises `NotFound`."""
        found = self.find(kind, id_)
        if found is None:
            raise NotFound(what=kind.__name__, id=id_)
        return found

    def find(self, kind: type[A], id_: str) -> A | None:
        """An aggregate as it is now, or None when nothing ever happened to it."""
        if id_ in _absent.get():
            return None
        try:
            stream = UUID(id_)
        except ValueError:
            return None
        found: object = None
        for event in self.events.get(stream):
            found = event.mutate(found)  # type: ignore[attr-defined]
        return found if isinstance(found, kind) else None

    @contextmanager
    def looked_up(self, ids: Collection[str]) -> Iterator[frozenset[str]]:
        """Look for many things at once; gives the ids of those to which nothing ever happened.

        In this context they are not looked for again. Who begins one of them meanwhile wins: its
        stream has a first version then, and what was decided here cannot be written.
        """
        begun = {row["stream"] for row in self.database.rows(_BEGUN, (list(ids),))}
        absent = frozenset(ids) - begun
        token = _absent.set(absent)
        try:
            yield absent
        finally:
            _absent.reset(token)

    def is_absent(self, id_: str) -> bool:
        """Whether it was looked for (`looked_up`) and is not there."""
        return id_ in _absent.get()

    def catch_up(self, aggregate: Aggregate) -> None:
        """Apply to an aggregate, which has no unwritten events, what happened since it was read."""
        for event in self.events.get(aggregate.id, gt=aggregate.version):
            event.mutate(aggregate)  # type: ignore[attr-defined]

    def rehearsed(self, decision: Decision) -> list[dict[str, Any]]:
        """What a decision would append: type, stream, what it says, and how many are like it.

        Of alike ones (`bulks`) the first, with their number; of very many events those at the
        beginning. Only an application whose events hold nothing that its callers may not know says
        what they say (`shows_events`).
        """
        found: list[dict[str, Any]] = []
        for aggregate in decision.aggregates:
            for event in aggregate.pending_events[: SHOWN - len(found)]:
                type_, stream = get_topic(type(event)), str(event.originator_id)
                found.append(_shown(type_, stream, self.shows_events and plain(event), 1))
        for bulk in decision.bulks:
            data = self.shows_events and bulk.first()
            found.append(_shown(bulk.type, bulk.streams[0], data, len(bulk.streams)))
        return found

    def write(
        self,
        decision: Decision,
        before: Sequence[Statement] = (),
        after: Sequence[Statement] = (),
        refused: Sequence[StoredEvent] = (),
    ) -> None:
        """Append a decision's events with all that belongs to them, in one transaction.

        `refused` are the entries that say of a refusal that it was one.
        """
        stored, beside = self.prepared(decision)
        unhurried = (_NO_WAIT,) if decision.repeatable else ()
        self.recorder.insert_events(
            [*stored, *refused],
            before=(*unhurried, *decision.locks, *before),
            after=(*beside, *after),
        )

    def prepared(self, decision: Decision) -> tuple[list[StoredEvent], list[Statement]]:
        """What a decision appends, and the statements that belong to that, under this context."""
        events: list[DomainEventProtocol[UUID]] = []
        for aggregate in decision.aggregates:
            events += aggregate.collect_events()
        projected: list[Statement] = []
        for event in events:
            projected += self.projector.statements(_fact(event))
        for bulk in decision.bulks:
            projected += self.projector.bulk_statements(bulk)
        with grounds(Grounds(decision.rule_version, decision.seen)):
            stored = [*map(self.mapper.to_stored_event, events)]
            bulks = [bulk.statement() for bulk in decision.bulks]
        return stored, [*bulks, *projected, *decision.statements]

    def projected(self, events: Sequence[StoredEvent]) -> list[Statement]:
        """What the read models make of events that no aggregate made; for the same transaction."""
        found: list[Statement] = []
        for event in events:
            body = json.loads(event.state)
            stream, version = str(event.originator_id), event.originator_version
            fact = Fact(event.topic, stream, version, body["data"], body["recorded_at"])
            found += self.projector.statements(fact)
        return found


def _shown(type_: str, stream: str, data: dict[str, Any] | bool, count: int) -> dict[str, Any]:
    return {"type": type_, "stream": stream, "data": data or {}, "count": count}


def _fact(event: Any) -> Fact:
    return Fact(
        get_topic(type(event)),
        str(event.originator_id),
        event.originator_version,
        vars(event),
        clock.timestamp(event.timestamp),
    )
