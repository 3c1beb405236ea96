"""Dry runs and quotes: the calculation of what would be, and no trace, not even of a lease."""

from typing import Any

import pytest

from chassis import context
from chassis.commands import Command
from chassis.domain import new_id
from chassis.refusal import Refusal
from voucher_ledger.testing import World

LEGAL = "enterprise.legal"


def tried(world: World, name: str, /, subject: str | None = None, **values: Any) -> Any:
    """What a use case would do as a command."""
    command = Command(name, new_id(), values, values, refusal_is_event=True)
    with context.bound(context.Context(actor="staff", subject=subject)):
        return world.commands.rehearse(command, lambda: getattr(world.ledger, name)(**values))


def rows(world: World) -> dict[str, Any]:
    """Every row of every table of the ledger's database."""
    database = world.ledger.database
    names = database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {
        name: database.rows(f"SELECT t::text FROM {name} t ORDER BY 1")
        for name in (row["tablename"] for row in names)
    }


@pytest.mark.article(17)
def test_a_reservation_that_is_tried_leases_nothing_and_is_what_it_would_have_been(
    world: World,
) -> None:
    user, (listing, _) = world.user(), world.offer()
    voucher = world.voucher(user, category_caps={LEGAL: 35_000}, user_cap_fen=38_000)
    order = {"voucher_id": voucher, "order_id": new_id(), "listing_id": listing}
    asked: dict[str, Any] = {**order, "user": user, "price_fen": 100_000}
    before = rows(world)
    found = tried(world, "reserve_voucher", **asked)
    again = tried(world, "reserve_voucher", **asked)
    assert rows(world) == before
    assert found.result == again.result
    assert [event["type"].rpartition(".")[2] for event in found.events] == [
        "AllotmentOpened",
        "AllotmentLeased",
        "BudgetShareLeased",
        "BudgetShareDrawn",
        "AllowanceOpened",
        "AllowanceUsed",
        "VoucherReserved",
    ]
    calculation = found.events[-1]["data"]["calculation"]
    assert (calculation["share_fen"], calculation["bounds"]["category_cap"]) == (35_000, 35_000)
    assert world.do("reserve_voucher", **asked) == found.result
    kept = next(e for e in world.entries() if e.type == "voucher-ledger.VoucherReserved")
    assert kept.data["calculation"] == calculation
    assert kept.event["rule_version"] == found.rule_version


def test_a_grant_that_is_tried_issues_nothing(world: World) -> None:
    batch, users = world.batch(amount_fen=300_000), [world.user() for _ in range(3)]
    before = rows(world)
    for _ in range(3):
        found = tried(world, "grant_vouchers", batch_id=batch, holders=users)
        assert found.result["granted_fen"] == 300_000
    run = tried(world, "start_grant_run", batch_id=batch, holders=None)
    assert run.result["state"] == "running"
    assert not world.ledger.run_started.is_set()
    with pytest.raises(Refusal) as refused:
        tried(world, "grant_vouchers", batch_id=batch, holders=[*users, new_id()])
    assert refused.value.code == "voucher-ledger.holder-not-admitted"
    assert rows(world) == before
    assert world.do("grant_vouchers", batch_id=batch, holders=users)["granted_fen"] == 300_000


def test_a_run_that_is_tried_shows_one_voucher_for_all_that_are_alike(world: World) -> None:
    batch, users = world.batch(), [world.user() for _ in range(4)]
    run = world.do("start_grant_run", batch_id=batch, holders=users)["id"]
    before = rows(world)
    found = tried(world, "advance_grant_run", run_id=run, number=1)
    assert rows(world) == before
    last = found.events[-1]
    assert (last["type"], last["count"]) == ("voucher-ledger.VoucherGranted", 4)
    assert last["data"]["face_fen"] == 100_000


@pytest.mark.article(17, 19)
def test_a_quote_is_what_reserving_would_pay_and_refuses_as_it_would(world: World) -> None:
    user, other, (listing, _) = world.user(), world.user(), world.offer(price_fen=99_999)
    voucher = world.voucher(user)
    before = rows(world)

    def quote(subject: str, listing_id: str = listing) -> dict[str, Any]:
        with context.bound(context.Context(actor="x", subject=subject)):
            return world.ledger.quote_voucher(voucher, listing_id)

    found = quote(user)
    assert (found["price_fen"], found["voucher_fen"], found["own_fen"]) == (99_999, 39_999, 60_000)
    assert found["calculation"]["bounds"]["item_rate"] == 39_999
    for subject, wrong, code in (
        (other, listing, "voucher-ledger.not-holder"),
        (user, new_id(), "voucher-ledger.not-whitelisted"),
    ):
        with pytest.raises(Refusal) as refused:
            quote(subject, wrong)
        assert refused.value.code == code
    assert rows(world) == before
    outcome = world.reserve(voucher, new_id(), listing, user, price_fen=99_999)
    assert outcome["result"]["reserved_fen"] == found["voucher_fen"]
