"""One clock for the whole platform.

Instants are aware UTC datetimes; legal dates (法定日期) are dates in Asia/Shanghai. Nothing else
in the code asks the operating system for the time, so a test (or a rehearsal of a year end) moves
the clock of everything at once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _source()


def legal_date(instant: datetime | None = None) -> date:
    """The calendar date in Asia/Shanghai of an instant (by default, of now)."""
    return (instant or now()).astimezone(SHANGHAI).date()


def timestamp(instant: datetime | None = None) -> str:
    """RFC 3339 text of an instant in UTC with microseconds: `2026-03-01T08:00:00.000000Z`."""
    return _text(instant or now())


@lru_cache(64)
def _text(value: datetime) -> str:
    """An event's instant is written several times: in its body, by read models."""
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(timespec="microseconds")[:-6] + "Z"


@contextmanager
def fixed(instant: datetime) -> Iterator[Callable[[datetime], None]]:
    """Stop the clock at an instant; the yielded function moves it. For tests and rehearsals."""
    global _source  # noqa: PLW0603 - the one clock
    before, held = _source, [instant]

    def move(to: datetime) -> None:
        held[0] = to

    _source = lambda: held[0]  # noqa: E731
    try:
        yield move
    finally:
        _source = before
