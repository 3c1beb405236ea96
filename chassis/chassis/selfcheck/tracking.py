"""How far other logs were applied, against what the service's own events say they had seen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chassis.selfcheck.snapshot import Happened

TRACKING_BEHIND = "tracking-behind"
"""Tracked is less than what own events had seen: entries would take effect again."""

TRACKING_AHEAD = "tracking-ahead"
"""Tracked is more than the other log has: entries of it will be passed over."""

EVENT_MISFILED = "event-misfiled"
"""An event is filed under another stream, version or type than it says itself."""


@dataclass(frozen=True)
class Misplaced:
    """What is wrong: with how far a log (`name`) was tracked, or with an event (its stream)."""

    what: str
    name: str
    position: int = -1
    expected: int = -1


class Tracking:
    """Takes note of every event, then compares."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._misfiled: list[Misplaced] = []

    def saw(self, events: Iterable[Happened]) -> None:
        """Further events of the log."""
        for event in events:
            if event.filed != (event.fact.stream, event.fact.version, event.fact.type):
                stream, version, _ = event.filed
                self._misfiled.append(Misplaced(EVENT_MISFILED, stream, version))
            for log, position in event.seen():
                self._seen[log] = max(self._seen.get(log, -1), position)

    def compare(self, tracked: Mapping[str, int], sizes: Mapping[str, int]) -> Iterator[Misplaced]:
        """What is wrong, given what is tracked of each followed log and how long each is."""
        yield from self._misfiled
        for log, size in sizes.items():
            position = tracked.get(log, -1)
            seen = self._seen.get(log, -1)
            if position < seen:
                yield Misplaced(TRACKING_BEHIND, log, position, seen)
            if position >= size:
                yield Misplaced(TRACKING_AHEAD, log, position, size - 1)
