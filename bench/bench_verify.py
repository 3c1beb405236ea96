"""`verify`: the supervisor's whole check of its copy, offline, by one process on one core.

A mirror of 1,000,000 entries of all logs (`bench.sides.lives`), cosigned every 500; BENCH_ENTRIES
sets another size. Everything is checked that `wanchuang-oversight verify` checks: signatures, tree,
tiles, totals, canonical JSON, schemas, versions, every rule. It fails above 500 MB, or when the
verdict is not clean.

`verify-limit` sets it against plain hashing of the same bytes, which nobody can go below.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import oversight
from bench.harness import Benchmark, Measure, child_figure
from bench.sides.lives import Lives
from chassis.database import Database, migrate
from oversight.testing import load
from wanchuang.servers import PrivatePostgres

WANTED = 60_000.0
ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
COSIGNED_EVERY = 500
SECONDS = 600.0


@cache
def _mirror() -> str:
    """A supervisor's database, made once for both rows; it ends with the process."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(tempfile.mkdtemp(prefix="wc-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    server = stack.enter_context(PrivatePostgres.start(folder / "pg", {"fsync": "off"}))
    url = server.create_database("oversight")
    migrate(url, {"oversight": Path(oversight.__file__).parent / "migrations"})
    database = Database(url, pool_size=1)
    load(database, Lives().entries(ENTRIES), COSIGNED_EVERY)
    with database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    database.close()
    return url


def _side(what: str) -> float:
    return child_figure(["-W", "ignore", "-m", "bench.sides.verify_ours", _mirror(), what],
                        timeout=SECONDS)  # fmt: skip


@contextmanager
def _against_what_was_asked() -> Iterator[tuple[Measure, Measure]]:
    yield lambda: _side("verify"), lambda: WANTED


@contextmanager
def _against_the_limit() -> Iterator[tuple[Measure, Measure]]:
    yield lambda: _side("verify"), lambda: _side("hash")


BENCHMARKS = (
    Benchmark(
        name="verify",
        unit="entries/s",
        peer_name="the 60,000 entries/s that were asked for, on one core",
        higher_is_better=True,
        target=1.0,
        setup=_against_what_was_asked,
        rounds=3,
        warmups=0,
    ),
    Benchmark(
        name="verify-limit",
        unit="entries/s",
        peer_name="plain SHA-256 of the same bytes",
        higher_is_better=True,
        target=None,
        setup=_against_the_limit,
        rounds=1,
        warmups=0,
    ),
)
