"""The rules about risk holds find what they are for, where it is, and nothing else (风险冻结)."""

from collections.abc import Callable
from typing import Any

import pytest

from oversight.domain.audit import ORDER, Audit
from oversight.domain.event import Event
from oversight.domain.rules.detectors import VERSIONS, detected
from oversight.domain.traces import Trace, left
from oversight.domain.world import World
from oversight.vocabulary import EventSchemas
from schemas.events.common import SOME_SEALED
from services.oversight.tests.history import ident
from services.oversight.tests.planting import (
    APPROVED,
    APPROVED_ORDER,
    INSTRUCTED,
    ISSUED,
    LEDGER,
    OTHER,
    PARAMETER,
    History,
    Plant,
    each,
    enveloping,
)
from services.oversight.tests.test_rules import OF_RISKS

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


def released_by_payer(history: History) -> None:
    """Who approved the payment lets it go on."""
    said = {"decider": ident("payer"), "reason": "两次服务"}
    event = history.add(RELEASED_HOLD, history.find(APPROVED)["stream"], said)
    _before(history, event, ISSUED)


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


def placing(event_of: Callable[[History], dict[str, Any]], type_: str) -> Plant:
    """Add an event to the ledger's log, just before another."""
    return lambda history: _before(history, event_of(history), type_)


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


def test_a_quick_acceptance_is_held_and_released(history: History) -> None:
    haste = holding("quick-acceptance", orders=[ident("order")], count=1, limit=60)
    each(hasty, haste, released())(history)
    assert history.rules_broken() == []


@pytest.mark.parametrize("type_", [APPROVED, INSTRUCTED])
def test_a_refund_is_held_at_once_and_released(history: History, type_: str) -> None:
    placing(refund, type_)(history)
    placing(hold_for_refund, type_)(history)
    released()(history)
    assert history.rules_broken() == []


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


def test_an_account_that_both_have_is_held_and_released(history: History) -> None:
    each(paid_from, holding("tied-parties", ties=["bank_account"], count=1), released())(history)
    assert history.rules_broken() == []


BOTH = ["representative", "shareholder"]


def test_parties_with_somebody_behind_both_are_held_and_released(history: History) -> None:
    each(related, holding("tied-parties", ties=BOTH, count=2), released())(history)
    assert history.rules_broken() == []


def test_a_hold_of_the_version_before_was_founded_on_contact_data(history: History) -> None:
    each(tied, holding("tied-parties", ties=["phone"], count=1), released())(history)
    history.find(HELD)["data"]["rule"] = "tied-parties/1"
    assert history.rules_broken() == []


def test_parties_that_are_tied_are_held_and_released(history: History) -> None:
    each(tied, holding("tied-parties", ties=["phone"], count=1), released())(history)
    assert history.rules_broken() == []


