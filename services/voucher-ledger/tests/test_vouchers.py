"""Vouchers: budget, batches, grants, reservations. Invariants 1 to 6 of the domain rules."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import eventlet
import pytest

from chassis import clock, context
from chassis.domain import new_id
from voucher_ledger import queries
from voucher_ledger.domain.voucher import Voucher
from voucher_ledger.testing import World


@pytest.mark.article(17)
def test_concurrent_grants_never_exceed_the_batch(world: World) -> None:
    batch = world.batch(amount_fen=500_000)
    users = [world.user() for _ in range(12)]
    pool = eventlet.GreenPool(12)
    outcomes = list(
        pool.imap(lambda u: world.run("grant_vouchers", batch_id=batch, holders=[u]), users)
    )
    assert sum("result" in outcome for outcome in outcomes) == 5
    codes = Counter(o["error"]["code"] for o in outcomes if "error" in o)
    assert codes == {"voucher-ledger.batch-exhausted": 7}


@pytest.mark.article(17, 25)
def test_vouchers_go_to_admitted_users_once_and_all_or_nothing(world: World) -> None:
    batch, user, stranger = world.batch(), world.user(), new_id()
    both: dict[str, Any] = {"batch_id": batch, "holders": [user, stranger]}
    assert world.code("grant_vouchers", **both) == "voucher-ledger.holder-not-admitted"
    assert world.ledger.database.rows("SELECT 1 FROM vouchers") == []
    world.do("grant_vouchers", batch_id=batch, holders=[user, user])
    again = world.code("grant_vouchers", batch_id=batch, holders=[user])
    assert again == "voucher-ledger.already-granted"
    assert len(world.ledger.database.rows("SELECT 1 FROM vouchers")) == 1


def test_a_grant_keeps_how_far_identity_had_been_heard(world: World) -> None:
    world.ledger.database.execute([("INSERT INTO tracking VALUES ('identity', 41)", ())])
    world.voucher(world.user())
    granted = [e for e in world.entries() if e.type == "voucher-ledger.VoucherGranted"]
    assert granted[0].event["seen"] == {"identity": 41}


def test_only_the_holder_claims_once(world: World) -> None:
    user = world.user()
    granted = world.do("grant_vouchers", batch_id=world.batch(), holders=[user])
    voucher = granted["vouchers"][0]["id"]
    assert world.code("claim_voucher", new_id(), voucher_id=voucher) == "voucher-ledger.not-holder"
    world.do("claim_voucher", user, voucher_id=voucher)
    assert world.code("claim_voucher", user, voucher_id=voucher) == "voucher-ledger.not-claimable"


@pytest.mark.article(17)
def test_the_share_is_the_smallest_bound_and_shows_its_calculation(world: World) -> None:
    user = world.user()
    voucher = world.voucher(user)
    listing, _ = world.offer(price_fen=100_001)
    world.reserve(voucher, new_id(), listing, user, price_fen=100_001)
    event = world.entries()[-1]
    assert event.data["fen"] == 40_000
    assert event.data["calculation"] == {
        "price_fen": 100_001,
        "bounds": {
            "balance": 100_000,
            "batch_cap": 60_000,
            "batch_rate": 50_000,
            "item_cap": 50_000,
            "item_rate": 40_000,
        },
        "share_fen": 40_000,
    }
    assert event.event["rule_version"] == "share/2 (not Anhui law)"


def test_a_short_balance_pays_what_is_left_and_then_nothing(world: World) -> None:
    user = world.user()
    voucher = world.voucher(user)
    listing, _ = world.offer(price_fen=200_000, rate_bp=10_000)
    shares = []
    for _ in range(3):
        outcome = world.reserve(voucher, new_id(), listing, user, price_fen=200_000)
        shares.append(outcome.get("result") or outcome["error"])
    assert [s.get("available_fen") for s in shares[:2]] == [50_000, 0]
    assert shares[2]["code"] == "voucher-ledger.balance-exhausted"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"category": "enterprise.ip"}, "voucher-ledger.category-not-covered"),
        ({"valid_until": "2026-03-01"}, "voucher-ledger.not-whitelisted"),
        ({"valid_from": "2026-03-03"}, "voucher-ledger.not-whitelisted"),
    ],
)
@pytest.mark.article(17, 20)
def test_what_vouchers_do_not_pay_for(world: World, change: dict[str, Any], code: str) -> None:
    user = world.user()
    voucher = world.voucher(user)
    listing, _ = world.offer(**change)
    assert world.reserve(voucher, new_id(), listing, user)["error"]["code"] == code


@pytest.mark.article(3, 17)
def test_who_may_not_use_a_voucher(world: World) -> None:
    user, other = world.user(), world.user()
    voucher = world.voucher(user)
    listing, _ = world.offer()
    own, _ = world.offer(provider=user)
    codes = [
        world.reserve(voucher, new_id(), listing, other)["error"]["code"],
        world.reserve(voucher, new_id(), own, user)["error"]["code"],
        world.reserve(voucher, new_id(), listing, user, price_fen=99_999)["error"]["code"],
        world.reserve(voucher, new_id(), new_id(), user)["error"]["code"],
    ]
    assert codes == [
        "voucher-ledger.not-holder",
        "voucher-ledger.same-subject",
        "voucher-ledger.price-changed",
        "voucher-ledger.not-whitelisted",
    ]


@pytest.mark.article(17)
@pytest.mark.parametrize(
    ("instant", "usable"),
    [
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), True),  # the last second in Shanghai
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), False),
    ],
)
def test_a_voucher_is_usable_to_the_end_of_its_last_day(
    world: World, instant: datetime, usable: bool
) -> None:
    user = world.user()
    voucher = world.voucher(user)
    listing, _ = world.offer(valid_until="2027-12-31")
    with clock.fixed(instant):
        outcome = world.reserve(voucher, new_id(), listing, user)
    assert ("result" in outcome) is usable


def test_a_voucher_with_nothing_left_is_used_up_once_it_is_redeemed(world: World) -> None:
    user = world.user()
    voucher = world.voucher(user)
    listing, _ = world.offer(price_fen=200_000, rate_bp=10_000)
    orders = [new_id(), new_id()]
    for order in orders:
        world.reserve(voucher, order, listing, user, price_fen=200_000)
    states = []
    for order in orders:
        world.do("redeem_voucher", voucher_id=voucher, order_id=order)
        states.append(world.ledger.database.row("SELECT state FROM vouchers"))
    assert states == [{"state": "claimed"}, {"state": "used"}]


def test_a_released_share_is_back_on_its_own_voucher(world: World) -> None:
    user, order = world.user(), new_id()
    voucher = world.voucher(user)
    listing, _ = world.offer()
    world.reserve(voucher, order, listing, user)
    released = world.do("release_voucher", voucher_id=voucher, order_id=order)
    assert (released["available_fen"], released["reserved_fen"]) == (100_000, 0)
    again = world.do("release_voucher", voucher_id=voucher, order_id=order)
    assert again["available_fen"] == 100_000, "a second release changes nothing"


@pytest.mark.article(17, 19)
def test_what_is_not_accepted_is_back_on_its_own_voucher_and_counts_towards_no_cap(
    world: World,
) -> None:
    user, order = world.user(), new_id()
    caps = {"user_cap_fen": 60_000, "category_caps": {"enterprise.legal": 60_000}}
    voucher = world.voucher(user, **caps)
    listing, _ = world.offer()  # the share is 40,000 of 100,000
    world.reserve(voucher, order, listing, user)
    redeemed = world.do("redeem_voucher", voucher_id=voucher, order_id=order, accepted_fen=33_333)
    assert (redeemed["available_fen"], redeemed["reserved_fen"]) == (100_000 - 13_333, 0)
    row = world.ledger.database.row("SELECT reserved_fen, redeemed_fen, state FROM vouchers")
    assert row == {"reserved_fen": 0, "redeemed_fen": 13_333, "state": "claimed"}
    types = [entry.type.partition(".")[2] for entry in world.entries()][-4:]
    assert types == [
        "BudgetShareRestored",
        "AllowanceRestored",
        "VoucherRedeemed",
        "VoucherReleased",
    ]
    again = world.reserve(voucher, new_id(), listing, user)["result"]
    assert again["reserved_fen"] == 40_000, "the caps have room for it again"
    assert world.code("redeem_voucher", voucher_id=voucher, order_id=order) == (
        "voucher-ledger.not-reserved"
    )


@pytest.mark.article(17)
def test_what_comes_back_after_the_use_by_date_expires(world: World) -> None:
    user, order = world.user(), new_id()
    voucher = world.voucher(user)
    listing, _ = world.offer()
    world.reserve(voucher, order, listing, user)
    with clock.fixed(datetime(2027, 1, 5, 4, tzinfo=UTC)):
        world.do("expire_vouchers", voucher_ids=[voucher])
        world.do("redeem_voucher", voucher_id=voucher, order_id=order, accepted_fen=50_000)
        world.do("expire_vouchers", voucher_ids=[voucher])
    row = world.ledger.database.row("SELECT available_fen, redeemed_fen, expired_fen FROM vouchers")
    assert row == {"available_fen": 0, "redeemed_fen": 20_000, "expired_fen": 80_000}


@pytest.mark.article(19)
def test_64_concurrent_reservations_never_exceed_the_voucher(world: World) -> None:
    user = world.user()
    voucher = world.voucher(user)
    listing, _ = world.offer(price_fen=20_000, rate_bp=10_000, cap_fen=10_000)
    pool = eventlet.GreenPool(64)
    outcomes = list(
        pool.imap(
            lambda _: world.reserve(voucher, new_id(), listing, user, price_fen=20_000), range(64)
        )
    )
    row = world.ledger.database.row("SELECT available_fen, reserved_fen FROM vouchers")
    assert row == {"available_fen": 0, "reserved_fen": 100_000}
    assert sum("result" in outcome for outcome in outcomes) == 10
    refused = Counter(o["error"]["code"] for o in outcomes if "error" in o)
    assert refused == {"voucher-ledger.balance-exhausted": 54}


@pytest.mark.article(17)
def test_a_voucher_stays_with_its_holder_whatever_happens_to_it(world: World) -> None:
    order, voucher, provider = world.accepted()
    holder = world.ledger.load(Voucher, voucher).holder
    for stranger in (world.user(), provider):
        assert world.code("claim_voucher", stranger, voucher_id=voucher) == (
            "voucher-ledger.not-holder"
        )
    world.do("release_voucher", voucher_id=voucher, order_id=order)
    assert world.ledger.load(Voucher, voucher).holder == holder
    said = {e.data["holder"] for e in world.entries() if "holder" in e.data}
    assert said == {holder}, "nothing but the grant names a holder"


@pytest.mark.article(9)
def test_observers_see_their_region_and_holders_their_own(world: World) -> None:
    user, other = world.user(), world.user()
    world.voucher(user)
    world.voucher(other, region="340200")
    database = world.ledger.database

    def visible(**who: Any) -> int:
        with context.bound(context.Context(actor="x", **who)):
            return len(queries.vouchers.listed(database, None, None, 100))

    assert visible(subject=user, role="user") == 1
    assert visible(subject=new_id(), role="user") == 0
    assert visible(role="bureau", region="340100") == 1
    assert visible(role="bureau", region="340000") == 2
    assert visible(role="bureau", region="341000") == 0
    assert visible(role="bureau") == 0
