"""The rules about reconciliations find what they are for, and nothing else (对账)."""

from typing import Any

import pytest

from oversight.domain.reconciling import Moves
from services.oversight.tests.history import ident
from services.oversight.tests.planting import (
    ACCEPTED,
    APPROVED_ORDER,
    INSTRUCTED,
    ISSUED,
    LEDGER,
    OTHER,
    PAID,
    PROVEN,
    REDEEMED,
    SETTLED,
    History,
    Plant,
    _released_later,
    each,
    enveloping,
    setting,
    without,
)
from services.oversight.tests.test_rules import OF_RECONCILIATIONS

DONE = f"{LEDGER}.ReconciliationDone"
FOUND = f"{LEDGER}.DifferenceFound"
SETTLED_DIFFERENCE = f"{LEDGER}.DifferenceSettled"
LATER = "2026-05-01T04:00:06.000000Z"
UNPROVEN: dict[str, Any] = {
    "reconciliation_id": ident("reconciliation 1"),
    "order_id": ident("order"),
    "kind": "own-payment-missing",
    "sides": {"own_due_fen": 70_000, "own_paid_fen": None},
    "covered": 0,
}


def reconciling(**changes: Any) -> Plant:
    """Let the ledger reconcile all there is, or say something else."""

    def plant(history: History) -> None:
        covered = changes.get("covered", len(history.logs[LEDGER]))
        said: dict[str, Any] = {"covered": covered, "root": history.root(LEDGER, covered)}
        said |= {"orders_seen": len(history.logs["matching"]) - 1, "checked": 1}
        seen = said["orders_seen"]
        event = history.reconcile(**{**said, **changes})
        event["seen"] = {"matching": seen}

    return plant


def finding(**changes: Any) -> Plant:
    """Let the ledger say that an order differs, with the reconciliation that follows."""

    def plant(history: History) -> None:
        said = {**UNPROVEN, "covered": len(history.logs[LEDGER]), **changes}
        event = history.add(FOUND, ident("difference"), said)
        reconciling(found=1, covered=len(history.logs[LEDGER]) - 1)(history)
        history.logs[LEDGER][-1]["command"] = event["command"]

    return plant


def settling(history: History, decider: str = "somebody else") -> None:
    """A person settles it."""
    said = {"decider": ident(decider), "reason": "已核对"}
    history.add(SETTLED_DIFFERENCE, ident("difference"), said)


def settling_as_payer(history: History) -> None:
    """Who approves the payment settles it."""
    settling(history, "payer")


def early(*others: Plant) -> Plant:
    """Let the ledger say of the order that it differs before it is instructed, and more."""

    def plant(history: History) -> None:
        log, before = history.logs[LEDGER], len(history.logs[LEDGER])
        history.add(FOUND, ident("difference"), {**UNPROVEN, "covered": before})
        for other in others:
            other(history)
        added = log[before:]
        del log[before:]
        place = log.index(history.find(INSTRUCTED))
        log[place:place] = added
        added[0]["data"]["covered"] = place
        for event in log:
            if event["type"] in (INSTRUCTED, ISSUED):
                event["recorded_at"] = LATER

    return plant


def told(history: History) -> list[tuple[str, str, int | None]]:
    """What the rules of reconciliations find; others find what differs as well."""
    return [each for each in history.rules_broken() if each[0] in OF_RECONCILIATIONS]


OTHERS = {"own_due_fen": 1, "own_paid_fen": None}
SENT_BACK = setting(SETTLED, returned=[ident("redemption")], paid_fen=0, returned_fen=30_000)
CASES: list[Any] = [
    # what a reconciliation says of itself
    ("reconciliation-differs", reconciling(number=2), DONE, (0,)),
    ("reconciliation-differs", reconciling(since=1), DONE, (0,)),
    ("reconciliation-differs", reconciling(covered=10_000, root=None), DONE, (0,)),
    ("reconciliation-differs", reconciling(day="2026-04-30"), DONE, (0,)),
    ("reconciliation-differs", reconciling(orders_seen=0), DONE, (0,)),
    ("reconciliation-differs", reconciling(checked=0), DONE, (0,)),
    ("reconciliation-differs", reconciling(found=1), DONE, (0,)),
    ("reconciliation-differs", each(reconciling(), reconciling()), DONE, (1,)),
    (
        "reconciliation-differs",
        reconciling(
            at="2026-05-03T04:00:00.000000Z", covered=0, root=None, orders_seen=-1, checked=0
        ),
        DONE,
        (0,),
    ),
    ("reconciliation-root-differs", reconciling(root="0" * 64), DONE, (0,)),
    # what it should have found
    ("difference-kept-silent", each(without(PROVEN), reconciling()), DONE, (0,)),
    ("difference-kept-silent", each(without(ACCEPTED), reconciling()), DONE, (0,)),
    ("difference-kept-silent", each(without(REDEEMED), reconciling()), DONE, (0,)),
    ("difference-kept-silent", each(setting(REDEEMED, fen=29_999), reconciling()), DONE, (0,)),
    ("difference-kept-silent", each(without("matching.OrderDelivered"), reconciling()), DONE, (0,)),
    ("difference-kept-silent", each(without(PAID), reconciling()), DONE, (0,)),
    ("difference-kept-silent", each(without(SETTLED), reconciling()), DONE, (0,)),
    ("difference-kept-silent", each(without(ISSUED), without(SETTLED), reconciling()), DONE, (0,)),
    ("difference-kept-silent", each(SENT_BACK, reconciling()), DONE, (0,)),
    # what it found without reason
    ("difference-unfounded", finding(), FOUND, (0,)),
    ("difference-unfounded", each(without(PROVEN), finding(sides=OTHERS)), FOUND, (0,)),
    ("difference-step", settling, SETTLED_DIFFERENCE, (0,)),
    (
        "difference-step",
        each(without(PROVEN), finding(), settling, settling),
        SETTLED_DIFFERENCE,
        (1,),
    ),
    (
        "difference-step",
        each(without(PROVEN), finding(), settling, enveloping(SETTLED_DIFFERENCE, actor=OTHER)),
        SETTLED_DIFFERENCE,
        (0,),
    ),
    ("paid-while-different", each(without(PROVEN), early()), INSTRUCTED, (0,)),
    # who settled it
    (
        "settled-and-approved",
        each(without(PROVEN), early(settling_as_payer)),
        APPROVED_ORDER,
        (0,),
    ),
    (
        "settled-and-approved",
        each(without(PROVEN), finding(), settling_as_payer),
        SETTLED_DIFFERENCE,
        (0,),
    ),
]  # fmt: skip