CASES: list[tuple[str, Plant, str, int]] = [
    ("risk-not-held", hasty, APPROVED, 0),
    ("risk-not-held", each(tied, enveloping(APPROVED, recorded_at=LATER)), APPROVED, 0),
    ("risk-not-held", each(paid_from, enveloping(APPROVED, recorded_at=LATER)), APPROVED, 0),
    ("risk-not-held", each(related, enveloping(APPROVED, recorded_at=LATER)), APPROVED, 0),
    (
        "held-unfounded",
        each(related, holding("tied-parties", ties=["phone"], count=1), released()),
        HELD,
        0,
    ),
    (
        "held-unfounded",
        each(tied, holding("tied-parties", ties=["email"], count=1), released()),
        HELD,
        0,
    ),
    (
        "risk-not-held",
        each(placing(refund, APPROVED), enveloping(APPROVED, recorded_at=LATER)),
        APPROVED,
        0,
    ),
    (
        "held-unfounded",
        each(holding("quick-acceptance", orders=[ident("order")], count=1), released()),
        HELD,
        0,
    ),
    ("held-unfounded", each(placing(hold_for_refund, INSTRUCTED), released()), HELD, 0),
    ("refund-not-held", placing(refund, INSTRUCTED), ISSUED, 0),
    ("refund-not-held", placing(refund, ISSUED), ISSUED, 0),
    (
        "paid-while-held",
        each(
            placing(refund, APPROVED_ORDER),
            placing(hold_for_refund, APPROVED_ORDER),
            enveloping(APPROVED_ORDER, recorded_at=LATER),
        ),
        APPROVED_ORDER,
        0,
    ),
    ("risk-not-held", each(suspect, enveloping(APPROVED, recorded_at=LATER)), APPROVED, 0),
    ("held-unfounded", each(held(), released()), HELD, 0),
    ("held-unfounded", each(suspect, held(rule="split-orders/0"), released()), HELD, 0),
    ("held-unfounded", each(suspect, held(detector="round-trip"), released()), HELD, 0),
    ("hold-step", released(), RELEASED_HOLD, 0),
    ("hold-step", each(suspect, held(), released(ident("reviewer"))), RELEASED_HOLD, 0),
    (
        "hold-step",
        each(suspect, held(), released(), enveloping(RELEASED_HOLD, actor=OTHER)),
        RELEASED_HOLD,
        0,
    ),
    ("wrong-role", each(suspect, held(), released(role="operator")), RELEASED_HOLD, 0),
    ("paid-while-held", each(suspect, held()), INSTRUCTED, 0),
    ("settled-and-approved", each(suspect, held(), released(ident("payer"))), APPROVED_ORDER, 0),
    (
        "settled-and-approved",
        each(placing(refund, ISSUED), placing(hold_for_refund, ISSUED), released_by_payer),
        RELEASED_HOLD,
        0,
    ),
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


OWN_DAY = "2026-05-01"


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(("took", "hit"), [(0, True), (59_999_999, True), (60_000_000, False)])
def test_an_acceptance_is_quick_that_comes_within_the_limit(
    history: History, took: int, hit: bool
) -> None:
    hasty(history)
    world, event = _read(history)
    world.orders[ident("order")].accepted_after = took
    found = {"quick-acceptance": {ident("order")}} if hit else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(
    ("fen", "day", "hit"),
    [
        (83_333, "2026-04-24", True),
        (83_334, "2026-04-24", False),
        (83_333, "2026-04-25", False),
        (83_333, "", False),
    ],
)
def test_a_price_is_raised_by_a_fifth_of_all_that_was_asked_seven_days_before(
    history: History, fen: int, day: str, hit: bool
) -> None:
    world, event = _read(history)
    asked = world.traces.asked[(ident("provider"), "enterprise.legal")]
    assert [t.order_id for t in asked] == [ident("listing")]
    left(world.traces.asked, (ident("provider"), "enterprise.legal"),
         Trace("cheap", "2026", 0, day, fen))  # fmt: skip
    found = {"price-raised": {"cheap"}} if hit else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(
    ("use_by", "others", "hit"),
    [
        ("2026-05-07", 9, True),
        ("2026-05-07", 8, False),
        ("2026-05-08", 9, False),
    ],
)
def test_orders_are_counted_in_the_last_seven_days(
    history: History, use_by: str, others: int, hit: bool
) -> None:
    world, event = _read(history)
    batch = world.batches[ident("batch")]
    batch.terms["use_by"] = use_by
    for number in range(others):
        left(batch.late, ident("provider"), Trace(f"order {number}", "2026", 3, OWN_DAY))
    left(batch.late, ident("provider"), Trace("early", "2026", 3, "2026-04-30"))
    found = {"near-expiry": {f"order {number}" for number in range(others)}} if hit else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found


@pytest.mark.article(8, 17)
def test_parties_are_tied_who_ever_gave_the_same(history: History) -> None:
    world, event = _read(history)
    redemption, contacts = world.redemptions[ident("redemption")], world.traces.contacts
    at = "2026-05-01T03:59:00.000000Z"
    left(contacts, ident("user"), Trace(f"phone {'1' * 64}", at, 0, ""))
    left(contacts, ident("provider"), Trace(f"phone {'2' * 64}", at, 0, ""))
    left(contacts, ident("provider"), Trace(f"email {'1' * 64}", at, 0, ""))
    assert detected(redemption, event, world, "9") == {}
    left(contacts, ident("provider"), Trace(f"phone {'1' * 64}", at, 10**6, ""))
    assert detected(redemption, event, world, "9") == {}, "that was not seen"
    left(contacts, ident("provider"), Trace(f"phone {'1' * 64}", at, 1, ""))
    assert detected(redemption, event, world, "9") == {"tied-parties": {"phone"}}


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(
    ("of_user", "of_provider", "kinds"),
    [
        (["representative r"], ["representative r"], {"representative"}),
        (["representative r"], ["shareholder r"], {"representative", "shareholder"}),
        ([], [f"representative {ident('user')}"], {"representative"}),
        ([f"shareholder {ident('provider')}"], [], {"shareholder"}),
        (["bank_account 1"], ["bank_account 1"], {"bank_account"}),
        (["bank_account 1"], ["address 1"], set()),
        (["representative r"], ["representative s", "phone r"], set()),
    ],
)
def test_whoever_is_behind_both_or_is_the_other_ties_them(
    history: History, of_user: list[str], of_provider: list[str], kinds: set[str]
) -> None:
    world, event = _read(history)
    at = "2026-05-01T03:59:00.000000Z"
    for party, told in (("user", of_user), ("provider", of_provider)):
        for each_told in told:
            left(world.traces.contacts, ident(party), Trace(each_told, at, 0, ""))
    found = {"tied-parties": kinds} if kinds else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(("bits", "hit"), [(0, True), (3, True), (4, False)])
def test_texts_are_alike_that_differ_in_fewer_bits(history: History, bits: int, hit: bool) -> None:
    history.data("matching.OrderDelivered")["simhash"] = "0" * 16
    said = {"evidence_sha256": "e" * 64, "simhash": f"{(1 << bits) - 1:016x}"}
    placed = {**history.data("matching.OrderPlaced"), "user": ident("other")}
    history.add("matching.OrderPlaced", OTHER, placed)
    delivered = history.data("matching.OrderDelivered")
    history.add("matching.OrderDelivered", OTHER, {**delivered, **said})
    world, event = _read(history)
    event.relied_on["matching"] = len(history.logs["matching"])
    found = {"similar-deliverables": {OTHER}} if hit else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found


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
