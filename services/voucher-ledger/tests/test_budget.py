"""The budget: appropriated, allocated, transferred, frozen, closed; never more than there is."""

from datetime import UTC, datetime
from typing import Any

import eventlet
import pytest

from chassis import clock, context
from voucher_ledger import queries
from voucher_ledger.domain.budget import budget_id
from voucher_ledger.testing import TERMS, World

YEAR: dict[str, Any] = {"fund": "JYCY", "year": 2026}
LAST_SECOND = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)


def balances(world: World) -> dict[tuple[str, int], dict[str, int]]:
    """Balances by region and year."""
    rows = queries.book.balances(world.ledger.database)
    return {(row["region"], row["year"]): row["balances"] for row in rows}


def proposed(world: World, fen: int = 400_000, target: str = "340200") -> str:
    """A transfer from Hefei that somebody proposed."""
    asked: dict[str, Any] = {"source_region": "340100", "target_region": target, "amount_fen": fen}
    made = world.do("propose_transfer", **YEAR, **asked, reason="芜湖需求较大")
    return str(made["id"])


@pytest.mark.article(17)
def test_only_appropriated_money_is_allocated_and_only_allocated_money_becomes_a_batch(
    world: World,
) -> None:
    assert world.code("open_batch", **TERMS) == "voucher-ledger.appropriation-exceeded"
    world.budget("340100", 6_000_000)
    allocation = {**YEAR, "region": "340200", "amount_fen": 1, "document_number": "x"}
    assert world.code("allocate_budget", **allocation) == "voucher-ledger.appropriation-exceeded"
    world.do("open_batch", **{**TERMS, "amount_fen": 2_000_000})
    refused = world.run("open_batch", **{**TERMS, "amount_fen": 5_000_000})
    assert refused["error"]["data"] == {"asked_fen": 5_000_000, "left_fen": 4_000_000}
    same = {**YEAR, "region": "340000", "amount_fen": 1, "document_number": "x"}
    assert world.code("allocate_budget", **same) == "voucher-ledger.same-budget"


@pytest.mark.article(17)
def test_concurrent_batches_never_exceed_the_budget(world: World) -> None:
    world.budget("340100", 3_000_000)
    pool = eventlet.GreenPool(16)
    outcomes = list(pool.imap(lambda _: world.run("open_batch", **TERMS), range(16)))
    assert sum("result" in outcome for outcome in outcomes) == 3
    row = world.ledger.database.row("SELECT committed_fen FROM budgets WHERE region = '340100'")
    assert row == {"committed_fen": 3_000_000}


@pytest.mark.article(17)
def test_two_distinct_approvers_carry_a_transfer_out(world: World) -> None:
    world.budget("340100", 1_000_000)
    transfer = proposed(world)
    decision: dict[str, Any] = {"transfer_id": transfer, "approve": True, "reason": "同意"}
    own = world.run("decide_transfer", actor="staff", **decision)
    assert own["error"]["code"] == "voucher-ledger.own-proposal"
    first = world.run("decide_transfer", actor="one", **decision)["result"]
    assert (first["state"], first["approvals"]) == ("proposed", 1)
    twice = world.run("decide_transfer", actor="one", **decision)
    assert twice["error"]["code"] == "voucher-ledger.approved-before"
    assert balances(world)["340100", 2026]["unissued"] == 1_000_000
    second = world.run("decide_transfer", actor="two", **decision)["result"]
    assert (second["state"], second["approvals"]) == ("carried-out", 2)
    late = world.run("decide_transfer", actor="three", **decision)
    assert late["error"]["code"] == "voucher-ledger.transfer-decided"
    assert balances(world)["340100", 2026] == {"appropriated": -600_000, "unissued": 600_000}
    assert balances(world)["340200", 2026] == {"appropriated": -400_000, "unissued": 400_000}


@pytest.mark.article(17)
def test_a_transfer_is_carried_out_only_while_the_money_is_there(world: World) -> None:
    world.budget("340100", 1_000_000)
    transfer, rejected = proposed(world), proposed(world)
    too_much: dict[str, Any] = {
        "source_region": "340100",
        "target_region": "340200",
        "amount_fen": 1_000_001,
    }
    code = world.code("propose_transfer", **YEAR, **too_much, reason="x")
    assert code == "voucher-ledger.appropriation-exceeded"
    world.do("decide_transfer", transfer_id=rejected, approve=False, reason="理由不足", actor="one")
    world.do("decide_transfer", transfer_id=transfer, approve=True, reason="同意", actor="one")
    world.do("open_batch", **{**TERMS, "amount_fen": 700_000})
    decision: dict[str, Any] = {"transfer_id": transfer, "approve": True, "reason": "同意"}
    short = world.run("decide_transfer", actor="two", **decision)
    assert short["error"]["data"] == {"asked_fen": 400_000, "left_fen": 300_000}
    rows = world.ledger.database.rows("SELECT state, approvals FROM transfers ORDER BY state")
    assert rows == [{"state": "proposed", "approvals": 1}, {"state": "rejected", "approvals": 0}]


