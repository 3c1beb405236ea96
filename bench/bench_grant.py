"""`grant`: a million vouchers in bulk, against COPY of the same event rows into the same table.

Ours decides on every user, draws the money, keeps read models and outcomes; COPY only writes rows,
with the same indexes and triggers. BENCH_VOUCHERS sets another number.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from bench.harness import MILLIONS, Benchmark, Measure, child_figure
from chassis.database import migrate
from voucher_ledger.testing import MIGRATIONS
from wanchuang.servers import PrivatePostgres

VOUCHERS = int(os.environ.get("BENCH_VOUCHERS", "1000000"))
SECONDS = 900.0
_OUT = (
    "COPY (SELECT stream, version, type, body FROM events "
    "WHERE type = 'voucher-ledger.VoucherGranted') TO STDOUT"
)
_IN = "COPY events (stream, version, type, body) FROM STDIN"


class _Sides:
    def __init__(self, server: PrivatePostgres, rows: Path) -> None:
        self._server, self._rows, self._number = server, rows, 0

    def ours(self) -> float:
        """Vouchers granted in a second; the first time the rows are kept for the peer."""
        with self._ledger() as url:
            arguments = ["-W", "ignore", "-m", "bench.sides.grant_ours", url, str(VOUCHERS)]
            figure = child_figure(arguments, timeout=SECONDS)
            if not self._rows.exists():
                with closing(psycopg2.connect(url)) as connection, self._rows.open("wb") as file:
                    connection.cursor().copy_expert(_OUT, file)
        return figure

    def copied(self) -> float:
        """The same rows copied in a second."""
        if not self._rows.exists():
            self.ours()
        with (
            self._ledger() as url,
            closing(psycopg2.connect(url)) as connection,
            self._rows.open("rb") as file,
        ):
            began = time.perf_counter()
            connection.cursor().copy_expert(_IN, file)
            connection.commit()
            return VOUCHERS / (time.perf_counter() - began)

    @contextmanager
    def _ledger(self) -> Iterator[str]:
        self._number += 1
        name = f"ledger_{self._number}"
        url = self._server.create_database(name)
        migrate(url, {"voucher-ledger": MIGRATIONS})
        yield url
        self._server.drop_database(name)


@contextmanager
def _setup() -> Iterator[tuple[Measure, Measure]]:
    with (
        tempfile.TemporaryDirectory(prefix="wc-") as folder,
        PrivatePostgres.start(Path(folder) / "pg", MILLIONS) as server,
    ):
        sides = _Sides(server, Path(folder) / "rows")
        yield sides.ours, sides.copied


BENCHMARKS = (
    Benchmark(
        name="grant",
        unit="vouchers/s",
        peer_name="COPY of the same event rows",
        higher_is_better=True,
        target=0.4,
        setup=_setup,
        rounds=2,
        warmups=0,
    ),
)
