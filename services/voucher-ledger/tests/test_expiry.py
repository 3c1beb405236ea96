"""Expiry: what is left of a voucher goes back on the day after its use-by date, once."""

from collections.abc import Iterator
from datetime import UTC, datetime

import eventlet
import pytest

from chassis import clock
from chassis.domain import new_id
from chassis.testing import MakeMigrated
from voucher_ledger import queries
from voucher_ledger.expiring import expire_due
from voucher_ledger.testing import MIGRATIONS, World

LAST_SECOND = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
LATER = datetime(2027, 2, 3, 4, 0, tzinfo=UTC)


def expired(world: World) -> list[int]:
    """What each expiry gave back, in fen."""
    return [e.data["fen"] for e in world.entries() if e.type == "voucher-ledger.VoucherExpired"]


def tick(world: World, at: datetime, at_a_time: int = 200) -> None:
    """What the service does at an instant."""
    with clock.fixed(at):
        expire_due(world.ledger, world.commands, at_a_time)


@pytest.mark.article(17)
def test_what_is_left_goes_back_to_its_year_on_the_day_after_and_not_before(world: World) -> None:
    user, order = world.user(), new_id()
    voucher = world.voucher(user)
    listing, _ = world.offer()
    world.reserve(voucher, order, listing, user)
    tick(world, LAST_SECOND)
    assert expired(world) == []
    tick(world, NEW_YEAR)
    tick(world, NEW_YEAR)
    event = world.entries()[-1]
    assert expired(world) == [60_000], "what is reserved stays reserved"
    assert event.data["use_by"] == "2026-12-31"
    assert event.event["actor"] == "system:voucher-ledger"
    balances = {
        p["region"]: p["balances"] for p in queries.book.balances(world.ledger.database, None)
    }
    assert balances["340100"]["expired-returned"] == 60_000
    assert sum(balances["340100"].values()) == 0
    row = world.ledger.database.row("SELECT state, available_fen, reserved_fen FROM vouchers")
    assert row == {"state": "expired", "available_fen": 0, "reserved_fen": 40_000}


@pytest.mark.article(17)
def test_a_share_that_comes_back_later_expires_then_and_one_that_is_redeemed_does_not(
    world: World,
) -> None:
    user, orders = world.user(), [new_id(), new_id(), new_id()]
    voucher = world.voucher(user)
    listing, _ = world.offer(price_fen=50_000)
    for order in orders:
        world.reserve(voucher, order, listing, user, price_fen=50_000)
    tick(world, NEW_YEAR)
    with clock.fixed(LATER):
        for order in orders[:2]:  # equal shares on one day: each its own expiry
            world.do("release_voucher", voucher_id=voucher, order_id=order)
            tick(world, LATER)
        world.do("redeem_voucher", voucher_id=voucher, order_id=orders[2])
        tick(world, LATER)
    assert expired(world) == [40_000, 20_000, 20_000]
    row = world.ledger.database.row("SELECT state, redeemed_fen FROM vouchers")
    assert row == {"state": "expired", "redeemed_fen": 20_000}


@pytest.mark.article(17)
def test_an_expired_voucher_can_be_neither_claimed_nor_used(world: World) -> None:
    user = world.user()
    granted = world.do("grant_vouchers", batch_id=world.batch(), holders=[user])
    unclaimed, claimed = granted["vouchers"][0]["id"], world.voucher(user, region="340200")
    tick(world, NEW_YEAR)
    listing, _ = world.offer(valid_until="2027-12-31")
    assert world.code("claim_voucher", user, voucher_id=unclaimed) == (
        "voucher-ledger.not-claimable"
    )
    outcome = world.reserve(claimed, new_id(), listing, user)
    assert outcome["error"]["code"] == "voucher-ledger.not-usable"


def test_replicas_that_tick_at_once_expire_each_voucher_once(world: World) -> None:
    batch = world.batch(amount_fen=2_000_000)
    users = [world.user() for _ in range(20)]
    world.do("grant_vouchers", batch_id=batch, holders=users)
    pool = eventlet.GreenPool(4)
    with clock.fixed(NEW_YEAR):
        list(pool.imap(lambda n: expire_due(world.ledger, world.commands, n), (3, 3, 7, 20)))
    assert expired(world) == [100_000] * 20
    row = world.ledger.database.row("SELECT count(*) FROM vouchers WHERE state = 'expired'")
    assert row == {"count": 20}


@pytest.fixture
def damaged(make_migrated: MakeMigrated) -> Iterator[World]:
    """A ledger whose read model names a voucher that is not in the log."""
    database_url = make_migrated({"voucher_ledger": MIGRATIONS})
    with clock.fixed(datetime(2026, 3, 2, 4, 0, tzinfo=UTC)):
        made = World(database_url)
        row = "VALUES (%s, '', '', '340100', 'claimed', 1, 1, 0, 0, '2026-01-01')"
        made.ledger.database.execute([("INSERT INTO vouchers " + row, ("0" * 36,))])
        made.voucher(made.user())
        yield made
        made.ledger.close()


def test_a_row_without_a_voucher_behind_it_holds_nobody_up(damaged: World) -> None:
    tick(damaged, NEW_YEAR)
    assert expired(damaged) == [100_000]
