"""What a log gives up to a place in it: rebuilt from the supervisor's copy, entry by entry."""

from collections.abc import Callable
from dataclasses import dataclass, field

from oversight.copies import Copy
from oversight.domain.derivation import DERIVATIONS
from oversight.domain.event import Event
from oversight.domain.reading import READINGS
from oversight.domain.world import World
from oversight.vocabulary import EventSchemas

Excludes = Callable[[int, str], bool]
"""Whether an entry, by its position and its instant, does not lie before the place."""


@dataclass(slots=True)
class Rebuilt:
    """The world as one log tells it, the last entry that was read, and one thing's history.

    `passed_over` entries could not be understood: a verification names them.
    """

    log: str
    world: World
    read: int = 0
    passed_over: int = 0
    position: int | None = None
    recorded_at: str = ""
    history: list[Event] = field(default_factory=list)


def rebuild(copy: Copy, excludes: Excludes, stream: str | None = None) -> Rebuilt:
    """Read a log up to a place, keeping the history of one thing.

    Instants within a log may lie some milliseconds off its order; so every entry is asked, and none
    is left out because of one before it.
    """
    rebuilt, sound = Rebuilt(copy.log, World()), EventSchemas().sound
    for chunk in copy.whole(copy.extent().end):
        for position, text in chunk:
            event = sound(copy.log, position, text)
            if event is None:
                rebuilt.passed_over += 1
            elif not excludes(position, event.recorded_at):
                _take(rebuilt, event)
                if event.stream == stream:
                    rebuilt.history.append(event)
    return rebuilt


def _take(rebuilt: Rebuilt, event: Event) -> None:
    world = rebuilt.world
    rebuilt.read += 1
    rebuilt.position, rebuilt.recorded_at = event.position, event.recorded_at
    if (derive := DERIVATIONS.get(event.type)) is not None:
        world.book.post(derive(event, world) or {})
    if (read := READINGS.get(event.type)) is not None:
        read(event, world)
