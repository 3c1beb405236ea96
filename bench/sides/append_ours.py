"""Ours: saves per second of one new aggregate with its command outcome, in green threads.

`python -m bench.sides.append_ours URL GREEN_THREADS SECONDS`
"""

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402
import time  # noqa: E402
from typing import ClassVar  # noqa: E402

import structlog  # noqa: E402

from chassis.application import Application, Decision  # noqa: E402
from chassis.bus.green import wait_in_turn  # noqa: E402
from chassis.commands import Command, Commands  # noqa: E402
from chassis.database import migrate  # noqa: E402
from chassis.domain import Aggregate, event, new_id  # noqa: E402
from chassis.projection import Projector  # noqa: E402
from chassis.settings import Settings  # noqa: E402


class Note(Aggregate):
    """The same aggregate as on the stock side."""

    log = "bench"

    @event("Written")
    def __init__(self, text: str) -> None:
        self.text = text


class Notes(Application):
    """An application with nothing but notes."""

    log = "bench"
    projector: ClassVar[Projector] = Projector()


def main(url: str, threads: int, seconds: float) -> float:
    """Saves per second of `threads` green threads."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    wait_in_turn()
    migrate(url, {})
    app = Notes(Settings.load("bench", {"DATABASE_URL": url, "DB_POOL_SIZE": str(threads)}))
    commands = Commands(app, b"key")
    saves, stop = [0], [False]

    def write() -> Decision:
        note = Note("as long as a short note")
        return Decision({"id": note.key}, [note])

    def save() -> None:
        while not stop[0]:
            command = Command("write", new_id(), {"text": "as long as a short note"})
            commands.execute(command, write)
            saves[0] += 1

    workers = [eventlet.spawn(save) for _ in range(threads)]
    eventlet.sleep(0.5)
    before, began = saves[0], time.perf_counter()
    eventlet.sleep(seconds)
    rate = (saves[0] - before) / (time.perf_counter() - began)
    stop[0] = True
    for worker in workers:
        worker.wait()
    return rate


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
