"""Clawback: paid money is demanded back, comes in by instalments, or is written off by others."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis import clock, context
from voucher_ledger import queries
from voucher_ledger.clearing import flag_due
from voucher_ledger.domain.payment_file import yuan
from voucher_ledger.domain.payment_order import PaymentOrder
from voucher_ledger.testing import World

OWED = 40_000
DEMAND: dict[str, Any] = {
    "amount_fen": OWED,
    "reason": "虚构交易",
    "document_number": "皖人社〔2026〕13号",
    "due_by": "2026-12-31",
}
GIVEN_UP: dict[str, Any] = {"reason": "企业破产", "document_number": "皖财社〔2026〕14号"}


def paid(world: World, **changes: str) -> tuple[str, str]:
    """A redemption that was paid, and its payment order."""
    order, _, provider = world.accepted()
    papers = {**world.papers(order), **changes}
    id_ = str(world.do("apply_redemption", provider, **papers)["id"])
    return id_, world.paid(id_)


def balances(world: World) -> dict[str, int]:
    """Where the money of Hefei's year is."""
    found = queries.book.balances(world.ledger.database)
    return dict({row["region"]: row["balances"] for row in found}["340100"])


def code(world: World, name: str, **values: Any) -> str:
    """The code with which 省财政厅 or 省人社厅 is refused."""
    return world.code(name, **values)


@pytest.mark.article(17, 28)
def test_instalments_go_back_to_the_appropriation_year_until_nothing_is_missing(
    world: World,
) -> None:
    id_, _ = paid(world)
    demanded = world.do("demand_repayment", redemption_id=id_, **DEMAND)
    assert (demanded["state"], demanded["demanded_fen"]) == ("demanded", OWED)
    part: dict[str, Any] = {"redemption_id": id_, "amount_fen": 15_000}
    one = world.do("record_repayment", **part, bank_reference="C-1")
    assert (one["state"], one["repaid_fen"]) == ("demanded", 15_000)
    assert code(world, "record_repayment", **part, bank_reference="C-1") == (
        "voucher-ledger.instalment-recorded"
    )
    more = {**part, "amount_fen": 25_001}
    assert code(world, "record_repayment", **more, bank_reference="C-2") == (
        "voucher-ledger.repaid-beyond-demand"
    )
    assert balances(world)["paid"] == 25_000
    rest = {**part, "amount_fen": 25_000}
    with clock.fixed(datetime(2027, 2, 3, tzinfo=UTC)):  # the year is over; it stays that year's
        two = world.do("record_repayment", **rest, bank_reference="C-2")
    assert two["state"] == "repaid"
    assert balances(world)["clawed-back"] == OWED
    assert "paid" not in balances(world)
    assert sum(balances(world).values()) == 0
    with context.bound(context.Context(actor="x", role="supervisor", region="340000")):
        accounts = queries.book.accounts(world.ledger.database, "order", None, None, 10)
    assert accounts[0]["balances"] == {"clawed-back": OWED}


@pytest.mark.article(17)
def test_a_deposit_of_the_bank_counts_for_one_demand(world: World) -> None:
    (one, _), (other, _) = paid(world), paid(world, invoice_number="24342000000099999999")
    for id_ in (one, other):
        world.do("demand_repayment", redemption_id=id_, **DEMAND)
    part: dict[str, Any] = {"amount_fen": 1_000, "bank_reference": "C-1"}
    world.do("record_repayment", redemption_id=one, **part)
    used = "voucher-ledger.deposit-used"
    assert code(world, "record_repayment", redemption_id=other, **part) == used
    assert balances(world)["clawed-back"] == 1_000
    world.do("record_repayment", redemption_id=other, **{**part, "bank_reference": "C-2"})


@pytest.mark.article(17)
def test_one_deposit_is_booked_once_however_many_book_it_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one, _), (other, _) = paid(world), paid(world, invoice_number="24342000000099999999")
    for id_ in (one, other):
        world.do("demand_repayment", redemption_id=id_, **DEMAND)
    part: dict[str, Any] = {"amount_fen": 1_000, "bank_reference": "C-1"}
    world.do("record_repayment", redemption_id=one, **part)
    monkeypatch.setattr(queries.clawbacks, "booked_for", lambda *_: None)  # not committed yet
    used = "voucher-ledger.deposit-used"
    assert code(world, "record_repayment", redemption_id=other, **part) == used
    assert balances(world)["clawed-back"] == 1_000


@pytest.mark.article(17)
def test_what_is_missing_is_written_off_by_somebody_else_and_stays_paid(world: World) -> None:
    id_, _ = paid(world)
    world.do("demand_repayment", actor="owner", redemption_id=id_, **{**DEMAND, "amount_fen": 9})
    world.do("record_repayment", redemption_id=id_, amount_fen=4, bank_reference="C-1")
    own = world.run("write_off_repayment", actor="owner", redemption_id=id_, **GIVEN_UP)
    assert own["error"]["code"] == "voucher-ledger.own-demand"
    over = world.do("write_off_repayment", actor="payer", redemption_id=id_, **GIVEN_UP)
    assert (over["state"], over["repaid_fen"], over["written_off_fen"]) == ("written-off", 4, 5)
    assert (balances(world)["paid"], balances(world)["clawed-back"]) == (OWED - 4, 4)
    late: dict[str, Any] = {"redemption_id": id_, "amount_fen": 1, "bank_reference": "C-2"}
    wrong = "voucher-ledger.wrong-redemption-state"
    assert code(world, "record_repayment", **late) == wrong
    assert code(world, "demand_repayment", redemption_id=id_, **DEMAND) == wrong, "once"


@pytest.mark.article(17)
def test_a_demand_is_of_what_was_paid_and_gives_some_time(world: World) -> None:
    order, _, provider = world.accepted()
    waiting = str(world.do("apply_redemption", provider, **world.papers(order))["id"])
    assert code(world, "demand_repayment", redemption_id=waiting, **DEMAND) == (
        "voucher-ledger.wrong-redemption-state"
    )
    world.paid(waiting)
    for changed, refused in (
        ({"amount_fen": OWED + 1}, "voucher-ledger.demanded-beyond-paid"),
        ({"due_by": "2026-03-01"}, "voucher-ledger.due-in-the-past"),
    ):
        given = {**DEMAND, **changed}
        assert code(world, "demand_repayment", redemption_id=waiting, **given) == refused


@pytest.mark.article(17)
def test_what_is_demanded_back_is_not_sent_back_by_the_bank_as_well_nor_overdue(
    world: World,
) -> None:
    id_, order = paid(world)
    world.do("demand_repayment", redemption_id=id_, **DEMAND)
    item = next(iter(world.ledger.load(PaymentOrder, order).items.values()))
    late = f"R,{order},1,{yuan(OWED)}\nD,{item.end_to_end_id},{yuan(OWED)},RETURNED,,AC04\n"
    given = {"payment_order_id": order, "content": late}
    assert code(world, "import_bank_return", **given) == "voucher-ledger.wrong-redemption-state"
    with clock.fixed(datetime(2027, 2, 3, tzinfo=UTC)):
        assert flag_due(world.ledger, world.commands) == 0
