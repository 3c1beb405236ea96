"""One of several processes whose orders all draw on one cap of one batch, in green threads.

`python -m bench.sides.hot_budget URL LISTING GREEN_THREADS NUMBER PROCESSES BEGIN SECONDS`: process
NUMBER of PROCESSES reserves from the instant BEGIN (seconds since 1970) on, and prints how long
each reservation took, in ms, as a JSON list.
"""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

from bench.sides.ledgers import vouchers  # noqa: E402
from bench.sides.orders import Bought, Desk, serving  # noqa: E402

MOST = 1_000_000
"""Positions that one process may use."""


def main(
    url: str, listing: str, threads: int, number: int, processes: int, begin: float, seconds: float
) -> list[float]:
    """Milliseconds of every reservation that ended between BEGIN and BEGIN + SECONDS."""
    ledger = serving(url, threads + 1)
    desk, spent = Desk(ledger, number * MOST), list[float]()
    mine = vouchers(ledger.database, MOST)[number::processes]
    desk.reserve(Bought(*mine[0], listing))  # connections and statements are ready
    if time.time() > begin:
        raise RuntimeError("begun too late")

    def work(thread: int) -> None:
        eventlet.sleep(max(0.0, begin - time.time()))
        for voucher in mine[thread + 1 :: threads]:
            began = time.perf_counter()
            if time.time() > begin + seconds:
                return
            desk.reserve(Bought(*voucher, listing))
            spent.append((time.perf_counter() - began) * 1000)
        raise RuntimeError("too few vouchers")

    workers = [eventlet.spawn(work, thread) for thread in range(threads)]
    for worker in workers:
        worker.wait()
    ledger.close()
    return spent


if __name__ == "__main__":
    url, listing, threads, number, processes, begin, seconds = sys.argv[1:]
    sizes = int(threads), int(number), int(processes)
    print(json.dumps(main(url, listing, *sizes, float(begin), float(seconds))))
