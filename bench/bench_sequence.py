"""`sequence`: events given their positions while others are being appended.

The limit is what was asked for: 10,000 a second. Eight writers append in the background.
"""

import secrets
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2.extras import execute_values

from bench.harness import Benchmark, Measure
from chassis.database import Database, migrate
from chassis.domain import new_id
from chassis.testing import sequencer
from wanchuang.servers import PrivatePostgres

WANTED = 10_000.0
BACKLOG = 60_000
BODY = '{"n":"' + "x" * 600 + '"}'


def _append(url: str, count: int) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        rows = [(new_id(), 1, "bench.X", BODY) for _ in range(count)]
        sql = "INSERT INTO events (stream, version, type, body) VALUES %s"
        execute_values(cursor, sql, rows, page_size=1000)
    connection.close()


def _keep_appending(url: str, stop: threading.Event) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        while not stop.wait(0.005):
            cursor.execute(
                "INSERT INTO events (stream, version, type, body) VALUES (%s, 1, 'bench.X', %s)",
                (new_id(), BODY),
            )
    connection.close()


@contextmanager
def _setup() -> Iterator[tuple[Measure, Measure]]:
    with (
        tempfile.TemporaryDirectory(prefix="wc-") as folder,
        PrivatePostgres.start(Path(folder) / "pg") as server,
    ):

        def ours() -> float:
            url = server.create_database(f"seq_{secrets.token_hex(4)}")
            migrate(url, {})
            _append(url, BACKLOG)
            stop = threading.Event()
            writers = [threading.Thread(target=_keep_appending, args=(url, stop)) for _ in range(8)]
            for writer in writers:
                writer.start()
            database, done = Database(url, pool_size=1), 0
            sequencing = sequencer(database, "bench")
            began = time.perf_counter()
            while done < BACKLOG:
                done += sequencing.step()
            rate = done / (time.perf_counter() - began)
            stop.set()
            for writer in writers:
                writer.join()
            database.close()
            return rate

        yield ours, lambda: WANTED


BENCHMARK = Benchmark(
    name="sequence",
    unit="events/s",
    peer_name="the 10,000 events/s that were asked for",
    higher_is_better=True,
    target=1.0,
    setup=_setup,
    rounds=3,
)
