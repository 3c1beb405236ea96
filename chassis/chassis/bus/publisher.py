"""Publishes sequenced entries in order, with publisher confirms in a window."""

from collections.abc import Sequence
from typing import Any

from kombu import Connection, Producer
from kombu.exceptions import OperationalError as BusError

from chassis.bus import memory, topology
from chassis.log import Entry
from chassis.publication import SignedNote

WINDOW = 500
"""Messages that may be under way unconfirmed."""

CONFIRM_SECONDS = 30.0

LONGEST_NOTE = 60_000
"""Bytes of a checkpoint that travels with its entry: headers have to fit one frame of AMQP."""


class EntryPublisher:
    """Sends the entries of one log to `<log>.events`, from where the audit stream gets them too."""

    def __init__(self, amqp_url: str, log: str) -> None:
        self._in_memory = amqp_url.startswith(memory.SCHEME)
        self._connection = Connection(amqp_url, heartbeat=0 if self._in_memory else 30)
        self._log = log
        self._producer: Producer | None = None
        self._sent = 0
        self._confirmed = 0
        self._refused = False

    def publish(self, entries: Sequence[Entry], checkpoint: SignedNote | None = None) -> None:
        """Publish entries in order; returns when the broker has confirmed every one.

        The checkpoint goes in a header of the last entry that it covers. Raises one of
        `BUS_ERRORS` when the broker is away or refuses; the caller repeats, and subscribers ignore
        what they have applied.
        """
        producer = self._producer or self._connect()
        last, note = _header(checkpoint)
        for entry in entries:
            producer.publish(
                entry.text.encode(),
                routing_key=entry.type,
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=f"{entry.log}/{entry.position}",
                headers=note if entry.position == last else None,
            )
            self._sent += 1
            while self._outstanding() >= WINDOW:
                self._await_confirms()
        while self._outstanding():
            self._await_confirms()

    def keep_alive(self) -> None:
        """Send and check heartbeats while there is nothing to publish."""
        if self._producer is not None and not self._in_memory:
            self._connection.heartbeat_check()

    def close(self) -> None:
        """Drop the connection; the next `publish` connects anew."""
        self._producer = None
        self._connection.release()

    def _connect(self) -> Producer:
        self._connection.ensure_connection(max_retries=1, timeout=5)
        channel: Any = self._connection.channel()
        if not self._in_memory:
            channel.confirm_select()
            channel.events["basic_ack"].add(self._on_ack)
            channel.events["basic_nack"].add(self._on_nack)
        exchange = topology.events_exchange(self._log)(channel)
        exchange.declare()
        topology.audit_stream(self._log)(channel).declare() if not self._in_memory else None
        self._sent = self._confirmed = 0
        self._refused = False
        self._producer = Producer(channel, exchange=exchange, auto_declare=False)
        return self._producer

    def _outstanding(self) -> int:
        return 0 if self._in_memory else self._sent - self._confirmed

    def _await_confirms(self) -> None:
        self._connection.drain_events(timeout=CONFIRM_SECONDS)
        if self._refused:
            self.close()
            raise BusError(f"the broker refused entries of {self._log}")

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        self._confirmed = delivery_tag if multiple else self._confirmed + 1

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        self._refused = True


def _header(checkpoint: SignedNote | None) -> tuple[int, dict[str, str]]:
    """The position that a checkpoint goes with, and the header that holds it."""
    if checkpoint is None or len(checkpoint.note.encode()) > LONGEST_NOTE:
        return -1, {}
    return checkpoint.size - 1, {topology.CHECKPOINT: checkpoint.note}
