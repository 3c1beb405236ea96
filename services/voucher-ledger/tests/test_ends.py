"""How vouchers and owed shares end: voided, lapsed; what is left goes back to its year, once."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis import clock
from chassis.domain import new_id
from voucher_ledger import queries
from voucher_ledger.expiring import expire_due, lapse_due
from voucher_ledger.testing import World

WHY: dict[str, Any] = {"reason": "串通套取", "document_number": "皖人社〔2026〕12号"}
NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
LAST_DAY = datetime(2027, 4, 1, 15, 59, 59, tzinfo=UTC)
"""The end of the day after the redeem-by date, in Shanghai."""


def balances(world: World, region: str = "340100") -> dict[str, int]:
    """Where the money of a region's year is."""
    found = queries.book.balances(world.ledger.database)
    return dict({row["region"]: row["balances"] for row in found}[region])


def the_voucher(world: World) -> dict[str, Any]:
    """The only voucher, as read models have it."""
    columns = "state, available_fen, reserved_fen, redeemed_fen, expired_fen"
    row = world.ledger.database.row(f"SELECT {columns} FROM vouchers")
    assert row is not None
    return row


@pytest.mark.article(17, 28)
def test_a_voided_voucher_pays_nothing_more_and_what_it_had_is_its_years_again(
    world: World,
) -> None:
    user, order = world.user(), new_id()
    voucher = world.voucher(user)
    listing, _ = world.offer()
    world.reserve(voucher, order, listing, user)
    voided = world.do("void_voucher", voucher_id=voucher, **WHY)
    assert (voided["state"], voided["available_fen"], voided["reserved_fen"]) == (
        "voided",
        0,
        40_000,
    )
    assert balances(world)["expired-returned"] == 60_000
    refused = world.reserve(voucher, new_id(), listing, user)["error"]["code"]
    assert refused == "voucher-ledger.not-usable"
    assert world.code("void_voucher", voucher_id=voucher, **WHY) == "voucher-ledger.not-voidable"
    world.do("release_voucher", voucher_id=voucher, order_id=order)
    with clock.fixed(NEW_YEAR):
        assert expire_due(world.ledger, world.commands) == 0, "nothing is left to expire"
    last = [entry.type.partition(".")[2] for entry in world.entries()][-2:]
    assert last == ["VoucherReleased", "VoucherReturned"]
    assert the_voucher(world) == {
        "state": "voided",
        "available_fen": 0,
        "reserved_fen": 0,
        "redeemed_fen": 0,
        "expired_fen": 100_000,
    }
    assert sum(balances(world).values()) == 0


@pytest.mark.article(17, 19)
def test_what_was_delivered_before_the_voiding_is_owed_still_and_in_part_the_rest_goes_on(
    world: World,
) -> None:
    user, order = world.user(), new_id()
    voucher = world.voucher(user)
    listing, _ = world.offer()
    world.reserve(voucher, order, listing, user)
    world.do("void_voucher", voucher_id=voucher, **WHY)
    world.do("redeem_voucher", voucher_id=voucher, order_id=order, accepted_fen=50_000)
    assert the_voucher(world) == {
        "state": "voided",
        "available_fen": 0,
        "reserved_fen": 0,
        "redeemed_fen": 20_000,
        "expired_fen": 80_000,
    }
    assert balances(world)["redeemed"] == 20_000


@pytest.mark.article(17)
def test_nothing_is_voided_twice_nor_after_it_expired(world: World) -> None:
    user = world.user()
    unclaimed = world.do("grant_vouchers", batch_id=world.batch(), holders=[user])
    first = unclaimed["vouchers"][0]["id"]
    second = world.voucher(user, region="340200")
    world.do("void_voucher", voucher_id=first, **WHY)
    assert world.code("claim_voucher", user, voucher_id=first) == "voucher-ledger.not-claimable"
    with clock.fixed(NEW_YEAR):
        expire_due(world.ledger, world.commands)
        assert world.code("void_voucher", voucher_id=second, **WHY) == (
            "voucher-ledger.not-voidable"
        )


@pytest.mark.article(17)
def test_a_share_that_nobody_asked_for_lapses_a_day_after_its_redeem_by_date(world: World) -> None:
    order, _, provider = world.accepted()
    with clock.fixed(LAST_DAY) as move:
        assert lapse_due(world.ledger, world.commands) == 0
        move(datetime(2027, 4, 1, 16, tzinfo=UTC))  # 2 April in Shanghai
        assert lapse_due(world.ledger, world.commands, 1) == 1
        assert lapse_due(world.ledger, world.commands) == 0, "once"
        refused = world.code("apply_redemption", provider, **world.papers(order))
    assert refused == "voucher-ledger.not-redeemable"
    event = world.entries()[-2]
    assert (event.type, event.data["why"]) == ("voucher-ledger.VoucherShareLapsed", "not-applied")
    assert event.event["actor"] == "system:voucher-ledger"
    assert balances(world)["expired-returned"] == 40_000
    assert "redeemed" not in balances(world)


@pytest.mark.article(17)
def test_what_was_asked_for_in_time_does_not_lapse_until_it_is_refused_for_good(
    world: World,
) -> None:
    order, _, provider = world.accepted()
    id_ = world.do("apply_redemption", provider, **world.papers(order))["id"]
    with clock.fixed(datetime(2027, 6, 1, tzinfo=UTC)):
        assert lapse_due(world.ledger, world.commands) == 0
        given: dict[str, Any] = {"redemption_id": id_, "approve": False, "reason": "发票不符"}
        world.do("review_redemption", actor="reviewer", **given)
        assert lapse_due(world.ledger, world.commands) == 0, "gone back already"
    last = [(e.type.partition(".")[2], e.data.get("why")) for e in world.entries()[-2:]]
    assert last == [("RedemptionRejected", None), ("VoucherShareLapsed", "rejected")]
    assert balances(world)["expired-returned"] == 40_000
    row = world.ledger.database.row("SELECT redeemed_fen, reserved_fen, paid_fen FROM shares")
    assert row == {"redeemed_fen": 0, "reserved_fen": 0, "paid_fen": 0}


@pytest.mark.article(8, 17)
def test_a_redemption_that_fails_its_audit_goes_back_too(world: World) -> None:
    order, _, provider = world.accepted()
    id_ = world.do("apply_redemption", provider, **world.papers(order))["id"]
    world.figure("sample-rate-bp", 10_000)
    given: dict[str, Any] = {"redemption_id": id_, "approve": True, "reason": "材料齐全"}
    world.do("review_redemption", actor="reviewer", **given)
    world.cosign()
    world.do("draw_sample")
    found: dict[str, Any] = {"passed": False, "reason": "服务未实际发生", "report_sha256": "d" * 64}
    audited = world.do("audit_redemption", actor="auditor", redemption_id=id_, **found)
    assert audited["state"] == "rejected"
    assert balances(world)["expired-returned"] == 40_000
