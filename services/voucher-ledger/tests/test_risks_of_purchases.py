"""Detectors of fictitious trade are asked about government purchases too (art. 8, 17, 18)."""

from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from voucher_ledger.testing import World, evidence_of
from voucher_ledger.testing_purchases import (
    DIGEST,
    acceptance,
    asked,
    consent,
    delivered,
    terms,
)

pytestmark = pytest.mark.article(8, 17, 18)


def buy(
    world: World, number: int, provider: str | None = None, **changes: Any
) -> tuple[str, dict[str, Any]]:
    """A purchase that was bought, and reviewed; returns its provider and its redemption."""
    contract = changes.pop("contract", f"{number:064}")
    evidence = changes.pop("evidence", f"{number + 100:064}")
    hours = changes.pop("hours", 1)
    given = terms(world, **changes) if provider is None else asked(provider, **changes)
    id_ = str(world.do("propose_purchase", actor="clerk", **given)["id"])
    consent(world, id_, "hrss-province", "one")
    consent(world, id_, "finance-province", "two")
    signed = {"amount_fen": 250_000, "contract_sha256": contract}
    world.do("contract_purchase", actor="clerk", purchase_id=id_, **signed)
    with clock.fixed(clock.now() - timedelta(hours=hours)):
        delivered(world, id_, given["provider"], evidence)
    world.do("accept_purchase", actor="inspector", **acceptance(id_, 200_000))
    invoice = {"purchase_id": id_, "invoice_number": f"2434200000002{number:07}"}
    redemption = world.do("invoice_purchase", given["provider"], **invoice)["id"]
    review: dict[str, Any] = {"redemption_id": redemption, "approve": True, "reason": "齐全"}
    return given["provider"], world.do("review_redemption", actor="reviewer", **review)


def inputs(world: World) -> dict[str, Any]:
    """What the last hold says that it decided on."""
    held = [e.data for e in world.entries() if e.type == "voucher-ledger.RedemptionHeld"]
    found: dict[str, Any] = held[-1]
    return {"rule": found["rule"], **found["inputs"]}


def test_what_nothing_is_suspect_about_is_not_held(world: World) -> None:
    provider, first = buy(world, 1)
    _, second = buy(world, 2, provider)
    assert [each["detectors"] for each in (first, second)] == [[], []]


def test_a_contract_that_was_used_for_another_purchase_or_an_order_is_held(world: World) -> None:
    _, first = buy(world, 1, contract=DIGEST)
    _, second = buy(world, 2, contract=DIGEST)
    assert (first["detectors"], second["detectors"]) == ([], ["contract-reused"])
    said = {"orders": [first["order_id"]], "count": 1, "sha256": DIGEST}
    assert inputs(world) == {"rule": "contract-reused/1", **said}
    order, _, seller = world.accepted()
    papers = world.papers(order) | {"contract_sha256": DIGEST}
    redemption = world.do("apply_redemption", seller, **papers)["id"]
    review: dict[str, Any] = {"redemption_id": redemption, "approve": True, "reason": "齐全"}
    assert world.do("review_redemption", **review)["detectors"] == ["contract-reused"]


def test_what_was_delivered_before_is_held_whatever_for(world: World) -> None:
    order, _, seller = world.accepted()
    made = evidence_of(order)
    _, first = buy(world, 1, evidence=made)
    assert first["detectors"] == ["deliverable-reused"]
    _, second = buy(world, 2, evidence=made)
    assert inputs(world)["orders"] == sorted([order, first["order_id"]])
    redemption = world.do("apply_redemption", seller, **world.papers(order))["id"]
    review: dict[str, Any] = {"redemption_id": redemption, "approve": True, "reason": "齐全"}
    assert world.do("review_redemption", **review)["detectors"] == ["deliverable-bought"]
    both = sorted([first["order_id"], second["order_id"]])
    said = {"rule": "deliverable-bought/1", "purchases": both, "count": 2, "sha256": made}
    assert inputs(world) == said


def test_an_acceptance_within_seconds_of_the_delivery_is_held_until_it_is_released(
    world: World,
) -> None:
    _, redemption = buy(world, 1, hours=0)
    assert (redemption["hold"], redemption["detectors"]) == ("held", ["quick-acceptance"])
    assert inputs(world)["limit"] == 60
    decision: dict[str, Any] = {"redemption_id": redemption["id"], "reason": "现场验收"}
    released = world.do("decide_hold", actor="decider", **decision, release=True)
    assert released["hold"] == "released"


def test_what_is_refused_after_a_hold_goes_back_to_its_year(world: World) -> None:
    _, redemption = buy(world, 1, hours=0)
    decision: dict[str, Any] = {"redemption_id": redemption["id"], "reason": "未实际交付"}
    world.do("decide_hold", actor="decider", **decision, release=False)
    types = [entry.type.partition(".")[2] for entry in world.entries()][-3:]
    assert types == ["RedemptionHoldRefused", "RedemptionRejected", "PurchaseForfeited"]


@pytest.mark.parametrize(
    ("limit", "changes", "hit"),
    [
        (500_000, {}, True),
        (500_001, {}, False),
        (500_000, {"procedure": "open-tender"}, False),
        (500_000, {"exemption": "合财购〔2026〕5号"}, False),
    ],
    ids=["reached", "below", "tendered", "approved"],
)
def test_contracts_without_a_tender_that_reach_the_threshold_together_are_held(
    world: World, limit: int, changes: dict[str, Any], hit: bool
) -> None:
    world.figure("purchase-tender-fen", limit)
    provider, first = buy(world, 1)
    _, second = buy(world, 2, provider, **changes)
    assert first["detectors"] == [], "the first is below the threshold by itself"
    assert second["detectors"] == (["split-purchases"] if hit else [])
    if hit:
        said = {"purchases": [first["order_id"]], "count": 1, "limit": limit, "fen": 500_000}
        assert inputs(world) == {"rule": "split-purchases/1", **said}


def test_contracts_of_others_or_of_another_budget_are_not_counted(world: World) -> None:
    world.figure("purchase-tender-fen", 500_000)
    provider, _ = buy(world, 1)
    assert buy(world, 2)[1]["detectors"] == [], "another provider"
    world.budget("340200", fund="ZFGM-PX")
    assert buy(world, 3, provider, region="340200")[1]["detectors"] == [], "another region"
