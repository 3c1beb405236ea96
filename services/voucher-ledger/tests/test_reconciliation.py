"""Book, orders, payment files and the bank are compared every day (对账); a difference stops."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis import clock
from chassis.commands import Command
from chassis.domain import new_id
from voucher_ledger import queries
from voucher_ledger.domain.redemption import redemption_id
from voucher_ledger.reconciling import reconcile_due
from voucher_ledger.testing import World
from voucher_ledger.testing_purchases import accepted

pytestmark = pytest.mark.article(17, 19)
STOPPED = "voucher-ledger.payment-stopped"
Tamper = Callable[[World, str], None]


def done(world: World) -> list[dict[str, Any]]:
    return queries.reconciliations.listed(world.ledger.database, 0, 100)


def found(world: World, order: str | None = None) -> list[dict[str, Any]]:
    return queries.reconciliations.differences(world.ledger.database, None, order, None, 100)


def sql(world: World, statement: str, *values: Any) -> None:
    """Somebody changes a table behind the ledger's back."""
    world.ledger.database.execute([(statement, values)])


def applied(world: World, invoice: str = "24342000000012345678") -> tuple[str, str]:
    """An order whose redemption was applied for; returns (order, redemption)."""
    order, _, provider = world.accepted()
    return order, str(world.do("apply_redemption", provider, **world.papers(order, invoice))["id"])


def tomorrow(day: int = 3) -> Any:
    return clock.fixed(datetime(2026, 3, day, 4, 0, tzinfo=UTC))


def test_a_day_without_anything_is_reconciled_too_and_once(world: World) -> None:
    assert world.reconcile() == 0
    (first,) = done(world)
    assert (first["number"], first["day"], first["complete"]) == (1, "2026-03-02", True)
    assert (first["since"], first["covered"], first["checked"], first["root"]) == (0, 0, 0, None)
    assert world.reconcile() == 0
    assert len(done(world)) == 1, "once a day, however often it is asked for"
    with tomorrow():
        assert world.reconcile() == 0
        assert [row["day"] for row in done(world)] == ["2026-03-02", "2026-03-03"]


def test_what_agrees_differs_nowhere_from_the_order_to_the_bank(world: World) -> None:
    order, redemption = applied(world)
    world.paid(redemption)
    assert world.reconcile() == 0
    (row,) = done(world)
    entries = world.entries()
    assert row["checked"] == 1
    assert row["covered"] == len(entries) - 1, "all that was sealed when it began"
    assert entries[-1].event["seen"] == {"matching": row["orders_seen"]}
    assert found(world) == []
    with tomorrow():
        world.reconcile()
    since = done(world)[1]
    assert (since["since"], since["checked"]) == (row["covered"], 0), "what did not move is left"
    report = queries.reconciliations.shown(world.ledger.database, row["id"])
    assert report["balances"] == queries.book.balances(world.ledger.database)
    assert order


def of_share(column: str) -> Tamper:
    return lambda world, order: sql(
        world,
        f"UPDATE shares SET {column} = {column} + 1 WHERE order_id = %s",
        order,
    )


def of_redemption(change: str) -> Tamper:
    return lambda world, order: sql(
        world,
        f"UPDATE redemptions SET {change} WHERE order_id = %s",
        order,
    )


def line(world: World, order: str, fen: int, state: str) -> None:
    sql(
        world,
        "INSERT INTO payment_lines VALUES (%s, %s, %s, %s)",
        new_id(),
        redemption_id(order),
        fen,
        state,
    )


def of_payment(table: str) -> Tamper:
    return lambda world, order: sql(
        world,
        f"UPDATE {table} SET fen = fen + 1 WHERE redemption_id = %s",
        redemption_id(order),
    )


def undelivered(world: World, order: str) -> None:
    sql(world, "ALTER TABLE deliveries DISABLE TRIGGER USER")
    sql(world, "DELETE FROM deliveries WHERE order_id = %s", order)


def unproven(world: World, order: str) -> None:
    sql(world, "ALTER TABLE own_payments DISABLE TRIGGER USER")
    sql(world, "DELETE FROM own_payments WHERE order_id = %s", order)


