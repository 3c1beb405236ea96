"""Tells the sequencer that something was appended, without slowing the append.

`NOTIFY` inside the appending transaction takes a database-wide lock until the commit is durable, so
it would make every append wait for every other. A separate transaction that only notifies writes
nothing and waits for no disk; signals that come while one is being sent are joined into the next.
"""

import contextlib
import threading
import time

import psycopg2
from sqlalchemy.exc import SQLAlchemyError

from chassis.database import Database

PAUSE = 0.02
"""Seconds between notifications: under load one speaks for many appends."""


class Waker:
    """Sends `NOTIFY <channel>` soon after `signal` was called. The sequencer also polls."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._statement = f'NOTIFY "{channel}"'
        self._signalled = threading.Event()
        self._started = False

    def signal(self) -> None:
        """Something was appended. Returns at once."""
        if not self._signalled.is_set():
            self._signalled.set()
        if not self._started:
            self._started = True
            threading.Thread(target=self._run, daemon=True, name="waker").start()

    def _run(self) -> None:
        while True:
            self._signalled.wait()
            self._signalled.clear()
            # when the database is away: the sequencer polls, and the next append signals again
            with contextlib.suppress(psycopg2.Error, SQLAlchemyError):
                self._database.execute([(self._statement, ())])
            time.sleep(PAUSE)
