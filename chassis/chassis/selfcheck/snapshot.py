"""What a service's database held at one moment; reading it holds nobody up."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from chassis.log import Entry
from chassis.projection import Fact

CHASSIS_TABLES = frozenset(
    {
        "events", "commands", "entries", "tiles", "checkpoints", "published", "tracking", "parked",
    }
)  # fmt: skip
"""Tables of the chassis. All others of a service are read models, but for its private ones."""

AT_A_TIME = 500

_TABLES = """
SELECT c.relname,
       coalesce(array_agg(a.attname) FILTER (WHERE a.attidentity <> ''), '{}')::text[],
       coalesce((SELECT array_agg(k.attname ORDER BY k.attnum) FROM pg_index i
                 JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
                 WHERE i.indrelid = c.oid AND i.indisprimary AND k.attidentity = ''), '{}')::text[]
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.oid, c.relname
ORDER BY c.relname
"""
_EVENTS = "SELECT stream::text, version, type, body FROM events ORDER BY tx, id"
_ENTRIES = """
SELECT n.position, e.body FROM entries n JOIN events e ON e.tx = n.tx AND e.id = n.event_id
ORDER BY n.position
"""
_CHECKPOINTS = "SELECT size, note FROM checkpoints ORDER BY size"
_TILES = "SELECT level, number, hashes FROM tiles ORDER BY level, number, start"
_TRACKED = "SELECT log, position FROM tracking WHERE log = ANY (%s) ORDER BY log"
_PARKED = """
SELECT position FROM parked WHERE log = %s AND (released_at IS NULL OR asked = 'dismissed')
"""
_REFUSED = (
    "SELECT id::text, name, outcome FROM commands WHERE outcome LIKE '{\"error\"%' ORDER BY id"
)
_COMMANDS = "SELECT id::text FROM commands"
_ROWS = sql.SQL("SELECT (to_jsonb(t) - {}::text[])::text FROM public.{} t")


@dataclass(frozen=True)
class ReadModel:
    """A table of a service: its identity columns, which are nobody's business, and its key."""

    name: str
    identity: tuple[str, ...]
    key: tuple[str, ...]


@dataclass(frozen=True)
class Happened:
    """An event of the service's own log.

    `filed` are the columns under which it is stored, `causation` names what it reacted to.
    """

    fact: Fact
    filed: tuple[str, int, str]
    command: str | None
    causation: str | None
    relied_on: dict[str, int]

    def seen(self) -> Iterator[tuple[str, int]]:
        """Positions of other logs that must have been applied before it: log, position."""
        yield from self.relied_on.items()
        log, _, position = str(self.causation).rpartition("/")
        if log and position.isdecimal():
            yield log, int(position)


class Snapshot:
    """A read-only transaction on one database. It has no transaction id: no sequencer waits."""

    def __init__(self, url: str, log: str) -> None:
        self._log = log
        self._connection = psycopg2.connect(url)
        self._connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def read_models(self, private: Iterable[str]) -> list[ReadModel]:
        """The service's read models: every table that is not the chassis's and not private."""
        others = CHASSIS_TABLES | set(private)
        with self._connection.cursor() as cursor:
            cursor.execute(_TABLES)
            return [
                ReadModel(name, tuple(identity), tuple(key))
                for name, identity, key in cursor.fetchall()
                if name not in others and not name.endswith("_version")
            ]

    def events(self) -> Iterator[list[Happened]]:
        """Every event in the order in which read models took note of it, in batches."""
        for rows in self._stream("events", _EVENTS):
            yield [_happened(json.loads(body), (s, v, t)) for s, v, t, body in rows]

    def tracked(self, logs: Iterable[str]) -> dict[str, int]:
        """How far each of these logs had been applied."""
        with self._connection.cursor() as cursor:
            cursor.execute(_TRACKED, (list(logs),))
            return {str(log): int(position) for log, position in cursor.fetchall()}

    def parked(self, log: str) -> set[int]:
        """The positions of a log that could not be applied."""
        with self._connection.cursor() as cursor:
            cursor.execute(_PARKED, (log,))
            return {int(position) for (position,) in cursor.fetchall()}

    def texts(self) -> Iterator[list[bytes]]:
        """Every entry of the log in order of position, as it was sealed, in batches."""
        for rows in self._stream("texts", _ENTRIES):
            yield [Entry.of(self._log, position, body).text.encode() for position, body in rows]

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Every stored checkpoint, the smallest first: size and note."""
        for rows in self._stream("checkpoints", _CHECKPOINTS):
            yield from rows

    def tiles(self) -> Iterator[tuple[tuple[int, int], bytes]]:
        """Every stored tile, its pieces joined: (level, number) and hashes."""
        place, joined = None, b""
        for rows in self._stream("tiles", _TILES):
            for level, number, hashes in rows:
                if (level, number) != place:
                    if place is not None:
                        yield place, joined
                    place, joined = (level, number), b""
                joined += bytes(hashes)
        if place is not None:
            yield place, joined

    def rows(self, table: ReadModel) -> Iterator[list[str]]:
        """Every row of a read model as JSON text, without identity columns, in batches."""
        statement = _ROWS.format(sql.Literal(list(table.identity)), sql.Identifier(table.name))
        for rows in self._stream("rows", statement):
            yield [text for (text,) in rows]

    def refused(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Every stored refusal: command id, command name, error."""
        for rows in self._stream("refused", _REFUSED):
            for id_, name, outcome in rows:
                yield id_, name, json.loads(outcome)["error"]

    def commands(self) -> Iterator[str]:
        """The id of every command that has an outcome."""
        for rows in self._stream("commands", _COMMANDS):
            for (id_,) in rows:
                yield id_

    def _stream(self, name: str, statement: Any) -> Iterator[list[tuple[Any, ...]]]:
        with self._connection.cursor(name) as cursor:
            cursor.execute(statement)
            while rows := cursor.fetchmany(AT_A_TIME):
                yield rows


def _happened(event: dict[str, Any], filed: tuple[str, int, str]) -> Happened:
    fact = Fact(
        event["type"], event["stream"], event["version"], event["data"], event["recorded_at"]
    )
    return Happened(fact, filed, event["command"], event["causation"], event["seen"])