def proven_otherwise(world: World, order: str) -> None:
    sql(world, "ALTER TABLE own_payments DISABLE TRIGGER USER")
    sql(world, "UPDATE own_payments SET fen = fen - 1 WHERE order_id = %s", order)


def unaccepted(world: World, order: str) -> None:
    sql(world, "ALTER TABLE own_shares DISABLE TRIGGER USER")
    sql(world, "DELETE FROM own_shares WHERE order_id = %s", order)


def off_voucher(world: World, order: str) -> None:
    sql(
        world,
        "UPDATE vouchers SET available_fen = available_fen + 7 "
        "WHERE id = (SELECT voucher_id FROM shares WHERE order_id = %s)",
        order,
    )


def off_lines(world: World, order: str) -> None:
    sql(world, "DELETE FROM payment_lines WHERE redemption_id = %s", redemption_id(order))


PLANTED: list[Any] = [
    pytest.param(of_share("redeemed_fen"), {"share-differs", "redemption-differs"}, id="share"),
    pytest.param(
        lambda world, order: sql(world, "DELETE FROM shares WHERE order_id = %s", order),
        {"accepted-not-consumed", "redemption-differs", "bank-return-differs"},
        id="not consumed",
    ),
    pytest.param(
        unaccepted,
        {"consumed-not-accepted", "redemption-without-delivery", "own-payment-differs"},
        id="not accepted",
    ),
    pytest.param(off_voucher, {"voucher-differs"}, id="voucher"),
    pytest.param(proven_otherwise, {"own-payment-differs"}, id="own payment"),
    pytest.param(unproven, {"own-payment-missing"}, id="no own payment"),
    pytest.param(undelivered, {"redemption-without-delivery"}, id="not delivered"),
    pytest.param(
        of_redemption("fen = fen - 1"),
        {"redemption-differs", "payment-line-differs"},
        id="redemption",
    ),
    pytest.param(off_lines, {"payment-line-missing", "paid-without-return"}, id="no line"),
    pytest.param(
        lambda world, order: line(world, order, 40_000, "issued"),
        {"payment-line-doubled"},
        id="paid twice",
    ),
    pytest.param(
        of_payment("payment_lines"), {"payment-line-differs", "bank-return-differs"}, id="amount"
    ),
    pytest.param(of_share("paid_fen"), {"bank-return-differs"}, id="booked otherwise"),
    pytest.param(
        lambda world, order: sql(
            world,
            "UPDATE payment_lines SET state = 'issued' WHERE redemption_id = %s",
            redemption_id(order),
        ),
        {"paid-without-return"},
        id="no return",
    ),
    pytest.param(
        of_redemption("state = 'returned'"), {"payment-line-stray"}, id="booked as returned"
    ),
]


@pytest.mark.parametrize(("tamper", "kinds"), PLANTED)
def test_every_kind_of_difference_is_found_once_and_says_what_each_side_says(
    world: World, tamper: Tamper, kinds: set[str]
) -> None:
    order, redemption = applied(world)
    world.paid(redemption)
    tamper(world, order)
    assert world.reconcile() == len(kinds)
    differences = found(world)
    assert {row["kind"] for row in differences} == kinds
    assert {(row["order_id"], row["state"]) for row in differences} == {(order, "open")}
    assert all(row["sides"] for row in differences)
    with tomorrow():
        world.do("reconcile")
        assert found(world) == differences, "what did not move is not looked at again"


def test_a_difference_stops_that_payment_alone_until_a_person_settles_it(world: World) -> None:
    bad, stopped = applied(world)
    _, free = applied(world, "24342000000012345679")
    world.publicised(stopped, free)
    sql(world, "UPDATE shares SET redeemed_fen = redeemed_fen - 1 WHERE order_id = %s", bad)
    assert world.reconcile() == 2
    refused = world.run("propose_payment", redemption_ids=[stopped, free])
    assert refused["error"]["code"] == STOPPED
    kinds = "redemption-differs, share-differs"
    assert refused["error"]["data"] == {"redemption_id": stopped, "kinds": kinds}
    assert world.do("propose_payment", redemption_ids=[free])["count"] == 1
    for difference in found(world, bad):
        assert world.code("propose_payment", redemption_ids=[stopped]) == STOPPED
        settled = {"difference_id": difference["id"], "reason": "数据修复,已核对原件"}
        given = world.do("settle_difference", actor="a payer", **settled)
        assert (given["state"], given["decider"]) == ("settled", "a payer")
    assert world.code("settle_difference", **settled) == "voucher-ledger.difference-settled"
    assert world.do("propose_payment", redemption_ids=[stopped])["count"] == 1


