"""`make tamper`: the whole corpus against real databases, and the catch table.

Exit status 0 only when every variant was caught with the right diagnosis and no untouched history
raised an alarm.
"""

import argparse
import logging
import multiprocessing
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

warnings.simplefilter("ignore")  # eventlet says at each start that it is in maintenance

import structlog  # noqa: E402

from tests.tamper.running import (  # noqa: E402
    GROUNDS,
    Result,
    attack,
    library,
    look_at,
    shapes,
    variants,
)
from tests.tamper.table import table  # noqa: E402
from tests.tamper.worlds import Server  # noqa: E402
from wanchuang.servers import PrivatePostgres  # noqa: E402

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Known:
    """A server that another process has started; its databases are dropped with it."""

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, database: str = "postgres") -> str:
        """The URL of a database."""
        return self._url.replace("{database}", database)

    def create_database(self, name: str) -> str:
        """Create a database."""
        import psycopg2

        connection = psycopg2.connect(self.url())
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        connection.close()
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database."""
        import psycopg2

        connection = psycopg2.connect(self.url())
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.close()


def quiet() -> None:
    """What the services log of the attacks would bury the table."""
    logging.disable(logging.CRITICAL)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def work(url: str, seed: int, part: int, parts: int, only: str, clean: bool) -> list[Result]:
    """One process's share: the variants on one ground, and every n-th untouched history."""
    quiet()
    server: Server = Known(url)
    results: list[Result] = []
    with library(server, seed) as book:
        for number, variant in enumerate(variants()):
            ground = (number + seed) % len(GROUNDS)
            if only in f"{variant.id} {variant.kind}" and ground % parts == part:
                results.append(attack(book, variant, GROUNDS[ground], seed))
        for number, shape in enumerate(shapes()):
            if clean and only in shape.name and number % parts == part:
                results.append(look_at(book, shape))
    return results


def run(seed: int, jobs: int, only: str, clean: bool) -> Iterator[Result]:
    """Results as the processes end."""
    with (
        tempfile.TemporaryDirectory(prefix="wc-") as folder,
        PrivatePostgres.start(Path(folder) / "pg", FAST) as server,
        ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool,
    ):
        url = server.url("{database}")
        futures = [pool.submit(work, url, seed, part, jobs, only, clean) for part in range(jobs)]
        for future in as_completed(futures):
            yield from future.result()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the corpus."""
    parser = argparse.ArgumentParser(
        prog="make tamper",
        description="篡改语料库 · Tamper with real databases; show what is seen",
    )
    parser.add_argument("--seed", type=int, default=1, help="选取被害条目的种子 · chooses victims")
    parser.add_argument("--only", default="", help="变体、类别或历史的名称片段 · part of a name")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--list", action="store_true", help="列出变体 · list the variants")
    options = parser.parse_args(arguments)
    if options.list:
        for variant in variants():
            print(f"{variant.kind}: {variant.id} -> {', '.join(variant.expects)}")
        return 0
    began = time.monotonic()
    results = list(run(options.seed, options.jobs, options.only, clean=True))
    wrong = [result for result in results if not result.right]
    for result in wrong:
        print(f"\n{'未按预期 · not as expected'}: {result.kind or 'untouched'}: {result.id}")
        print(
            f"  verdict {result.verdict}; alone: make tamper ARGS='--seed {options.seed} "
            f'--only "{result.id}"\''
        )
        for line in result.told[:12]:
            print(f"    {line[:200]}")
    print()
    print("\n".join(table(results)))
    print(f"\n{len(results)} in {time.monotonic() - began:.0f} s, seed {options.seed}")
    return 1 if wrong or not results else 0


if __name__ == "__main__":
    sys.exit(main())
