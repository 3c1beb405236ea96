"""Between which instants an entry was recorded, going by the supervisor's cosignatures."""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

ALLOWED = timedelta(minutes=5)
"""For clocks that differ and transactions that take their time."""


EVER = "9999-12-31T23:59:59.999999Z"
"""After every instant."""


class Cosigned(NamedTuple):
    """A size that was cosigned, and the instant (RFC 3339, UTC)."""

    size: int
    at: str


class Window:
    """Moves along a log; `earliest` and `latest` are instants."""

    def __init__(self, cosigned: Sequence[Cosigned] = ()) -> None:
        self._cosigned = [each for each in cosigned if _is_instant(each.at)]
        self._next = 0
        self._end = -1
        self.earliest, self.latest = "", EVER
        self._move_to(0)

    def holds(self, position: int, at: str) -> bool:
        """Whether the entry at a position can have been recorded then; positions ascend."""
        if position >= self._end:
            self._move_to(position)
        return self.earliest <= at <= self.latest

    def _move_to(self, position: int) -> None:
        known = self._cosigned
        while self._next < len(known) and known[self._next].size <= position:
            self.earliest = _shifted(known[self._next].at, -ALLOWED)
            self._next += 1
        there_is = self._next < len(known)
        self._end = known[self._next].size if there_is else sys.maxsize
        self.latest = _shifted(known[self._next].at, ALLOWED) if there_is else EVER


def _is_instant(at: str) -> bool:
    try:
        return datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        return False


def _shifted(at: str, by: timedelta) -> str:
    instant = datetime.fromisoformat(at) + by
    return instant.isoformat(timespec="microseconds").replace("+00:00", "Z")
