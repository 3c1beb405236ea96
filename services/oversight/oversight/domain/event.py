"""An event as the supervisor reads it from a log: plain JSON, nothing believed beforehand."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, ClassVar

SHANGHAI = timezone(timedelta(hours=8))
"""Asia/Shanghai has had no summer time since 1991."""

_HOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}")

DECIDING = timedelta(seconds=5)
"""How long before it was recorded an event may have been decided, at the most."""

MICROSECOND = timedelta(microseconds=1)


class Event:
    """One entry of a log: its place, what its envelope says, what it says itself (`data`).

    Values of the wrong kind are empty ones here, so rules can compute with them;
    `EnvelopeIsComplete` reports them. `role` is None for a service; `recorded_at` is RFC 3339 in
    UTC; `relied_on` is how far other logs had been seen, `authority` what
    the role stands on (the tenure of the operator's staff). `effect` is what the event does to the
    book, accounts and fen, as the supervisor derives it; `recorded` is what its postings say.
    `worked_out` is kept by a rule for the next one of its chain.

    `sound` events are known to stand in the place that they claim, in canonical JSON, with a
    complete envelope and data that fits the schema of their type.
    """

    sound: ClassVar[bool] = False
    log: str
    position: int
    type: str
    stream: str
    version: int
    data: dict[str, Any]
    actor: str
    role: str | None
    command: str | None
    recorded_at: str
    causation: str | None
    relied_on: dict[str, int]
    authority: str | None = None
    effect: dict[str, int] | None = None
    recorded: dict[str, int] | None = None
    worked_out: Any = None

    @property
    def envelope(self) -> dict[str, Any]:
        """All of the event as the log has it."""
        raise NotImplementedError

    @property
    def said(self) -> tuple[Any, Any]:
        """The place that the entry itself claims: log and position."""
        return self.log, self.position

    @property
    def canonical(self) -> bool:
        """Whether the entry's bytes are the canonical JSON (RFC 8785) of what it says."""
        return True

    def seen(self, log: str) -> int:
        """The last position of another log that the decision relied on; -1 for none."""
        return self.relied_on.get(log, -1)

    def caused_by(self, log: str) -> int:
        """The position of the other log's entry that caused this; -1 when none is named."""
        name, _, position = str(self.causation).rpartition("/")
        return int(position) if name == log and position.isdecimal() else -1

    def days(self) -> tuple[str, str]:
        """The legal dates (Asia/Shanghai) on which it can have been decided: earliest, latest."""
        return _days_of(self.recorded_at)


@dataclass
class LooseEvent(Event):
    """An event about which nothing is known beforehand."""

    log: str
    position: int
    entry: dict[str, Any]
    text: str
    type: str
    stream: str
    version: int
    data: dict[str, Any]
    actor: str
    role: str | None
    command: str | None
    recorded_at: str
    causation: str | None
    relied_on: dict[str, int]
    authority: str | None = None
    effect: dict[str, int] | None = None

    @property
    def envelope(self) -> dict[str, Any]:
        """All of the event as the log has it."""
        envelope: dict[str, Any] = self.entry["event"]
        return envelope

    @property
    def said(self) -> tuple[Any, Any]:
        """The place that the entry itself claims: log and position."""
        return self.entry.get("log"), self.entry.get("position")

    @property
    def canonical(self) -> bool:
        """Whether the entry's bytes are the canonical JSON (RFC 8785) of what it says."""
        return _written(self.entry) == self.text


def read(log: str, position: int, text: bytes) -> LooseEvent | None:
    """Parse an entry's bytes; None when it is no entry at all."""
    try:
        decoded = text.decode()
        entry = json.loads(decoded)
        envelope = entry["event"]
        data = envelope["data"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    if type(envelope) is not dict or type(data) is not dict:
        return None
    get = envelope.get
    version, seen = get("version"), get("seen")
    return LooseEvent(
        log,
        position,
        entry,
        decoded,
        _text(get("type")) or "",
        _text(get("stream")) or "",
        version if type(version) is int else 0,
        data,
        _text(get("actor")) or "",
        _text(get("role")),
        _text(get("command")),
        _text(get("recorded_at")) or "",
        _text(get("causation")),
        {k: n for k, n in seen.items() if type(n) is int} if type(seen) is dict else {},
        _text(get("authority")),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


_encode = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
).encode

MOST = 2**53 - 1
"""The largest integer that a log holds (RFC 8785, by way of IEEE 754)."""

_SCALARS = (str, bool, type(None))


def _written(entry: dict[str, Any]) -> str | None:
    """The canonical JSON of an entry; None when a log cannot hold it."""
    return _encode(entry) if is_plain(entry) else None


def is_plain(value: Any) -> bool:
    """Whether a log can hold a value: no fractions, no huge integers, ASCII keys."""
    kind = type(value)
    if kind in _SCALARS:
        return True
    if kind is dict:
        return all(key.isascii() and is_plain(item) for key, item in value.items())
    if kind is list:
        return all(map(is_plain, value))
    return kind is int and bool(-MOST <= value <= MOST)


def legal_day(recorded_at: str) -> str:
    """The legal date (Asia/Shanghai) of an instant; empty when it cannot be read."""
    local = _local(recorded_at)
    return "" if local is None else local.date().isoformat()


@lru_cache(maxsize=4096)
def days_of_hour(hour: str) -> tuple[str, str]:
    """The legal dates of an hour such as `2026-03-01T08` (UTC), but for its first seconds.

    Empty for what is no such text or no such hour: nothing else that ISO 8601 also allows.
    """
    return _days(hour + ":30:00Z") if _HOUR.fullmatch(hour) else ("", "")


@lru_cache(maxsize=64)  # several rules ask of one entry, and entries of one instant
def _days_of(at: str) -> tuple[str, str]:
    if len(at) == 27 and at[26] == "Z" and at[14:18] != "00:0":
        return days_of_hour(at[:13])
    return _days(at)


def _days(recorded_at: str) -> tuple[str, str]:
    local = _local(recorded_at)
    if local is None:
        return "", ""
    return (local - DECIDING).date().isoformat(), local.date().isoformat()


def _local(recorded_at: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(recorded_at))
        return None if at.tzinfo is None else at.astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        return None


def earlier(instant: str, seconds: int) -> str:
    """The instant so many seconds before another (RFC 3339, UTC); itself when it cannot be read."""
    try:
        at = datetime.fromisoformat(instant) - timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return instant
    return at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def microseconds(begin: str, end: str) -> int | None:
    """How long from one instant to another (RFC 3339); None when one cannot be read."""
    try:
        return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)) // MICROSECOND
    except (ValueError, OverflowError, TypeError):
        return None
