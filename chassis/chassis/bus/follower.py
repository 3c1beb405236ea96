"""Feeds a subscription from RabbitMQ, and from the log itself when the bus says nothing.

What arrives waits, unacknowledged, until the subscription has applied it. What is still waiting
after the log was read to its end is not in the log: it goes to the dead letters.
"""

from dataclasses import dataclass
from typing import Any

import eventlet
import psycopg2
import structlog
from amqp.exceptions import AMQPError
from eventsourcing.persistence import PersistenceError
from kombu import Connection, Consumer
from kombu.exceptions import KombuError
from sqlalchemy.exc import SQLAlchemyError

from chassis.bus import memory, topology
from chassis.log import Entry
from chassis.metrics import FALSE
from chassis.refusal import Refusal
from chassis.sealing.faults import Fault
from chassis.subscription import Subscription

log = structlog.get_logger()

PREFETCH = 500
AWAY = (AMQPError, KombuError, OSError, PersistenceError, psycopg2.Error, SQLAlchemyError, Refusal)
"""What may pass by itself: the broker, a database or another service is away."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """A message that holds an entry, and the checkpoint that came with it."""

    message: Any
    entry: Entry
    note: str | None


class Follower:
    """Runs one subscription in one green thread, so entries are applied one after the other."""

    def __init__(self, amqp_url: str, subscription: Subscription, interval: float) -> None:
        self._url = amqp_url
        self._subscription = subscription
        self._interval = interval
        self._stopping = False
        self._waiting: list[Arrival] = []
        self.connected = False

    def run(self) -> None:
        """Follow until `stop`; whatever is away is tried again."""
        pause, name = 0.1, self._subscription.log
        while not self._stopping:
            try:
                self._follow()
                pause = 0.1
            except (*AWAY, Fault) as error:
                if isinstance(error, Fault):  # the log, or our tracking of it, was tampered with
                    log.critical("cannot follow", log=name, code=error.code, data=error.data)
                else:
                    log.warning("following interrupted", log=name, error=str(error))
                eventlet.sleep(pause)
                pause = min(pause * 2, 5.0)
            finally:
                self.connected = False

    def stop(self) -> None:
        """Stop after the entries at hand."""
        self._stopping = True

    def _follow(self) -> None:
        in_memory = self._url.startswith(memory.SCHEME)
        subscriber = self._subscription.application.log
        queue = topology.subscription_queue(subscriber, self._subscription.log)
        with Connection(self._url, heartbeat=0 if in_memory else 30) as connection:
            channel = connection.channel()
            topology.DEAD_LETTERS(channel).declare()
            self._waiting = []
            consumer = Consumer(
                channel, [queue(channel)], on_message=self._arrive, prefetch_count=PREFETCH
            )
            with consumer:
                self.connected = True
                self._catch_up()
                while not self._stopping:
                    quiet = not _drain(connection, self._interval)
                    while len(self._waiting) < PREFETCH and _drain(connection, 0.0005):
                        pass
                    if self._waiting:
                        self._receive()
                    if quiet or len(self._waiting) >= PREFETCH:
                        self._catch_up()
                    if not in_memory:
                        connection.heartbeat_check()

    def _arrive(self, message: Any) -> None:
        try:
            body = message.body
            text = body.decode() if isinstance(body, bytes | bytearray) else str(body)
            entry = Entry.parse(text)
            if entry.log != self._subscription.log:
                raise ValueError(f"an entry of {entry.log}")
        except ValueError:
            log.exception("dead letter", log=self._subscription.log)
            message.reject(requeue=False)
            return
        note = (message.headers or {}).get(topology.CHECKPOINT)
        self._waiting.append(Arrival(message, entry, note if isinstance(note, str) else None))

    def _receive(self) -> None:
        entries = [arrival.entry for arrival in self._waiting]
        notes = [arrival.note for arrival in self._waiting if arrival.note is not None]
        self._subscription.receive(entries, notes)
        self._take_off()
        self._subscription.acknowledge()

    def _catch_up(self) -> None:
        self._subscription.catch_up()
        self._take_off()
        self._refuse(list(self._waiting))  # published, yet not in the log
        self._subscription.acknowledge()
        self._subscription.release()

    def _take_off(self) -> None:
        """Take what the subscription has applied off the queue, and keep the rest."""
        false = self._subscription.differing([arrival.entry for arrival in self._waiting])
        self._refuse([a for a in self._waiting if any(a.entry is each for each in false)])
        position = self._subscription.position
        done = [each for each in self._waiting if each.entry.position <= position]
        self._waiting = [each for each in self._waiting if each.entry.position > position]
        if done and not self._waiting:
            done[-1].message.ack(multiple=True)
            return
        for each in done:
            each.message.ack()

    def _refuse(self, arrivals: list[Arrival]) -> None:
        """What the log does not have as it arrived is kept for people, and never applied."""
        for each in arrivals:
            name, position = self._subscription.log, each.entry.position
            log.error("not in the log as it arrived", log=name, position=position)
            FALSE.labels(self._subscription.application.log, name).inc()
            each.message.reject(requeue=False)
        self._waiting = [each for each in self._waiting if each not in arrivals]


def _drain(connection: Connection, seconds: float) -> bool:
    """Take one delivery; False when none came in time."""
    try:
        connection.drain_events(timeout=seconds)
    except TimeoutError:
        return False
    return True
