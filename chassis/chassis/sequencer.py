"""The sequencer of a log: gives every committed event the next dense position.

Events are appended concurrently, so their ids do not say when they became visible. An event is
taken once no transaction that began before it can still commit (`tx` below the snapshot's xmin),
in (tx, id) order: nothing that commits late is ever missed. One sequencer per log is active, held
by an advisory lock; two that believe to be active meet at the unique position and one fails.
"""

import select
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2

from chassis.database import ALIVE, Database
from chassis.log import Entry
from chassis.seal import Sealer

_NEXT = """
SELECT e.tx::text, e.id, e.body, e.stream::text, e.version, e.version = 1 OR EXISTS (
    SELECT FROM events p WHERE p.stream = e.stream AND p.version = e.version - 1
    AND (p.tx, p.id) < (e.tx, e.id))
FROM events e
WHERE (e.tx, e.id) > (%s::xid8, %s) AND e.tx < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY e.tx, e.id LIMIT %s
"""
_INSERT = "INSERT INTO entries (position, tx, event_id) VALUES "
_LAST = "SELECT position, tx::text, event_id FROM entries ORDER BY position DESC LIMIT 1"


class BrokenStream(Exception):
    """The versions of a stream do not ascend one by one: the log is not sequenced any further."""


class Sequencer:
    """Sequences and seals the events of one log. `step` is called again and again by its runner."""

    def __init__(self, database: Database, log: str, sealer: Sealer, batch: int = 2000) -> None:
        self._database = database
        self._log = log
        self._sealer = sealer
        self._batch = batch
        self._cursor: tuple[int, str, int] | None = None
        self._full = False

    @property
    def pause(self) -> float:
        """Seconds to wait after a step, so that long checkpoints stay few; 0 when there is more."""
        return 0.0 if self._full else self._sealer.pause

    def step(self) -> int:
        """Sequence and seal what can be; returns how many events were given a position.

        Positions, tiles and checkpoint are written in one transaction. Raises `BrokenStream` when
        a stream's versions do not ascend.
        """
        if self._cursor is None:
            last = self._database.row(_LAST)
            self._cursor = (
                (last["position"], last["tx"], last["event_id"]) if last else (-1, "0", 0)
            )
        position, tx, event_id = self._cursor
        with self._database.cursor() as cursor:
            cursor.execute(_NEXT, (tx, event_id, self._batch))
            rows = cursor.fetchall()
        self._full = len(rows) == self._batch
        if not rows:
            return 0
        for _, _, _, stream, version, in_order in rows:
            if not in_order:
                raise BrokenStream(f"version {version} of stream {stream} is out of order")
        places = [(position + n, row[0], row[1]) for n, row in enumerate(rows, 1)]
        entries = [Entry.of(self._log, position + n, row[2]) for n, row in enumerate(rows, 1)]
        values = ",".join(["(%s,%s::xid8,%s)"] * len(places))
        insert = _INSERT + values
        flat = [value for place in places for value in place]
        try:
            self._database.execute([(insert, flat), *self._sealer.statements(entries)])
        except BaseException:
            self._cursor = None  # read it again: another sequencer may have taken over
            self._sealer.forget()
            raise
        self._sealer.stored()
        self._cursor = places[-1]
        return len(places)


STANDBY_SECONDS = 0.5
"""How often a standby asks for the lock."""

LEASE_SECONDS = 2
"""How long a lock outlives the last sign of life of its holder (`Lease.held`)."""


class Lease:
    """The right to keep a log: an advisory lock; and the bell that rings at each append.

    The kernel closes the connection of a process that was killed, and PostgreSQL gives its lock to
    a standby at once. A process that hangs, or lost its network, keeps its connection: PostgreSQL
    itself ends that after `LEASE_SECONDS` without a query (`idle_session_timeout`). The bell has a
    connection of its own: notifications that nobody takes fill it up, and PostgreSQL cannot end a
    connection that it waits to write to.
    """

    def __init__(self, lock: Any, bell: Any, channel: str) -> None:
        self._lock = lock
        self._bell = bell
        with bell.cursor() as cursor:
            cursor.execute(f'LISTEN "{channel}"')

    def held(self) -> bool:
        """Give a sign of life; False once the connection, and the lock with it, is gone."""
        try:
            with self._lock.cursor() as cursor:
                cursor.execute("SELECT 1")
        except psycopg2.Error:
            return False
        return True

    def wait(self, seconds: float) -> None:
        """Return when a process says that it appended, at once if one did, or after `seconds`."""
        self._bell.poll()
        if not self._bell.notifies:
            select.select([self._bell], [], [], seconds)
            self._bell.poll()
        self._bell.notifies.clear()


@contextmanager
def leadership(url: str, log: str, stopping: threading.Event) -> Iterator[Lease | None]:
    """Wait for the lock of a log, then hold it. Yields None when `stopping` came first."""
    with _connection(url) as lock:
        with lock.cursor() as cursor:
            cursor.execute("SET idle_session_timeout = %s", (LEASE_SECONDS * 1000,))
        while not stopping.is_set():
            with lock.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (f"sequencer/{log}",))
                row = cursor.fetchone()
            if row and row[0]:
                with _connection(url) as bell:
                    yield Lease(lock, bell, log)
                return
            stopping.wait(STANDBY_SECONDS)
        yield None


@contextmanager
def _connection(url: str) -> Iterator[Any]:
    with closing(psycopg2.connect(url, **ALIVE)) as connection:
        connection.autocommit = True
        yield connection
