"""Somebody with the operator's rights: superuser of every database, and the logs' signing keys.

He switches triggers off, writes where nobody should, puts the tree and the checkpoints in order
again and signs them. He has neither the supervisor's key nor, unless a variant says so, its
database.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from random import Random
from typing import Any
from uuid import uuid4

import psycopg2

from chassis import clock
from chassis.canonical import canonical
from chassis.log import Entry
from chassis.seal import Sealer, hash_of, signing_key
from chassis.sealing.checkpoint import Checkpoint
from chassis.sealing.hashing import SIZE, Hashing
from chassis.sealing.note import Note
from chassis.sealing.tiles import WIDTH
from tests.tamper.platform import LOGS
from tests.tamper.worldbook import Scene

Event = dict[str, Any]
Change = Callable[[Event], object]

_PLACE = """
SELECT n.tx::text, n.event_id, e.body FROM entries n
JOIN events e ON e.tx = n.tx AND e.id = n.event_id WHERE n.position = %s
"""
_TRIGGERS = """
DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT tgrelid::regclass AS place, tgname FROM pg_trigger WHERE NOT tgisinternal
    LOOP EXECUTE format('ALTER TABLE %s {action} TRIGGER %I', found.place, found.tgname);
    END LOOP;
END $$
"""
_SHIFT = 1_000_000_000


class SameTotals:
    """The totals that a log's checkpoints said before: whoever changes entries leaves them be."""

    def __init__(self, lines: dict[int, tuple[str, ...]]) -> None:
        self._lines = {size: _totals(each) for size, each in lines.items()}
        self._size = 0

    def resume(self, extensions: Sequence[str]) -> None:
        """It always begins at the beginning."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Only how many there are counts."""
        self._size += len(entries)

    def lines(self) -> Sequence[str]:
        """The lines of the nearest checkpoint."""
        known = [size for size in self._lines if size >= self._size] or [max(self._lines)]
        return self._lines[min(known)]


def _totals(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line.startswith("totals "))


