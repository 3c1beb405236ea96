"""An event as the supervisor reads it from a log: plain JSON, nothing believed beforehand."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

SHANGHAI = timezone(timedelta(hours=8))
"""Asia/Shanghai has had no summer time since 1991."""

DECIDING = timedelta(seconds=5)
"""How long before it was recorded an event may have been decided, at the most."""


@dataclass(slots=True)
class Event:
    """One entry of a log, parsed: its place, its envelope, what it says (`data`).

    `said` is the place that the entry itself claims. Values of the wrong kind are replaced by empty
    ones, so rules can compute with them; `EnvelopeIsComplete` reports them. `effect` is what it
    does to the book: accounts and fen, as the supervisor derives them.
    """

    log: str
    position: int
    said: tuple[Any, Any]
    envelope: dict[str, Any]
    type: str
    stream: str
    version: int
    data: dict[str, Any]
    effect: dict[str, int] | None = None

    @classmethod
    def read(cls, log: str, position: int, text: str | bytes) -> "Event | None":
        """Parse an entry's text; None when it is no entry at all."""
        try:
            entry = json.loads(text)
            envelope = entry["event"]
            data = envelope["data"]
        except (ValueError, TypeError, LookupError, RecursionError):
            return None
        if type(envelope) is not dict or type(data) is not dict:
            return None
        get = envelope.get
        kind, stream, version = get("type"), get("stream"), get("version")
        return cls(
            log,
            position,
            (entry.get("log"), entry.get("position")),
            envelope,
            kind if type(kind) is str else "",
            stream if type(stream) is str else "",
            version if type(version) is int else 0,
            data,
        )

    @property
    def actor(self) -> str:
        """The account that acted, or `system:<service>`."""
        return str(self.envelope.get("actor"))

    @property
    def role(self) -> str | None:
        """The role that it acted in; None for a service."""
        role = self.envelope.get("role")
        return role if isinstance(role, str) else None

    def seen(self, log: str) -> int:
        """The last position of another log that the decision relied on; -1 for none."""
        seen = self.envelope.get("seen")
        position = seen.get(log) if isinstance(seen, dict) else None
        return position if type(position) is int else -1

    def caused_by(self, log: str) -> int:
        """The position of the other log's entry that caused this; -1 when none is named."""
        name, _, position = str(self.envelope.get("causation")).rpartition("/")
        return int(position) if name == log and position.isdecimal() else -1

    def days(self) -> tuple[str, str]:
        """The legal dates (Asia/Shanghai) on which it can have been decided: earliest, latest."""
        local = _local(self.envelope.get("recorded_at"))
        if local is None:
            return "", ""
        return (local - DECIDING).date().isoformat(), local.date().isoformat()


def legal_day(recorded_at: str) -> str:
    """The legal date (Asia/Shanghai) of an instant; empty when it cannot be read."""
    local = _local(recorded_at)
    return "" if local is None else local.date().isoformat()


def _local(recorded_at: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(recorded_at))
    except ValueError:
        return None
    return None if at.tzinfo is None else at.astimezone(SHANGHAI)
