"""What is suspect, what holds a redemption and who releases it, planted (风险冻结)."""

from collections.abc import Callable
from typing import Any

from oversight.domain.audit import ORDER, Audit
from oversight.domain.event import Event
from oversight.domain.rules.detectors import VERSIONS
from oversight.domain.world import World
from oversight.vocabulary import EventSchemas
from schemas.events.common import SOME_SEALED
from services.oversight.tests.history import ident
from services.oversight.tests.planting import (
    APPROVED,
    INSTRUCTED,
    ISSUED,
    LEDGER,
    OTHER,
    PARAMETER,
    History,
    Plant,
)

CONTACT = "identity.PersonalDataContactChanged"
RELATED = "identity.PersonalDataRelatedTold"
HELD = f"{LEDGER}.RedemptionHeld"
RELEASED_HOLD = f"{LEDGER}.RedemptionHoldReleased"
LATER = "2026-05-01T04:00:06.000000Z"
SPLIT: dict[str, Any] = {
    "detector": "split-orders",
    "rule": "split-orders/1",
    "inputs": {"limit": 2, "days": 7, "orders": [ident("second")], "count": 1},
}


def suspect(history: History) -> None:
    """Let the second order be placed before the redemption, and two orders be too many."""
    log = history.logs[LEDGER]
    moved = [
        event
        for event in log
        if event["data"].get("order_id") == ident("second")
        or event["data"].get("purpose") == ident("second")
    ]
    for event in moved:
        log.remove(event)
    place = log.index(history.find(f"{LEDGER}.RedemptionApplied"))
    log[place:place] = moved
    renumber(history, ident("voucher"), ident("cap 1"), ident("allowance"))
    limit = {"name": "risk-split-orders", "value": 2, "valid_from": "2026-05-01"}
    history.add(f"{LEDGER}.ParameterOpened", OTHER, {"name": limit["name"]})
    history.add(f"{LEDGER}.ParameterSet", OTHER, {**limit, "document_number": "1"})
    for event in log[-2:]:
        log.remove(event)
        log.insert(0, event)
    log[0], log[1] = log[1], log[0]
    drawn = history.data(f"{LEDGER}.SampleRoundDrawn")
    drawn["size"] = log.index(history.find(f"{LEDGER}.SampleRoundDrawn"))
    recause(history)


def renumber(history: History, *streams: str) -> None:
    for stream in streams:
        events = [event for event in history.logs[LEDGER] if event["stream"] == stream]
        for number, event in enumerate(events, 1):
            event["version"] = number


def recause(history: History) -> None:
    """Let matching name the places at which the ledger says things now."""
    reserved = {
        event["data"]["order_id"]: place
        for place, event in enumerate(history.logs[LEDGER])
        if event["type"] == f"{LEDGER}.VoucherReserved"
    }
    refused = next(
        place
        for place, event in enumerate(history.logs[LEDGER])
        if event["type"] == f"{LEDGER}.CommandRefused"
    )
    for event in history.logs["matching"]:
        if event["type"] == "matching.OrderFunded":
            event["causation"] = f"{LEDGER}/{reserved[event['stream']]}"
        if event["type"] == "matching.OrderRefused":
            event["causation"] = f"{LEDGER}/{refused}"
    for event in history.logs["matching"]:
        if LEDGER in event["seen"]:
            event["seen"][LEDGER] = len(history.logs[LEDGER]) - 1


def held(**changes: Any) -> Plant:
    """Let the redemption be held just before it is approved."""

    def plant(history: History) -> None:
        approved = history.find(APPROVED)
        event = history.add(HELD, approved["stream"], {**SPLIT, **changes})
        before(history, event, APPROVED)

    return plant


def released(decider: str = ident("somebody else"), role: str = "hrss-province") -> Plant:
    """Let a person release it before it is instructed."""

    def plant(history: History) -> None:
        said = {"decider": decider, "reason": "两次服务"}
        event = history.add(RELEASED_HOLD, history.find(APPROVED)["stream"], said)
        event["role"] = role
        before(history, event, INSTRUCTED)

    return plant


