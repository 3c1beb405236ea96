"""The corpus in several processes, each with its share of the variants and a server of its own.

Of its own, because the sequencer passes over what a transaction that is still open anywhere on the
server may precede, and histories are told step by step. For the same reason nothing is vacuumed.
"""

import logging
import multiprocessing
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import structlog

from tests.tamper.running import GROUNDS, Result, attack, library, look_at, shapes, variants
from tests.tamper.worldbook import Worldbook
from wanchuang.servers import PrivatePostgres

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


def run(seed: int, jobs: int, only: str) -> Iterator[Result]:
    """Results as the processes end."""
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(_work, seed, part, jobs, only) for part in range(jobs)]
        for future in as_completed(futures):
            yield from future.result()


def _work(seed: int, part: int, parts: int, only: str) -> list[Result]:
    """One process's share: the variants on one ground, and every n-th untouched history."""
    logging.disable(logging.CRITICAL)  # what the services log of the attacks would bury the table
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with (
        tempfile.TemporaryDirectory(prefix="wc-") as folder,
        PrivatePostgres.start(Path(folder) / "pg", FAST) as server,
        library(server, seed) as book,
    ):
        return list(_look(book, seed, part, parts, only))


def _look(book: Worldbook, seed: int, part: int, parts: int, only: str) -> Iterator[Result]:
    for number, variant in enumerate(variants()):
        ground = (number + seed) % len(GROUNDS)
        if only in f"{variant.id} {variant.kind}" and ground % parts == part:
            yield attack(book, variant, GROUNDS[ground], seed)
    for number, shape in enumerate(shapes()):
        if only in shape.name and number % parts == part:
            yield look_at(book, shape)
