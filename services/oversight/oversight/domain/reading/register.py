"""Which reading belongs to which event type."""

from collections.abc import Callable

from oversight.domain.event import Event
from oversight.domain.world import World

Read = Callable[[Event, World], None]
READINGS: dict[str, Read] = {}
"""By event type."""


def reads(*types: str) -> Callable[[Read], Read]:
    """Register a reading for event types."""

    def register(function: Read) -> Read:
        READINGS.update(dict.fromkeys(types, function))
        return function

    return register