def test_a_difference_that_comes_up_meanwhile_stops_the_approval(world: World) -> None:
    order, redemption = applied(world)
    world.publicised(redemption)
    payment = world.do("propose_payment", redemption_ids=[redemption])["id"]
    of_share("redeemed_fen")(world, order)
    world.reconcile()
    decision = {"payment_order_id": payment, "reason": "-"}
    refused = world.run("decide_payment", actor="a payer", **decision, approve=True)
    assert refused["error"]["code"] == STOPPED
    given = world.do("decide_payment", actor="a payer", **decision, approve=False)
    assert given["state"] == "rejected", "the order can be rejected, and drawn up without it"


@pytest.mark.parametrize("bought", [False, True], ids=["order", "purchase"])
def test_who_settles_a_difference_does_not_approve_that_payment(world: World, bought: bool) -> None:
    order, redemption = purchased(world) if bought else applied(world)
    world.publicised(redemption)
    differing(world, redemption)
    (difference,) = found(world, order)
    settled = {"difference_id": difference["id"], "reason": "已核对原件"}
    world.do("settle_difference", actor="settler", **settled)
    payment = world.do("propose_payment", redemption_ids=[redemption])["id"]
    decision = {"payment_order_id": payment, "approve": True, "reason": "同意"}
    refused = world.run("decide_payment", actor="settler", **decision)["error"]
    assert refused["code"] == "voucher-ledger.payment-settled-by-approver"
    assert refused["data"] == {"redemption_id": redemption}
    assert world.do("decide_payment", actor="one payer", **decision)["approvals"] == 1
    assert world.do("decide_payment", actor="another payer", **decision)["state"] == "issued"


def test_who_approved_a_payment_settles_no_difference_in_it(world: World) -> None:
    order, redemption = applied(world)
    world.publicised(redemption)
    payment = world.do("propose_payment", redemption_ids=[redemption])["id"]
    decision = {"payment_order_id": payment, "reason": "-"}
    world.do("decide_payment", actor="one payer", **decision, approve=True)
    of_share("redeemed_fen")(world, order)
    world.reconcile()
    settled = {"difference_id": found(world, order)[0]["id"], "reason": "已核对"}
    refused = world.run("settle_difference", actor="one payer", **settled)["error"]
    assert refused["code"] == "voucher-ledger.settler-approved-payment"
    assert world.do("settle_difference", actor="settler", **settled)["state"] == "settled"
    world.do("decide_payment", actor="another payer", **decision, approve=False)
    settled = {"difference_id": found(world, order)[1]["id"], "reason": "已核对"}
    given = world.do("settle_difference", actor="one payer", **settled)
    assert given["state"] == "settled", "what was rejected pays nothing"


def purchased(world: World) -> tuple[str, str]:
    """A government purchase whose payment was asked for; returns (purchase, redemption)."""
    id_, provider = accepted(world)
    invoice = {"purchase_id": id_, "invoice_number": "24342000000012345678"}
    return id_, str(world.do("invoice_purchase", provider, **invoice)["id"])


def differing(world: World, redemption: str) -> None:
    """The ledger finds that the redemption is not of what is owed."""
    sql(world, "UPDATE redemptions SET fen = fen + 1 WHERE id = %s", redemption)
    assert world.reconcile() == 1
    sql(world, "UPDATE redemptions SET fen = fen - 1 WHERE id = %s", redemption)


