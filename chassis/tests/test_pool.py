"""Connections are lent and come back; statements that never vary are planned once on each."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from sqlalchemy import bindparam, literal, select
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis import pool
from chassis.database import Database, Prepared
from chassis.pool import Fixed

KNOWN = "SELECT statement FROM pg_prepared_statements WHERE name LIKE 'fixed%' ORDER BY 1"
ADD = Fixed("INSERT INTO things (id, text) VALUES (%s, %s || ' %%')")
READ = Fixed("SELECT text FROM things WHERE id = %s")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with a table, and one connection for everything."""
    found = Database(database_url, pool_size=1)
    found.execute([("CREATE TABLE things (id integer PRIMARY KEY, text text NOT NULL)", ())])
    yield found
    found.close()


def test_a_fixed_statement_is_prepared_once_and_others_are_not(database: Database) -> None:
    database.execute([(ADD, (1, "one")), (ADD, (2, "two"))])
    database.execute([(ADD, (3, "three")), ("UPDATE things SET text = %s WHERE id = 3", ("3",))])
    assert database.rows(READ, (2,)) == [{"text": "two %"}]
    assert database.rows(READ, (3,)) == [{"text": "3"}]
    known = [row["statement"] for row in database.rows(KNOWN)]
    assert sorted(text.partition(" AS ")[2][:6] for text in known) == ["INSERT", "SELECT"]


def test_statements_with_a_prepared_one_take_effect_together_or_not_at_all(
    database: Database,
) -> None:
    with pytest.raises(psycopg2.errors.UniqueViolation):
        database.execute([(ADD, (1, "one")), (ADD, (1, "again"))])
    assert database.rows("SELECT id FROM things") == []
    database.execute([(ADD, (1, "one"))])
    assert database.row(READ, (1,)) == {"text": "one %"}


def test_a_wrong_statement_is_not_remembered(database: Database) -> None:
    later = Fixed("SELECT id FROM made_later WHERE id = %s")
    for _ in range(2):
        with pytest.raises(psycopg2.errors.UndefinedTable):
            database.rows(later, (1,))
    database.execute([("CREATE TABLE made_later (id integer)", ())])
    assert database.rows(later, (1,)) == []


def test_a_connection_keeps_a_limited_number_of_statements(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MOST_PREPARED", 3)
    for number in range(6):
        assert database.rows(Fixed(f"SELECT %s::integer + {number} AS n"), (1,))[0]["n"] > number
    assert len(database.rows(KNOWN)) == 3


def test_the_engine_borrows_the_same_connection(database: Database) -> None:
    pid = "SELECT pg_backend_pid() AS pid"
    before = database.rows(pid)
    assert database.rows(select(literal(7).label("n"))) == [{"n": 7}]
    assert database.row(*Prepared(select(bindparam("n", 0).label("n")))(n=8)) == {"n": 8}
    assert database.rows(pid) == before


def test_a_connection_that_broke_is_not_lent_again(database: Database) -> None:
    with pytest.raises(psycopg2.OperationalError):
        database.rows("SELECT pg_terminate_backend(pg_backend_pid())")
    assert database.rows(READ, (1,)) == []


def test_who_waits_too_long_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WAIT_SECONDS", 0.0)
    with database.cursor(), pytest.raises(PoolTimeout):
        database.rows("SELECT 1 AS one")
    assert database.reachable()


def test_a_connection_that_cannot_be_made_leaves_its_place(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "WAIT_SECONDS", 0.0)
    other = pool.Pool("postgresql://127.0.0.1:1/nowhere", 1)
    for _ in range(2):
        with pytest.raises(psycopg2.OperationalError):
            other.lend()


def test_many_borrowers_share_few_connections(database_url: str) -> None:
    database = Database(database_url, pool_size=2)
    seen: set[int] = set()

    def borrow(_: int) -> None:
        for _ in range(25):
            seen.add(database.rows("SELECT pg_backend_pid() AS pid")[0]["pid"])

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(borrow, range(8))) == [None] * 8
    assert 1 <= len(seen) <= 2
    database.close()


def test_who_waits_gets_the_place_of_a_connection_that_broke(database: Database) -> None:
    lent = database.pool.lend()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(database.rows, "SELECT 1 AS one")
        lent.disconnect()
        lent.close()
        assert waiting.result(timeout=20) == [{"one": 1}]


GREEN = """
import eventlet
eventlet.monkey_patch()
import sys
from psycopg2 import errors
from chassis.bus.green import wait_in_turn
from chassis.database import Database

wait_in_turn()

database = Database(sys.argv[1], pool_size=3)
turns, found = [], []

def ask(number):
    found.append(database.row("SELECT %s::int AS n FROM pg_sleep(0.2)", (number,))["n"])

def fail():
    try:
        database.row("SELECT 1 / 0 AS n")
    except errors.DivisionByZero:
        found.append("refused")

asking = [eventlet.spawn(ask, 1), eventlet.spawn(ask, 2), eventlet.spawn(fail)]
while not all(each.dead for each in asking):
    turns.append(len(found))
    eventlet.sleep(0.01)
hurried = None
try:
    with eventlet.Timeout(0.05):
        ask(3)
except eventlet.Timeout:
    hurried = True
print(len(turns) > 3, found[0], sorted(found[1:]), hurried, database.row("SELECT 4 AS n")["n"])
"""


def test_green_threads_take_turns_while_postgresql_is_at_work(database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GREEN, database_url],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == "True refused [1, 2] True 4\n"
