"""Ours: orders reserved and accepted a second, each with a voucher of its own, in green threads.

`python -m bench.sides.redeem_path_ours URL LISTING GREEN_THREADS ORDERS [RECORD]` — with the file
RECORD what PostgreSQL was sent is written there, by order and in its sequence.
"""

import eventlet

eventlet.monkey_patch()

import pickle  # noqa: E402
import sys  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextvars import ContextVar  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from psycopg2 import extensions  # noqa: E402

from bench.sides.ledgers import vouchers  # noqa: E402
from bench.sides.orders import Bought, Desk, Sent, per_second, serving  # noqa: E402

PREPARED: set[str] = set()
"""What a connection is sent before it can be sent what an order needs."""

_sent: ContextVar[Sent | None] = ContextVar("sent", default=None)


class Recording(extensions.cursor):
    """A cursor that also writes down what it sends for an order."""

    def execute(self, query: Any, values: Any = None) -> None:
        """Send a statement."""
        if query.startswith("PREPARE "):
            PREPARED.add(query)
        elif (sent := _sent.get()) is not None:
            sent.append((query, values))
        super().execute(query, values)


def main(url: str, listing: str, threads: int, count: int, record: Path | None) -> float:
    """Orders per second of `threads` green threads."""
    ledger = serving(url, threads + 1)
    if record is not None:
        ledger.database.pool.options["cursor_factory"] = Recording
    desk = Desk(ledger)
    orders = [Bought(*found, listing) for found in vouchers(ledger.database, count)]
    recorded: list[Sent] = [[] for _ in orders]

    def work(todo: Iterator[int]) -> None:
        for number in todo:
            if record is not None:
                _sent.set(recorded[number])
            desk.reserve(orders[number])
            desk.accept(orders[number])

    def carry_out(todo: Iterator[int]) -> None:
        workers = [eventlet.spawn(work, todo) for _ in range(threads)]
        for worker in workers:
            worker.wait()

    rate = per_second(count, carry_out)
    if record is not None:
        record.write_bytes(pickle.dumps((sorted(PREPARED), recorded)))
    ledger.close()
    return rate


if __name__ == "__main__":
    url, listing, threads, count, *rest = sys.argv[1:]
    print(main(url, listing, int(threads), int(count), Path(rest[0]) if rest else None))
