"""The base of every aggregate: pure, and named for ever.

An event's type in the log is `<log>.<Aggregate><Event>` (`voucher-ledger.VoucherReserved`), never a
module path. It is derived from the class names, and pinned: the guard tests compare it with the
event schemas, so a class that is renamed by accident fails them.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from hashlib import sha1
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from eventsourcing.domain import Aggregate as _Aggregate
from eventsourcing.domain import CanMutateAggregate, event
from eventsourcing.utils import register_topic

from chassis import clock
from chassis.refusal import Kind, Refusal

__all__ = ["Aggregate", "Kind", "Refusal", "event", "new_id", "stream_id", "stream_ids"]


def new_id() -> str:
    """A fresh random id (UUID text)."""
    return str(uuid4())


@lru_cache(4096)
def stream_id(kind: str, *parts: str) -> str:
    """The id of a thing that its own attributes name, so that it can exist only once.

    An invoice number, an ID number digest or a fund and year thus become unique by the unique
    (stream, version) of the log itself, under any concurrency.
    """
    return str(uuid5(NAMESPACE_URL, "/".join(("wanchuang", kind, *parts))))


def stream_ids(names: Iterable[str], kind: str, *parts: str) -> list[str]:
    """`stream_id(kind, *parts, name)` for each of many names: a name-based UUID (RFC 9562, v5)."""
    begun = sha1(
        NAMESPACE_URL.bytes + "/".join(("wanchuang", kind, *parts, "")).encode(),
        usedforsecurity=False,
    )
    found = []
    for name in names:
        hashed = begun.copy()
        hashed.update(name.encode())
        text = hashed.hexdigest()
        variant = "89ab"[int(text[16], 16) & 3]
        found.append(f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}")
    return found


class Aggregate(_Aggregate):
    """Base class of aggregates. A service's own base sets `log`; instants come from the clock.

    A subclass with `abstract=True` is only a base for others.
    """

    log: ClassVar[str]

    class Event(_Aggregate.Event):
        """Base class of the events of aggregates."""

        schema_version: ClassVar[int] = 1

        @staticmethod
        def create_timestamp() -> datetime:
            """The instant of an event, from the clock."""
            return clock.now()

    class Created(Event, _Aggregate.Created):
        """Base class of the first events of aggregates."""

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if abstract:
            return
        topic = f"{cls.log}:{cls.__name__}"
        for name, value in list(vars(cls).items()):
            if isinstance(value, type) and issubclass(value, CanMutateAggregate):
                if name in ("Event", "Created"):
                    continue
                type_name = f"{cls.log}.{cls.__name__}{name}"
                setattr(value, "TOPIC", type_name)  # noqa: B010
                setattr(value, "AGGREGATE", topic)  # noqa: B010
                register_topic(type_name, value)
        setattr(cls, "TOPIC", topic)  # noqa: B010
        register_topic(topic, cls)

    @property
    def key(self) -> str:
        """The aggregate's id as text, as events and views carry it."""
        return str(self.id)


def as_uuid(value: str) -> UUID:
    """The UUID of an id's text."""
    return UUID(value)
