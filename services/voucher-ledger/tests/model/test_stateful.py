"""The whole ledger against its reference: random commands, crashes, time travel, year ends.

Each step is a command of one of several people to one of two replicas, which may die in it; then
every new entry of the log is held to the invariants, and the book, budgets and vouchers have to be
those of the reference. Run longer with MODEL_EXAMPLES=500 MODEL_STEPS=80 MODEL_SEED=7: the same
seed fails the same way, and MODEL_SHRINK=1 looks for the shortest way there.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from chassis.domain import new_id
from chassis.testing import MakeMigrated
from ledger_model.budgets import FUND, Offer, User
from ledger_model.passing import Passing
from ledger_model.purchasing import BUYING, TENDER
from ledger_model.replicas import Fate
from ledger_model.setting import FATES, IP, LEGAL, SEEN, TAX, Step, steps_of
from ledger_model.suspecting import LATE, SPLIT
from voucher_ledger import queries
from voucher_ledger.testing import MIGRATIONS

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "10"))
STEPS = int(os.environ.get("MODEL_STEPS", "90"))
SEED = os.environ.get("MODEL_SEED")
"""In place of the fixed examples, those of a seed."""

SHRINK = bool(os.environ.get("MODEL_SHRINK"))
"""Whether to look for the shortest way to a failure, which takes minutes."""


DRAWN = """
SELECT a.batch_id, a.category, a.year, sum(s.drawn_fen)::bigint AS fen FROM allotments a
JOIN budget_shares s ON s.allotment_id = a.id GROUP BY 1, 2, 3 HAVING sum(s.drawn_fen) > 0
"""


class LedgerMachine(Passing):
    """From a batch with two used vouchers on, one of them paid out and used again: held."""

    @initialize(
        fate=FATES,
        days=st.sampled_from([0, 0, 1]),
        stages=st.integers(4, 7),
        returned=st.booleans(),
    )
    def people_offers_and_money(self, fate: Fate, days: int, stages: int, returned: bool) -> None:
        world, heard = self.replicas.world, self.reference
        for region, kind, verified in (
            ("340100", "person", True),
            ("340102", "person", True),
            ("340100", "firm", True),
            ("340200", "person", False),
        ):
            user = world.user(region, kind, "match" if verified else "mismatch")
            heard.users[user] = User(region, kind, verified)
        own = list(heard.users)[2]
        services: tuple[tuple[str, int, str | None, str, str], ...] = (
            (LEGAL, 100_000, "lawful-firm", "2026-12-31", new_id()),
            (TAX, 33_333, "lawful-firm", "2027-12-31", new_id()),
            (LEGAL, 100_000, "public-agency", "2026-12-31", new_id()),
            (IP, 50_000, "lawful-firm", "2026-12-31", new_id()),
            (LEGAL, 20_000, None, "2026-12-31", new_id()),
            (LEGAL, 20_000, "lawful-firm", "2026-12-31", own),
        )
        for category, price, provider_kind, until, provider in services:
            changes: dict[str, Any] = {
                "category": category,
                "kind": provider_kind,
                "provider": provider,
            }
            listing, _ = world.offer(price, **changes, valid_until=until)
            heard.offers[listing] = Offer(
                provider, provider_kind, category, price, 4000, 50_000, "2026-01-01", until
            )
        world.figure("sample-rate-bp", 3000)
        world.figure("risk-split-orders", SPLIT)
        world.figure("risk-expiry-orders", LATE)
        world.figure("purchase-tender-fen", TENDER)
        world.figure("publicity-days", days)
        self.redeeming.publicity_days = days
        self.appropriate(fate, 2026, 3_000_000)
        self.allocate(fate, "340100", 2026, 1_500_000)
        self.open_batch(fate, "340100", 2026, 450_001, True, True, "2026-06-30", "340000")
        self.grant(fate, 0, {0, 1})
        for n in (0, 1):
            self.claim(fate, n, n)
        for n, so_far in enumerate((7, stages)):
            self.order((fate, fate, fate), n, n, so_far, returned)
        self.order((fate, fate, fate), 0, 0, 4, returned)
        self.appropriate(fate, 2026, 1_000_000, BUYING)
        self.allocate(fate, "340100", 2026, 500_000, BUYING)
        self.buy((fate, fate, fate), 30_000, stages + 5, returned)

    @rule(step=steps_of(Passing))
    def step(self, step: Step) -> None:
        """Somebody does something, or time passes."""
        step.on(self)

    @invariant()
    def both_tell_the_same(self) -> None:
        """The log keeps every invariant; read models and book are those of the reference."""
        ledger = self.replicas.world.ledger
        self.seal()
        money = ((FUND, self.reference), (BUYING, self.purchasing))
        book = {
            (row["fund"], row["region"], row["year"]): row["balances"]
            for row in queries.book.balances(ledger.database)
            if row["balances"]
        }
        assert book == {
            (fund, *of): purse for fund, each in money for of, purse in each.balances().items()
        }
        self.judge.together()
        drawn = {
            (r["batch_id"], r["category"], r["year"]): r["fen"] for r in ledger.database.rows(DRAWN)
        }
        assert drawn == self.reference.drawn_of()
        rows = ledger.database.rows("SELECT * FROM budgets")
        assert {(row["fund"], row["region"], row["year"]): _figures(row) for row in rows} == {
            (fund, *of): (b.received, b.given, b.committed, b.state)
            for fund, each in money
            for of, b in each.budgets.items()
        }
        rows = ledger.database.rows("SELECT * FROM purchases")
        assert {row["id"]: _purchase(row) for row in rows} == {
            id_: (p.state, p.fen, len(p.consents), p.accepted)
            for id_, p in self.purchasing.purchases.items()
        }
        rows = ledger.database.rows("SELECT id, state FROM differences")
        assert {row["id"]: row["state"] == "open" for row in rows} == {
            id_: each.is_open for id_, each in self.redeeming.differences.items()
        }
        rows = ledger.database.rows("SELECT * FROM vouchers")
        assert {row["id"]: _places(row) for row in rows} == {
            id_: (
                v.state,
                v.available,
                sum(v.reserved.values()),
                sum(v.redeemed.values()) - v.clawed,
                v.paid,
                v.expired,
                v.clawed,
            )
            for id_, v in self.reference.vouchers.items()
        }
        rows = ledger.database.rows("SELECT * FROM redemptions")
        assert {row["id"]: _progress(row) for row in rows} == {
            id_: (
                *(r.state, r.payable_from, r.payment_order, r.pay_by, r.overdue),
                *(r.demanded, r.repaid, r.written_off, r.hold, r.detectors),
            )
            for id_, r in self.redeeming.redemptions.items()
        }
        rows = ledger.database.rows("SELECT * FROM payment_orders")
        assert {row["id"]: _order(row) for row in rows} == {
            id_: (o.state, o.total, len(o.approvers), o.paid, o.returned)
            for id_, o in self.redeeming.payment_orders.items()
        }


def _figures(row: dict[str, Any]) -> tuple[int, int, int, str]:
    return row["received_fen"], row["given_fen"], row["committed_fen"], row["state"]


def _purchase(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[k] for k in ("state", "fen", "consents", "accepted_fen"))


def _places(row: dict[str, Any]) -> tuple[Any, ...]:
    names = "available", "reserved", "redeemed", "paid", "expired", "clawed"
    return row["state"], *(row[f"{name}_fen"] for name in names)


def _progress(row: dict[str, Any]) -> tuple[Any, ...]:
    names = "state", "payable_from", "payment_order_id", "pay_by", "overdue"
    clawback = "demanded_fen", "repaid_fen", "written_off_fen", "hold", "detectors"
    return tuple(row[name] for name in (*names, *clawback))


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[k] for k in ("state", "total_fen", "approvals", "paid_fen", "returned_fen"))


@pytest.fixture
def fresh(make_migrated: MakeMigrated) -> Iterator[Callable[[], str]]:
    """Give a factory of ledgers: copies of one migrated database, one at a time."""
    database_url = make_migrated({"voucher_ledger": MIGRATIONS})
    name = psycopg2.extensions.parse_dsn(database_url)["dbname"]
    with closing(psycopg2.connect(database_url, dbname="postgres")) as connection:
        connection.autocommit = True

        def execute(statement: str) -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement)

        def copied() -> str:
            execute(f"DROP DATABASE IF EXISTS {name}_copy WITH (FORCE)")
            execute(f"CREATE DATABASE {name}_copy TEMPLATE {name}")
            return database_url.replace(f"/{name}", f"/{name}_copy", 1)

        yield copied
        execute(f"DROP DATABASE IF EXISTS {name}_copy WITH (FORCE)")


@pytest.mark.timeout(120 + 30 * EXAMPLES)
@pytest.mark.article(6, 17, 19, 20)
def test_the_ledger_is_its_reference(fresh: Callable[[], str]) -> None:
    machine = type("Machine", (LedgerMachine,), {"make": staticmethod(fresh)})
    run: Any = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        derandomize=SEED is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if SHRINK else [Phase.generate],
    )
    if SEED is not None:
        machine = seed(int(SEED))(machine)
    run_state_machine_as_test(machine, settings=run)
    if path := os.environ.get("MODEL_SEEN"):
        Path(path).write_text("".join(f"{n:6} {what}\n" for what, n in sorted(SEEN.items())))
