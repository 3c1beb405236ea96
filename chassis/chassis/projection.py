"""Projections: what a read model makes of what happened.

A fact is an event of our own (projected in the transaction that appends it) or an entry of another
service's log (projected in the transaction that advances the tracked position). Either way a
projection is a function from a fact to statements, and nothing else writes a read model.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chassis.database import Statement
from chassis.log import Entry


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened: `type`, the thing's id (`stream`), its `version`, what it says.

    `position` is its place in its log; None for what has no place yet.
    """

    type: str
    stream: str
    version: int
    data: dict[str, Any]
    recorded_at: str
    position: int | None = None

    @classmethod
    def of(cls, entry: Entry) -> "Fact":
        """The fact that an entry of a log holds."""
        event = entry.event
        return cls(
            event["type"],
            event["stream"],
            event["version"],
            event["data"],
            event["recorded_at"],
            entry.position,
        )


Projection = Callable[[Fact], Iterable[Statement]]


class Many(Protocol):
    """Facts that are alike but for a few fields (`chassis.eventstore.bulk.Bulk`)."""

    @property
    def type(self) -> str:
        """Their type."""

    @property
    def streams(self) -> Sequence[str]:
        """The things that they happened to."""

    @property
    def common(self) -> Mapping[str, Any]:
        """What all of them say."""

    @property
    def varying(self) -> Mapping[str, Sequence[str]]:
        """What each of them says, by field, in the order of `streams`: ids."""


BulkProjection = Callable[[Many], Iterable[Statement]]


class Projector:
    """The projections of one service, by event type."""

    def __init__(self) -> None:
        self._projections: dict[str, list[Projection]] = {}
        self._bulk: dict[str, BulkProjection] = {}

    def on(self, *types: str) -> Callable[[Projection], Projection]:
        """Register a projection for event types."""

        def register(projection: Projection) -> Projection:
            for type_ in types:
                self._projections.setdefault(type_, []).append(projection)
            return projection

        return register

    def statements(self, fact: Fact) -> list[Statement]:
        """The statements that a fact leads to; none for a type nobody projects."""
        found: list[Statement] = []
        for projection in self._projections.get(fact.type, ()):
            found.extend(projection(fact))
        return found

    def on_many(self, type_: str) -> Callable[[BulkProjection], BulkProjection]:
        """Register what many facts of a type lead to at once: the same rows as one by one."""

        def register(projection: BulkProjection) -> BulkProjection:
            self._bulk[type_] = projection
            return projection

        return register

    def bulk_statements(self, many: Many) -> list[Statement]:
        """The statements that many facts lead to. Raises `KeyError` when nobody registered."""
        return list(self._bulk[many.type](many))

    @property
    def types(self) -> set[str]:
        """The event types that are projected."""
        return set(self._projections)