def released_by_payer(history: History) -> None:
    """Who approved the payment lets it go on."""
    said = {"decider": ident("payer"), "reason": "两次服务"}
    event = history.add(RELEASED_HOLD, history.find(APPROVED)["stream"], said)
    before(history, event, ISSUED)


def before(history: History, event: dict[str, Any], type_: str) -> None:
    log = history.logs[LEDGER]
    log.remove(event)
    log.insert(log.index(history.find(type_)), event)
    renumber(history, event["stream"])
    drawn = history.find(f"{LEDGER}.SampleRoundDrawn")
    drawn["data"]["size"] = log.index(drawn)
    recause(history)


def placing(event_of: Callable[[History], dict[str, Any]], type_: str) -> Plant:
    """Add an event to the ledger's log, just before another."""
    return lambda history: before(history, event_of(history), type_)


def hasty(history: History) -> None:
    """Let an acceptance within a minute of the delivery be too quick."""
    history.data(PARAMETER, 2)["value"] = 60


def holding(detector: str, **inputs: Any) -> Plant:
    """Let the redemption be held for something else before it is approved."""
    return held(detector=detector, rule=VERSIONS[detector], inputs=inputs)


def refund(history: History) -> dict[str, Any]:
    """A fen of the own share comes back."""
    event: dict[str, Any] = history.refund()
    return event


def hold_for_refund(history: History) -> dict[str, Any]:
    """The ledger holds the redemption for that."""
    inputs = {"references": ["R-1"], "count": 1, "fen": 1}
    said = {"detector": "own-share-refunded", "rule": "own-share-refunded/1", "inputs": inputs}
    event: dict[str, Any] = history.add(HELD, history.find(APPROVED)["stream"], said)
    event.update(actor="system:voucher-ledger", role=None)
    return event


def tied(history: History) -> None:
    """Let user and provider give the same telephone number, before the approval."""
    for party in ("user", "provider"):
        subject = ident(party)
        history.add("identity.SubjectKeyMade", ident(f"key {party}"), {"subject": subject})
        same = {"sealed": {"phone": SOME_SEALED}, "digests": {"phone": "1" * 64}}
        history.add(CONTACT, ident(f"data {party}"), {"subject": subject, **same})
    history.find(APPROVED)["seen"]["identity"] = len(history.logs["identity"]) - 1


def related(history: History) -> None:
    """Let one person be behind the provider and a shareholder of the user, before the approval."""
    told = {"provider": "representative", "user": "shareholder"}
    for party, relation in told.items():
        named = {"representative": [], "shareholder": [], relation: [ident("somebody")]}
        said = {"subject": ident(party), "source": "market-regulation", "related": named}
        history.add(RELATED, ident(f"data {party}"), said)
    history.find(APPROVED)["seen"]["identity"] = len(history.logs["identity"]) - 1


def paid_from(history: History) -> None:
    """Let the user pay from the account that the provider gave, before the approval."""
    subject = ident("provider")
    history.add("identity.SubjectKeyMade", ident("key provider"), {"subject": subject})
    given = {"sealed": {"bank_account": SOME_SEALED}, "digests": {"bank_account": "1" * 64}}
    history.add(CONTACT, ident("data provider"), {"subject": subject, **given})
    history.prove(payer_account="1" * 64)
    history.find(APPROVED)["seen"]["identity"] = len(history.logs["identity"]) - 1


def read_at_approval(history: History) -> tuple[World, Event]:
    """The world at the end of the history, and the approval; the second order left out."""
    audit = Audit(EventSchemas(), {log: len(found) for log, found in history.logs.items()})
    approved: Event | None = None
    for log in ORDER:
        for position, text in enumerate(history.texts(log)):
            event = audit.feed(log, position, text.encode())
            if event is not None and event.type == APPROVED:
                approved = event
    assert approved is not None
    pairs = audit.world.traces.pairs
    both = ident("user"), ident("provider")
    pairs[both] = pairs[both][:1]
    return audit.world, approved