@pytest.mark.article(8, 17, 19)
@pytest.mark.parametrize(("rule", "plant", "type_", "numbers"), CASES)
def test_a_planted_irregularity_is_found_where_it_is(
    history: History, rule: str, plant: Plant, type_: str, numbers: tuple[int, ...]
) -> None:
    plant(history)
    assert {(rule, *history.place(type_, number)) for number in numbers} <= set(told(history))
    assert {found[0] for found in told(history)} <= {rule, *BESIDE.get(rule, ())}


BESIDE = {
    "difference-unfounded": ("difference-kept-silent",),
    "reconciliation-differs": ("reconciliation-missing",),
}
"""What is found as well: who says something else keeps silent about what is so, and one that comes
days later leaves days without."""


@pytest.mark.article(8, 17, 19)
@pytest.mark.parametrize(
    "plant",
    [
        reconciling(),
        each(reconciling(), lambda h: h.reconcile(number=2, since=len(h.logs[LEDGER]) - 1,
            covered=len(h.logs[LEDGER]), orders_seen=len(h.logs["matching"]) - 1)),
        each(without(PROVEN), finding()),
        each(without(PROVEN), finding(), settling),
        each(without(PROVEN), early(settling)),
        each(enveloping(INSTRUCTED, recorded_at=LATER), reconciling()),
    ],
    ids=["all of it", "twice", "said", "settled", "settled and paid", "later"],
)  # fmt: skip
def test_what_is_as_it_should_be_is_clean(history: History, plant: Plant) -> None:
    plant(history)
    assert told(history) == []


@pytest.mark.article(8, 17, 19)
def test_a_difference_that_moved_meanwhile_is_left_to_the_next(history: History) -> None:
    finding(covered=0)(history)
    assert told(history) == [], "it may have been so at what was covered"


@pytest.mark.article(8, 17, 19)
def test_a_day_without_reconciliation_is_found_once_others_follow(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    _released_later(history)
    assert told(history) == []
    monkeypatch.setattr(type(history), "reconcile_daily", lambda _: None)
    found = told(history)
    assert found
    assert {rule for rule, _, _ in found} == {"reconciliation-missing"}


@pytest.mark.article(8, 17, 19)
def test_an_unfinished_reconciliation_does_not_count_as_one(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    _released_later(history)
    monkeypatch.setattr(type(history), "reconcile_daily", lambda _: None)
    before = len(told(history))
    history.reconcile("2026-05-01T04:00:00.000000Z", complete=False)
    assert len(told(history)) == before
    history.find(DONE)["data"]["complete"] = True
    assert len(told(history)) == before - 1


@pytest.mark.article(8, 17, 19)
def test_an_acceptance_that_is_parked_is_not_asked_for(history: History) -> None:
    placed = history.data("matching.OrderAccepted")
    history.add("matching.OrderAccepted", ident("third"), dict(placed))
    reconciling()(history)
    assert told(history) == [], "the ledger could not apply it: `answer-missing`, `entry-parked`"


def test_moves_are_asked_for_by_place() -> None:
    moves = Moves()
    for position, order in ((1, "a"), (4, "b"), (4, "c"), (9, OTHER)):
        moves.add(position, order)
    assert moves.before(4) == {"a"}
    assert moves.since(4) == {"b", "c", OTHER}
    assert moves.between(1, 9, {4}) == {"b", "c"}
    moves.forget(4)
    assert moves.before(9) == {"b", "c"}
