"""`register`: subjects imported from a CSV file, registries asked and personal data sealed.

`wanchuang-identity import` of 100,000 persons and firms, as it is run: workers, batches, report.
The registries' simulator answers over HTTP on the same machine. The limit is what was asked for;
the peer of `register-copy` is COPY of the very rows that ours wrote, into the same tables.
"""

import io
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg2

from bench.harness import Benchmark, Measure
from bench.sides import register
from chassis.database import migrate
from wanchuang.servers import PrivatePostgres

PERSONS, FIRMS = 90_000, 10_000
WANTED = 2_000.0
CONSOLE = str(Path(sys.executable).with_name("wanchuang-identity"))
COPIED = {
    "events": "stream, version, type, body",
    "commands": "id, name, digests, outcome",
    "subject_keys": "subject_id, stream, wrapped, master",
    "subjects": "subject_id, kind, region, document, is_user, is_provider, verified, aged_out,"
    " may_charge",
    "renewals": "subject_id, renew_by, remind_on, lapses_on, reminded, failed",
    "age_watch": "subject_id, digest",
}


class Registering:
    """Imports the same file into a new database each time."""

    def __init__(self, server: PrivatePostgres, folder: Path, authorities: str) -> None:
        self._server = server
        self._authorities = authorities
        self._file = folder / "people.csv"
        self._rows = register.write(self._file, PERSONS, FIRMS)
        self._written = ""

    def ours(self) -> float:
        """Rows per second, from the start of the command to its end."""
        url = self._new()
        environ = register.environ(url, self._authorities)
        began = time.perf_counter()
        done = subprocess.run(
            [CONSOLE, "import", str(self._file)], env=environ, check=False, capture_output=True
        )
        spent = time.perf_counter() - began
        if done.returncode != 0:
            raise RuntimeError(done.stdout.decode() + done.stderr.decode())
        if self._written:
            self._server.drop_database(self._written.rpartition("/")[2].partition("?")[0])
        self._written = url
        return self._rows / spent

    def copy(self) -> float:
        """Rows per second of COPY, of everything that ours wrote for them."""
        if not self._written:
            self.ours()
        url, written = self._new(), {}
        for table, columns in COPIED.items():
            written[table] = _copied_out(self._written, table, columns)
        with closing(psycopg2.connect(url)) as connection:
            began = time.perf_counter()
            with connection, connection.cursor() as cursor:
                for table, columns in COPIED.items():
                    cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", written[table])
            return self._rows / (time.perf_counter() - began)

    def _new(self) -> str:
        url = self._server.create_database(f"register_{secrets.token_hex(4)}")
        migrate(url, {"identity": register.MIGRATIONS})
        return url


def _copied_out(url: str, table: str, columns: str) -> io.BytesIO:
    found = io.BytesIO()
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        order = " ORDER BY tx, id" if table == "events" else ""
        cursor.copy_expert(f"COPY (SELECT {columns} FROM {table}{order}) TO STDOUT", found)
    found.seek(0)
    return found


@contextmanager
def _pair(peer: Callable[[Registering], float]) -> Iterator[tuple[Measure, Measure]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wc-")))
        server = stack.enter_context(PrivatePostgres.start(folder / "pg"))
        authorities = stack.enter_context(register.authorities(PERSONS, FIRMS))
        found = Registering(server, folder, authorities)
        yield found.ours, lambda: peer(found)


BENCHMARKS = (
    Benchmark(
        name="register",
        unit="subjects/s",
        peer_name="the 2,000 that were asked for",
        higher_is_better=True,
        target=1.0,
        setup=lambda: _pair(lambda _: WANTED),
        rounds=3,
        warmups=0,
    ),
    Benchmark(
        name="register-copy",
        unit="subjects/s",
        peer_name="COPY of the same rows into the same tables: nothing asked, judged or sealed",
        higher_is_better=True,
        target=None,
        setup=lambda: _pair(Registering.copy),
        rounds=1,
        warmups=0,
    ),
)
