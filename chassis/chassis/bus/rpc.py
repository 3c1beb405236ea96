"""RPC over Nameko: fast, with deadlines, with errors as values.

Nameko's default publishes requests and replies persistently and waits for confirms; for RPC the
reply is the confirmation, so both are sent transient and unconfirmed. A request carries its
deadline as expiration, so a service that was away does not work on calls nobody waits for.
"""

import sys
from functools import cache
from typing import Any
from uuid import uuid4

import eventlet
from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import EncodeError, KombuError
from kombu.pools import producers
from kombu.serialization import dumps
from nameko.constants import AMQP_URI_CONFIG_KEY, DEFAULT_RETRY_POLICY, HEADER_PREFIX
from nameko.exceptions import UnserializableValueError, serialize
from nameko.extensions import DependencyProvider, Extension
from nameko.rpc import ReplyListener, RpcConsumer, get_rpc_exchange
from nameko.rpc import Rpc as _Rpc

from chassis import context
from chassis.refusal import ServiceUnavailable, StoredRefusal

TRANSIENT = 1


@cache
def _producers(uri: str) -> Any:
    """The pool of producers of a broker, looked up once: making the key is dear."""
    return producers[Connection(uri, transport_options={"confirm_publish": False})]


def _publish(config: dict[str, Any], payload: dict[str, Any], **properties: Any) -> None:
    """Publish without confirms and without writing to disk."""
    content_type, encoding, body = dumps(payload, "json")
    with _producers(config[AMQP_URI_CONFIG_KEY]).acquire(block=True) as producer:
        producer.publish(
            body,
            content_type=content_type,
            content_encoding=encoding,
            exchange=get_rpc_exchange(config).name,
            delivery_mode=TRANSIENT,
            retry=True,
            retry_policy=DEFAULT_RETRY_POLICY,
            **properties,
        )


class _RpcConsumer(RpcConsumer):  # type: ignore[misc]
    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        error = None if exc_info is None else serialize(exc_info[1])
        to = {
            "routing_key": message.properties["reply_to"],
            "correlation_id": message.properties.get("correlation_id"),
        }
        try:
            _publish(self.container.config, {"result": result, "error": error}, **to)
        except EncodeError:
            exc_info = sys.exc_info()
            error = serialize(UnserializableValueError(result))
            _publish(self.container.config, {"result": None, "error": error}, **to)
        self.queue_consumer.ack_message(message)
        return result, exc_info


class _ReplyListener(ReplyListener):  # type: ignore[misc]
    """Takes replies unacknowledged: one that is lost has passed its deadline anyway."""

    def setup(self) -> None:
        super().setup()
        self.queue.no_ack = True

    def handle_message(self, body: Any, message: Any) -> None:
        waiting = self._reply_events.pop(message.properties.get("correlation_id"), None)
        if waiting is not None:
            waiting.send(body)


class Rpc(_Rpc):  # type: ignore[misc]
    """An RPC entrypoint that answers fast."""

    rpc_consumer = _RpcConsumer()


rpc = Rpc.decorator


class RpcClient(Extension):  # type: ignore[misc]
    """Calls the RPC methods of other services."""

    reply_listener = _ReplyListener()

    def call(
        self, service: str, method: str, payload: dict[str, Any], timeout: float
    ) -> dict[str, Any]:
        """The outcome of a call: `{"result": …}` or `{"error": …}`.

        Runs under the current context. Raises `ServiceUnavailable` past `timeout` seconds.
        """
        config = self.container.config
        correlation = str(uuid4())
        reply = self.reply_listener.get_reply_event(correlation)
        headers = {
            f"{HEADER_PREFIX}.{key}": value for key, value in context.current().to_headers().items()
        }
        try:
            with eventlet.Timeout(timeout):
                _publish(
                    config,
                    {"args": [payload], "kwargs": {}},
                    routing_key=f"{service}.{method}",
                    reply_to=self.reply_listener.routing_key,
                    correlation_id=correlation,
                    headers=headers,
                    expiration=timeout,
                )
                body = reply.wait()
        except eventlet.Timeout as error:
            raise ServiceUnavailable(service=service) from error
        except (AMQPError, KombuError, OSError) as error:  # the broker is away
            raise ServiceUnavailable(service=service) from error
        finally:
            self.reply_listener._reply_events.pop(correlation, None)  # noqa: SLF001 - Nameko has no other way
        if body.get("error"):
            raise ServiceUnavailable(service=service)
        outcome: dict[str, Any] = body["result"]
        return outcome

    def result(
        self, service: str, method: str, payload: dict[str, Any], timeout: float
    ) -> dict[str, Any]:
        """The result of a call; raises its refusal as `StoredRefusal`."""
        outcome = self.call(service, method, payload, timeout)
        if "error" in outcome:
            raise StoredRefusal(outcome["error"])
        found: dict[str, Any] = outcome["result"]
        return found

    def connected(self) -> bool:
        """Whether replies can arrive: the consumer of the reply queue has its channel."""
        listener = self.reply_listener
        consumer = listener.queue_consumer._consumers.get(listener)  # noqa: SLF001 - kombu's own
        channel = getattr(consumer, "channel", None)
        return getattr(channel, "connection", None) is not None


class Caller(DependencyProvider):  # type: ignore[misc]
    """An `RpcClient` for a service that has no runtime of its own (the gateway)."""

    client = RpcClient()

    def get_dependency(self, worker_ctx: Any) -> RpcClient:
        """The client."""
        return self.client
