"""The book: every posting balances, the trial balance at any position, what each party has."""

import random
from collections import Counter
from typing import Any

import pytest

from chassis import context
from chassis.domain import new_id
from chassis.tlog import OutsideTheLog
from voucher_ledger import queries
from voucher_ledger.domain.book import Bucket, Purse
from voucher_ledger.testing import World

Balances = dict[tuple[str, str, int], Counter[str]]


def added_up(world: World, position: int) -> Balances:
    """The balances up to a position, by adding every posting of the log."""
    found: Balances = {}
    for entry in world.entries()[: position + 1]:
        for posting in entry.data.get("postings", []):
            bucket, fund, region, year = posting["account"].split("/")
            found.setdefault((fund, region, int(year)), Counter())[bucket] += posting["fen"]
    return found


def stated(world: World, position: int | None = None) -> Balances:
    """What the ledger says."""
    rows = queries.book.balances(world.ledger.database, position)
    return {(row["fund"], row["region"], row["year"]): Counter(row["balances"]) for row in rows}


def accounts(world: World, dimension: str, **who: Any) -> list[dict[str, Any]]:
    """The accounts of a dimension as somebody sees them; by default the supervisor."""
    caller = {"role": "supervisor", "region": "340000", **who}
    with context.bound(context.Context(actor="x", **caller)):
        return queries.book.accounts(world.ledger.database, dimension, None, None, 500)


@pytest.mark.article(6, 17)
def test_the_trial_balance_at_any_position_is_what_the_postings_add_up_to(world: World) -> None:
    chance = random.Random(7)
    for turn in range(4):
        if turn % 2:
            world.entries()  # seals what there is: positions lie on, between and after checkpoints
        _, voucher, _ = world.accepted()
        if turn == 2:
            world.entries()
        listing, _ = world.offer()
        user = world.ledger.database.row("SELECT holder FROM vouchers WHERE id = %s", (voucher,))
        assert user is not None
        world.reserve(voucher, new_id(), listing, user["holder"])
        assert all(sum(purse.values()) == 0 for purse in stated(world).values())
    unsealed = stated(world)
    size = len(world.entries())
    assert stated(world) == unsealed, "sealing moves nothing"
    assert world.ledger.database.row("SELECT count(*) FROM checkpoints") == {"count": 4}
    for position in [0, size - 1, *chance.sample(range(size), 12)]:
        found = {
            purse: {bucket: fen for bucket, fen in amounts.items() if fen}
            for purse, amounts in added_up(world, position).items()
        }
        assert stated(world, position) == found
    for position in (size, size + 5, 2**53):
        with pytest.raises(OutsideTheLog) as refused:
            stated(world, position)
        assert refused.value.as_dict()["data"]["size"] == size


@pytest.mark.article(17)
def test_what_batches_users_orders_and_providers_have_adds_up_to_the_purse(world: World) -> None:
    order, _, provider = world.accepted()
    redemption = world.do("apply_redemption", provider, **world.papers(order))["id"]
    assert accounts(world, "order")[0]["balances"] == {"redeemed": 40_000}
    world.paid(redemption)
    world.accepted()
    user, third = world.user(), new_id()
    other = world.voucher(user)
    listing, _ = world.offer()
    world.reserve(other, third, listing, user)

    purse = stated(world)["JYCY", "340100", 2026]
    issued = {"issued": 180_000, "reserved": 40_000, "redeemed": 40_000, "paid": 40_000}
    assert {name: purse[name] for name in issued} == issued
    for dimension in ("batch", "user"):
        rows = accounts(world, dimension)
        assert len(rows) == 3
        assert sum((Counter(row["balances"]) for row in rows), Counter[str]()) == issued
    del issued["issued"]
    for dimension in ("order", "provider"):
        rows = accounts(world, dimension)
        assert len(rows) == 3
        assert sum((Counter(row["balances"]) for row in rows), Counter[str]()) == issued
    row = next(row for row in accounts(world, "provider") if row["id"] == provider)
    purse_of = {"fund": "JYCY", "region": "340100", "year": 2026}
    assert row == {"id": provider, **purse_of, "balances": {"paid": 40_000}}


@pytest.mark.article(9)
def test_parties_see_their_own_accounts_and_observers_those_of_their_region(world: World) -> None:
    _, voucher, provider = world.accepted()
    world.accepted()
    holder = world.ledger.database.row("SELECT holder FROM vouchers WHERE id = %s", (voucher,))
    assert holder is not None
    mine: dict[str, Any] = {"role": "user", "region": None, "subject": holder["holder"]}
    theirs: dict[str, Any] = {"role": "provider", "region": None, "subject": provider}
    assert [row["id"] for row in accounts(world, "user", **mine)] == [holder["holder"]]
    assert len(accounts(world, "order", **mine)) == 1
    assert accounts(world, "provider", **mine) == []
    assert [row["id"] for row in accounts(world, "provider", **theirs)] == [provider]
    assert len(accounts(world, "order", **theirs)) == 1
    assert accounts(world, "user", **theirs) == []
    assert len(accounts(world, "user", role="bureau", region="340102")) == 0
    assert len(accounts(world, "user", role="bureau", region="340100")) == 2
    with context.bound(context.Context(actor="x", role="bureau", region="340100")):
        regions = {row["region"] for row in queries.book.balances(world.ledger.database)}
    assert regions == {"340100"}


@pytest.mark.article(6)
def test_a_body_of_the_government_is_never_payee(world: World) -> None:
    user = world.user()
    voucher = world.voucher(user)
    agency, _ = world.offer(kind="public-agency")
    unheard, _ = world.offer(kind=None)
    institution, _ = world.offer(kind="recognised-institution", may_charge=False)
    codes = [
        world.reserve(voucher, new_id(), listing, user)["error"]["code"]
        for listing in (agency, unheard, institution)
    ]
    of_the_government = "voucher-ledger.government-payee"
    assert codes == [of_the_government, "voucher-ledger.payee-unknown", of_the_government]


@pytest.mark.article(6)
def test_who_turns_out_to_be_of_the_government_is_not_paid_either(world: World) -> None:
    order, _, provider = world.accepted()
    id_ = str(world.do("apply_redemption", provider, **world.papers(order))["id"])
    world.publicised(id_)
    proposed = world.do("propose_payment", redemption_ids=[id_])["id"]
    told = {"kind": "recognised-institution", "region": "340100", "may_charge": False}
    world.hear("identity.SubjectAdmittedAsProvider", provider, **told)
    given = {"payment_order_id": proposed, "approve": True, "reason": "同意"}
    assert world.code("decide_payment", **given) == "voucher-ledger.government-payee"
    world.do("decide_payment", actor="payer", **{**given, "approve": False})
    assert world.code("propose_payment", redemption_ids=[id_]) == "voucher-ledger.government-payee"


@pytest.mark.article(6)
def test_the_book_has_no_account_that_the_government_could_be_paid_into(world: World) -> None:
    world.accepted()
    purse = Purse("JYCY", "340100", 2026)
    known = {purse.account(bucket) for bucket in Bucket}
    province = {account.replace("340100", "340000") for account in known}
    posted = {
        posting["account"]
        for entry in world.entries()
        for posting in entry.data.get("postings", [])
    }
    assert posted <= known | province, "an account is a bucket of a purse, never somebody's"


def test_a_share_of_one_order_is_reserved_once(world: World) -> None:
    user, order = world.user(), new_id()
    voucher = world.voucher(user)
    listing, _ = world.offer()
    world.reserve(voucher, order, listing, user)
    again = world.reserve(voucher, order, listing, user)
    assert again["error"]["code"] == "voucher-ledger.already-reserved"
