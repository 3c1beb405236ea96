"""What a service learns from other logs: `on` for read models only, `reacts` for use cases.

Entries that only project are applied in batches; a reaction is a command of its own.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import column, func, literal_column, select, table
from sqlalchemy.sql.selectable import ScalarSelect

from chassis.application import Decision
from chassis.projection import Fact, Projector

Reaction = Callable[[Any, Fact], Decision]

_tracking = table("tracking", column("log"), column("position"))


def seen_positions() -> ScalarSelect[Any]:
    """A column for queries of learnt read models: `{log: position}` as of the same snapshot."""
    pairs = func.jsonb_object_agg(_tracking.c.log, _tracking.c.position)
    return select(func.coalesce(pairs, literal_column("'{}'::jsonb"))).scalar_subquery()


def seen_position(log: str) -> ScalarSelect[Any]:
    """A column for such queries: how far one log had been applied; NULL when it was not yet."""
    position = select(_tracking.c.position).where(_tracking.c.log == log)
    return position.scalar_subquery()


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
    def reactions(self) -> set[str]:
        """The event types that lead to a use case."""
        return set(self._reactions)

    @property
    def reaction_names(self) -> set[str]:
        """The names of the use cases that entries of other logs lead to."""
        return {name for name, _ in self._reactions.values()}

    @property
    def types(self) -> set[str]:
        """The event types that the service reads."""
        return super().types | self.reactions
