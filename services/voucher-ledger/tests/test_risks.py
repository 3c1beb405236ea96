"""Risk holds: a detector stops the payment and says why; a person who is neither side decides."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.domain import new_id
from voucher_ledger.domain.risks import DETECTORS, Facts, hits
from voucher_ledger.testing import World

WHY = {"reason": "框架合同,两次服务分别交付"}
DIGEST = "a" * 64
NO_FACTS: dict[str, Any] = {
    "contract_sha256": DIGEST,
    "evidence_sha256": "b" * 64,
    "reserved_on": "2026-03-02",
    "split_limit": 3,
}


def found(**facts: Any) -> dict[str, dict[str, Any]]:
    """What detectors say of some facts, by their ids."""
    return {hit.detector: hit.inputs for hit in hits(Facts(**{**NO_FACTS, **facts}))}


@pytest.mark.article(8, 17)
def test_each_detector_says_what_it_found() -> None:
    assert found() == {}
    assert found(same_contract=["y", "x"]) == {
        "contract-reused": {"sha256": DIGEST, "orders": ["x", "y"], "count": 2}
    }
    assert found(same_evidence=["x"]).keys() == {"deliverable-reused"}
    assert found(reversed=["x"]) == {"round-trip": {"orders": ["x"], "count": 1}}


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(
    ("days", "count"),
    [
        (["2026-03-02"], 0),
        (["2026-03-02", "2026-03-08"], 2),
        (["2026-03-02", "2026-03-09"], 0),
        (["2026-02-24", "2026-03-08"], 2),
        (["2026-02-23", "2026-03-08"], 0),
    ],
)
def test_orders_are_split_within_seven_days_on_either_side(days: list[str], count: int) -> None:
    inputs = found(of_pair=[(str(n), day) for n, day in enumerate(days)]).get("split-orders", {})
    assert inputs.get("count", 0) == count


@given(st.lists(st.uuids().map(str), unique=True, max_size=40), st.randoms())
def test_a_hit_does_not_depend_on_the_order_of_the_facts(orders: list[str], random: Any) -> None:
    mixed = list(orders)
    random.shuffle(mixed)
    one, other = found(same_contract=orders), found(same_contract=mixed)
    assert one == other
    assert bool(one) == bool(orders)
    assert all(len(inputs["orders"]) <= 20 for inputs in one.values())


def test_every_detector_has_a_version() -> None:
    assert len({name for name, _, _ in DETECTORS}) == len(DETECTORS)


def applied(world: World, invoice: int = 1, **papers: Any) -> str:
    """A redemption of an order of new parties."""
    order, _, provider = world.accepted()
    handed_in = {**world.papers(order, f"2434{invoice:016}"), **papers}
    return str(world.do("apply_redemption", provider, **handed_in)["id"])


def review(world: World, id_: str, approve: bool = True) -> dict[str, Any]:
    """It is reviewed."""
    given: dict[str, Any] = {"redemption_id": id_, "approve": approve, "reason": "材料齐全"}
    return world.do("review_redemption", actor="reviewer", **given)


def drawn(world: World) -> None:
    """What was approved is publicised, and could be paid at once."""
    for name in ("publicity-days", "sample-rate-bp"):
        world.figure(name, 0)
    world.cosign()
    world.do("draw_sample")


@pytest.mark.article(8, 17, 28)
def test_a_contract_that_was_used_before_holds_the_payment_until_a_person_releases_it(
    world: World,
) -> None:
    first = applied(world, 1, contract_sha256=DIGEST)
    assert review(world, first)["hold"] is None
    second = applied(world, 2, contract_sha256=DIGEST)
    held = review(world, second)
    assert (held["hold"], held["detectors"]) == ("held", ["contract-reused"])
    event = next(e for e in world.entries() if e.type == "voucher-ledger.RedemptionHeld")
    assert event.data["rule"] == "contract-reused/1"
    assert event.data["inputs"]["count"] == 1
    drawn(world)
    refused = world.run("propose_payment", redemption_ids=[second])["error"]
    assert refused["code"] == "voucher-ledger.held-for-risk"
    assert "contract-reused" in str(refused)
    decision: dict[str, Any] = {"redemption_id": second, "release": True, **WHY}
    own = world.run("decide_hold", actor="reviewer", **decision)["error"]["code"]
    assert own == "voucher-ledger.hold-decider-reviewed"
    assert world.do("decide_hold", actor="decider", **decision)["hold"] == "released"
    assert world.code("decide_hold", **decision) == "voucher-ledger.not-held"
    order = world.do("propose_payment", redemption_ids=[second])["id"]
    approval: dict[str, Any] = {"payment_order_id": order, "approve": True, "reason": "同意"}
    paying = world.run("decide_payment", actor="decider", **approval)["error"]["code"]
    assert paying == "voucher-ledger.payment-reviewed-by-approver"
    assert world.do("propose_payment", redemption_ids=[first])["state"] == "proposed"


@pytest.mark.article(8, 17, 28)
def test_what_a_person_finds_fictitious_is_refused_for_good_and_its_money_goes_back(
    world: World,
) -> None:
    applied(world, 1, contract_sha256=DIGEST)
    second = applied(world, 2, contract_sha256=DIGEST)
    review(world, second)
    decision: dict[str, Any] = {"redemption_id": second, "release": False, "reason": "重复申报"}
    refused = world.do("decide_hold", actor="decider", **decision)
    assert (refused["state"], refused["hold"]) == ("rejected", "refused")
    types = [entry.type.partition(".")[2] for entry in world.entries()][-3:]
    assert types == ["RedemptionHoldRefused", "RedemptionRejected", "VoucherShareLapsed"]
    assert world.code("propose_payment", redemption_ids=[second]) == (
        "voucher-ledger.wrong-redemption-state"
    )


@pytest.mark.article(8, 17)
def test_the_same_deliverable_a_round_trip_and_split_orders_are_found_in_the_ledger(
    world: World,
) -> None:
    world.figure("risk-split-orders", 2)
    user = world.user()
    voucher = world.voucher(user)
    listing, provider = world.offer(price_fen=20_000)
    orders = [new_id(), new_id()]
    evidence = "e" * 64
    for order in orders:
        world.reserve(voucher, order, listing, user, price_fen=20_000)
        world.hear("matching.OrderDelivered", order, evidence_sha256=evidence)
    world.do("redeem_voucher", voucher_id=voucher, order_id=orders[0])
    world.owe(orders[0], voucher, 20_000)
    world.prove(orders[0])
    world.hear("identity.SubjectAdmittedAsUser", provider, region="340100")
    back, _ = world.offer(price_fen=20_000, provider=user)
    other = world.voucher(provider, region="340200")
    world.reserve(other, new_id(), back, provider, price_fen=20_000)
    papers = {**world.papers(orders[0]), "evidence_sha256": evidence}
    id_ = str(world.do("apply_redemption", provider, **papers)["id"])
    assert review(world, id_)["detectors"] == ["deliverable-reused", "round-trip", "split-orders"]


@pytest.mark.article(17)
def test_a_rejected_redemption_is_not_held_and_a_review_is_not_repeated(world: World) -> None:
    applied(world, 1, contract_sha256=DIGEST)
    second = applied(world, 2, contract_sha256=DIGEST)
    assert review(world, second, approve=False)["hold"] is None
    given: dict[str, Any] = {"redemption_id": second, "approve": True, "reason": "x"}
    assert world.code("review_redemption", **given) == "voucher-ledger.wrong-redemption-state"
    assert world.code("decide_hold", redemption_id=second, release=True, **WHY) == (
        "voucher-ledger.not-held"
    )
