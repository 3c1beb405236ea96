"""`proof`: an inclusion proof at a size of 10 million, from the tiles in PostgreSQL, checked.

The tree is real, over made-up leaf hashes, so that its making takes a minute and not an hour. The
peer proves in memory, at a size that fits there.
"""

import io
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg2
from pymerkle import InmemoryTree

from bench.harness import Benchmark, Measure
from chassis.database import Database, migrate
from chassis.seal import signing_key
from chassis.sealing.checkpoint import Checkpoint, seal
from chassis.sealing.hashing import SHA256
from chassis.sealing.tree import TreeState
from chassis.settings import Settings
from chassis.testing import LOG_SIGNING_KEY
from chassis.tlog import SealedLog
from wanchuang.servers import PrivatePostgres

SIZE = 10_000_000
CHUNK = 1 << 17
PROOFS = 300
WANTED_MS = 5.0
PEER_SIZE = 200_000


def _fill(url: str) -> None:
    """Store a sealed tree of `SIZE` leaves: its tiles by COPY, and one signed checkpoint."""
    state, began = TreeState(), time.perf_counter()
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        for start in range(0, SIZE, CHUNK):
            numbers = range(start, min(start + CHUNK, SIZE))
            growth = state.append([sha256(b"%d" % number).digest() for number in numbers])
            lines = (
                f"{tile.level}\t{tile.number}\t{tile.start}\t\\\\x{tile.fresh.hex()}\n"
                for tile in growth.tiles
            )
            file = io.StringIO("".join(lines))
            cursor.copy_expert("COPY tiles (level, number, start, hashes) FROM STDIN", file)
            state = growth.state
        key = signing_key(Settings(service="bench", log_signing_key=LOG_SIGNING_KEY))
        note = str(seal(Checkpoint.of(key.name, state.size, state.root, SHA256), key))
        cursor.execute("INSERT INTO checkpoints (size, note) VALUES (%s, %s)", (SIZE, note))
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        connection.cursor().execute("VACUUM ANALYZE tiles")
    print(f"proof: {SIZE:,} leaves made and stored in {time.perf_counter() - began:.0f} s")


def _milliseconds(prove: Callable[[int], Any], size: int) -> float:
    """The mean time of a proof at positions anywhere."""
    rng = random.Random(size)
    positions = [rng.randrange(size) for _ in range(PROOFS)]
    began = time.perf_counter()
    for position in positions:
        prove(position)
    return (time.perf_counter() - began) * 1000 / PROOFS


def _pymerkle() -> Measure:
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(number.to_bytes(8, "big") for number in range(PEER_SIZE))
    return lambda: _milliseconds(lambda position: tree.prove_inclusion(position + 1), PEER_SIZE)


@contextmanager
def _against(peer: Callable[[], Measure]) -> Iterator[tuple[Measure, Measure]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wc-")))
        server = stack.enter_context(PrivatePostgres.start(folder / "pg"))
        url = server.create_database("proof")
        migrate(url, {})
        _fill(url)
        database = Database(url, pool_size=1)
        stack.callback(database.close)
        log = SealedLog(database, "bench")
        yield lambda: _milliseconds(lambda position: log.inclusion(position, None), SIZE), peer()


BENCHMARKS = (
    Benchmark(
        name="proof",
        unit="ms",
        peer_name="the 5 ms that were asked for",
        higher_is_better=False,
        target=1.0,
        setup=lambda: _against(lambda: lambda: WANTED_MS),
        rounds=3,
    ),
    Benchmark(
        name="proof-pymerkle",
        unit="ms",
        peer_name="pymerkle 7.0.0 in memory, a tree of 200,000",
        higher_is_better=False,
        target=None,
        setup=lambda: _against(_pymerkle),
        rounds=3,
    ),
)
