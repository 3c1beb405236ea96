"""Keeps the ledger's log: gives positions, seals, signs with the totals; publishes to nobody.

`python -m bench.sides.keeper URL` — the loop of `chassis.keeper`, without a broker, until SIGTERM.
Prints a line as soon as everything that was there is sealed.
"""

import sys
import threading

from chassis.database import Database
from chassis.keeper import POLL_SECONDS
from chassis.sequencer import leadership
from chassis.testing import sequencer
from voucher_ledger.totals import LedgerTotals

LOG = "voucher-ledger"


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
