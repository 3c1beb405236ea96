"""Feeds a subscription from RabbitMQ, and from the log itself when the bus says nothing."""

from collections.abc import Callable
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
from chassis.refusal import Refusal
from chassis.subscription import Subscription

log = structlog.get_logger()

PREFETCH = 500
AWAY = (AMQPError, KombuError, OSError, PersistenceError, psycopg2.Error, SQLAlchemyError, Refusal)
"""What may pass by itself: the broker, a database or another service is away."""


class Follower:
    """Runs one subscription in one green thread, so entries are applied one after the other."""

    def __init__(self, amqp_url: str, subscription: Subscription, interval: float) -> None:
        self._url = amqp_url
        self._subscription = subscription
        self._interval = interval
        self._stopping = False
        self.connected = False

    def run(self) -> None:
        """Follow until `stop`; whatever is away is tried again."""
        pause = 0.1
        while not self._stopping:
            try:
                self._follow()
                pause = 0.1
            except AWAY as error:
                log.warning("following interrupted", log=self._subscription.log, error=str(error))
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
            buffer: list[Any] = []
            consumer = Consumer(
                channel, [queue(channel)], on_message=buffer.append, prefetch_count=PREFETCH
            )
            with consumer:
                self.connected = True
                self._catch_up()
                while not self._stopping:
                    if not _drain(connection, self._interval):
                        self._catch_up()
                    while len(buffer) < PREFETCH and _drain(connection, 0.0005):
                        pass
                    if buffer:
                        self._apply(buffer)
                    if not in_memory:
                        connection.heartbeat_check()

    def _catch_up(self) -> None:
        self._subscription.catch_up()

    def _apply(self, buffer: list[Any]) -> None:
        entries, last = [], None
        for message in buffer:
            try:
                body = message.body
                text = body.decode() if isinstance(body, bytes | bytearray) else str(body)
                entries.append(Entry.parse(text))
                last = message
            except ValueError:
                log.exception("dead letter", log=self._subscription.log)
                message.reject(requeue=False)
        buffer.clear()
        self._subscription.receive(entries)
        if last is not None:
            last.ack(multiple=True)


def _drain(connection: Connection, seconds: float) -> bool:
    """Take one delivery; False when none came in time."""
    try:
        connection.drain_events(timeout=seconds)
    except TimeoutError:
        return False
    return True


Spawn = Callable[[Callable[[], None]], Any]
