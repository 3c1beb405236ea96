"""Where in a log: a position, or a time as people in Anhui write it.

| written | means |
|---|---|
| `1200` | position 1200 |
| `2026-03-01` | a legal date: its beginning, or its end, in Asia/Shanghai |
| `2026-03` | a month, likewise |
| `2026-03-01T08:30` | a time in Asia/Shanghai |
| `2026-03-01T00:30:00Z`, `…+08:00` | an instant (RFC 3339) |
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import click

from chassis import clock
from oversight.console.failing import Cannot

_MONTH = re.compile(r"\d{4}-\d{2}\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@dataclass(frozen=True, slots=True)
class Bound:
    """A place in a log: everything before it lies below a position, or before an instant."""

    position: int | None = None
    instant: str = ""
    """RFC 3339 in UTC with microseconds, as entries have it; empty for a position."""

    def excludes(self, position: int, recorded_at: str) -> bool:
        """Whether an entry does not lie before it."""
        if self.position is not None:
            return position >= self.position
        return recorded_at >= self.instant

    def before(self, other: "Bound") -> bool:
        """Whether it lies before another of its own kind; a time and a position do not compare."""
        if self.position is not None and other.position is not None:
            return self.position < other.position
        return "" != self.instant < other.instant

    def __str__(self) -> str:
        if self.position is not None:
            return f"位置 {self.position} 之前 / before position {self.position}"
        local = datetime.fromisoformat(self.instant).astimezone(clock.SHANGHAI)
        return f"{local:%Y-%m-%d %H:%M:%S} 之前(北京时间)/ before (Asia/Shanghai)"


class BoundType(click.ParamType[Bound]):
    """A bound on the command line. `inclusive`: what is named belongs to what lies before it."""

    name = "POSITION|TIME"

    def __init__(self, *, inclusive: bool = False) -> None:
        self._inclusive = inclusive

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Bound:
        """Read it; whatever cannot be read in one way is refused with an example."""
        if isinstance(value, Bound):
            return value
        try:
            return self._read(str(value))
        except (ValueError, OverflowError):
            self.fail(
                f"{value!r} 不是位置或时间 / is neither a position nor a time: try 1200, "
                "2026-03-01 (Asia/Shanghai), 2026-03-01T08:30, 2026-03-01T00:30:00Z",
                param,
                ctx,
            )

    def _read(self, text: str) -> Bound:
        after = 1 if self._inclusive else 0
        if text.isascii() and text.isdigit():
            return Bound(position=int(text) + after)
        if _MONTH.match(text):
            day = date.fromisoformat(f"{text}-01")
            later = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
            return _at_midnight(later if after else day)
        if _DAY.match(text):
            return _at_midnight(date.fromisoformat(text) + timedelta(days=after))
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            at = at.replace(tzinfo=clock.SHANGHAI)
        return Bound(instant=clock.timestamp(at + timedelta(microseconds=after)))


def within(log: str, bound: Bound | None, end: int) -> None:
    """Refuse a position that a log of so many entries does not reach. Raises `Cannot`."""
    if bound is not None and bound.position is not None and bound.position > end:
        raise Cannot(
            f"{log} 只有 {end} 条,没有所要的位置 / {log} has {end} entries and no such position"
        )


def _at_midnight(day: date) -> Bound:
    """The beginning of a legal date."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=clock.SHANGHAI)
    return Bound(instant=clock.timestamp(midnight))
