"""The connections of a process to one database: the last one given back is the next one lent.

A command borrows a connection several times within a millisecond or two, so borrowing has to cost
next to nothing: a list, and a lock only where it is empty. SQLAlchemy's engine borrows here too, by
`Connection.close`.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from typing import Any

from psycopg2 import connect, extensions
from sqlalchemy.exc import TimeoutError as PoolTimeout

WAIT_SECONDS = 30.0
"""How long a borrower waits for a connection when all are lent."""


MOST_PREPARED = 100
"""Statements that a connection keeps prepared; what comes after them is sent as it is."""


class Fixed(str):
    """SQL that is always the same, with `%s` for each value: PostgreSQL plans it but once.

    The types of its values must follow from the text.
    """

    __slots__ = ()


class Connection(extensions.connection):
    """A connection in autocommit mode whose `close` gives it back to its pool."""

    give_back: Callable[["Connection"], None] | None = None
    """Set as long as it is lent."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._prepared: dict[str, str] = {}

    def prepared(self, sql: Fixed) -> str:
        """What has PostgreSQL carry out a statement that it has planned; prepares it if need be.

        Raises what psycopg2 raises when the statement is wrong.
        """
        found = self._prepared.get(sql)
        if found is None:
            if len(self._prepared) >= MOST_PREPARED:
                return sql
            found = self._prepared[sql] = self._prepare(sql)
        return found

    def _prepare(self, sql: Fixed) -> str:
        first, *others = sql.split("%s")
        text = first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))
        name = f"fixed_{blake2b(sql.encode(), digest_size=8).hexdigest()}"
        with self.cursor() as cursor:
            cursor.execute(f"PREPARE {name} AS {text.replace('%%', '%')}")
        values = ",".join(["%s"] * len(others))
        return f"EXECUTE {name}({values})" if others else f"EXECUTE {name}"

    def close(self) -> None:
        """Give it back."""
        if (give_back := self.give_back) is not None:
            give_back(self)

    def disconnect(self) -> None:
        """End the connection; given back, it is not lent again."""
        super().close()


class Pool:
    """At most so many connections, made when they are needed."""

    def __init__(self, url: str, size: int, **options: Any) -> None:
        self._url = url
        self.options = options
        """Of psycopg2, for connections that are made from now on."""
        self._idle: list[Connection] = []
        self._room = size
        self._freed = threading.Condition()
        self._waiting = 0

    def lend(self) -> Connection:
        """A connection. Raises `PoolTimeout` and what psycopg2 raises when it cannot connect."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._awaited() or self._connected()
        connection.give_back = self._take_back
        return connection

    def close(self) -> None:
        """End the connections that nobody has; a connection that is lent now may be lent again."""
        while self._idle:
            self._idle.pop().disconnect()

    def _awaited(self) -> Connection | None:
        """The next one that is given back; None where there is room to make one."""
        with self._freed:
            self._waiting += 1  # before looking again: who gives one back looks here afterwards
            found = self._freed.wait_for(self._found, WAIT_SECONDS)
            self._waiting -= 1
        if not found:
            raise PoolTimeout(f"no connection became free within {WAIT_SECONDS:g} s")
        return found if isinstance(found, Connection) else None

    def _found(self) -> Connection | bool:
        """One that is idle, or whether there was room to make one, which is taken then."""
        with suppress(IndexError):  # others take them without the lock
            return self._idle.pop()
        if not self._room:
            return False
        self._room -= 1
        return True

    def _connected(self) -> Connection:
        try:
            made: Connection = connect(self._url, connection_factory=Connection, **self.options)
            made.autocommit = True
        except BaseException:
            self._make_room()
            raise
        return made

    def _take_back(self, connection: Connection) -> None:
        connection.give_back = None
        if connection.closed:
            self._make_room()
            return
        self._idle.append(connection)
        if self._waiting:
            with self._freed:
                self._freed.notify()

    def _make_room(self) -> None:
        with self._freed:
            self._room += 1
            self._freed.notify()
