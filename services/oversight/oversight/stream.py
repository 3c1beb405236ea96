"""Reading a log back from its RabbitMQ stream, with pika (`<log>.audit`, art. 32).

The stream keeps every entry that was published, in order; a publisher that was interrupted may have
sent some twice, so what was seen before is passed over.
"""

from collections.abc import Iterator

import pika

from chassis.log import Entry

PREFETCH = 500
"""Messages under way; a stream is read with acknowledgements only."""

IDLE_SECONDS = 2.0
"""A stream has no end: reading stops when nothing came for so long."""


class Gap(Exception):
    """The stream lacks entries that come before one that it has."""


def entries(amqp_url: str, log: str, idle: float = IDLE_SECONDS) -> Iterator[Entry]:
    """Every entry that the stream of a log holds, in position order, each once.

    Raises `Gap` when positions are missing, `ValueError` for a message that is no entry of the
    log, and `pika.exceptions.AMQPError` when the broker or the stream is away.
    """
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    try:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=PREFETCH)
        expected = None
        arguments = {"x-stream-offset": "first"}
        for method, _, body in channel.consume(
            f"{log}.audit", inactivity_timeout=idle, arguments=arguments
        ):
            if method is None:
                return
            channel.basic_ack(method.delivery_tag)
            entry = Entry.parse(body.decode())
            if entry.log != log:
                raise ValueError(f"an entry of {entry.log} in the stream of {log}")
            if expected is not None and entry.position < expected:
                continue
            if expected is not None and entry.position > expected:
                raise Gap(f"{log}: {entry.position} comes after {expected - 1}")
            expected = entry.position + 1
            yield entry
    finally:
        connection.close()
