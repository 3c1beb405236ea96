"""The supervisor's copies of logs, as a verification reads them: entries, checkpoints, tiles.

Of other logs it is the mirror with what was cosigned; of oversight's own log, the log itself with
every checkpoint that it signed.
"""

from collections.abc import Iterator
from typing import NamedTuple

from psycopg2.extensions import BYTES, register_type

from chassis.database import Database
from chassis.log import LogReader
from oversight.ahead import PAGE, Pages
from oversight.domain.window import Cosigned

OWN = "oversight"
"""The log that the supervisor writes itself."""

CHUNK = 1000
"""Entries that are read at a time."""

_ENTRIES = """
SELECT position, entry FROM mirror WHERE log = %s AND position >= %s AND position < %s
ORDER BY position LIMIT %s
"""
_EXTENT = """
SELECT coalesce((SELECT max(position) + 1 FROM mirror WHERE log = %s), 0),
       coalesce((SELECT position + 1 FROM tracking WHERE log = %s), 0)
"""
_COSIGNED = "SELECT size, note FROM cosigned WHERE log = %s AND size > %s ORDER BY size LIMIT %s"
_COSIGNED_SIZE = "SELECT coalesce(max(size), 0) AS size FROM cosigned WHERE log = %s"
_COSIGNED_AT = "SELECT size, at FROM cosigned WHERE log = %s ORDER BY size"
_FORKS = "SELECT size, note, reason FROM forks WHERE log = %s"
_PIECES = """
SELECT number, hashes FROM witness_tiles
WHERE log = %s AND level = %s AND number >= %s AND number < %s ORDER BY number, start
"""
_OWN_PIECES = """
SELECT number, hashes FROM tiles
WHERE level = %s AND number >= %s AND number < %s ORDER BY number, start
"""
_OWN_SIZE = "SELECT coalesce(max(size), 0) AS size FROM checkpoints"
_OWN_CHECKPOINTS = "SELECT size, note FROM checkpoints WHERE size > %s ORDER BY size LIMIT %s"

Chunk = list[tuple[int, bytes]]
"""Entries with their positions; canonical JSON is UTF-8, and hashes are of bytes."""


class Signed(NamedTuple):
    """A checkpoint as it is stored, not checked: the size that it is filed under, and the note."""

    size: int
    note: str


class Fork(NamedTuple):
    """What a log signed that does not fit the entries that it gave."""

    size: int
    note: str
    reason: str


class Extent(NamedTuple):
    """The position after a copy's last entry, and how many entries were followed."""

    end: int
    followed: int


class Unhurried:
    """Chunks that are read when they are wanted, of a log that is short."""

    def __init__(self, chunks: Iterator[Chunk]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[Chunk]:
        return self._chunks

    def poll(self) -> None:
        """Nothing is on its way."""


class Copy:
    """The supervisor's copy of another log."""

    cosigned = True
    """Its checkpoints must carry the supervisor's cosignature."""

    def __init__(self, database: Database, log: str) -> None:
        self._database = database
        self.log = log

    def extent(self) -> Extent:
        """How long it is, and how long it must be."""
        with self._database.cursor() as cursor:
            cursor.execute(_EXTENT, (self.log, self.log))
            row = cursor.fetchone()
        return Extent(int(row[0]), int(row[1]))

    def chunks(self, start: int, end: int) -> Iterator[Chunk]:
        """Its entries with start ≤ position < end, in order."""
        while start < end and (found := self._chunk(start, end)):
            yield found
            start = found[-1][0] + 1

    def whole(self, end: int) -> Pages | Unhurried:
        """All its entries with position < end, in order, for somebody who reads every one."""
        first = (self.log, 0, end, PAGE)
        return Pages(
            self._database.url, _ENTRIES, first, lambda page: (self.log, page[-1][0] + 1, end, PAGE)
        )

    def checkpoints(self) -> Iterator[Signed]:
        """Its stored checkpoints, the smallest first."""
        after = 0
        while rows := self._signed(after):
            yield from rows
            after = rows[-1].size

    def signed_size(self) -> int:
        """The largest size of a stored checkpoint, now; 0 without any."""
        row = self._database.row(_COSIGNED_SIZE, (self.log,))
        return int(row["size"]) if row else 0

    def cosigned_at(self) -> list[Cosigned]:
        """When which size was cosigned, the smallest first."""
        rows = self._database.rows(_COSIGNED_AT, (self.log,))
        return [Cosigned(row["size"], row["at"]) for row in rows]

    def forks(self) -> list[Fork]:
        """The proofs of other histories that are kept."""
        rows = self._database.rows(_FORKS, (self.log,))
        return [Fork(row["size"], row["note"], row["reason"]) for row in rows]

    def tiles(self, level: int, number: int, count: int) -> list[bytes]:
        """Stored tiles of a level from a number on; empty where there is none."""
        found = [b""] * count
        for each, hashes in self._pieces(level, number, number + count):
            found[each - number] += bytes(hashes)
        return found

    def _pieces(self, level: int, start: int, end: int) -> list[tuple[int, bytes]]:
        with self._database.cursor() as cursor:
            cursor.execute(_PIECES, (self.log, level, start, end))
            return list(cursor.fetchall())

    def _chunk(self, start: int, end: int) -> Chunk:
        with self._database.cursor() as cursor:
            register_type(BYTES, cursor)
            cursor.execute(_ENTRIES, (self.log, start, end, CHUNK))
            found: Chunk = cursor.fetchall()
        return found

    def _signed(self, after: int) -> list[Signed]:
        rows = self._database.rows(_COSIGNED, (self.log, after, CHUNK))
        return [Signed(row["size"], row["note"]) for row in rows]


class OwnLog(Copy):
    """The supervisor's own log."""

    cosigned = False

    def __init__(self, database: Database) -> None:
        super().__init__(database, OWN)
        self._reader = LogReader(database, OWN)

    def extent(self) -> Extent:
        """It is as long as it is."""
        size = self._reader.size()
        return Extent(size, size)

    def whole(self, end: int) -> Unhurried:
        """All its entries with position < end, in order."""
        return Unhurried(self.chunks(0, end))

    def signed_size(self) -> int:
        """The largest size that was signed, now."""
        row = self._database.row(_OWN_SIZE)
        return int(row["size"]) if row else 0

    def forks(self) -> list[Fork]:
        """None: nobody else keeps it here."""
        return []

    def _pieces(self, level: int, start: int, end: int) -> list[tuple[int, bytes]]:
        with self._database.cursor() as cursor:
            cursor.execute(_OWN_PIECES, (level, start, end))
            return list(cursor.fetchall())

    def _chunk(self, start: int, end: int) -> Chunk:
        entries = self._reader.entries(start, end)
        return [(entry.position, entry.text.encode()) for entry in entries]

    def _signed(self, after: int) -> list[Signed]:
        rows = self._database.rows(_OWN_CHECKPOINTS, (after, CHUNK))
        return [Signed(row["size"], row["note"]) for row in rows]


def copies(database: Database, logs: tuple[str, ...]) -> dict[str, Copy]:
    """The copies of these logs."""
    return {log: OwnLog(database) if log == OWN else Copy(database, log) for log in logs}
