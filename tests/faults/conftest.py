"""A ledger's database, its log keepers as real processes, and commands that keep coming.

Nothing here is timed: what is asserted are counts, order and hashes. Bounds are generous, so that a
busy machine makes a test slow, not red.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

import pytest
from psycopg2 import OperationalError
from sqlalchemy import make_url

from chassis import context
from chassis.bus import memory
from chassis.bus.host import apply_migrations, deployables
from chassis.commands import Command, Commands
from chassis.database import Database
from chassis.domain import new_id
from chassis.grants import service_url
from chassis.settings import Settings
from chassis.testing import LOG_SIGNING_KEY
from voucher_ledger.application import Ledger
from wanchuang.servers.process import die_with_parent, stop_process, wait_until

PATIENCE = 60.0
"""Seconds after which a test gives up waiting for what should have happened long ago."""

HOLDER = """
SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()
"""


class Keepers:
    """Log keepers of one database: `wanchuang sequence voucher-ledger`, each a process."""

    def __init__(self, url: str, folder: Path) -> None:
        self.database = Database(url, pool_size=2)
        self._folder = folder
        self._environ = {
            **os.environ,
            "DATABASE_URL": url,
            "AMQP_URL": memory.URL,  # what is published goes nowhere: the log is what counts here
            "LOG_SIGNING_KEY": LOG_SIGNING_KEY,
            "PYTHONWARNINGS": "ignore",
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started = 0

    def start(self, url: str = "") -> str:
        """Start another keeper, by another way to the database if there is a URL; its name."""
        self._started += 1
        name = f"keeper-{self._started}"
        other = {"DATABASE_URL": url} if url else {}
        with (self._folder / f"{name}.log").open("ab") as output:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", "chassis", "sequence", "voucher-ledger"],
                env={**self._environ, **other, "PGAPPNAME": name},
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509
            )
        return name

    def active(self) -> str | None:
        """The name of the one that holds the log's lock, or None."""
        try:
            row = self.database.row(HOLDER)
        except OperationalError:
            return None
        return None if row is None else str(row["application_name"])

    def await_active(self, *, but: str = "") -> str:
        """Wait until a keeper other than `but` holds the lock; its name."""
        assert wait_until(lambda: self.active() not in (None, but), PATIENCE), "nobody took over"
        return str(self.active())

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a keeper."""
        self._processes[name].send_signal(number)

    def kill(self, name: str) -> None:
        """End a keeper as `kill -9` does."""
        process = self._processes.pop(name)
        process.kill()
        process.wait(PATIENCE)

    def stop(self) -> None:
        """End them all."""
        for process in self._processes.values():
            process.send_signal(signal.SIGCONT)
            stop_process(process, signal.SIGKILL, PATIENCE)
        self.database.close()


class Wire:
    """A way to a TCP server that can go dead: connections stay, and nothing passes any more."""

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._passing = threading.Event()
        self._passing.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._sockets = [self._listener]
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def cut(self) -> None:
        """Let nothing pass."""
        self._passing.clear()

    def mend(self) -> None:
        """Let everything pass that was held up."""
        self._passing.set()

    def close(self) -> None:
        """Accept nothing more, and end: a socket is closed when nobody reads it any more."""
        self.mend()
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
        for each in self._sockets:
            each.close()

    def _start(self, run: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=run, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                self._sockets += [client, server]
                for pair in ((client, server), (server, client)):
                    self._start(self._forward, *pair)

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                self._passing.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


class Load:
    """Commands that keep coming, in threads, and what was acknowledged of them."""

    def __init__(self, url: str, seed: int, writers: int = 4) -> None:
        self._ledger = Ledger(Settings.load("voucher-ledger", {"DATABASE_URL": url}))
        self._commands = Commands(self._ledger, b"key")
        self._stop = threading.Event()
        self.acknowledged: dict[str, int] = {}
        self._threads = [
            threading.Thread(target=self._write, args=(number, random.Random(seed * 100 + number)))
            for number in range(writers)
        ]

    def __enter__(self) -> Self:
        """Let the commands come."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let the commands at hand end, and no more come."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        self._ledger.close()

    def _write(self, number: int, rng: random.Random) -> None:
        count = 0
        while not self._stop.wait(rng.random() * 0.05):
            id_, fen = new_id(), rng.randint(1, 1000)
            fund, count = f"FUND{number}-{count // 40}", count + 1  # streams stay short
            money = {"amount_fen": fen, "source": "provincial"}
            values = {"fund": fund, "year": 2026, **money, "document_number": id_}
            with context.bound(context.Context(actor="tester")):
                outcome = self._commands.execute(
                    Command("appropriate_budget", id_, values),
                    lambda v=values: self._ledger.appropriate_budget(**v),  # type: ignore[misc]
                )
            assert "result" in outcome
            self.acknowledged[id_] = fen


@pytest.fixture
def ledger_url(make_database: Callable[[str], str]) -> str:
    """A migrated database of the ledger, as its service logs in to it."""
    return migrated(make_database("voucher-ledger"))


def migrated(owner: str) -> str:
    """Migrate the ledger's database as its owner; how its service logs in."""
    url = service_url(owner, str(make_url(owner).database), "password")
    environ = {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": owner}
    apply_migrations(deployables()["voucher-ledger"], Settings.load("voucher-ledger", environ))
    return url


@pytest.fixture
def keepers(ledger_url: str, tmp_path: Path) -> Iterator[Keepers]:
    """No keeper yet; all are ended after the test."""
    with ExitStack() as stack:
        made = Keepers(ledger_url, tmp_path)
        stack.callback(made.stop)
        yield made
