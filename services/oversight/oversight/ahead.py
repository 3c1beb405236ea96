"""Rows that are on their way while those before them are worked on.

A verification spends most of its time on entries that it has; what it would wait for the database
in between is a tenth. So the next page is asked for before the last one is looked at, and what has
come of it is taken out of the socket halfway, since only half of it fits in there. Pages are small
enough that what is worked on fits into a core's cache.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

import psycopg2
from psycopg2.extensions import BYTES, connection, cursor, register_type
from psycopg2.extras import wait_select

from chassis.database import ALIVE

PAGE = 250
"""Rows that are read at a time."""

Page = list[tuple[Any, ...]]
Values = Sequence[Any]


def pages(
    url: str, query: str, first: Values, following: Callable[[Page], Values]
) -> Iterator[Page]:
    """The pages of a query up to an empty one, each in halves; text comes as bytes.

    It has a connection of its own, for as long as somebody reads. `first` are the values of the
    first page, `following` gives those of the one after a page. Raises `psycopg2.Error`.
    """
    with closing(psycopg2.connect(url, async_=True, **ALIVE)) as reading:
        wait_select(reading)
        asked = _ask(reading, query, first)
        while page := _answer(reading, asked):
            asked = _ask(reading, query, following(page))
            half = (len(page) + 1) // 2
            yield page[:half]
            reading.poll()
            if rest := page[half:]:
                yield rest


def _ask(reading: connection, query: str, values: Values) -> cursor:
    asked = reading.cursor()
    register_type(BYTES, asked)
    asked.execute(query, values)
    return asked


def _answer(reading: connection, asked: cursor) -> Page:
    wait_select(reading)
    return asked.fetchall()
