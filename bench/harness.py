"""The harness of every benchmark: rounds of ours and peer in turn, medians, a table and JSON.

Both sides run in the same minutes on the same machine, in the order A B, B A, A B …, so a
machine that slows down or speeds up meets both alike. What counts is the median of the ratios of
the rounds, not the ratio of two lonely figures.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).resolve().parent / "results"

MILLIONS = {"max_wal_size": "4GB", "shared_buffers": "512MB", "checkpoint_timeout": "30min"}
"""Memory and checkpoints as a PostgreSQL with millions of rows would have them, for both sides."""

Measure = Callable[[], float]
Report = Callable[[str], None]


@dataclass(frozen=True)
class Benchmark:
    """One row of the table.

    Attributes:
        name: of the row and of its JSON file, such as ``append-replica``.
        unit: of both figures, such as ``saves/s``.
        peer_name: what ours is measured against, with its version or settings.
        higher_is_better: True for rates, False for times and sizes.
        target: the least ratio that is wanted, or None.
        setup: gives, as a context manager, two callables ``ours`` and ``peer``; each call makes
            one round and returns its figure.
        rounds: how many rounds count.
        warmups: how many rounds before them do not.
    """

    name: str
    unit: str
    peer_name: str
    higher_is_better: bool
    target: float | None
    setup: Callable[[], AbstractContextManager[tuple[Measure, Measure]]]
    rounds: int = 5
    warmups: int = 1


@dataclass(frozen=True)
class Round:
    """The two figures of one round."""

    ours: float
    peer: float
    ratio: float


@dataclass(frozen=True)
class Result:
    """What a benchmark came to; `ratio` above 1 always means that ours is better."""

    benchmark: Benchmark
    rounds: Sequence[Round]

    @property
    def ours(self) -> float:
        """The median of our figures."""
        return statistics.median(entry.ours for entry in self.rounds)

    @property
    def peer(self) -> float:
        """The median of the peer's figures."""
        return statistics.median(entry.peer for entry in self.rounds)

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(entry.ratio for entry in self.rounds)

    @property
    def met(self) -> bool:
        """Whether the target is met (a benchmark without one meets it)."""
        target = self.benchmark.target
        return target is None or self.ratio >= target

    def as_json(self) -> dict[str, object]:
        """Return what ``bench/results/NAME.json`` holds."""
        ratios = [entry.ratio for entry in self.rounds]
        return {
            "name": self.benchmark.name,
            "unit": self.benchmark.unit,
            "ours": self.ours,
            "peer": self.peer,
            "peer_name": self.benchmark.peer_name,
            "ratio": self.ratio,
            "rounds": len(self.rounds),
            "target": self.benchmark.target,
            "ratio_min": min(ratios),
            "ratio_max": max(ratios),
        }


def run(benchmark: Benchmark, report: Report = print) -> Result:
    """Run the rounds of one benchmark, telling each to `report`.

    Raises:
        ValueError: a side returned a figure that is not above 0.
    """
    rounds: list[Round] = []
    with benchmark.setup() as (ours, peer):
        for number in range(-benchmark.warmups, benchmark.rounds):
            ours_first = number % 2 == 0
            first, second = (ours, peer) if ours_first else (peer, ours)
            figures = first(), second()
            entry = _round(benchmark, *(figures if ours_first else reversed(figures)))
            name = "warm-up" if number < 0 else f"{number + 1}/{benchmark.rounds}"
            report(
                f"{benchmark.name:<20} {name:>8}   ours {figure(entry.ours):>10}   "
                f"peer {figure(entry.peer):>10}   ratio {entry.ratio:.2f}"
            )
            if number >= 0:
                rounds.append(entry)
    return Result(benchmark, rounds)


def _round(benchmark: Benchmark, ours: float, peer: float) -> Round:
    if ours <= 0 or peer <= 0:
        raise ValueError(f"{benchmark.name}: a figure must be above 0: {ours}, {peer}")
    return Round(ours, peer, ours / peer if benchmark.higher_is_better else peer / ours)


def write(result: Result, folder: Path = RESULTS) -> Path:
    """Write the result as ``NAME.json`` into `folder` and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.benchmark.name}.json"
    path.write_text(json.dumps(result.as_json(), indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path


def table(results: Sequence[Result]) -> str:
    """Return the table of all results."""
    head = ("benchmark", "unit", "ours", "peer", "ratio", "(min–max)", "target", "peer is")
    rows = [head]
    for result in results:
        ratios = [entry.ratio for entry in result.rounds]
        target = result.benchmark.target
        wanted = "–" if target is None else f"≥ {target:g} {'met' if result.met else 'NOT MET'}"
        rows.append(
            (
                result.benchmark.name,
                result.benchmark.unit,
                figure(result.ours),
                figure(result.peer),
                f"{result.ratio:.2f}",
                f"({min(ratios):.2f}–{max(ratios):.2f})",
                wanted,
                result.benchmark.peer_name,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(widths[i]) for i, cell in enumerate(row)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def figure(value: float) -> str:
    """Show a figure with three or more digits that mean something."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def child_figure(
    arguments: Sequence[str], environment: Mapping[str, str] | None = None, timeout: float = 300.0
) -> float:
    """Run ``python ARGUMENTS`` from the repository and return the number on its last line.

    A side that needs green threads runs in a child of its own, so that the other one does not
    bear its monkey-patching.
    """
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=timeout,
    )
    return float(done.stdout.strip().splitlines()[-1])
