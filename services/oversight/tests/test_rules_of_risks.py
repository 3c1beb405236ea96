"""The rules about risk holds find what they are for, where it is, and nothing else (风险冻结)."""

from typing import Any

import pytest

from oversight.domain.audit import ORDER, Audit
from oversight.domain.event import Event
from oversight.domain.rules.risks import detected
from oversight.domain.traces import Trace, left
from oversight.domain.world import World
from oversight.vocabulary import EventSchemas
from services.oversight.tests.history import ident
from services.oversight.tests.planting import (
    APPROVED,
    APPROVED_ORDER,
    INSTRUCTED,
    LEDGER,
    OTHER,
    History,
    Plant,
    each,
    enveloping,
)
from services.oversight.tests.test_rules import OF_RISKS

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
    _renumber(history, ident("voucher"), ident("cap 1"), ident("allowance"))
    limit = {"name": "risk-split-orders", "value": 2, "valid_from": "2026-05-01"}
    history.add(f"{LEDGER}.ParameterOpened", OTHER, {"name": limit["name"]})
    history.add(f"{LEDGER}.ParameterSet", OTHER, {**limit, "document_number": "1"})
    for event in log[-2:]:
        log.remove(event)
        log.insert(0, event)
    log[0], log[1] = log[1], log[0]
    drawn = history.data(f"{LEDGER}.SampleRoundDrawn")
    drawn["size"] = log.index(history.find(f"{LEDGER}.SampleRoundDrawn"))
    _recause(history)


def _renumber(history: History, *streams: str) -> None:
    for stream in streams:
        events = [event for event in history.logs[LEDGER] if event["stream"] == stream]
        for number, event in enumerate(events, 1):
            event["version"] = number


def _recause(history: History) -> None:
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
        _before(history, event, APPROVED)

    return plant


def released(decider: str = ident("somebody else"), role: str = "hrss-province") -> Plant:
    """Let a person release it before it is instructed."""

    def plant(history: History) -> None:
        said = {"decider": decider, "reason": "两次服务"}
        event = history.add(RELEASED_HOLD, history.find(APPROVED)["stream"], said)
        event["role"] = role
        _before(history, event, INSTRUCTED)

    return plant


def _before(history: History, event: dict[str, Any], type_: str) -> None:
    log = history.logs[LEDGER]
    log.remove(event)
    log.insert(log.index(history.find(type_)), event)
    _renumber(history, event["stream"])
    drawn = history.find(f"{LEDGER}.SampleRoundDrawn")
    drawn["data"]["size"] = log.index(drawn)
    _recause(history)


def test_what_is_held_and_released_by_another_is_clean(history: History) -> None:
    each(suspect, held(), released())(history)
    assert history.rules_broken() == []


CASES: list[tuple[str, Plant, str, int]] = [
    ("risk-not-held", each(suspect, enveloping(APPROVED, recorded_at=LATER)), APPROVED, 0),
    ("held-unfounded", each(held(), released()), HELD, 0),
    ("held-unfounded", each(suspect, held(rule="split-orders/0"), released()), HELD, 0),
    ("held-unfounded", each(suspect, held(detector="round-trip"), released()), HELD, 0),
    ("hold-step", released(), RELEASED_HOLD, 0),
    ("hold-step", each(suspect, held(), released(ident("reviewer"))), RELEASED_HOLD, 0),
    ("wrong-role", each(suspect, held(), released(role="operator")), RELEASED_HOLD, 0),
    ("paid-while-held", each(suspect, held()), INSTRUCTED, 0),
    ("payment-step", each(suspect, held(), released(ident("payer"))), APPROVED_ORDER, 0),
]


@pytest.mark.article(8, 17, 28)
@pytest.mark.parametrize(("rule", "plant", "type_", "number"), CASES)
def test_a_planted_irregularity_is_found_where_it_is(
    history: History, rule: str, plant: Plant, type_: str, number: int
) -> None:
    plant(history)
    log, position = history.place(type_, number)
    assert history.rules_broken() == [(rule, log, position)]


@pytest.mark.article(8, 17)
def test_what_a_decision_may_not_have_seen_may_be_held_or_not(history: History) -> None:
    suspect(history)
    assert history.rules_broken() == []


@pytest.mark.article(8, 17)
def test_each_detector_finds_what_it_is_for_in_what_was_seen(history: History) -> None:
    world, event = _read(history)
    redemption, traces = world.redemptions[ident("redemption")], world.traces
    assert detected(redemption, event, world, "9") == {}
    at = "2026-05-01T04:00:00.000000Z"
    other = Trace(OTHER, at, 3, "2026-05-01")
    left(traces.contracts, "1" * 64, other)
    left(traces.deliverables, "2" * 64, other)
    left(traces.deliverables, "2" * 64, Trace("unseen", at, 10**6, ""))
    left(traces.pairs, (ident("provider"), ident("user")), other)
    found = {"contract-reused": {OTHER}, "deliverable-reused": {OTHER}, "round-trip": {OTHER}}
    assert detected(redemption, event, world, "9") == found
    assert detected(redemption, event, world, at) == {}, "what is as new as that may be unseen"


@pytest.mark.article(8, 17)
def test_orders_are_split_when_the_two_make_as_many_as_the_limit_within_days(
    history: History,
) -> None:
    world, event = _read(history)
    redemption = world.redemptions[ident("redemption")]
    pair = ident("user"), ident("provider")
    days = ("2026-04-24", "2026-04-25", "2026-05-07", "2026-05-08", "2026-05-01")
    for number, day in enumerate(days):
        left(world.traces.pairs, pair, Trace(f"order {number}", "2026", 3, day))
    assert detected(redemption, event, world, "9") == {}, "five with its own, within seven days"
    left(world.traces.pairs, pair, Trace("one more", "2026", 3, "2026-05-02"))
    near = {"order 1", "order 2", "order 4", "one more"}
    assert detected(redemption, event, world, "9") == {"split-orders": near}


def _read(history: History) -> tuple[World, Event]:
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


def test_every_rule_of_risks_has_a_case() -> None:
    assert {rule for rule, *_ in CASES} >= OF_RISKS
