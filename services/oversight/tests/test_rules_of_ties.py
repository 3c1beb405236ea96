"""Ties by device: the supervisor compares again, and finds what should be held or should not."""

from typing import Any

import pytest

from oversight.domain.rules.risks import detected
from oversight.domain.traces import Trace, left
from services.oversight.tests.history import ident
from services.oversight.tests.planting import APPROVED, History, Plant, each, enveloping
from services.oversight.tests.test_rules_of_risks import (
    HELD,
    LATER,
    _read,
    holding,
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


CASES: list[tuple[str, Plant, str]] = [
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
    world, event = _read(history)
    at, users = "2026-05-01T03:59:00.000000Z", world.traces.devices.setdefault(DEVICE, {})
    for party in ("user", "provider"):
        left(world.traces.contacts, ident(party), Trace(f"device {DEVICE}", at, 0, ""))
        users[ident(party)] = 0
    users.update((f"visitor {n}", position) for n in range(others))
    found: dict[str, Any] = {"tied-parties": {"device"}} if hit else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found
    before = detected(world.redemptions[ident("redemption")], event, world, at)
    assert before == {}, "what is as new as that may be unseen"
