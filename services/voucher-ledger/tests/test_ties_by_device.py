"""Whoever used the same device is tied, unless many share it: a terminal of a service hall."""

from typing import Any

import pytest

from chassis.domain import new_id
from voucher_ledger.domain.voucher import Voucher
from voucher_ledger.testing import World

DEVICE, OTHER = "a" * 64, "b" * 64


def used(world: World, subject: str, device: str = DEVICE) -> None:
    """Somebody who acts for the subject uses a device for the first time."""
    told = {"account_id": new_id(), "device": device, "first_on": "2026-03-02"}
    world.hear("identity.PersonalDataDeviceUsed", new_id(), subject=subject, **told)


def parties(world: World) -> tuple[str, str, str]:
    """An accepted order of new parties: its id, user, provider."""
    order, voucher, provider = world.accepted()
    return order, world.ledger.load(Voucher, voucher).holder, provider


def reviewed(world: World, order: str, provider: str, invoice: int = 1) -> list[str]:
    """It is applied for and approved; which detectors hit."""
    papers = world.papers(order, f"2434{invoice:016}")
    id_ = str(world.do("apply_redemption", provider, **papers)["id"])
    given: dict[str, Any] = {"redemption_id": id_, "approve": True, "reason": "材料齐全"}
    found: list[str] = world.do("review_redemption", actor="reviewer", **given)["detectors"]
    return found


def last_hold(world: World) -> dict[str, Any]:
    held = [e.data for e in world.entries() if e.type == "voucher-ledger.RedemptionHeld"]
    return held[-1]


@pytest.mark.article(8, 17, 28)
@pytest.mark.parametrize(("device", "found"), [(DEVICE, ["tied-parties"]), (OTHER, [])])
def test_who_used_the_same_device_is_tied(world: World, device: str, found: list[str]) -> None:
    order, user, provider = parties(world)
    for subject, one in ((user, DEVICE), (provider, device), (provider, "c" * 64)):
        used(world, subject, one)
        used(world, subject, one)
    assert reviewed(world, order, provider) == found
    if found:
        inputs = {"ties": ["device"], "count": 1, "device_subjects": 10}
        said = {"detector": "tied-parties", "rule": "tied-parties/3", "inputs": inputs}
        assert last_hold(world) == said


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(("others", "tied"), [(8, True), (9, False)])
def test_a_device_that_more_than_ten_used_ties_nobody(
    world: World, others: int, tied: bool
) -> None:
    order, user, provider = parties(world)
    for subject in (user, provider, *(new_id() for _ in range(others))):
        used(world, subject)
    assert bool(reviewed(world, order, provider)) is tied


@pytest.mark.article(8, 17)
def test_where_the_figure_is_nought_no_device_ties_and_other_ties_still_do(world: World) -> None:
    world.figure("risk-device-subjects", 0)
    order, user, provider = parties(world)
    changed = "identity.PersonalDataContactChanged"
    for subject in (user, provider):
        used(world, subject)
        world.hear(changed, new_id(), subject=subject, sealed={}, digests={"phone": DEVICE})
    assert reviewed(world, order, provider) == ["tied-parties"]
    assert last_hold(world)["inputs"]["ties"] == ["phone"], "a number is no device"
