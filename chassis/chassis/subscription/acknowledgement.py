"""What a service's own log says about following other logs (处理回执).

`<log>.SubscriptionAcknowledged`: the first `size` entries of the followed log have been applied
here, and they have this root. `<log>.SubscriptionReleased`: a parked entry was dealt with. Both are
in one stream for each followed log, so that a missing one shows.

What only keeps the books of the platform itself is not acknowledged, or services would answer each
other's acknowledgements for ever: an idle platform is silent.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.persistence import StoredEvent

from chassis import clock, context
from chassis.domain import stream_id
from chassis.eventstore.mapper import Grounds, event_body, grounds
from chassis.projection import Fact
from chassis.sealing.frontier import Frontier

ACKNOWLEDGED, RELEASED = "SubscriptionAcknowledged", "SubscriptionReleased"
RULE_VERSION = "acknowledgement/1"

HOUSEKEEPING = frozenset({ACKNOWLEDGED, "WitnessCosigned"})
"""Events, named without their log, that need no acknowledgement: each follows from others alone."""

MOST_PARKED = 500
"""Parked positions that one acknowledgement names; the next one names the next ones."""


def matters(type_: str) -> bool:
    """Whether an entry of this type has to be acknowledged by those who follow its log."""
    return type_.rpartition(".")[2] not in HOUSEKEEPING


class Said(NamedTuple):
    """An event about following a log: as it is appended, and as it is projected."""

    event: StoredEvent
    fact: Fact


def acknowledgement(
    subscriber: str, followed: str, version: int, frontier: Frontier, parked: Sequence[int]
) -> Said:
    """What says how far a log has been applied, and what of it could not be."""
    root = frontier.root.hex()
    data = {"followed": followed, "size": frontier.size, "root": root, "parked": list(parked)}
    return _event(subscriber, followed, version, ACKNOWLEDGED, frontier.size - 1, data)


def released(
    subscriber: str, followed: str, version: int, position: int, outcome: str, reason: str
) -> Said:
    """What says what became of a parked entry."""
    data = {"followed": followed, "position": position, "outcome": outcome, "reason": reason}
    return _event(subscriber, followed, version, RELEASED, position, data)


def _event(
    subscriber: str, followed: str, version: int, name: str, seen: int, data: dict[str, Any]
) -> Said:
    stream = stream_id("subscription", subscriber, followed)
    command = uuid5(NAMESPACE_URL, f"wanchuang/{name}/{subscriber}/{followed}/{version}")
    who = context.Context(
        actor=f"system:{subscriber}", command=str(command), legal_basis=("art. 8", "art. 32")
    )
    type_, at = f"{subscriber}.{name}", clock.now()
    with context.bound(who), grounds(Grounds(RULE_VERSION, {followed: seen})):
        body = event_body(type_, UUID(stream), version, at, data)
    fact = Fact(type_, stream, version, data, clock.timestamp(at))
    return Said(StoredEvent(UUID(stream), version, type_, body), fact)
