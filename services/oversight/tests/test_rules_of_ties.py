"""Ties by device: the supervisor compares again, and finds what should be held or should not."""

from typing import Any

import pytest

from oversight.domain.rules.detectors import detected
from oversight.domain.traces import Trace, left
from services.oversight.tests.history import ident
from services.oversight.tests.planting import (
    APPROVED,
    APPROVED_ORDER,
    INSTRUCTED,
    History,
    Plant,
    each,
    enveloping,
)
from services.oversight.tests.suspicions import (
    HELD,
    LATER,
    RELEASED_HOLD,
    before,
    holding,
    read_at_approval,
    released,
    tied,
)

DEVICE_USED = "identity.PersonalDataDeviceUsed"
DEVICE = "d" * 64


def use(history: History, subject: str, account: str, device: str = DEVICE) -> None:
    """An account that acts for a subject uses a device, before the approval."""
    history.add("identity.AccountOpened", account, {"staff": False, "region": None})
    history.add("identity.AccountLinked", account, {"subject_id": subject})
    said = {"subject": subject, "account_id": account, "device": device, "first_on": "2026-05-01"}
    event = history.add(DEVICE_USED, ident(f"data {subject}"), said)
    event.update(actor="system:identity", role=None)


def seen(history: History) -> None:
    """The approval knows of all that identity says."""
    history.find(APPROVED)["seen"]["identity"] = len(history.logs["identity"]) - 1


def at_one_device(history: History) -> None:
    """User and provider use one device."""
    for party in ("user", "provider"):
        use(history, ident(party), ident(f"account of {party}"))
    seen(history)


def at_a_terminal(history: History) -> None:
    """So do nine others."""
    at_one_device(history)
    for n in range(9):
        use(history, ident(f"visitor {n}"), ident(f"account of visitor {n}"))
    seen(history)


def of_version(version: int) -> Plant:
    """The hold was one of an earlier version."""
    return lambda history: history.find(HELD)["data"].update(rule=f"tied-parties/{version}")


HOLD = holding("tied-parties", ties=["device"], count=1, device_subjects=10)


def test_parties_of_one_device_are_held_and_released(history: History) -> None:
    each(at_one_device, HOLD, released())(history)
    assert history.rules_broken() == []


def test_who_shares_a_terminal_is_not_held(history: History) -> None:
    each(at_a_terminal, enveloping(APPROVED, recorded_at=LATER))(history)
    assert history.rules_broken() == []


def test_a_hold_of_the_second_version_was_founded_on_what_it_knew(history: History) -> None:
    phone = holding("tied-parties", ties=["phone"], count=1)
    each(tied, at_one_device, phone, of_version(2), released())(history)
    assert history.rules_broken() == []


def told_late(history: History) -> None:
    """They use one device after the approval, and before the payment is drawn up."""
    for party in ("user", "provider"):
        use(history, ident(party), ident(f"account of {party}"))
    for type_, count in ((INSTRUCTED, 1), (APPROVED_ORDER, 2)):
        for number in range(count):
            history.find(type_, number)["seen"]["identity"] = len(history.logs["identity"]) - 1


def held_at(type_: str) -> Plant:
    """It is held for that just before this, by whoever pays, and somebody else lets it go on."""

    def plant(history: History) -> None:
        inputs = {"ties": ["device"], "count": 1, "device_subjects": 10}
        said = {"detector": "tied-parties", "rule": "tied-parties/3", "inputs": inputs}
        stream = history.find(APPROVED)["stream"]
        held = history.add(HELD, stream, said)
        held.update(actor=ident("payer"), role="finance-province")
        before(history, held, type_)
        decided = {"decider": ident("somebody else"), "reason": "已核实"}
        let_go = history.add(RELEASED_HOLD, stream, decided)
        let_go["role"] = "hrss-province"
        before(history, let_go, type_)

    return plant


def at(type_: str) -> Plant:
    """It was done so late that what ties them must have been seen."""
    return enveloping(type_, recorded_at=LATER)


@pytest.fixture(autouse=True)
def asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The payments of the hand-made history are asked again, though they are older."""
    monkeypatch.setattr("oversight.domain.rules.late_ties.SINCE", "2026-05-01")


@pytest.mark.article(8, 17, 28)
@pytest.mark.parametrize("type_", [INSTRUCTED, APPROVED_ORDER])
def test_what_was_told_after_the_approval_is_held_until_it_is_paid(
    history: History, type_: str
) -> None:
    each(told_late, held_at(type_), at(type_))(history)
    assert history.rules_broken() == []


def test_what_was_paid_before_that_day_was_not_asked_again(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oversight.domain.rules.late_ties.SINCE", "2026-05-02")
    each(told_late, at(INSTRUCTED), at(APPROVED_ORDER))(history)
    assert history.rules_broken() == []


CASES: list[tuple[str, Plant, str]] = [
    ("tie-not-held", each(told_late, at(INSTRUCTED)), INSTRUCTED),
    ("tie-not-held", each(told_late, at(APPROVED_ORDER)), APPROVED_ORDER),
    ("held-unfounded", held_at(INSTRUCTED), HELD),
    ("held-unfounded", held_at(APPROVED_ORDER), HELD),
    ("risk-not-held", each(at_one_device, enveloping(APPROVED, recorded_at=LATER)), APPROVED),
    ("held-unfounded", each(HOLD, released()), HELD),
    ("held-unfounded", each(at_a_terminal, HOLD, released()), HELD),
    ("held-unfounded", each(at_one_device, HOLD, of_version(2), released()), HELD),
    ("held-unfounded", each(tied, HOLD, released()), HELD),
]


@pytest.mark.article(8, 17, 28)
@pytest.mark.parametrize(("rule", "plant", "type_"), CASES)
def test_a_planted_irregularity_is_found_where_it_is(
    history: History, rule: str, plant: Plant, type_: str
) -> None:
    plant(history)
    assert history.rules_broken() == [(rule, *history.place(type_))]


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(
    ("others", "position", "hit"),
    [(8, 1, True), (9, 1, False), (9, 10**6, True), (0, 1, True)],
)
def test_a_device_is_shared_by_as_many_as_had_been_seen(
    history: History, others: int, position: int, hit: bool
) -> None:
    world, event = read_at_approval(history)
    when, users = "2026-05-01T03:59:00.000000Z", world.traces.devices.setdefault(DEVICE, {})
    for party in ("user", "provider"):
        left(world.traces.contacts, ident(party), Trace(f"device {DEVICE}", when, 0, ""))
        users[ident(party)] = 0
    users.update((f"visitor {n}", position) for n in range(others))
    found: dict[str, Any] = {"tied-parties": {"device"}} if hit else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found
    before = detected(world.redemptions[ident("redemption")], event, world, when)
    assert before == {}, "what is as new as that may be unseen"


@pytest.mark.article(8, 17)
def test_a_tie_is_held_once(history: History) -> None:
    each(told_late, held_at(INSTRUCTED), held_at(APPROVED_ORDER))(history)
    assert history.rules_broken() == [("held-unfounded", *history.place(HELD, 1))]
