"""`seal`: entries given positions, hashed into tiles, stored and signed, a transaction a batch.

The peer builds a Merkle tree over the same bytes in memory: it stores and signs nothing.
"""

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg2
from psycopg2.extras import execute_values
from pymerkle import InmemoryTree

from bench.harness import Benchmark, Measure
from chassis.canonical import canonical
from chassis.database import Database, migrate
from chassis.domain import new_id
from chassis.log import Entry
from chassis.testing import sequencer
from wanchuang.servers import PrivatePostgres

WANTED = 15_000.0
BACKLOG = 60_000
BODY = canonical({"data": {"text": "x" * 600}, "type": "bench.X"}).decode()


def _append(url: str) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        rows = [(new_id(), 1, "bench.X", BODY) for _ in range(BACKLOG)]
        sql = "INSERT INTO events (stream, version, type, body) VALUES %s"
        execute_values(cursor, sql, rows, page_size=1000)
    connection.close()


def _seal(server: PrivatePostgres) -> float:
    """Entries sealed in a second, by one process on one connection."""
    url = server.create_database(f"seal_{secrets.token_hex(4)}")
    migrate(url, {})
    _append(url)
    database, done = Database(url, pool_size=1), 0
    sealing = sequencer(database, "bench")
    began = time.perf_counter()
    while done < BACKLOG:
        done += sealing.step()
    rate = done / (time.perf_counter() - began)
    database.close()
    return rate


def _pymerkle() -> float:
    texts = [Entry.of("bench", position, BODY).text.encode() for position in range(BACKLOG)]
    tree = InmemoryTree(algorithm="sha256")
    began = time.perf_counter()
    tree.append_entries(texts)
    return BACKLOG / (time.perf_counter() - began)


@contextmanager
def _against(peer: Callable[[], float]) -> Iterator[tuple[Measure, Measure]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wc-")))
        server = stack.enter_context(PrivatePostgres.start(folder / "pg"))
        yield lambda: _seal(server), peer


BENCHMARKS = (
    Benchmark(
        name="seal",
        unit="entries/s",
        peer_name="the 15,000 entries/s that were asked for",
        higher_is_better=True,
        target=1.0,
        setup=lambda: _against(lambda: WANTED),
        rounds=3,
    ),
    Benchmark(
        name="seal-pymerkle",
        unit="entries/s",
        peer_name="pymerkle 7.0.0: building the tree in memory, nothing stored or signed",
        higher_is_better=True,
        target=None,
        setup=lambda: _against(_pymerkle),
        rounds=3,
    ),
)
