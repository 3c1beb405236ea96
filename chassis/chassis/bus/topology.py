"""The exchanges and queues of the platform: every name in one place.

<log>.events            topic exchange; the routing key is the event type
<log>.audit             stream that keeps every entry for the supervisor's replay
<service>.follows.<log> quorum queue of one subscriber, single active consumer
dead-letters            what a subscriber could not read, met too often, or found to be false
"""

from kombu import Exchange, Queue

CHECKPOINT = "checkpoint"
"""Header of an entry: the log's signed checkpoint up to and with it."""

DELIVERY_LIMIT = 20
DEAD_LETTERS = Queue(
    "dead-letters",
    Exchange("dead-letters", type="topic", durable=True),
    routing_key="#",
    durable=True,
    queue_arguments={"x-queue-type": "quorum"},
)


def events_exchange(log: str) -> Exchange:
    """Where a log's entries are published."""
    return Exchange(f"{log}.events", type="topic", durable=True)


def audit_stream(log: str) -> Queue:
    """The RabbitMQ stream that keeps every published entry of a log."""
    return Queue(
        f"{log}.audit",
        events_exchange(log),
        routing_key="#",
        durable=True,
        queue_arguments={"x-queue-type": "stream"},
    )


def subscription_queue(subscriber: str, log: str) -> Queue:
    """The queue by which one service follows one log."""
    return Queue(
        f"{subscriber}.follows.{log}",
        events_exchange(log),
        routing_key="#",
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-single-active-consumer": True,
            "x-dead-letter-exchange": DEAD_LETTERS.exchange.name,
            "x-delivery-limit": DELIVERY_LIMIT,
        },
    )
