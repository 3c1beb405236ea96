"""What is suspect about a government purchase has to be held, and nothing else may be."""

from copy import deepcopy
from typing import Any

import pytest

from oversight.domain.audit import ORDER, Audit
from oversight.domain.event import Event
from oversight.domain.rules.detectors import detected
from oversight.domain.traces import Trace, left
from oversight.vocabulary import EventSchemas
from services.oversight.tests.history import ident
from services.oversight.tests.history_of_purchases import (
    BUY,
    DIGEST,
    FUND,
    HELD,
    P,
    asking,
    bought,
    refused,
    saying,
)
from services.oversight.tests.planting import LEDGER, OTHER, History, Plant, each, setting

LATER = "2026-05-01T04:00:06.000000Z"
"""What came before, whoever reviews has seen by then."""


def reviewed(history: History) -> None:
    """Its redemption is asked for and approved, not refused."""
    refused(history)
    del history.logs[LEDGER][-2:]
    said = {"reviewer": ident("reviewer"), "reason": "材料齐全"}
    event = history.add(f"{LEDGER}.RedemptionApproved", OTHER, said, at=LATER)
    event["role"] = "employment-province"


def again(**changes: Any) -> Plant:
    """Another purchase, of 250 fen, that was contracted and delivered; all steps in good order."""
    contract = changes.pop("contract", "8" * 64)
    evidence = changes.pop("evidence", "9" * 64)

    def plant(history: History) -> None:
        log, other = history.logs[LEDGER], ident("another purchase")
        steps = [deepcopy(e) for e in log if e["stream"] == BUY][:5]
        committed = deepcopy(history.find(f"{LEDGER}.BudgetCommitted", 1))
        committed["data"]["batch_id"] = other
        committed["version"] += 1
        steps.insert(3, committed)
        for event in steps:
            event["command"] = ident(f"again {event['command']}")
            if event is not committed:
                event["stream"] = other
        steps[0]["data"] |= changes
        steps[4]["data"]["contract_sha256"] = contract
        steps[5]["data"]["evidence_sha256"] = evidence
        place = log.index(history.find(f"{P}Accepted"))
        log[place:place] = steps

    return plant


def threshold(fen: int) -> Plant:
    """From so many fen on, a tender; everybody says so."""

    def plant(history: History) -> None:
        limit = {"name": "purchase-tender-fen", "value": fen, "valid_from": "2026-05-01"}
        log, paper = history.logs[LEDGER], "皖财购〔2026〕1号"
        place = next(n for n, e in enumerate(log) if e["data"].get("fund") == FUND)
        history.add(f"{LEDGER}.ParameterOpened", ident("tender"), {"name": limit["name"]})
        history.add(f"{LEDGER}.ParameterSet", ident("tender"), {**limit, "document_number": paper})
        added = log[-2:]
        del log[-2:]
        log[place:place] = added
        for event in log:
            if event["type"] == f"{P}Proposed":
                basis = f"{paper} (2026-05-01)"
                event["data"] |= {"threshold_fen": fen, "threshold_basis": basis}

    return plant


def hasty(seconds: int) -> Plant:
    """An acceptance within so many seconds of its delivery is too quick."""
    return setting(f"{LEDGER}.ParameterSet", 2, value=seconds)


def delivered_as_ordered(history: History) -> None:
    """What is delivered are the bytes of an order's delivery."""
    digest = history.data("matching.OrderDelivered")["evidence_sha256"]
    saying("Delivered", evidence_sha256=digest)(history)
    asking(evidence_sha256=digest)(history)


SUSPECT: list[tuple[str, Plant]] = [
    ("contract-reused", again(contract=DIGEST)),
    ("deliverable-reused", again(evidence=DIGEST)),
    ("deliverable-reused", delivered_as_ordered),
    ("split-purchases", each(again(), threshold(500))),
]
CLEAN: list[Plant] = [
    again(),
    each(again(), threshold(501)),
    each(again(procedure="open-tender"), threshold(500)),
    each(again(exemption="合财购〔2026〕5号"), threshold(500)),
    each(again(provider=OTHER), threshold(500)),
]


