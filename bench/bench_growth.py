"""`growth`: what a reservation takes with 1,000,000 vouchers in the ledger, against 10,000.

Two ledgers on one server, and one reservation in each in turn, with vouchers picked at random; the
figures of both are those of the same seconds. Everything is committed; nobody seals meanwhile.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.harness import MILLIONS, ROOT, Benchmark, Measure
from bench.sides.ledgers import stocked
from wanchuang.servers import PrivatePostgres

LARGE, SMALL, RESERVATIONS = 1_000_000, 10_000, 1_500
WANTED = 1 / 1.15


class Pairs:
    """Gives the two figures of one measurement to the two sides of a round, in any order."""

    def __init__(self, command: list[str], percentile: int) -> None:
        self._command = command
        self._percentile = percentile
        self._left: list[float | None] = [None, None]

    def figure(self, side: int) -> float:
        """The percentile of one side, in ms; the other one is kept for the next call."""
        found = self._left[side]
        if found is None:
            self._left = [self._of(spent) for spent in self._measured()]
            found = self._left[side]
        self._left[side] = None
        assert found is not None
        return found

    def _of(self, spent: list[float]) -> float:
        return statistics.quantiles(spent, n=100)[self._percentile - 1]

    def _measured(self) -> list[list[float]]:
        done = subprocess.run(
            self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=300
        )
        found: list[list[float]] = json.loads(done.stdout)
        for name, spent in zip(("large", "small"), found, strict=True):
            percentiles = statistics.quantiles(spent, n=100)
            print(f"growth: {name}: p50 {percentiles[49]:.2f} ms, p99 {percentiles[98]:.2f} ms")
        return found


@contextmanager
def _setup(percentile: int) -> Iterator[tuple[Measure, Measure]]:
    with (
        tempfile.TemporaryDirectory(prefix="wc-") as folder,
        PrivatePostgres.start(Path(folder) / "pg", MILLIONS) as server,
    ):
        ledgers: list[str] = []
        for name, count in (("large", LARGE), ("small", SMALL)):
            url = server.create_database(name)
            ledgers += [url, stocked(url, count).listing_id]
        side = [sys.executable, "-W", "ignore", "-m", "bench.sides.growth"]
        pairs = Pairs([*side, *ledgers, str(RESERVATIONS)], percentile)
        yield lambda: pairs.figure(0), lambda: pairs.figure(1)


def _row(name: str, percentile: int, unit: str) -> Benchmark:
    return Benchmark(
        name=name,
        unit=unit,
        peer_name="the same with 10,000 vouchers",
        higher_is_better=False,
        target=round(WANTED, 2),
        setup=lambda: _setup(percentile),
        rounds=3,
        warmups=0,
    )


BENCHMARKS = (_row("growth", 50, "ms (median)"), _row("growth-p99", 99, "ms (p99)"))
