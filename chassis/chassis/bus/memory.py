"""The bus of the embedded mode: kombu's in-memory transport, made to wake instead of to poll.

Two changes to `kombu.transport.memory`: a consumer sleeps until a message is put in one of its
queues, and messages carry `content_type` among their properties, where Nameko's RPC looks for it.
It keeps nothing across a restart and has no dead letters; subscriptions catch up from the logs.
"""

import threading
from collections import defaultdict
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.transport.memory import Channel as _Channel
from kombu.transport.memory import Transport as _Transport

SCHEME = "inprocess"
URL = f"{SCHEME}://localhost"

_waiters: dict[str, set["Transport"]] = defaultdict(set)


class Message(virtual.Message):
    """A message whose properties also name its content type."""

    def __init__(self, payload: Any, channel: Any = None, **kwargs: Any) -> None:
        super().__init__(payload, channel, **kwargs)  # type: ignore[no-untyped-call]
        self.properties.setdefault("content_type", self.content_type)
        self.properties.setdefault("content_encoding", self.content_encoding)


class Channel(_Channel):
    """A channel that wakes those who consume from the queue it puts into."""

    Message = Message

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        super()._put(queue, message, **kwargs)  # type: ignore[no-untyped-call]
        for transport in tuple(_waiters.get(queue, ())):
            transport.arrived.set()

    def basic_consume(self, queue: str, *args: Any, **kwargs: Any) -> Any:
        """Consume, and be woken for this queue."""
        _waiters[queue].add(self.connection)
        self.connection.arrived.set()
        return super().basic_consume(queue, *args, **kwargs)  # type: ignore[no-untyped-call]


class Transport(_Transport):
    """A transport whose `drain_events` waits for an event, not for a poll."""

    Channel = Channel

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]
        self.arrived = threading.Event()

    def drain_events(self, connection: Any, timeout: float | None = None, **_: Any) -> None:
        """Deliver one message, waiting `timeout` seconds for it at the most."""
        deadline = None if timeout is None else monotonic() + timeout
        cycle: Any = self.cycle
        while True:
            self.arrived.clear()
            try:
                cycle.get(self._deliver, timeout=timeout)
            except virtual.base.Empty:
                left = None if deadline is None else deadline - monotonic()
                if left is not None and left <= 0:
                    raise TimeoutError from None
                # wake now and then: a queue bound by another name, a stop
                self.arrived.wait(min(left, 1.0) if left is not None else 1.0)
            else:
                return

    def close_connection(self, connection: Any) -> None:
        """Close, and be woken no more."""
        for transports in _waiters.values():
            transports.discard(self)
        super().close_connection(connection)  # type: ignore[no-untyped-call]


def register() -> None:
    """Make `inprocess://` known to kombu."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


def clear() -> None:
    """Forget every queue and message (between tests; the state is one per process)."""
    _Channel.queues.clear()
    _Transport.global_state.clear()
    _waiters.clear()
