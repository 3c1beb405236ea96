"""Redemption: applied, reviewed, paid, once; and the book balances at every event."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis import clock, context
from chassis.domain import new_id
from voucher_ledger import queries
from voucher_ledger.domain.refusals.redemptions import AwaitingCosignature
from voucher_ledger.testing import World


def papers(order: str, invoice: str = "24342000000012345678") -> dict[str, Any]:
    return {
        "order_id": order,
        "invoice_number": invoice,
        "contract_sha256": "a" * 64,
        "evidence_sha256": "b" * 64,
    }


def waiting(world: World) -> list[tuple[str, bool]]:
    """The state of each redemption, and whether it waits for the supervisor."""
    with context.bound(context.Context(actor="somebody", role="supervisor", region="340000")):
        rows = queries.redemptions.listed(world.ledger.database, None, None, 10)
    return [(row["state"], row["awaiting_cosignature"]) for row in rows]


@pytest.mark.article(17, 19)
def test_a_redemption_is_applied_reviewed_and_paid(world: World) -> None:
    order, _, provider = world.accepted()
    redemption = world.do("apply_redemption", provider, **papers(order))
    assert (redemption["state"], redemption["fen"]) == ("applied", 40_000)
    id_ = redemption["id"]
    early = world.code("pay_redemption", redemption_id=id_, bank_reference="B1")
    assert early == "voucher-ledger.wrong-redemption-state"
    assert not redemption["awaiting_cosignature"]
    approved = world.do("review_redemption", redemption_id=id_, approve=True, reason="材料齐全")
    assert approved["awaiting_cosignature"]
    assert waiting(world) == [("approved", True)]
    with pytest.raises(AwaitingCosignature):
        world.run("pay_redemption", redemption_id=id_, bank_reference="B1")
    world.cosign()
    assert waiting(world) == [("approved", False)]
    paid = world.do("pay_redemption", redemption_id=id_, bank_reference="B1")
    assert (paid["state"], paid["awaiting_cosignature"]) == ("paid", False)
    assert waiting(world) == [("paid", False)]
    twice = world.code("pay_redemption", redemption_id=id_, bank_reference="B1")
    assert twice == "voucher-ledger.wrong-redemption-state"


def test_a_rejected_redemption_is_not_paid(world: World) -> None:
    order, _, provider = world.accepted()
    id_ = world.do("apply_redemption", provider, **papers(order))["id"]
    world.do("review_redemption", redemption_id=id_, approve=False, reason="发票不符")
    code = world.code("pay_redemption", redemption_id=id_, bank_reference="B1")
    assert code == "voucher-ledger.wrong-redemption-state"


def test_only_the_orders_own_provider_applies_and_only_after_acceptance(world: World) -> None:
    user, order = world.user(), new_id()
    voucher = world.voucher(user)
    listing, provider = world.offer()
    assert world.code("apply_redemption", provider, **papers(order)) == (
        "voucher-ledger.not-redeemable"
    )
    world.reserve(voucher, order, listing, user)
    assert world.code("apply_redemption", provider, **papers(order)) == (
        "voucher-ledger.not-redeemable"
    )
    world.do("redeem_voucher", voucher_id=voucher, order_id=order)
    assert world.code("apply_redemption", new_id(), **papers(order)) == (
        "voucher-ledger.not-redeemable"
    )
    world.do("apply_redemption", provider, **papers(order))


def test_an_order_is_redeemed_once_and_an_invoice_used_once(world: World) -> None:
    first, _, provider = world.accepted()
    second, _, other = world.accepted()
    world.do("apply_redemption", provider, **papers(first))
    again = world.code("apply_redemption", provider, **papers(first, "24342000000099999999"))
    assert again == "voucher-ledger.redemption-exists"
    assert world.code("apply_redemption", other, **papers(second)) == "voucher-ledger.invoice-used"
    world.do("apply_redemption", other, **papers(second, "24342000000099999999"))


@pytest.mark.article(17)
def test_redemption_ends_on_its_own_date(world: World) -> None:
    order, _, provider = world.accepted()
    with clock.fixed(datetime(2027, 3, 31, 16, 0, tzinfo=UTC)):  # 1 April in Shanghai
        code = world.code("apply_redemption", provider, **papers(order))
    assert code == "voucher-ledger.redeem-by-passed"


@pytest.mark.article(6)
def test_the_book_balances_at_every_event(world: World) -> None:
    order, _, provider = world.accepted()
    id_ = world.do("apply_redemption", provider, **papers(order))["id"]
    world.do("review_redemption", redemption_id=id_, approve=True, reason="ok")
    world.cosign()
    world.do("pay_redemption", redemption_id=id_, bank_reference="B1")
    entries = world.entries()
    database = world.ledger.database
    for entry in entries:
        assert sum(posting["fen"] for posting in entry.data.get("postings", [])) == 0
        for purse in queries.book.balances(database, entry.position):
            assert sum(purse["balances"].values()) == 0
    last = {p["region"]: p["balances"] for p in queries.book.balances(database, None)}
    assert queries.book.balances(database, entries[-1].position) == queries.book.balances(
        database, None
    )
    assert last["340100"] == {
        "appropriated": -10_000_000,
        "issued": 60_000,
        "paid": 40_000,
        "unissued": 9_900_000,
    }
    assert last["340000"] == {}
