"""Between domain events and what the log holds: canonical JSON that anyone can read.

An event's body is an object with `actor`, `authority`, `causation`, `command`, `correlation`,
`data`, `legal_basis`, `recorded_at`, `role`, `rule_version`, `schema_version`, `seen`, `stream`,
`type`, `version`. What is appended is what is sealed, byte for byte.
"""

from collections.abc import Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.utils import get_topic, resolve_topic

from chassis import clock, context
from chassis.canonical import canonical

_ENVELOPE = frozenset({"originator_id", "originator_version", "timestamp", "originator_topic"})


MAX_BYTES = 65_000
"""Bytes of an event's body at the most: its entry has to fit an entry bundle (C2SP tlog-tiles)."""


class EventTooLarge(ValueError):
    """An event that the sealed log could not hold: refused before it is appended."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a decision stood on: the rule's version, and how far the other logs had been seen."""

    rule_version: str = ""
    seen: Mapping[str, int] = field(default_factory=dict)


_grounds: ContextVar[Grounds] = ContextVar("grounds", default=Grounds())  # noqa: B039


class grounds:  # noqa: N801 - used as a function is
    """Write events under these grounds."""

    __slots__ = ("_token", "_value")
    _token: Token[Grounds]

    def __init__(self, value: Grounds) -> None:
        self._value = value

    def __enter__(self) -> None:
        self._token = _grounds.set(self._value)

    def __exit__(self, *_: object) -> None:
        _grounds.reset(self._token)


def event_body(
    type_: str, stream: UUID, version: int, at: datetime, data: dict[str, Any], schema: int = 1
) -> bytes:
    """The canonical body of an event under the current context and grounds."""
    who, why = context.current(), _grounds.get()
    body = canonical(
        {
            "actor": who.actor,
            "authority": who.authority,
            "causation": who.causation,
            "command": who.command,
            "correlation": who.correlation,
            "data": data,
            "legal_basis": who.legal_basis,
            "recorded_at": clock.timestamp(at),
            "role": who.role,
            "rule_version": why.rule_version,
            "schema_version": schema,
            "seen": why.seen if type(why.seen) is dict else dict(why.seen),
            "stream": str(stream),
            "type": type_,
            "version": version,
        }
    )
    if len(body) > MAX_BYTES:
        raise EventTooLarge(f"{type_}: {len(body)} bytes, {MAX_BYTES} at the most")
    return body


def plain(domain_event: DomainEventProtocol[UUID]) -> dict[str, Any]:
    """What an event says, as the log keeps it."""
    event = vars(domain_event)
    return {name: value for name, value in event.items() if name not in _ENVELOPE}


class EventMapper(Mapper[UUID]):
    """Maps aggregate events to `StoredEvent`s whose topic is the stable type, and back."""

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The event as it is appended."""
        event = vars(domain_event)
        type_ = get_topic(type(domain_event))
        stream, version = event["originator_id"], event["originator_version"]
        data = plain(domain_event)
        schema = getattr(type(domain_event), "schema_version", 1)
        body = event_body(type_, stream, version, event["timestamp"], data, schema)
        return StoredEvent(stream, version, type_, body)

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The event as its aggregate knows it."""
        cls = resolve_topic(stored_event.topic)
        body = msgspec.json.decode(stored_event.state)
        state = body["data"]
        state["originator_id"] = stored_event.originator_id
        state["originator_version"] = stored_event.originator_version
        state["timestamp"] = datetime.fromisoformat(body["recorded_at"])
        if "originator_topic" in cls.__dataclass_fields__:
            state["originator_topic"] = cls.AGGREGATE
        event: DomainEventProtocol[UUID] = object.__new__(cls)
        object.__setattr__(event, "__dict__", state)
        return event
