"""Risk holds: a detector stops the payment and says why; a person who is neither side decides."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import clock
from chassis.domain import new_id
from voucher_ledger.domain.risks import DETECTORS, Facts, hits
from voucher_ledger.domain.voucher import Voucher
from voucher_ledger.testing import (
    ACCEPTED_AT,
    World,
    evidence_of,
)

WHY = {"reason": "框架合同,两次服务分别交付"}
DIGEST = "a" * 64
NO_FACTS: dict[str, Any] = {
    "order_id": "own",
    "contract_sha256": DIGEST,
    "evidence_sha256": "b" * 64,
    "reserved_on": "2026-03-02",
    "use_by": "2026-03-08",
    "figures": {
        "risk-split-orders": 3,
        "risk-accept-seconds": 60,
        "risk-price-days": 7,
        "risk-price-bp": 2000,
        "risk-expiry-days": 7,
        "risk-expiry-orders": 3,
        "risk-simhash-bits": 4,
        "risk-device-subjects": 10,
    },
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


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(
    ("accepted_at", "hit"),
    [
        ("2026-03-02T04:00:00.000000Z", True),
        ("2026-03-02T04:00:59.999999Z", True),
        ("2026-03-02T04:01:00.000000Z", False),
        ("2026-03-02T04:01:00.000001Z", False),
        ("", False),
    ],
)
def test_who_accepts_within_a_minute_of_the_delivery_has_not_looked(
    accepted_at: str, hit: bool
) -> None:
    delivered_at = "2026-03-02T04:00:00.000000Z"
    inputs = found(delivered_at=delivered_at, accepted_at=accepted_at).get("quick-acceptance")
    times = {"delivered_at": delivered_at, "accepted_at": accepted_at}
    assert inputs == ({"orders": ["own"], "count": 1, "limit": 60, **times} if hit else None)


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(
    ("price_fen", "asked", "listings"),
    [
        (12_000, [("a", "2026-02-23", 10_000)], ["a"]),
        (11_999, [("a", "2026-02-23", 10_000)], None),
        (12_001, [("a", "2026-02-23", 10_000)], ["a"]),
        (12_000, [("a", "2026-02-24", 10_000)], None),
        (12_000, [("a", "2026-02-22", 10_000), ("b", "2026-02-23", 9_000)], ["a", "b"]),
        (12_000, [("a", "2026-02-22", 10_000), ("b", "2026-02-23", 10_001)], None),
        (12_000, [("a", "2026-02-22", 10_000), ("own", "2026-03-01", 12_000)], ["a"]),
        (12_000, [("a", "", 10_000)], None),
        (12_000, [], None),
    ],
)
def test_a_price_is_raised_when_it_is_a_fifth_above_all_that_was_asked_a_week_before(
    price_fen: int, asked: list[tuple[str, str, int]], listings: list[str] | None
) -> None:
    inputs = found(placed_on="2026-03-02", price_fen=price_fen, asked=asked).get("price-raised")
    assert (inputs and inputs["listings"]) == listings


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(
    ("own", "others", "count"),
    [
        ("2026-03-02", ["2026-03-02", "2026-03-08"], 2),
        ("2026-03-02", ["2026-03-08"], 0),
        ("2026-03-02", ["2026-03-01", "2026-03-08"], 0),
        ("2026-03-01", ["2026-03-02", "2026-03-08"], 0),
        ("2026-03-08", ["2026-03-02", "2026-03-03", "2026-03-08"], 3),
    ],
)
def test_orders_are_counted_in_the_last_seven_days_of_a_batch(
    own: str, others: list[str], count: int
) -> None:
    of_batch = [(str(n), day) for n, day in enumerate(others)]
    inputs = found(reserved_on=own, of_batch=of_batch).get("near-expiry", {})
    assert inputs.get("count", 0) == count


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(("bits", "hit"), [(0, True), (3, True), (4, False), (5, False)])
def test_texts_are_alike_that_differ_in_fewer_than_four_bits(bits: int, hit: bool) -> None:
    other = f"{(1 << bits) - 1:016x}"
    inputs = found(simhash="0" * 16, alike=[("x", other)]).get("similar-deliverables")
    limit = {"limit": 4, "simhash": "0" * 16}
    assert inputs == ({"orders": ["x"], "count": 1, **limit} if hit else None)
    assert "similar-deliverables" not in found(alike=[("x", other)])


@pytest.mark.article(8, 17)
def test_a_fen_of_the_own_share_that_came_back_is_one_too_many() -> None:
    assert found(refunds=[]) == {}
    assert found(refunds=[("R-1", 1)]) == {
        "own-share-refunded": {"references": ["R-1"], "count": 1, "fen": 1}
    }
    assert found(refunds=[("R-2", 2), ("R-1", 1)])["own-share-refunded"] == {
        "references": ["R-1", "R-2"], "count": 2, "fen": 3
    }  # fmt: skip


@pytest.mark.article(8, 17)
def test_parties_with_anything_in_common_are_tied() -> None:
    assert found(ties=[]) == {}
    assert found(ties=["phone", "email"]) == {
        "tied-parties": {"ties": ["email", "phone"], "count": 2, "device_subjects": 10}
    }


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


Named = dict[str, list[str]]


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
    assert paying == "voucher-ledger.payment-settled-by-approver"
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


@pytest.mark.article(8, 17)
def test_a_quick_acceptance_a_raised_price_and_a_similar_text_are_found_in_the_ledger(
    world: World,
) -> None:
    _, provider = world.offer(price_fen=50_000)
    listing, _ = world.offer(price_fen=100_000, provider=provider, published_at=ACCEPTED_AT)
    user, order, other = world.user(), new_id(), new_id()
    voucher = world.voucher(user)
    bought = {"provider": provider, "category": "enterprise.legal", "price_fen": 100_000}
    at = "2026-01-08T03:00:00.000000Z"
    world.hear_of(at, "matching.OrderPlaced", order, **bought)
    world.reserve(voucher, order, listing, user)
    for each, sha256, text in (
        (other, "e" * 64, "0123456789abcdef"),
        (order, evidence_of(order), "ffff456789abcde0"),
    ):
        world.hear_of(at, "matching.OrderDelivered", each, evidence_sha256=sha256, simhash=text)
    world.do("redeem_voucher", voucher_id=voucher, order_id=order)
    world.accept(order, 40_000, 100_000 - 40_000, f"{at[:17]}59.000000Z")
    world.prove(order)
    id_ = str(world.do("apply_redemption", provider, **world.papers(order))["id"])
    assert review(world, id_)["detectors"] == ["quick-acceptance", "price-raised"]
    held = [e.data for e in world.entries() if e.type == "voucher-ledger.RedemptionHeld"]
    assert [each["rule"] for each in held] == ["quick-acceptance/1", "price-raised/1"]
    assert (held[1]["inputs"]["price_fen"], held[1]["inputs"]["asked_fen"]) == (100_000, 50_000)


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(("band", "found"), [("fff8", ["similar-deliverables"]), ("fff0", [])])
def test_similar_texts_are_found_by_the_bands_that_they_share(
    world: World, band: str, found: list[str]
) -> None:
    order, _, provider = world.accepted(simhash="ffff" * 4)
    near = {"evidence_sha256": "e" * 64, "simhash": "ffff" + band + "ffff" * 2}
    world.hear("matching.OrderDelivered", new_id(), **near)
    world.hear("matching.OrderDelivered", new_id(), evidence_sha256="d" * 64)
    id_ = str(world.do("apply_redemption", provider, **world.papers(order))["id"])
    assert review(world, id_)["detectors"] == found


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(("limit", "found"), [(2, ["near-expiry"]), (3, [])])
def test_orders_in_the_last_days_of_a_batch_are_counted_in_the_ledger(
    world: World, limit: int, found: list[str]
) -> None:
    with clock.fixed(datetime(2026, 12, 24, 4, tzinfo=UTC)) as move:
        world.figure("risk-expiry-orders", limit)
        batch, (listing, provider) = world.batch(), world.offer()
        users = [world.user() for _ in range(3)]
        vouchers = [world.granted(batch, user) for user in users]
        world.used(vouchers[0], listing, users[0])
        move(datetime(2026, 12, 25, 4, tzinfo=UTC))
        order, _ = [world.used(vouchers[n], listing, users[n]) for n in (1, 2)]
        id_ = str(world.do("apply_redemption", provider, **world.papers(order))["id"])
        assert review(world, id_)["detectors"] == found


@pytest.mark.article(8, 17, 36)
@pytest.mark.parametrize(("kind", "found"), [("phone", ["tied-parties"]), ("email", [])])
def test_who_ever_gave_the_same_number_is_tied_in_the_ledger(
    world: World, kind: str, found: list[str]
) -> None:
    order, voucher, provider = world.accepted()
    user = world.ledger.load(Voucher, voucher).holder
    changed = "identity.PersonalDataContactChanged"
    for subject, digests in (
        (user, {"phone": DIGEST}), (user, {"phone": "b" * 64}), (provider, {kind: DIGEST})
    ):  # fmt: skip
        world.hear(changed, new_id(), subject=subject, sealed={}, digests=digests)
    id_ = str(world.do("apply_redemption", provider, **world.papers(order))["id"])
    assert review(world, id_)["detectors"] == found


@pytest.mark.article(8, 17, 36)
@pytest.mark.parametrize(
    ("of_user", "of_provider", "kinds"),
    [
        ({"representative": ["r"]}, {"representative": ["r"]}, ["representative"]),
        ({"representative": ["r"]}, {"shareholder": ["s", "r"]}, ["representative", "shareholder"]),
        ({"shareholder": ["s"]}, {"shareholder": ["t", "s"]}, ["shareholder"]),
        ({}, {"representative": ["user"]}, ["representative"]),
        ({"shareholder": ["provider"]}, {}, ["shareholder"]),
        ({"representative": ["r"]}, {"representative": ["s"]}, []),
    ],
)
def test_who_is_behind_both_or_is_the_other_ties_them_in_the_ledger(
    world: World, of_user: Named, of_provider: Named, kinds: list[str]
) -> None:
    order, voucher, provider = world.accepted()
    user = world.ledger.load(Voucher, voucher).holder
    ids = {"user": user, "provider": provider}
    told = "identity.PersonalDataRelatedTold"
    for subject, named in ((user, of_user), (provider, of_provider)):
        related = {kind: [ids.get(each, each) for each in who] for kind, who in named.items()}
        world.hear(told, new_id(), subject=subject, source="declared", related=related)
    id_ = str(world.do("apply_redemption", provider, **world.papers(order))["id"])
    assert review(world, id_)["detectors"] == (["tied-parties"] if kinds else [])
    if kinds:
        (held,) = [e for e in world.entries() if e.type == "voucher-ledger.RedemptionHeld"]
        inputs = {"ties": kinds, "count": len(kinds), "device_subjects": 10}
        assert (held.data["rule"], held.data["inputs"]) == ("tied-parties/3", inputs)