class Attacker:
    """Tampers with one scene; `random` chooses the victims."""

    def __init__(self, scene: Scene, seed: str) -> None:
        self.platform = scene.platform
        self.story = scene.story
        self.economy = scene.economy
        self.random = Random(seed)
        self.shown: dict[str, list[str]] = {}
        """Checkpoints that somebody else was shown, by log."""

        self._disarmed: set[str] = set()
        self.bundles: list[dict[str, Any]] = []
        """Evidence bundles that he hands out."""

    def sql(self, service: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement in a service's database as superuser, triggers off."""
        if service not in self._disarmed:
            self._disarmed.add(service)
            self._run(service, _TRIGGERS.format(action="DISABLE"))
        return self._run(service, statement, *values)

    def cover_tracks(self) -> None:
        """Switch every trigger on again."""
        for service in self._disarmed:
            self._run(service, _TRIGGERS.format(action="ENABLE ALWAYS"))
        self._disarmed.clear()

    def _run(self, service: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.platform.urls[service])) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []

    # looking for victims

    def entries(self, log: str) -> Sequence[Entry]:
        """Every entry of a log."""
        return self.platform.entries(log)

    def some_log(self, least: int = 8) -> str:
        """Some log of at least so many entries."""
        return self.random.choice([log for log in LOGS if self.size(log) >= least])

    def covered(self, log: str) -> int:
        """The size of a log that the supervisor has cosigned."""
        rows = self.sql("oversight", "SELECT max(size) FROM cosigned WHERE log = %s", log)
        return int(rows[0][0] or 0)

    def size(self, log: str) -> int:
        """How many entries a log has."""
        return len(self.entries(log))

    def all(self, type_: str, where: Callable[[Entry], bool] = lambda _: True) -> list[Entry]:
        """The entries of a type."""
        log = type_.partition(".")[0]
        return [entry for entry in self.entries(log) if entry.type == type_ and where(entry)]

    def one(self, type_: str, where: Callable[[Entry], bool] = lambda _: True) -> Entry:
        """Some entry of a type."""
        return self.random.choice(self.all(type_, where))

    # writing events

    def edit(self, log: str, position: int, change: Change) -> None:
        """Change what an entry says; its columns follow."""
        tx, id_, body = self.sql(log, _PLACE, position)[0]
        event = json.loads(body)
        change(event)
        self.write(log, tx, id_, event)

    def write(self, log: str, tx: str, id_: int, event: Event) -> None:
        """Put another event in the place of one."""
        text = canonical(event).decode()
        columns = (event["stream"], event["version"], event["type"], text)
        self.sql(
            log,
            "UPDATE events SET stream = %s, version = %s, type = %s, body = %s "
            "WHERE tx = %s::xid8 AND id = %s",
            *columns, tx, id_,
        )  # fmt: skip

    def append(self, event: Event) -> None:
        """Write an event as if its service had, for the sequencer to find."""
        log = event["type"].partition(".")[0]
        values = (event["stream"], event["version"], event["type"], canonical(event).decode())
        self.sql(
            log, "INSERT INTO events (stream, version, type, body) VALUES (%s,%s,%s,%s)", *values
        )

    def remove(self, log: str, position: int) -> Event:
        """Take an entry out; the places and versions behind it close up."""
        tx, id_, body = self.sql(log, _PLACE, position)[0]
        event: Event = json.loads(body)
        self.sql(log, "DELETE FROM entries WHERE position = %s", position)
        self.sql(log, "DELETE FROM events WHERE tx = %s::xid8 AND id = %s", tx, id_)
        self._shift(log, position, -1)
        self._renumber(log, event["stream"])
        return event

    def insert(self, log: str, position: int, event: Event) -> None:
        """Put an event into the middle; what was there and behind it moves up."""
        tx, _, _ = self.sql(log, _PLACE, position)[0]
        self._shift(log, position, 1)
        stream, version = event["stream"], event["version"]
        move = "UPDATE events SET version = version + %s WHERE stream = %s AND version >= %s"
        self.sql(log, move, _SHIFT, stream, version)
        text = canonical(event).decode()
        values = (tx, stream, version, event["type"], text)
        (id_,) = self.sql(
            log,
            "INSERT INTO events (tx, stream, version, type, body) "
            "VALUES (%s::xid8, %s, %s, %s, %s) RETURNING id",
            *values,
        )[0]
        place = "INSERT INTO entries (position, tx, event_id) VALUES (%s, %s::xid8, %s)"
        self.sql(log, place, position, tx, id_)
        self._renumber(log, stream)

    def swap(self, log: str, one: int, other: int) -> None:
        """Let two entries change places."""
        self.sql(log, "UPDATE entries SET position = %s WHERE position = %s", _SHIFT, one)
        self.sql(log, "UPDATE entries SET position = %s WHERE position = %s", one, other)
        self.sql(log, "UPDATE entries SET position = %s WHERE position = %s", other, _SHIFT)

    def cut(self, log: str, size: int, *, events: bool = True) -> None:
        """Cut the tail off: entries, events, and what was sealed of them."""
        if events:
            self.sql(
                log,
                "DELETE FROM events e USING entries n "
                "WHERE e.tx = n.tx AND e.id = n.event_id AND n.position >= %s",
                size,
            )
        self.sql(log, "DELETE FROM entries WHERE position >= %s", size)
        self.reseal(log)

    def _shift(self, log: str, position: int, by: int) -> None:
        far, near = _SHIFT + by, -_SHIFT
        move = "UPDATE entries SET position = position + %s WHERE position >= %s"
        self.sql(log, move, far, position)
        self.sql(log, move, near, _SHIFT)

    def _renumber(self, log: str, stream: str) -> None:
        rows = self.sql(
            log, "SELECT tx::text, id, body FROM events WHERE stream = %s ORDER BY version", stream
        )
        for version, (tx, id_, body) in enumerate(rows, 1):
            self.write(log, tx, id_, {**json.loads(body), "version": version})

    def life_goes_on(self) -> None:
        """The services are started again, and go on with what they find."""
        self.cover_tracks()
        self.platform.restart()
        self.platform.carry_on()

    # sealing

    def reseal(self, log: str) -> None:
        """Make the whole tree and every checkpoint anew, signed with the log's own key."""
        runtime = self.platform.runtimes[log]
        database = runtime.application.database
        found = self.sql(log, "SELECT size, note FROM checkpoints ORDER BY size")
        said = {size: Checkpoint.parse(Note.parse(note).text) for size, note in found}
        self.sql(log, "DELETE FROM tiles")
        self.sql(log, "DELETE FROM checkpoints")
        entries = list(self.entries(log))
        sizes = sorted(({min(size, len(entries)) for size in said} | {len(entries)}) - {0})
        as_before = SameTotals({size: each.extensions for size, each in said.items()})
        sealer = Sealer(
            database, signing_key(runtime.settings), hash_of(runtime.settings), lambda: as_before
        )
        start = 0
        for size in sizes:
            database.execute(sealer.statements(entries[start:size]))
            sealer.stored()
            start = size

    def note(self, log: str) -> str:
        """A log's newest checkpoint, signed."""
        (note,) = self.sql(log, "SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1")[0]
        return str(note)

    def hashing(self, log: str) -> Hashing:
        """The hash of a log's tree."""
        return hash_of(self.platform.runtimes[log].settings)

    def overwrite_leaf(self, log: str, position: int, leaf: bytes) -> None:
        """Put another hash where the leaf of an entry is stored."""
        number, place = divmod(position, WIDTH)
        (start, hashes) = self.sql(
            log,
            "SELECT start, hashes FROM tiles WHERE level = 0 AND number = %s AND start <= %s "
            "ORDER BY start DESC LIMIT 1",
            number, place,
        )[0]  # fmt: skip
        at = (place - start) * SIZE
        changed = bytes(hashes)[:at] + leaf + bytes(hashes)[at + SIZE :]
        self.sql(
            log,
            "UPDATE tiles SET hashes = %s WHERE level = 0 AND number = %s AND start = %s",
            changed, number, start,
        )  # fmt: skip

    @contextmanager
    def behind_the_scenes(self, log: str) -> Iterator[None]:
        """What is done to a log's tables in here is undone afterwards: others saw it meanwhile."""
        tables = ("events", "entries", "tiles", "checkpoints")
        for table in tables:
            self.sql(log, f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        try:
            yield
        finally:
            for table in tables:
                self.sql(log, f"DELETE FROM {table}")
                overriding = "OVERRIDING SYSTEM VALUE" if table == "events" else ""
                self.sql(log, f"INSERT INTO {table} {overriding} SELECT * FROM kept_{table}")
                self.sql(log, f"DROP TABLE kept_{table}")

    # forging

    def forged(self, like: Entry, data: dict[str, Any], **envelope: Any) -> Event:
        """An event of the same kind with other data, as of now, of a command of its own."""
        stream = envelope.get("stream", like.stream)
        log = like.log
        versions = self.sql(log, "SELECT max(version) FROM events WHERE stream = %s", stream)
        made = {
            **like.event,
            "command": str(uuid4()),
            "correlation": str(uuid4()),
            "recorded_at": clock.timestamp(),
            "version": (versions[0][0] or 0) + 1,
            "data": {**like.data, **data},
        }
        return {**made, **envelope}
