"""Shares and caps: many draw from one amount at once, to the last fen and never over."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import eventlet
import pytest

from chassis import clock
from chassis.application import Decision
from chassis.domain import new_id
from chassis.eventstore.recorder import Conflict
from voucher_ledger.domain.lease import CATEGORY, ISSUE, allotment_id
from voucher_ledger.testing import TERMS, World

LEGAL = "enterprise.legal"


def left(world: World) -> dict[str, int]:
    """What is left of every allotment and share, as the log has it, by kind."""
    found: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    for entry in world.entries():
        data, name = entry.data, entry.type.rpartition(".")[2]
        if name == "AllotmentOpened":
            kinds[entry.stream] = data["kind"]
            found[data["kind"]] += data["fen"]
        elif name == "BudgetShareLeased":
            kinds[entry.stream] = kinds[data["allotment_id"]]
        elif name in ("BudgetShareDrawn", "BudgetShareRestored"):
            sign = 1 if name.endswith("Restored") else -1
            found[kinds[entry.stream]] += sign * data["fen"]
    return dict(found)


def buyers(world: World, count: int, **changes: Any) -> list[tuple[str, str]]:
    """Users with a claimed voucher each, of one batch; (user, voucher)."""
    users = [world.user() for _ in range(count)]
    batch = world.batch(amount_fen=count * 100_000, **changes)
    granted = world.do("grant_vouchers", batch_id=batch, holders=users)["vouchers"]
    for row in granted:
        world.do("claim_voucher", row["holder"], voucher_id=row["id"])
    return [(row["holder"], row["id"]) for row in granted]


@pytest.mark.article(17)
def test_64_concurrent_grants_use_a_nearly_empty_budget_to_the_last_voucher(world: World) -> None:
    batch = world.batch(amount_fen=500_000)
    users = [world.user() for _ in range(64)]
    others = [world, *(World(world.ledger.settings.database_url) for _ in range(3))]

    def grant(n: int) -> Any:
        return others[n % 4].run("grant_vouchers", batch_id=batch, holders=[users[n]])

    outcomes = list(eventlet.GreenPool(64).imap(grant, range(64)))
    codes = Counter(o["error"]["code"] if "error" in o else "granted" for o in outcomes)
    assert codes == {"granted": 5, "voucher-ledger.batch-exhausted": 59}
    assert left(world) == {ISSUE: 0}
    for other in others[1:]:
        other.ledger.close()


@pytest.mark.article(17)
def test_64_concurrent_reservations_share_a_nearly_empty_cap_and_never_exceed_it(
    world: World,
) -> None:
    pairs = buyers(world, 64, category_caps={LEGAL: 250_007})
    listing, _ = world.offer()
    others = [world, *(World(world.ledger.settings.database_url) for _ in range(3))]

    def reserve(n: int) -> Any:
        user, voucher = pairs[n]
        return others[n % 4].reserve(voucher, new_id(), listing, user)

    outcomes = list(eventlet.GreenPool(64).imap(reserve, range(64)))
    codes = Counter(o["error"]["code"] if "error" in o else "reserved" for o in outcomes)
    assert codes == {"reserved": 7, "voucher-ledger.category-cap-reached": 57}
    shares = [e.data["fen"] for e in world.entries() if e.type.endswith("VoucherReserved")]
    assert sorted(shares) == [10_007, *[40_000] * 6], "the last one gets what is left"
    assert left(world)[CATEGORY] == 0
    for other in others[1:]:
        other.ledger.close()


def test_two_that_lease_at_once_draw_from_shares_of_their_own(world: World) -> None:
    key = allotment_id(ISSUE, world.batch(amount_fen=10_000_000))
    other = World(world.ledger.settings.database_url)
    first = world.ledger.take_share(key, 100_000)
    second = other.ledger.take_share(key, 100_000)
    assert first.share.key == second.share.key
    with first:
        world.ledger.write(Decision({}, first.changed))
    with pytest.raises(Conflict), second:
        other.ledger.write(Decision({}, second.changed))
    with other.ledger.take_share(key, 100_000) as again:
        other.ledger.write(Decision({}, again.changed))
    assert again.share.key != first.share.key
    other.ledger.close()


@pytest.mark.article(17)
def test_what_another_process_holds_is_taken_when_it_is_needed(world: World) -> None:
    pairs = buyers(world, 40, category_caps={LEGAL: 1_600_000}, face_fen=100_000)
    listing, _ = world.offer(price_fen=10_000, rate_bp=5000)
    other = World(world.ledger.settings.database_url)
    user, voucher = pairs[0]
    other.reserve(voucher, new_id(), listing, user, price_fen=10_000)  # leases 50,000, uses 5,000
    dear, _ = world.offer(price_fen=100_000)
    for user, voucher in pairs[1:]:
        world.reserve(voucher, new_id(), dear, user)
    assert left(world)[CATEGORY] == 35_000
    last = world.reserve(pairs[0][1], new_id(), dear, pairs[0][0])
    assert "result" in last
    assert left(world)[CATEGORY] == 0
    assert other.reserve(pairs[1][1], new_id(), dear, pairs[1][0])["error"]["code"] == (
        "voucher-ledger.category-cap-reached"
    )
    other.ledger.close()


@pytest.mark.article(17)
def test_a_released_share_can_be_drawn_again_up_to_the_cap(world: World) -> None:
    pairs = buyers(world, 2, category_caps={LEGAL: 40_000})
    listing, _ = world.offer()
    order = new_id()
    world.reserve(pairs[0][1], order, listing, pairs[0][0])
    full = world.reserve(pairs[1][1], new_id(), listing, pairs[1][0])
    assert full["error"]["data"] == {"category": LEGAL, "year": 2026, "cap_fen": 40_000}
    world.do("release_voucher", voucher_id=pairs[0][1], order_id=order)
    assert "result" in world.reserve(pairs[1][1], new_id(), listing, pairs[1][0])
    assert left(world)[CATEGORY] == 0


@pytest.mark.article(17)
def test_the_calculation_shows_the_caps(world: World) -> None:
    caps = {"category_caps": {LEGAL: 1_000_000}, "user_cap_fen": 30_000}
    ((user, voucher),) = buyers(world, 1, **caps)
    listing, _ = world.offer()
    order = new_id()
    world.reserve(voucher, order, listing, user)
    event = world.entries()[-1]
    assert event.data["calculation"]["bounds"]["yearly_cap"] == 30_000
    assert event.data["calculation"]["bounds"]["category_cap"] == 31_250  # a 32nd was leased
    assert event.data["fen"] == 30_000
    more = world.reserve(voucher, new_id(), listing, user)
    assert more["error"]["data"] == {"year": 2026, "cap_fen": 30_000}
    assert more["error"]["code"] == "voucher-ledger.yearly-cap-reached"
    world.do("release_voucher", voucher_id=voucher, order_id=order)
    assert "result" in world.reserve(voucher, new_id(), listing, user)


@pytest.mark.article(17)
def test_yearly_caps_begin_anew_on_new_years_day_in_shanghai(world: World) -> None:
    caps = {"category_caps": {LEGAL: 40_000}, "user_cap_fen": 40_000, "use_by": "2027-06-30"}
    ((user, voucher),) = buyers(world, 1, **caps, redeem_by="2027-12-31")
    listing, _ = world.offer(valid_until="2027-12-31")
    first = new_id()
    with clock.fixed(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)):
        assert "result" in world.reserve(voucher, first, listing, user)
        code = world.reserve(voucher, new_id(), listing, user)["error"]["code"]
        assert code == "voucher-ledger.yearly-cap-reached"
    with clock.fixed(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)):
        assert "result" in world.reserve(voucher, new_id(), listing, user)
        world.do("release_voucher", voucher_id=voucher, order_id=first)  # back to the old year
        code = world.reserve(voucher, new_id(), listing, user)["error"]["code"]
        assert code == "voucher-ledger.yearly-cap-reached"


def test_a_cap_on_a_category_that_the_batch_does_not_cover_is_refused(world: World) -> None:
    world.budget()
    terms = {"category_caps": {"startup.training": 1}}
    code = world.code("open_batch", **{**TERMS, **terms})
    assert code == "voucher-ledger.category-cap-unknown"


def test_allotments_are_named_by_what_they_are_for() -> None:
    names = {
        allotment_id(ISSUE, "b"),
        allotment_id(CATEGORY, "b", LEGAL, 2026),
        allotment_id(CATEGORY, "b", LEGAL, 2027),
        allotment_id(CATEGORY, "b", "enterprise.tax", 2026),
    }
    assert len(names) == 4
