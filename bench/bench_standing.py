"""`standing`: what guarding a command by how its caller stands adds, at a million subjects.

One read of one row by its key, on a warm connection, the position of identity's log with it. The
figure is the 99th percentile of single reads; the limit is what was asked for.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import md5
from pathlib import Path
from uuid import UUID

from bench.harness import Benchmark, Measure
from chassis import standing
from chassis.database import Database, migrate
from wanchuang.servers import PrivatePostgres

SUBJECTS, READS = 1_000_000, 20_000
LIMIT_MS = 0.5
CHUNK = 100_000

_FILL = """
INSERT INTO standing (subject_id, kind, region, verified, is_user)
SELECT md5(n::text)::uuid::text, 'person', '340100', true, true
FROM generate_series(%s::bigint, %s::bigint) n
"""
_TRACK = "INSERT INTO tracking (log, position) VALUES ('identity', 2999999), ('catalog', 41)"


def _fill(database: Database) -> None:
    for first in range(0, SUBJECTS, CHUNK):
        database.execute([(_FILL, (first, first + CHUNK - 1))])
    database.execute([(_TRACK, ())])
    with database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE standing")


def _subjects(count: int) -> list[str]:
    chance = random.Random(4)
    numbers = [str(chance.randrange(SUBJECTS)) for _ in range(count)]
    return [
        str(UUID(md5(number.encode(), usedforsecurity=False).hexdigest())) for number in numbers
    ]


def _p99(database: Database, subjects: list[str]) -> float:
    """Milliseconds below which 99 of 100 guards stay."""
    spent = []
    for subject in subjects:
        began = time.perf_counter()
        found = standing.read(database, subject)
        spent.append(time.perf_counter() - began)
        if not found.may_use or found.seen != 2999999:
            raise RuntimeError(f"{subject}: {found}")
    return statistics.quantiles(spent, n=100)[98] * 1000


def _bare(database: Database) -> float:
    """The same for a question that reads nothing: what any round trip costs there and then."""
    spent = []
    for _ in range(READS):
        began = time.perf_counter()
        database.rows("SELECT 1 AS one")
        spent.append(time.perf_counter() - began)
    return statistics.quantiles(spent, n=100)[98] * 1000


@contextmanager
def _against(peer: Callable[[Database], float]) -> Iterator[tuple[Measure, Measure]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wc-")))
        server = stack.enter_context(PrivatePostgres.start(folder / "pg"))
        url = server.create_database("standing")
        migrate(url, {})
        database = Database(url, pool_size=1)
        stack.callback(database.close)
        _fill(database)
        subjects = _subjects(READS)
        yield lambda: _p99(database, subjects), lambda: peer(database)


BENCHMARKS = (
    Benchmark(
        name="standing",
        unit="ms (p99)",
        peer_name="the 0.5 ms at 1,000,000 subjects that were asked for",
        higher_is_better=False,
        target=1.0,
        setup=lambda: _against(lambda _: LIMIT_MS),
        rounds=3,
    ),
    Benchmark(
        name="standing-round-trip",
        unit="ms (p99)",
        peer_name="SELECT 1 on the same connection: a round trip that reads nothing",
        higher_is_better=False,
        target=None,
        setup=lambda: _against(_bare),
        rounds=3,
    ),
)
