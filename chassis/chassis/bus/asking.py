"""Asking services over RPC from a program that is no service: a console, a script.

It waits for each answer. Under Nameko, `chassis.bus.rpc.RpcClient` is used instead.
"""

import time
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from amqp.exceptions import AMQPError
from kombu import Connection, Consumer, Exchange, Producer, Queue
from kombu.exceptions import KombuError
from nameko.constants import HEADER_PREFIX

from chassis import context
from chassis.refusal import ServiceUnavailable, StoredRefusal

RPC_EXCHANGE = "nameko-rpc"
TRANSIENT = 1
CONNECT_SECONDS = 5.0


class Asker:
    """A connection to the broker on which services are asked, one question after the other."""

    def __init__(self, amqp_url: str) -> None:
        self._connection = Connection(amqp_url, connect_timeout=CONNECT_SECONDS)
        self._replies: dict[str, Any] = {}

    def __enter__(self) -> Self:
        """Connect. Raises `ServiceUnavailable` when the broker is away."""
        try:
            self._connection.connect()
            channel = self._connection.channel()
            exchange = Exchange(RPC_EXCHANGE, type="topic", durable=True)
            name = f"asking-{uuid4()}"
            queue = Queue(name, exchange, routing_key=name, exclusive=True, auto_delete=True)
            self._producer = Producer(channel, exchange, serializer="json")
            self._consumer = Consumer(
                channel, [queue], callbacks=[self._receive], no_ack=True, accept=["json"]
            )
            self._consumer.consume()
            self._reply_to = name
        except (AMQPError, KombuError, OSError) as error:
            raise ServiceUnavailable(service="rabbitmq") from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.release()

    def result(
        self, service: str, method: str, given: dict[str, Any], timeout: float
    ) -> dict[str, Any]:
        """A service's answer, under the current context; raises its refusal as `StoredRefusal`.

        Raises `ServiceUnavailable` when there is none within `timeout` seconds.
        """
        correlation = str(uuid4())
        headers = {
            f"{HEADER_PREFIX}.{key}": value for key, value in context.current().to_headers().items()
        }
        try:
            self._producer.publish(
                {"args": [{"input": given}], "kwargs": {}},
                routing_key=f"{service}.{method}",
                reply_to=self._reply_to,
                correlation_id=correlation,
                headers=headers,
                delivery_mode=TRANSIENT,
                expiration=timeout,
            )
            body = self._await(correlation, timeout)
        except (AMQPError, KombuError, OSError) as error:  # a time-out is an OSError too
            raise ServiceUnavailable(service=service) from error
        if body.get("error"):
            raise ServiceUnavailable(service=service)
        outcome: dict[str, Any] = body["result"]
        if "error" in outcome:
            raise StoredRefusal(outcome["error"])
        found: dict[str, Any] = outcome["result"]
        return found

    def _await(self, correlation: str, timeout: float) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while correlation not in self._replies:
            self._connection.drain_events(timeout=max(deadline - time.monotonic(), 0.001))
        body: dict[str, Any] = self._replies.pop(correlation)
        return body

    def _receive(self, body: Any, message: Any) -> None:
        self._replies[message.properties.get("correlation_id")] = body
