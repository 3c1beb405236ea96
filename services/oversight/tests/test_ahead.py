"""Rows that are read ahead: all of them, in order, whatever is missing between them."""

from itertools import islice
from typing import Any

import psycopg2
import pytest

from chassis.database import Database
from oversight.ahead import Page, Pages

QUERY = "SELECT n, 'Nr. ' || n FROM unnest(%s::int[]) AS n WHERE n >= %s ORDER BY n LIMIT %s"


def _read(url: str, numbers: list[int], most: int) -> list[Page]:
    def following(page: Page) -> tuple[Any, ...]:
        return numbers, page[-1][0] + 1, most

    reading, found = Pages(url, QUERY, (numbers, 0, most), following), []
    reading.poll()
    for page in reading:
        found.append(page)
        for _ in range(3):
            reading.poll()
    reading.poll()
    return found


@pytest.mark.parametrize("most", [1, 2, 7, 100])
def test_every_row_comes_once_and_in_order(database_url: str, most: int) -> None:
    numbers = [0, 1, 2, 5, 6, 90, 1_000_000]
    found = _read(database_url, numbers, most)
    assert [row for page in found for row in page] == [(n, f"Nr. {n}".encode()) for n in numbers]
    assert all(len(page) <= most for page in found)


def test_nothing_is_an_end(database_url: str) -> None:
    assert _read(database_url, [], 3) == []


def test_who_stops_early_leaves_no_connection_behind(database_url: str) -> None:
    reading = iter(
        Pages(database_url, QUERY, (list(range(9)), 0, 2), lambda _: (list(range(9)), 2, 2))
    )
    assert len(list(islice(reading, 2))) == 2
    reading.close()  # type: ignore[attr-defined]  # it is a generator
    left = (
        "SELECT count(*) AS n FROM pg_sleep(0.01), pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    database = Database(database_url, pool_size=1)
    for _ in range(1000):  # the server notices by and by
        if database.row(left) == {"n": 0}:
            break
    else:
        pytest.fail("a connection is still there")
    database.close()


def test_a_query_that_fails_says_so(database_url: str) -> None:
    with pytest.raises(psycopg2.Error):
        list(Pages(database_url, "SELECT 1 / %s", (0,), lambda _: (0,)))
