"""Reading a service's own log: dense positions, plain JSON.

An entry is an event in its place: `{"event": {…}, "log": "…", "position": n}` in canonical JSON.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chassis.database import Database

MAX_READ = 1000
"""Entries that one read returns at the most."""

_ENTRIES = """
SELECT n.position, e.body FROM entries n JOIN events e ON e.tx = n.tx AND e.id = n.event_id
WHERE n.position >= %s AND n.position < %s ORDER BY n.position LIMIT %s
"""


@dataclass(frozen=True)
class Entry:
    """One entry of a log: its place and its canonical bytes as text."""

    log: str
    position: int
    text: str

    @cached_property
    def event(self) -> dict[str, Any]:
        """The event, parsed."""
        event: dict[str, Any] = json.loads(self.text)["event"]
        return event

    @property
    def type(self) -> str:
        """The event's type, such as `identity.AccountOpened`."""
        return str(self.event["type"])

    @property
    def data(self) -> dict[str, Any]:
        """What the event says."""
        data: dict[str, Any] = self.event["data"]
        return data

    @property
    def stream(self) -> str:
        """The id of the thing that it happened to."""
        return str(self.event["stream"])

    @classmethod
    def of(cls, log: str, position: int, body: str) -> "Entry":
        """Put an event's body in its place."""
        return cls(log, position, f'{{"event":{body},"log":"{log}","position":{position}}}')

    @classmethod
    def parse(cls, text: str) -> "Entry":
        """Read an entry from its text. Raises `ValueError` when it is not one."""
        try:
            parsed = json.loads(text)
            entry = cls(parsed["log"], parsed["position"], text)
            entry.__dict__["event"] = parsed["event"]
        except (KeyError, TypeError) as error:
            raise ValueError("not an entry of a log") from error
        return entry


class LogReader:
    """Reads the entries of one service's log from its own database."""

    def __init__(self, database: Database, log: str) -> None:
        self._database = database
        self.log = log

    def entries(self, start: int, end: int | None = None, limit: int = MAX_READ) -> list[Entry]:
        """Entries with start ≤ position < end, in order, `MAX_READ` at the most."""
        stop = end if end is not None else start + limit
        rows = self._database.rows(_ENTRIES, (start, stop, min(limit, MAX_READ)))
        return [Entry.of(self.log, row["position"], row["body"]) for row in rows]

    def size(self) -> int:
        """The number of entries, which is the position of the next one."""
        row = self._database.row("SELECT coalesce(max(position) + 1, 0) AS size FROM entries")
        return int(row["size"]) if row else 0
