"""Keeps the ledger's log: gives positions, seals, signs with the totals; publishes to nobody.

`python -m bench.sides.keeper URL` — the loop of `chassis.keeper`, without a broker, until SIGTERM.
Prints a line as soon as everything that was there is sealed.
"""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bench.harness import ROOT
from chassis.database import Database
from chassis.keeper import POLL_SECONDS
from chassis.sequencer import leadership
from chassis.testing import sequencer
from voucher_ledger.totals import LedgerTotals
from wanchuang.servers.process import stop_process

LOG = "voucher-ledger"


@contextmanager
def keeping(url: str) -> Iterator[None]:
    """The ledger's log is kept by a process of its own, and sealed as far as it goes."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.sides.keeper", url]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        if process.stdout.readline() != b"sealed\n":
            raise RuntimeError("the log is not kept")
        yield
        if process.poll() is not None:
            raise RuntimeError("the log was not kept to the end")
    finally:
        stop_process(process, signal.SIGTERM, 5.0)


def main(url: str) -> None:
    """Keep the log for ever."""
    database = Database(url, pool_size=1)
    keeping = sequencer(database, LOG, LedgerTotals)
    stopping = threading.Event()
    with leadership(url, LOG, stopping) as lease:
        assert lease is not None
        while keeping.step():
            pass
        print("sealed", flush=True)
        while lease.held():
            if keeping.step():
                stopping.wait(keeping.pause)
            else:
                lease.wait(POLL_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
