"""Projections: what a read model makes of what happened.

A fact is an event of our own (projected in the transaction that appends it) or an entry of another
service's log (projected in the transaction that advances the tracked position). Either way a
projection is a function from a fact to statements, and nothing else writes a read model.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from chassis.database import Statement
from chassis.log import Entry


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened: `type`, the thing's id (`stream`), its `version`, what it says."""

    type: str
    stream: str
    version: int
    data: dict[str, Any]
    recorded_at: str

    @classmethod
    def of(cls, entry: Entry) -> "Fact":
        """The fact that an entry of a log holds."""
        event = entry.event
        return cls(
            event["type"], event["stream"], event["version"], event["data"], event["recorded_at"]
        )


Projection = Callable[[Fact], Iterable[Statement]]


class Projector:
    """The projections of one service, by event type."""

    def __init__(self) -> None:
        self._projections: dict[str, list[Projection]] = {}

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

    @property
    def types(self) -> set[str]:
        """The event types that are projected."""
        return set(self._projections)
