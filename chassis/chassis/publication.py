"""Publication: what is sequenced is published, in order, and nothing is forgotten.

The position is saved after the broker's confirms; a crash in between repeats messages, and
subscribers ignore repeats.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from chassis.database import Database
from chassis.log import Entry, LogReader
from chassis.metrics import PUBLISHED

_SAVE = """
INSERT INTO published (log, position) VALUES (%s, %s)
ON CONFLICT (log) DO UPDATE SET position = greatest(published.position, excluded.position)
"""
_CHECKPOINT = """
SELECT size, note FROM checkpoints WHERE size > %s AND size <= %s ORDER BY size DESC LIMIT 1
"""


class SignedNote(NamedTuple):
    """A checkpoint of the log: its size, and the signed note."""

    size: int
    note: str


class Publisher(Protocol):
    """Sends entries to the bus (`chassis.bus.publisher.EntryPublisher`)."""

    def publish(self, entries: Sequence[Entry], checkpoint: SignedNote | None = None) -> None:
        """Send entries in order, a checkpoint with the last one that it covers.

        Returns when every one is safe.
        """

    def keep_alive(self) -> None:
        """Do what an idle connection needs."""

    def close(self) -> None:
        """Drop the connection; the next `publish` connects anew."""


class Publication:
    """Publishes the log of one database. `step` is called again and again by its runner."""

    def __init__(self, database: Database, log: str, publisher: Publisher) -> None:
        self._database = database
        self._reader = LogReader(database, log)
        self._log = log
        self._publisher = publisher
        self._next: int | None = None

    def step(self) -> int:
        """Publish what is not published yet; returns how many entries were."""
        if self._next is None:
            row = self._database.row("SELECT position FROM published WHERE log = %s", (self._log,))
            self._next = row["position"] + 1 if row else 0
        entries = self._reader.entries(self._next)
        if not entries:
            self._publisher.keep_alive()
            return 0
        self._publisher.publish(entries, self._checkpoint(entries))
        self._database.execute([(_SAVE, (self._log, entries[-1].position))])
        self._next = entries[-1].position + 1
        PUBLISHED.labels(self._log).inc(len(entries))
        return len(entries)

    def _checkpoint(self, entries: Sequence[Entry]) -> SignedNote | None:
        """The newest checkpoint that ends at one of the entries: their proof on the way."""
        span = (entries[0].position, entries[-1].position + 1)
        row = self._database.row(_CHECKPOINT, span)
        return None if row is None else SignedNote(row["size"], row["note"])
