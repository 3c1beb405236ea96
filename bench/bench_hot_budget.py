"""`hot-budget`: reservations that all draw on one cap of one fund, from four processes.

Each process draws from shares that it leases of the one amount, so none waits for the others. A
process of its own gives positions, seals and signs what they append. `hot-budget` is how many there
are in a second, `hot-budget-p99` how long 99 of 100 take; the limits are what was asked for.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex

from bench.harness import ROOT, Benchmark, Measure
from bench.sides.keeper import keeping
from bench.sides.ledgers import SHARE_FEN, Stock, stocked
from chassis.database import Database
from wanchuang.servers import PrivatePostgres

PROCESSES, THREADS = 4, 4
SECONDS, START_SECONDS = 5.0, 15.0
VOUCHERS = 20_000
WANTED_RATE, WANTED_MS = 1000.0, 100.0
TEMPLATE = "stocked"

_SPENT = """
SELECT a.fen AS cap_fen, sum(s.drawn_fen)::bigint AS drawn_fen,
    (SELECT sum(reserved_fen)::bigint FROM vouchers) AS reserved_fen
FROM allotments a JOIN budget_shares s ON s.allotment_id = a.id WHERE a.kind = 'category'
GROUP BY a.id
"""


def _round(server: PrivatePostgres, stock: Stock) -> list[float]:
    """What every reservation of a round took, in ms. Raises `RuntimeError` for a wrong sum."""
    name = f"copy_{token_hex(4)}"
    url = server.create_database(name, TEMPLATE)
    with keeping(url):
        begin = time.time() + START_SECONDS
        side = [sys.executable, "-W", "ignore", "-m", "bench.sides.hot_budget", url]
        given = (str(PROCESSES), str(begin), str(SECONDS))
        processes = [
            subprocess.Popen(
                [*side, stock.listing_id, str(THREADS), str(number), *given],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(PROCESSES)
        ]
        spent: list[float] = []
        for process in processes:
            answer, _ = process.communicate(timeout=120)
            if process.returncode:
                raise RuntimeError(f"status {process.returncode}")
            spent += json.loads(answer)
        database = Database(url, pool_size=1)
        row = database.row(_SPENT)
        database.close()
    if row is None or not row["drawn_fen"] == row["reserved_fen"] <= row["cap_fen"]:
        raise RuntimeError(row)
    server.drop_database(name)
    percentile = statistics.quantiles(spent, n=100)
    print(
        f"hot-budget: {len(spent)} in {SECONDS:g} s, "
        f"p50 {percentile[49]:.1f} ms, p99 {percentile[98]:.1f} ms, most {max(spent):.1f} ms"
    )
    return spent


def _rate(spent: list[float]) -> float:
    return len(spent) / SECONDS


def _p99(spent: list[float]) -> float:
    return statistics.quantiles(spent, n=100)[98]


@contextmanager
def _setup() -> Iterator[tuple[PrivatePostgres, Stock]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wc-")))
        server = stack.enter_context(PrivatePostgres.start(folder / "pg"))
        url = server.create_database(TEMPLATE)
        stock = stocked(url, VOUCHERS, cap_fen=VOUCHERS * SHARE_FEN)
        with keeping(url):
            pass  # what it begins with is sealed
        yield server, stock


@contextmanager
def _rates() -> Iterator[tuple[Measure, Measure]]:
    with _setup() as (server, stock):
        yield lambda: _rate(_round(server, stock)), lambda: WANTED_RATE


@contextmanager
def _latencies() -> Iterator[tuple[Measure, Measure]]:
    with _setup() as (server, stock):
        yield lambda: _p99(_round(server, stock)), lambda: WANTED_MS


BENCHMARKS = (
    Benchmark(
        name="hot-budget",
        unit="reservations/s",
        peer_name="the 1,000/s from 4 processes that were asked for",
        higher_is_better=True,
        target=1.0,
        setup=_rates,
        rounds=3,
        warmups=0,
    ),
    Benchmark(
        name="hot-budget-p99",
        unit="ms",
        peer_name="the 100 ms that were asked for",
        higher_is_better=False,
        target=1.0,
        setup=_latencies,
        rounds=3,
        warmups=0,
    ),
)