def test_a_settled_difference_comes_up_again_only_when_something_else_is_said(
    world: World,
) -> None:
    order, redemption = applied(world)
    of_share("redeemed_fen")(world, order)
    world.reconcile()
    for difference in found(world):
        world.do("settle_difference", difference_id=difference["id"], reason="已核对")
    world.paid(redemption)
    with tomorrow():
        world.reconcile()
        assert {row["state"] for row in found(world)} == {"settled"}, "it says the same as before"
    of_share("redeemed_fen")(world, order)
    demand = {"reason": "串通", "document_number": "1", "due_by": "2026-12-31"}
    world.do("demand_repayment", redemption_id=redemption, amount_fen=1_000, **demand)
    world.do("record_repayment", redemption_id=redemption, amount_fen=1_000, bank_reference="C-1")
    with tomorrow(4):
        world.reconcile()
        assert [row["state"] for row in found(world)].count("open") == 2, "by another amount"


def test_an_order_whose_acceptance_was_not_heard_yet_waits_for_the_next(world: World) -> None:
    order, _, _ = world.accepted()
    world.entries()
    assert reconcile_due(world.ledger, world.commands) == 0, "nothing of matching's log was seen"
    row = done(world)[0]
    assert (row["orders_seen"], row["checked"], row["complete"]) == (-1, 1, True)
    with tomorrow():
        world.accept(order, 1, 1)  # said before: the first acceptance stands
        assert world.reconcile() == 0
        assert done(world)[1]["checked"] == 1


def test_a_long_day_takes_more_than_one_and_a_crash_between_them_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, redemption = applied(world)
    world.entries()
    world.paid(redemption)
    of_share("redeemed_fen")(world, order)
    real = queries.reconciliations.following
    monkeypatch.setattr(queries.reconciliations, "following", lambda database: real(database, 5))
    carry_out = world.commands.execute

    def crashing(command: Command, decide: Any) -> Any:
        outcome = carry_out(command, decide)
        if command.name == "reconcile":
            raise KeyboardInterrupt
        return outcome

    monkeypatch.setattr(world.commands, "execute", crashing)
    with pytest.raises(KeyboardInterrupt):
        world.reconcile()
    monkeypatch.setattr(world.commands, "execute", carry_out)
    parts = done(world)
    assert len(parts) == 1
    assert not parts[0]["complete"]
    world.reconcile()
    parts = done(world)
    assert len(parts) > 1
    assert [part["since"] for part in parts[1:]] == [part["covered"] for part in parts[:-1]]
    assert [part["complete"] for part in parts] == [False] * (len(parts) - 1) + [True]
    assert len(found(world)) >= 1


def test_two_replicas_and_a_person_at_once_do_each_number_once(world: World) -> None:
    applied(world)
    world.entries()
    number = queries.reconciliations.due(world.ledger.database, "2026-03-02")
    assert number == 1
    world.do("reconcile")
    again = world.do("reconcile", number=number)
    assert again["number"] == 1, "it was done meanwhile"
    assert [row["number"] for row in done(world)] == [1]


def test_the_full_check_compares_the_trial_balance_with_every_voucher(world: World) -> None:
    _, redemption = applied(world)
    world.paid(redemption)
    rows = queries.book.beside_vouchers(world.ledger.database)
    assert rows
    assert all(row["agrees"] for row in rows)
    world.entries()
    assert queries.book.beside_vouchers(world.ledger.database) == rows, "sealed meanwhile"
    sql(world, "UPDATE vouchers SET available_fen = available_fen + 7")
    (purse,) = [
        row for row in queries.book.beside_vouchers(world.ledger.database) if not row["agrees"]
    ]
    assert purse["vouchers"]["issued"] == purse["book"]["issued"] + 7


def test_what_lapsed_or_came_back_agrees_too(world: World) -> None:
    order, redemption = applied(world)
    given: dict[str, Any] = {"redemption_id": redemption, "approve": False, "reason": "发票不符"}
    world.do("review_redemption", actor="reviewer", **given)
    _, other = applied(world, "24342000000012345679")
    world.paid(other)
    demand = {"reason": "串通", "document_number": "1", "due_by": "2026-12-31"}
    world.do("demand_repayment", redemption_id=other, amount_fen=40_000, **demand)
    world.do("record_repayment", redemption_id=other, amount_fen=1_000, bank_reference="C-1")
    assert world.reconcile() == 0
    assert done(world)[0]["checked"] == 2
    assert order
