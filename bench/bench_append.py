"""`append`: one event per save, with its command outcome on our side.

`append-replica` runs on a server whose commits take about 6 ms, as with a synchronous replica;
`append-local` on plain local commits. The peer is the stock recorder of eventsourcing at the
number of threads that suits it best, which is tried at the beginning.
"""

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from psycopg2.extensions import parse_dsn

from bench.harness import Benchmark, Measure, child_figure
from wanchuang.servers import PrivatePostgres

SECONDS = 3.0
REPLICA = {"commit_delay": "5000", "commit_siblings": "0"}


def _ours(server: PrivatePostgres, threads: int) -> float:
    name = f"ours_{secrets.token_hex(4)}"
    url = server.create_database(name)
    figure = child_figure(
        ["-W", "ignore", "-m", "bench.sides.append_ours", url, str(threads), str(SECONDS)]
    )
    server.drop_database(name)
    return figure


def _stock(server: PrivatePostgres, threads: int) -> float:
    name = f"stock_{secrets.token_hex(4)}"
    dsn = parse_dsn(server.create_database(name))
    figure = child_figure(
        [
            *("-m", "bench.sides.append_stock", name),
            *(dsn["host"], dsn.get("port", "5432"), dsn["user"]),
            *(str(threads), str(SECONDS)),
        ]
    )
    server.drop_database(name)
    return figure


def _setup(
    settings: Mapping[str, str], threads: int
) -> AbstractContextManager[tuple[Measure, Measure]]:
    @contextmanager
    def pair() -> Iterator[tuple[Measure, Measure]]:
        with (
            tempfile.TemporaryDirectory(prefix="wc-") as folder,
            PrivatePostgres.start(Path(folder) / "pg", settings) as server,
        ):
            best = max((1, 2, 4, 8), key=lambda n: _stock(server, n))
            yield lambda: _ours(server, threads), lambda: _stock(server, best)

    return pair()


BENCHMARKS = (
    Benchmark(
        name="append-replica",
        unit="saves/s",
        peer_name="eventsourcing 9.5.6, stock PostgreSQL recorder at its best",
        higher_is_better=True,
        target=15.0,
        setup=lambda: _setup(REPLICA, 32),
        rounds=3,
    ),
    Benchmark(
        name="append-local",
        unit="saves/s",
        peer_name="eventsourcing 9.5.6, stock PostgreSQL recorder at its best",
        higher_is_better=True,
        target=3.0,
        setup=lambda: _setup({}, 8),
        rounds=3,
    ),
)
