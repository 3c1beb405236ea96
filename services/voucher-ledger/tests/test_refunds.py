"""Refunds of the user's own share: what is not paid is held at once, whatever is under way."""

from typing import Any

import pytest

from chassis.domain import new_id
from chassis.refusal import Refusal
from voucher_ledger.testing import World, signed_proof, signed_refund

WHY = {"reason": "用户部分退货,已核对"}
CONTRACT = "a" * 64


def applied(world: World, **papers: Any) -> tuple[str, str]:
    """An order of new parties, and its redemption."""
    order, _, provider = world.accepted()
    handed_in = {**world.papers(order, f"2434{int(order[:8], 16):016}"), **papers}
    return order, str(world.do("apply_redemption", provider, **handed_in)["id"])


def review(world: World, id_: str) -> dict[str, Any]:
    """It is approved."""
    given: dict[str, Any] = {"redemption_id": id_, "approve": True, "reason": "材料齐全"}
    return world.do("review_redemption", actor="reviewer", **given)


def publicised(world: World) -> tuple[str, str]:
    """An order, and its redemption that could be paid at once."""
    order, id_ = applied(world)
    world.publicised(id_)
    return order, id_


def hold_of(world: World, id_: str) -> Any:
    """How its hold stands."""
    row = world.ledger.database.row("SELECT hold FROM redemptions WHERE id = %s", (id_,))
    return row and row["hold"]


@pytest.mark.article(8, 17)
def test_a_refund_before_the_review_is_found_by_it(world: World) -> None:
    order, _, provider = world.accepted()
    world.do("record_refund", proof=signed_refund(order, 1))
    id_ = str(world.do("apply_redemption", provider, **world.papers(order))["id"])
    assert review(world, id_)["detectors"] == ["own-share-refunded"]


@pytest.mark.article(8, 17)
def test_a_refund_while_a_review_is_awaited_holds_once_and_its_review_says_the_rest(
    world: World,
) -> None:
    applied(world, contract_sha256=CONTRACT)
    order, id_ = applied(world, contract_sha256=CONTRACT)
    world.do("record_refund", proof=signed_refund(order, 1))
    assert hold_of(world, id_) == "held"
    assert review(world, id_)["detectors"] == ["own-share-refunded", "contract-reused"]


@pytest.mark.article(8, 17)
def test_a_refund_after_the_review_holds_what_is_not_paid_and_again_after_a_release(
    world: World,
) -> None:
    order, id_ = publicised(world)
    told = world.do("record_refund", proof=signed_refund(order, 10_000))
    assert (told["fen"], told["refunded_fen"]) == (10_000, 10_000)
    assert hold_of(world, id_) == "held"
    world.do("record_refund", proof=signed_refund(order, 1, reference="R-2"))
    held = [e.data for e in world.entries() if e.type == "voucher-ledger.RedemptionHeld"]
    assert [each["inputs"]["fen"] for each in held] == [10_000, 10_001]
    assert world.code("propose_payment", redemption_ids=[id_]) == "voucher-ledger.held-for-risk"
    decision: dict[str, Any] = {"redemption_id": id_, "release": True, **WHY}
    world.do("decide_hold", actor="decider", **decision)
    world.do("record_refund", proof=signed_refund(order, 2, reference="R-3"))
    held = [e.data for e in world.entries() if e.type == "voucher-ledger.RedemptionHeld"]
    assert held[-1]["inputs"] == {
        "fen": 10_003, "references": sorted([f"R-{order}", "R-2", "R-3"]), "count": 3
    }  # fmt: skip
    assert hold_of(world, id_) == "held"


@pytest.mark.article(8, 17)
def test_a_refund_stops_a_payment_order_that_waits_for_its_second_approval(world: World) -> None:
    order, id_ = publicised(world)
    payment = str(world.do("propose_payment", redemption_ids=[id_])["id"])
    approval: dict[str, Any] = {"payment_order_id": payment, "approve": True, "reason": "同意"}
    world.do("decide_payment", actor="one payer", **approval)
    world.do("record_refund", proof=signed_refund(order, 1))
    refused = world.run("decide_payment", actor="another payer", **approval)["error"]["code"]
    assert refused == "voucher-ledger.held-for-risk"
    decision: dict[str, Any] = {"redemption_id": id_, "release": False, **WHY}
    wrong = world.run("decide_hold", actor="decider", **decision)["error"]["code"]
    assert wrong == "voucher-ledger.wrong-redemption-state", "it is part of a payment order"
    own = world.run("decide_hold", actor="one payer", **{**decision, "release": True})["error"]
    assert own["code"] == "voucher-ledger.settler-approved-payment"
    world.do("decide_payment", actor="another payer", **{**approval, "approve": False})
    assert world.do("decide_hold", actor="decider", **decision)["state"] == "rejected"


@pytest.mark.article(8, 17)
def test_what_was_paid_is_not_held_for_a_refund(world: World) -> None:
    order, id_ = applied(world)
    world.paid(id_)
    world.do("record_refund", proof=signed_refund(order, 1))
    assert hold_of(world, id_) is None


@pytest.mark.article(17, 19)
def test_a_notice_of_refund_is_refused_with_what_is_wrong(world: World) -> None:
    order, _, _ = world.accepted()
    other, _, _ = world.accepted()
    own_fen = 60_000

    def code(proof: str) -> str:
        outcome = world.run("record_refund", proof=proof)
        return str(outcome["error"]["code"]).partition(".")[2] if "error" in outcome else "taken"

    with pytest.raises(Refusal) as forged:
        code(signed_refund(order, 1)[:-4] + "AAAA")
    assert forged.value.code == "voucher-ledger.payment-proof-forged"
    assert code(signed_proof(order, own_fen)) == "payment-proof-malformed"
    assert code(signed_refund(order, 0)) == "payment-proof-malformed"
    assert code(signed_refund(new_id(), 1)) == "own-payment-unknown"
    assert code(signed_refund(order, 1, payment_id=new_id())) == "own-payment-unknown"
    assert code(signed_refund(order, own_fen + 1)) == "refund-beyond-paid"
    assert code(signed_refund(order, own_fen - 1)) == "taken"
    assert code(signed_refund(order, 1)) == "refund-known"
    assert code(signed_refund(order, 2, reference="R-2")) == "refund-beyond-paid"
    assert code(signed_refund(order, 1, reference="R-2")) == "taken"
    assert code(signed_refund(other, 1, reference="R-2")) == "payment-reference-used"
