"""`lag`: from an event's commit to the supervisor's cosignature over it, at 500 events a second.

Every service, log keeper and the gateway is a process of its own, over RabbitMQ. Events of the
ledger, with postings, are appended by the recorder that services use.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from bench.harness import Benchmark, Measure
from chassis.database import Database
from chassis.eventstore.mapper import event_body
from chassis.eventstore.recorder import LogRecorder
from chassis.eventstore.wake import Waker
from schemas.events.voucher_ledger.budget import BudgetAppropriated
from wanchuang.processes import Processes
from wanchuang.servers import PrivatePostgres, PrivateRabbit

LOG = "voucher-ledger"
RATE, SECONDS, WRITERS = 500, 12.0, 4
SETTLE_SECONDS = 30.0
WANTED_SECONDS = 2.0
TYPE = BudgetAppropriated.type
"""Each in a stream of its own: the supervisor looks at form, schema and versions before it cosigns,
not at whose money it is."""

PURSES = [f"BENCH{n}/340100/2026" for n in range(5)]

_COSIGNED = "SELECT coalesce(max(size), 0) AS size FROM cosigned WHERE log = %s"
_PLACES = """
SELECT e.stream::text AS stream, n.position FROM entries n
JOIN events e ON e.tx = n.tx AND e.id = n.event_id WHERE e.type = %s
"""


@dataclass
class _Round:
    """What was seen of one round: commits by stream, and growing cosigned sizes."""

    committed: dict[str, float] = field(default_factory=dict)
    cosigned: list[tuple[float, int]] = field(default_factory=list)


def _event(number: int) -> StoredEvent:
    purse = PURSES[number % len(PURSES)]
    postings = [
        {"account": f"appropriated/{purse}", "fen": -500},
        {"account": f"unissued/{purse}", "fen": 500},
    ]
    data = {**BudgetAppropriated.example, "postings": postings}
    stream: UUID = uuid4()
    body = event_body(TYPE, stream, 1, datetime.now(UTC), data)
    return StoredEvent(stream, 1, TYPE, body)


def _write(recorder: LogRecorder, seen: _Round, offset: float) -> None:
    """Append at an even pace, as one of the writers."""
    pause, began = WRITERS / RATE, time.monotonic()
    for number in range(int(SECONDS / pause)):
        time.sleep(max(0.0, began + (number + offset) * pause - time.monotonic()))
        event = _event(number)
        recorder.insert_events([event])
        seen.committed[str(event.originator_id)] = time.monotonic()


def _measure(ledger: Database, supervisor: Database, quantile: int) -> float:
    """The quantile (in hundredths) of the lags of one round, in seconds."""
    recorder = LogRecorder(ledger, Waker(ledger, LOG).signal)
    seen = _Round()
    writers = [
        threading.Thread(target=_write, args=(recorder, seen, n / WRITERS)) for n in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    size, deadline = 0, time.monotonic() + SECONDS + SETTLE_SECONDS
    total = -1
    while total < 0 or size < total:
        if time.monotonic() > deadline:
            raise TimeoutError("not cosigned in time")
        row = supervisor.row(_COSIGNED, (LOG,)) or {"size": 0}
        if row["size"] > size:
            size = row["size"]
            seen.cosigned.append((time.monotonic(), size))
        if total < 0 and not any(writer.is_alive() for writer in writers):
            total = (ledger.row("SELECT count(*) AS n FROM events") or {"n": 0})["n"]
        time.sleep(0.01)
    lags = sorted(_lags(seen, ledger))
    p50, p99 = (statistics.quantiles(lags, n=100)[n - 1] for n in (50, 99))
    print(f"lag: {len(lags)} events, p50 {p50:.2f} s, p99 {p99:.2f} s, most {lags[-1]:.2f} s")
    return {50: p50, 99: p99}[quantile]


def _lags(seen: _Round, ledger: Database) -> Iterator[float]:
    for row in ledger.rows(_PLACES, (TYPE,)):
        committed = seen.committed.get(row["stream"])
        if committed is not None:
            yield next(at for at, size in seen.cosigned if size > row["position"]) - committed


@contextmanager
def _setup(quantile: int) -> Iterator[tuple[Measure, Measure]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wc-")))
        postgres = stack.enter_context(PrivatePostgres.start(folder / "pg"))
        rabbit = stack.enter_context(PrivateRabbit.start(folder / "mq", timeout=120))
        url = rabbit.create_vhost("lag")
        stack.enter_context(Processes(folder, url, postgres.create_database))
        ledger = Database(postgres.url(LOG), pool_size=WRITERS + 1)
        supervisor = Database(postgres.url("oversight"), pool_size=1)
        stack.callback(ledger.close)
        stack.callback(supervisor.close)
        yield lambda: _measure(ledger, supervisor, quantile), lambda: WANTED_SECONDS


def _row(name: str, quantile: int) -> Benchmark:
    return Benchmark(
        name=name,
        unit="s",
        peer_name="the 2 s that were asked for",
        higher_is_better=False,
        target=1.0,
        setup=lambda: _setup(quantile),
        rounds=3,
    )


BENCHMARKS = (_row("lag-p50", 50), _row("lag-p99", 99))
