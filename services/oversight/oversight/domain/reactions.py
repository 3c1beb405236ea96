"""What services did because of each other's entries, as their logs say (`causation`)."""

from dataclasses import dataclass, field
from functools import lru_cache

from oversight.domain.event import Event


@dataclass(slots=True)
class Reactions:
    """For each pair of a log and the log that it reacted to: the causes, each with its command.

    Of commands the hash is kept: a reading has hundreds of thousands.
    """

    causes: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)

    def before(self, event: Event) -> int | None:
        """The hash of the command that reacted to the same cause before; None when none did."""
        cause = _cause(event)
        if cause is None:
            return None
        log, position = cause
        return self.causes.get((event.log, log), {}).get(position)

    def saw(self, event: Event) -> None:
        """A log says what it did because of an entry."""
        cause = _cause(event)
        if cause is None:
            return
        log, position = cause
        self.causes.setdefault((event.log, log), {})[position] = hash(event.command)


def _cause(event: Event) -> tuple[str, int] | None:
    if event.causation is None or not event.actor.startswith("system:"):
        return None
    return cause_of(event.causation)


@lru_cache(maxsize=16)  # each is asked for several times, one after the other
def cause_of(causation: str) -> tuple[str, int] | None:
    """The log and position that a causation names; None when it names none."""
    log, _, position = causation.rpartition("/")
    return (log, int(position)) if log and position.isdecimal() else None
