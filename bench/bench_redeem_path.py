"""`redeem-path`: orders reserved and accepted as commands, 16 at once in one process.

`redeem-path`: against the statements that our path sends, recorded in the same run with their
parameters and issued by 16 OS threads of bare psycopg2 to a database of the same content. On both
sides a process of its own gives positions, seals and signs what is appended.

`redeem-path-stock`: against the ledger's own voucher on the stock PostgreSQL recorder of
eventsourcing, at the number of threads that suits it best, with nothing beside it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex

from psycopg2.extensions import parse_dsn

from bench.harness import Benchmark, Measure, child_figure
from bench.sides.keeper import keeping
from bench.sides.ledgers import Stock, stocked
from wanchuang.servers import PrivatePostgres

AT_ONCE, ORDERS = 16, 1500
TEMPLATE = "stocked"
QUIET = ("-W", "ignore", "-m")


class _Ledgers:
    """Copies of one filled ledger, each for one round."""

    def __init__(self, server: PrivatePostgres) -> None:
        self._server = server
        self._stock: Stock = stocked(server.create_database(TEMPLATE), ORDERS)
        with keeping(server.url(TEMPLATE)):
            pass  # what it begins with is sealed

    @contextmanager
    def _copy(self) -> Iterator[str]:
        name = f"copy_{token_hex(4)}"
        url = self._server.create_database(name, TEMPLATE)
        with keeping(url):
            yield url
        self._server.drop_database(name)

    def ours(self, *record: str) -> float:
        """Orders per second of our path."""
        with self._copy() as url:
            given = (url, self._stock.listing_id, str(AT_ONCE), str(ORDERS), *record)
            return child_figure([*QUIET, "bench.sides.redeem_path_ours", *given])

    def bare(self, record: str, threads: int = AT_ONCE) -> float:
        """Orders per second of the recorded statements."""
        with self._copy() as url:
            return child_figure([*QUIET, "bench.sides.redeem_path_bare", url, str(threads), record])


def stock(server: PrivatePostgres, threads: int, orders: int = ORDERS) -> float:
    """Orders per second on the stock recorder."""
    name = f"stock_{token_hex(4)}"
    dsn = parse_dsn(server.create_database(name))
    login = (name, dsn["host"], dsn.get("port", "5432"), dsn["user"])
    side = [*QUIET, "bench.sides.redeem_path_stock", *login]
    figure = child_figure([*side, str(threads), str(orders)])
    server.drop_database(name)
    return figure


@contextmanager
def _against_bare() -> Iterator[tuple[Measure, Measure]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wc-")))
        server = stack.enter_context(PrivatePostgres.start(folder / "pg"))
        ledgers, record = _Ledgers(server), str(folder / "sent")
        ledgers.ours(record)
        yield ledgers.ours, lambda: ledgers.bare(record)


@contextmanager
def _against_stock() -> Iterator[tuple[Measure, Measure]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wc-")))
        server = stack.enter_context(PrivatePostgres.start(folder / "pg"))
        ledgers = _Ledgers(server)
        best = max((1, 2, 4, 8), key=lambda threads: stock(server, threads, ORDERS // 2))
        yield ledgers.ours, lambda: stock(server, best)


BENCHMARKS = (
    Benchmark(
        name="redeem-path",
        unit="orders/s",
        peer_name="the same statements by bare psycopg2, 16 threads",
        higher_is_better=True,
        target=0.6,
        setup=_against_bare,
        rounds=3,
    ),
    Benchmark(
        name="redeem-path-stock",
        unit="orders/s",
        peer_name="the same voucher on eventsourcing 9.5.6, stock PostgreSQL recorder at its best",
        higher_is_better=True,
        target=2.0,
        setup=_against_stock,
        rounds=3,
    ),
)