@pytest.mark.article(17)
def test_a_frozen_budget_issues_and_moves_nothing_until_it_is_unfrozen(world: World) -> None:
    users, batch = [world.user() for _ in range(3)], world.batch()
    budget = budget_id("JYCY", 2026, "340100")
    world.do("grant_vouchers", batch_id=batch, holders=users[:1])
    world.do("freeze_budget", budget_id=budget, reason="审计期间暂停")
    frozen = [
        world.code("grant_vouchers", batch_id=batch, holders=users[1:2]),
        world.code("open_batch", **TERMS),
        world.code("freeze_budget", budget_id=budget, reason="再次"),
        world.code(
            "propose_transfer", **YEAR, source_region="340100", target_region="340200",
            amount_fen=1, reason="x",
        ),
    ]  # fmt: skip
    still = "voucher-ledger.budget-stands-still"
    assert frozen == ["voucher-ledger.allotment-stands-still", still, still, still]
    world.do("unfreeze_budget", budget_id=budget, reason="审计结束")
    again = world.code("unfreeze_budget", budget_id=budget, reason="再次")
    assert again == "voucher-ledger.budget-not-frozen"
    world.do("grant_vouchers", batch_id=batch, holders=users[1:])
    assert balances(world)["340100", 2026]["issued"] == 300_000


@pytest.mark.article(17)
def test_grants_that_race_with_a_freeze_come_before_it_or_not_at_all(world: World) -> None:
    users, batch = [world.user() for _ in range(12)], world.batch(amount_fen=5_000_000)
    budget = budget_id("JYCY", 2026, "340100")
    other = World(world.ledger.settings.database_url)  # a second process

    def act(n: int) -> Any:
        if n == 4:
            return world.run("freeze_budget", budget_id=budget, reason="审计")
        where = world if n % 2 else other
        return where.run("grant_vouchers", batch_id=batch, holders=[users[n - 1]])

    outcomes = list(eventlet.GreenPool(12).imap(act, range(1, 13)))
    assert "result" in outcomes[3]
    types = [entry.type.rpartition(".")[2] for entry in world.entries()]
    assert "VoucherGranted" not in types[types.index("BudgetFrozen") :]
    granted = sum("result" in outcome for outcome in outcomes) - 1
    assert types.count("VoucherGranted") == granted
    other.ledger.close()


@pytest.mark.article(17)
def test_a_closed_batch_gives_back_what_it_did_not_issue(world: World) -> None:
    batch = world.batch()
    world.do("grant_vouchers", batch_id=batch, holders=[world.user(), world.user()])
    closed = world.do("close_batch", batch_id=batch)
    assert closed == {"id": batch, "state": "closed", "released_fen": 800_000}
    codes = [
        world.code("close_batch", batch_id=batch),
        world.code("grant_vouchers", batch_id=batch, holders=[world.user()]),
    ]
    assert codes == ["voucher-ledger.batch-closed"] * 2
    row = world.ledger.database.row("SELECT committed_fen FROM budgets WHERE region = '340100'")
    assert row == {"committed_fen": 200_000}
    with context.bound(context.Context(actor="x", role="supervisor", region="340000")):
        listed = queries.batches.listed(world.ledger.database, None, None, 10)
    assert [(row["state"], row["granted"], row["granted_fen"]) for row in listed] == [
        ("closed", 2, 200_000)
    ]


@pytest.mark.article(17)
@pytest.mark.parametrize("remainder", ["carry-over", "return"])
def test_a_year_is_closed_after_its_last_second(world: World, remainder: str) -> None:
    batch, budget = world.batch(), budget_id("JYCY", 2026, "340100")
    user = world.user()
    closing: dict[str, Any] = {
        "budget_id": budget,
        "remainder": remainder,
        "document_number": "皖财社〔2027〕1号",
    }
    with clock.fixed(LAST_SECOND):
        assert world.code("close_budget", **closing) == "voucher-ledger.year-not-over"
        world.do("grant_vouchers", batch_id=batch, holders=[user])
    with clock.fixed(NEW_YEAR):
        world.do("freeze_budget", budget_id=budget, reason="结账前核对")
        assert world.code("close_budget", **closing) == "voucher-ledger.budget-stands-still"
        world.do("unfreeze_budget", budget_id=budget, reason="核对完毕")
        closed = world.do("close_budget", **closing)
        after = [
            world.code("close_budget", **closing),
            world.code("grant_vouchers", batch_id=batch, holders=[world.user()]),
            world.code("open_batch", **TERMS),
        ]
    assert (closed["state"], closed["free_fen"], closed["committed_fen"]) == ("closed", 0, 100_000)
    still = "voucher-ledger.budget-stands-still"
    assert after == [still, "voucher-ledger.batch-closed", "voucher-ledger.dates-out-of-order"]
    if remainder == "return":
        kept = {"appropriated": -10_000_000, "expired-returned": 9_900_000, "issued": 100_000}
        assert balances(world)["340100", 2026] == kept
        return
    kept = {"appropriated": -100_000, "issued": 100_000}
    assert balances(world)["340100", 2026] == kept
    carried = {"appropriated": -9_900_000, "unissued": 9_900_000}
    assert balances(world)["340100", 2027] == carried


@pytest.mark.article(9)
def test_bureaus_see_the_budgets_and_transfers_of_their_region(world: World) -> None:
    world.budget("340100", 1_000_000)
    world.budget("340200", 1_000_000)
    proposed(world, target="340300")
    database = world.ledger.database

    def seen(region: str) -> tuple[int, int]:
        with context.bound(context.Context(actor="x", role="bureau", region=region)):
            budgets = queries.budget.listed(database, "JYCY", 2026, None, 10)
            return len(budgets), len(queries.budget.transfers(database, "proposed", None, 10))

    assert [seen(region) for region in ("340000", "340100", "340200", "340300")] == [
        (3, 1), (1, 1), (1, 0), (0, 1),
    ]  # fmt: skip
