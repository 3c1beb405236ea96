"""The rules about risk holds find what they are for, where it is, and nothing else (风险冻结)."""

import pytest

from services.oversight.tests.history import ident
from services.oversight.tests.planting import (
    APPROVED,
    APPROVED_ORDER,
    INSTRUCTED,
    ISSUED,
    OTHER,
    History,
    Plant,
    each,
    enveloping,
)
from services.oversight.tests.suspicions import (
    HELD,
    LATER,
    RELEASED_HOLD,
    hasty,
    held,
    hold_for_refund,
    holding,
    paid_from,
    placing,
    refund,
    related,
    released,
    released_by_payer,
    suspect,
    tied,
)
from services.oversight.tests.test_rules import OF_RISKS


def test_what_is_held_and_released_by_another_is_clean(history: History) -> None:
    each(suspect, held(), released())(history)
    assert history.rules_broken() == []


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
def test_every_rule_of_risks_has_a_case() -> None:
    assert {rule for rule, *_ in CASES} >= OF_RISKS
