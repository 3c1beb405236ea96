"""Government purchase: its own fund, two consents, then the way of every redemption (art. 18)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis import clock, context
from chassis.domain import new_id
from voucher_ledger import queries
from voucher_ledger.testing import World
from voucher_ledger.testing_purchases import (
    DIGEST,
    FUND,
    acceptance,
    accepted,
    consent,
    contracted,
    terms,
)

pytestmark = pytest.mark.article(6, 18)


def balances(world: World) -> dict[str, int]:
    """Where the money of the purchase fund of Hefei is."""
    with context.bound(context.Context(actor="auditor", role="supervisor", region="340000")):
        rows = queries.book.balances(world.ledger.database, fund=FUND, region="340100")
    return dict(rows[0]["balances"])


def test_a_purchase_goes_from_its_fund_to_its_provider(world: World) -> None:
    id_, provider = accepted(world)
    owed = {"appropriated": -10_000_000, "unissued": 9_750_000}
    owed |= {"expired-returned": 50_000}
    assert balances(world) == owed | {"redeemed": 200_000}
    invoice = {"purchase_id": id_, "invoice_number": "24342000000012345678"}
    assert world.code("invoice_purchase", new_id(), **invoice) == "voucher-ledger.not-redeemable"
    redemption = world.do("invoice_purchase", provider, **invoice)["id"]
    assert world.code("invoice_purchase", provider, **invoice) == "voucher-ledger.redemption-exists"
    world.paid(redemption)
    assert balances(world) == owed | {"paid": 200_000}
    assert world.reconcile() == 0
    assert {purse["fund"] for purse in queries.book.beside_vouchers(world.ledger.database)} == set()
    [shown] = queries.purchases.listed(world.ledger.database, "accepted", None, 10)
    assert (shown["accepted_fen"], shown["opinion_sha256"]) == (200_000, "e" * 64)


def test_an_invoice_is_used_once_for_vouchers_and_purchases_together(world: World) -> None:
    order, _, seller = world.accepted()
    world.do("apply_redemption", seller, **world.papers(order))
    id_, provider = accepted(world)
    again = {"purchase_id": id_, "invoice_number": world.papers(order)["invoice_number"]}
    assert world.code("invoice_purchase", provider, **again) == "voucher-ledger.invoice-used"


def test_the_money_of_vouchers_and_of_purchases_never_mixes(world: World) -> None:
    asked = terms(world)
    wrong = "voucher-ledger.wrong-fund"
    world.budget()
    assert world.code("propose_purchase", **{**asked, "fund": "JYCY"}) == wrong
    batch: dict[str, Any] = {"fund": FUND, "year": 2026, "region": "340100", "amount_fen": 1}
    assert world.code("open_batch", **batch) == wrong


def test_a_body_of_the_government_sells_nothing(world: World) -> None:
    asked = terms(world, kind="public-agency")
    assert world.code("propose_purchase", **asked) == "voucher-ledger.government-payee"
    stranger = {**asked, "provider": new_id()}
    assert world.code("propose_purchase", **stranger) == "voucher-ledger.provider-not-active"


def test_from_the_threshold_on_an_open_tender_or_an_approval_is_needed(world: World) -> None:
    world.figure("purchase-tender-fen", 300_000)
    asked, needed = terms(world), "voucher-ledger.tender-required"
    assert world.code("propose_purchase", **asked) == needed
    for changes in ({"procedure": "open-tender"}, {"exemption": "合财购〔2026〕5号"}):
        assert world.do("propose_purchase", **{**asked, **changes})["state"] == "proposed"
    assert world.do("propose_purchase", **{**asked, "amount_fen": 299_999})["consents"] == 0


def test_both_offices_consent_each_by_another_person(world: World) -> None:
    id_ = str(world.do("propose_purchase", actor="clerk", **terms(world))["id"])
    for office, actor, name in (
        ("hrss-province", "clerk", "OwnPurchase"),
        ("hrss-province", "one", ""),
        ("hrss-province", "three", "ConsentGiven"),
        ("finance-province", "one", "OwnPurchase"),
    ):
        if not name:
            assert consent(world, id_, office, actor)["state"] == "proposed"
            continue
        with pytest.raises(Exception) as refused:  # noqa: PT011 - named below
            consent(world, id_, office, actor)
        assert type(refused.value).__name__ == name
    early: dict[str, Any] = {"purchase_id": id_, "amount_fen": 1, "contract_sha256": DIGEST}
    assert world.code("contract_purchase", **early) == "voucher-ledger.wrong-purchase-state"
    assert consent(world, id_, "finance-province", "two", approve=False)["state"] == "rejected"


def test_who_handles_delivers_and_accepts_are_different_persons(world: World) -> None:
    id_, provider = contracted(world)
    made = {"purchase_id": id_, "evidence_sha256": "d" * 64}
    own = "voucher-ledger.own-purchase"
    assert world.code("deliver_purchase", new_id(), **made) == "voucher-ledger.not-the-provider"
    for actor in ("clerk", "one"):
        outcome = world.run("deliver_purchase", provider, actor=actor, **made)
        assert outcome["error"]["code"] == own
    world.do("deliver_purchase", provider, actor="seller", **made)
    for actor in ("clerk", "seller"):
        outcome = world.run("accept_purchase", actor=actor, **acceptance(id_, 1))
        assert outcome["error"]["code"] == own
    beyond = acceptance(id_, 250_001)
    assert world.code("accept_purchase", **beyond) == "voucher-ledger.beyond-contract"


def test_a_contract_is_within_what_was_consented_and_is_there(world: World) -> None:
    asked = terms(world)
    too_much = {**asked, "amount_fen": 10_000_001, "procedure": "open-tender"}
    assert world.code("propose_purchase", **too_much) == "voucher-ledger.appropriation-exceeded"
    id_ = str(world.do("propose_purchase", actor="clerk", **asked)["id"])
    consent(world, id_, "hrss-province", "one")
    consent(world, id_, "finance-province", "two")
    beyond: dict[str, Any] = {"purchase_id": id_, "amount_fen": 300_001, "contract_sha256": DIGEST}
    assert world.code("contract_purchase", **beyond) == "voucher-ledger.beyond-consent"


def test_what_is_unspent_goes_back_to_its_year(world: World) -> None:
    cancelled, _ = contracted(world)
    world.do("cancel_purchase", purchase_id=cancelled, reason="服务商违约")
    id_, provider = accepted(world)
    invoice = {"purchase_id": id_, "invoice_number": "24342000000012345678"}
    redemption = world.do("invoice_purchase", provider, **invoice)["id"]
    given: dict[str, Any] = {
        "redemption_id": redemption,
        "approve": False,
        "reason": "发票与合同不符",
    }
    world.do("review_redemption", actor="reviewer", **given)
    assert balances(world)["expired-returned"] == 500_000
    [budget] = [row for row in _budgets(world) if row["region"] == "340100"]
    paper = {"remainder": "return", "document_number": "皖财社〔2027〕2号"}
    with clock.fixed(datetime(2027, 1, 2, 4, tzinfo=UTC)):
        world.do("close_budget", budget_id=budget["id"], **paper)
    fen = 20_000_000
    assert balances(world) == {"appropriated": -fen, "expired-returned": fen}


def _budgets(world: World) -> list[dict[str, Any]]:
    with context.bound(context.Context(actor="auditor", role="supervisor", region="340000")):
        return queries.budget.listed(world.ledger.database, FUND, 2026, None, 10)
