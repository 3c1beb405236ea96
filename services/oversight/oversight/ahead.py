"""Rows that are on their way while those before them are worked on.

A verification spends most of its time on entries that it has; what it would wait for the database
in between is a tenth. So the next page is asked for before the last one is looked at. Only a part
of it fits into the socket, so whoever works on a page takes in now and then what has come (`poll`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

import psycopg2
from psycopg2.extensions import BYTES, connection, cursor, register_type
from psycopg2.extras import wait_select

from chassis.database import ALIVE

PAGE = 500
"""Rows that are read at a time: what is worked on fits into a core's cache."""

Page = list[tuple[Any, ...]]
Values = Sequence[Any]


class Pages:
    """The pages of a query up to an empty one; text comes as bytes.

    Read once. It has a connection of its own, for as long as somebody reads. `first` are the values
    of the first page, `following` gives those of the one after a page.
    """

    def __init__(
        self, url: str, query: str, first: Values, following: Callable[[Page], Values]
    ) -> None:
        self._url = url
        self._query = query
        self._first = first
        self._following = following
        self._reading: connection | None = None

    def __iter__(self) -> Iterator[Page]:
        """Raises `psycopg2.Error`."""
        with closing(psycopg2.connect(self._url, async_=True, **ALIVE)) as reading:
            wait_select(reading)
            asked = self._ask(reading, self._first)
            while page := _answer(reading, asked):
                asked = self._ask(reading, self._following(page))
                self._reading = reading
                yield page
                self._reading = None

    def poll(self) -> None:
        """Take in what has come of the next page, and wait for nothing. Raises `psycopg2.Error`."""
        if self._reading is not None:
            self._reading.poll()

    def _ask(self, reading: connection, values: Values) -> cursor:
        asked = reading.cursor()
        register_type(BYTES, asked)
        asked.execute(self._query, values)
        return asked


def _answer(reading: connection, asked: cursor) -> Page:
    wait_select(reading)
    return asked.fetchall()
