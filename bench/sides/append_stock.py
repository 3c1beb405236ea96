"""The peer: saves per second of one new aggregate on the stock PostgreSQL recorder, in OS threads.

`python -m bench.sides.append_stock DBNAME HOST PORT USER THREADS SECONDS`
"""

import sys
import threading
import time

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class Note(Aggregate):
    """The same aggregate as on our side."""

    @event("Written")
    def __init__(self, text: str) -> None:
        self.text = text


def main(name: str, host: str, port: str, user: str, threads: int, seconds: float) -> float:
    """Saves per second of `threads` OS threads."""
    app: Application = Application(  # type: ignore[type-arg]
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": name,
            "POSTGRES_HOST": host,
            "POSTGRES_PORT": port,
            "POSTGRES_USER": user,
            "POSTGRES_PASSWORD": "not-asked-for",
            "POSTGRES_POOL_SIZE": str(threads),
            "POSTGRES_MAX_OVERFLOW": "0",
            "POSTGRES_LOCK_TIMEOUT": "0",
        }
    )
    saves, stop = [0] * threads, threading.Event()

    def save(index: int) -> None:
        while not stop.is_set():
            app.save(Note("as long as a short note"))
            saves[index] += 1

    workers = [threading.Thread(target=save, args=(n,)) for n in range(threads)]
    for worker in workers:
        worker.start()
    time.sleep(0.5)
    before, began = sum(saves), time.perf_counter()
    time.sleep(seconds)
    rate = (sum(saves) - before) / (time.perf_counter() - began)
    stop.set()
    for worker in workers:
        worker.join()
    app.close()
    return rate


if __name__ == "__main__":
    name, host, port, user, threads, seconds = sys.argv[1:7]
    print(main(name, host, port, user, int(threads), float(seconds)))
