"""A tie that is first told after the review still holds the payment, until it is approved."""

from typing import Any

import pytest

from chassis.domain import new_id
from voucher_ledger.domain.voucher import Voucher
from voucher_ledger.testing import World

DEVICE = "a" * 64
HELD = "voucher-ledger.held-for-risk"
YES: dict[str, Any] = {"approve": True, "reason": "同意支付"}


def publicised(world: World, invoice: int = 1) -> tuple[str, list[str]]:
    """A redemption that can be paid, and its parties."""
    order, voucher, provider = world.accepted()
    papers = world.papers(order, f"2434{invoice:016}")
    id_ = str(world.do("apply_redemption", provider, **papers)["id"])
    world.publicised(id_)
    return id_, [world.ledger.load(Voucher, voucher).holder, provider]


def tie(world: World, parties: list[str]) -> None:
    """They use one device."""
    for subject in parties:
        told = {"account_id": new_id(), "device": DEVICE, "first_on": "2026-03-02"}
        world.hear("identity.PersonalDataDeviceUsed", new_id(), subject=subject, **told)


def refused(world: World, name: str, actor: str = "staff", **given: Any) -> str:
    """The code of what is refused."""
    outcome = world.run(name, None, actor, **given)
    return str(outcome["error"]["code"])


def holds(world: World) -> list[dict[str, Any]]:
    return [e.data for e in world.entries() if e.type == "voucher-ledger.RedemptionHeld"]


def release(world: World, id_: str) -> None:
    decision: dict[str, Any] = {"redemption_id": id_, "release": True, "reason": "已核实"}
    world.do("decide_hold", actor="somebody else", **decision)


@pytest.mark.article(8, 17, 28)
def test_who_is_tied_since_the_review_is_held_when_the_payment_is_drawn_up(world: World) -> None:
    (late, parties), (other, _) = publicised(world), publicised(world, 2)
    tie(world, parties)
    assert refused(world, "propose_payment", redemption_ids=[late, other]) == HELD
    (hold,) = holds(world)
    assert (hold["rule"], hold["inputs"]["ties"]) == ("tied-parties/3", ["device"])
    assert refused(world, "propose_payment", redemption_ids=[late]) == HELD
    assert len(holds(world)) == 1, "once"
    assert world.do("propose_payment", redemption_ids=[other])["id"], "nobody else waits"
    release(world, late)
    assert world.do("propose_payment", redemption_ids=[late])["id"]
    assert len(holds(world)) == 1, "a person has decided"


@pytest.mark.article(8, 17, 28)
def test_who_is_tied_since_then_is_held_when_the_payment_is_approved(world: World) -> None:
    id_, parties = publicised(world)
    order = str(world.do("propose_payment", redemption_ids=[id_])["id"])
    world.do("decide_payment", actor="one payer", payment_order_id=order, **YES)
    tie(world, parties)
    last: dict[str, Any] = {"actor": "another payer", "payment_order_id": order, **YES}
    assert refused(world, "decide_payment", **last) == HELD
    assert refused(world, "decide_payment", **last) == HELD
    assert len(holds(world)) == 1
    release(world, id_)
    assert world.do("decide_payment", **last)["state"] == "issued"


def test_one_party_alone_is_tied_to_nobody(world: World) -> None:
    id_, parties = publicised(world)
    tie(world, parties[:1])
    order = str(world.do("propose_payment", redemption_ids=[id_])["id"])
    assert order
    assert holds(world) == []