@pytest.mark.article(8, 17, 18)
@pytest.mark.parametrize(("detector", "plant"), SUSPECT)
def test_what_is_suspect_about_a_purchase_is_held(
    history: History, detector: str, plant: Plant
) -> None:
    bought(history)
    reviewed(history)
    plant(history)
    missing = [f for f in history.audit().findings if f.rule == "risk-not-held"]
    assert [f.position for f in missing] == [history.place(f"{LEDGER}.RedemptionApproved", 1)[1]]
    assert detector in missing[0].en
    assert history.rules_broken() == [("risk-not-held", LEDGER, missing[0].position)]
    held(detector)(history)
    assert history.rules_broken() == []


def held(detector: str, rule: str = "", **inputs: Any) -> Plant:
    """Let its redemption be held for something, before the approval."""

    def plant(history: History) -> None:
        digest = history.data(f"{P}Delivered")["evidence_sha256"]
        same = digest == history.data("matching.OrderDelivered")["evidence_sha256"]
        named = [ident("order") if same else ident("another purchase")]
        what = "purchases" if detector == "split-purchases" else "orders"
        said: dict[str, Any] = {"detector": detector, "rule": rule or f"{detector}/1"}
        said["inputs"] = {what: named, "count": 1, **inputs}
        event = history.add(HELD, OTHER, said, at=LATER)
        event["role"] = "employment-province"
        log, approved = history.logs[LEDGER], history.find(f"{LEDGER}.RedemptionApproved", 1)
        log.remove(event)
        log.insert(log.index(approved), event)
        event["version"], approved["version"] = 2, 3

    return plant


@pytest.mark.article(8, 17, 18)
@pytest.mark.parametrize("plant", CLEAN)
def test_what_is_not_suspect_is_held_for_nothing(history: History, plant: Plant) -> None:
    bought(history)
    reviewed(history)
    plant(history)
    suspects = [each for each in history.rules_broken() if each[0] != "purchase-of-stranger"]
    assert suspects == []
    held("split-purchases")(history)
    assert ("held-unfounded", *history.place(HELD)) in history.rules_broken()


@pytest.mark.article(8, 17, 18)
@pytest.mark.parametrize(("seconds", "hit"), [(60, True), (6, False), (0, False)])
def test_an_acceptance_within_seconds_of_its_delivery_is_found(
    history: History, seconds: int, hit: bool
) -> None:
    bought(history)
    reviewed(history)
    history.find(f"{P}Accepted")["recorded_at"] = LATER
    asked = next(e for e in history.logs[LEDGER] if e["stream"] == OTHER)
    asked["recorded_at"] = LATER
    hasty(seconds)(history)
    late = history.place(f"{LEDGER}.RedemptionApproved", 1)
    found = {each[1:] for each in history.rules_broken() if each[0] == "risk-not-held"}
    assert (late in found) == hit


@pytest.mark.article(8, 17, 18)
def test_an_order_that_delivers_what_was_bought_is_held(history: History) -> None:
    """The supervisor's detector for orders; the ledger's own tests have it end to end."""
    bought(history)
    audit = Audit(EventSchemas(), {log: len(found) for log, found in history.logs.items()})
    approved: Event | None = None
    for log in ORDER:
        for position, text in enumerate(history.texts(log)):
            event = audit.feed(log, position, text.encode())
            if event is not None and event.type == f"{LEDGER}.RedemptionApproved":
                approved = event
    assert approved is not None
    world, redemption = audit.world, audit.world.redemptions[ident("redemption")]
    made = world.orders[ident("order")].evidence_sha256
    assert detected(redemption, approved, world, "9") == {}
    left(world.traces.made, made, Trace(BUY, "2026", 0, ""))
    left(world.traces.made, made, Trace("unseen", "2026", 10**6, ""))
    assert detected(redemption, approved, world, "9") == {"deliverable-bought": {BUY}}
