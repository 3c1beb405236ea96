"""Redemption: applied, reviewed, drawn, audited or publicised; once, in time, and in balance."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from chassis import clock, context
from chassis.domain import new_id
from voucher_ledger import queries
from voucher_ledger.clearing import draw_due, flag_due
from voucher_ledger.domain.sampling import SampleRound
from voucher_ledger.presenting import present_sample_round
from voucher_ledger.testing import World

START = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)


def applied(world: World, invoice: int = 1) -> tuple[str, str]:
    """A redemption of an accepted order, and its provider."""
    order, _, provider = world.accepted()
    papers = world.papers(order, f"2434{invoice:016}")
    return str(world.do("apply_redemption", provider, **papers)["id"]), provider


def approve(world: World, id_: str) -> dict[str, Any]:
    """It is reviewed, and approved."""
    given: dict[str, Any] = {"redemption_id": id_, "approve": True, "reason": "材料齐全"}
    return world.do("review_redemption", actor="reviewer", **given)


def rows(world: World) -> dict[str, dict[str, Any]]:
    """Every redemption as an observer sees it."""
    with context.bound(context.Context(actor="somebody", role="supervisor", region="340000")):
        found = queries.redemptions.listed(world.ledger.database, None, None, 100)
    return {row["id"]: row for row in found}


@pytest.mark.article(17, 19)
def test_an_approved_redemption_waits_for_the_supervisor_the_draw_and_its_publicity(
    world: World,
) -> None:
    with clock.fixed(START) as move:
        world.figure("sample-rate-bp", 0)
        id_, _ = applied(world)
        assert world.code("propose_payment", redemption_ids=[id_]) == (
            "voucher-ledger.wrong-redemption-state"
        )
        approved = approve(world, id_)
        assert (approved["awaiting_cosignature"], approved["pay_by"]) == (True, "2026-06-03")
        assert world.do("draw_sample")["considered"] == 0, "not cosigned yet"
        world.cosign()
        assert not rows(world)[id_]["awaiting_cosignature"]
        drawn = world.do("draw_sample")
        assert (drawn["considered"], drawn["selected"]) == (1, 0)
        shown = queries.redemptions.publicised(world.ledger.database, None, 10)
        assert [(row["id"], row["payable_from"]) for row in shown] == [(id_, "2026-05-09")]
        early = world.run("propose_payment", redemption_ids=[id_])["error"]
        assert early["code"] == "voucher-ledger.publicity-runs"
        move(datetime(2026, 5, 8, 16, tzinfo=UTC))  # 9 May in Shanghai
        assert world.do("propose_payment", redemption_ids=[id_])["state"] == "proposed"
        assert rows(world)[id_]["state"] == "instructed"


def shown(world: World, round_id: str) -> dict[str, Any]:
    """A round as anybody is shown it."""
    current = world.ledger.load(SampleRound, round_id)
    note = queries.sampling.cosigned_note(world.ledger.database, current.size or 0)
    return present_sample_round(current, note)


@pytest.mark.article(8, 17)
def test_everybody_can_draw_the_sample_again_from_what_was_published(world: World) -> None:
    world.figure("sample-rate-bp", 3000)
    ids = [applied(world, number)[0] for number in range(1, 13)]
    for id_ in ids:
        approve(world, id_)
    committed = queries.sampling.listed(world.ledger.database, 0, 10)
    assert [(row["number"], row["secret"]) for row in committed] == [(1, None)]
    world.cosign()
    assert draw_due(world.ledger, world.commands) == 12
    assert draw_due(world.ledger, world.commands) == 0
    first, second = queries.sampling.listed(world.ledger.database, 0, 10)
    assert (second["state"], second["secret"]) == ("committed", None)
    secret = first["secret"]
    assert sha256(secret.encode()).hexdigest() == committed[0]["commitment"]
    note = sha256(b"").hexdigest()  # what `cosign` cosigns is empty
    seed = sha256(f"{secret}/{note}".encode()).hexdigest()
    states = {id_: row["state"] for id_, row in rows(world).items()}
    for id_ in ids:
        ticket = int(sha256(f"{seed}/{id_}".encode()).hexdigest()[:16], 16)
        expected = "sampled" if ticket * 10_000 < 3000 * 2**64 else "publicised"
        assert states[id_] == expected
    assert first["selected"] == sum(state == "sampled" for state in states.values())
    report = shown(world, first["id"])
    assert {name: report[name] for name in first} == first
    assert (report["seed"], sha256(report["note"].encode()).hexdigest()) == (seed, note)
    assert (report["rate_bp"], {each["chance_bp"] for each in report["drawn"]}) == (3000, {3000})
    assert {each["redemption_id"]: each["selected"] for each in report["drawn"]} == {
        id_: states[id_] == "sampled" for id_ in ids
    }
    waiting = shown(world, second["id"])
    assert (waiting["seed"], waiting["note"], waiting["drawn"]) == (None, None, [])


@pytest.mark.article(17)
def test_a_draw_takes_the_first_cosignature_that_covers_it(world: World) -> None:
    first, second = applied(world, 1)[0], applied(world, 2)[0]
    approve(world, first)
    world.cosign()
    due = queries.sampling.due(world.ledger.database)
    approve(world, second)
    world.cosign()
    again = queries.sampling.due(world.ledger.database)
    assert due == again, "a later cosignature changes nothing"
    assert due is not None
    assert due.redemption_ids == (first,)
    world.do("draw_sample")
    assert queries.sampling.due(world.ledger.database) is None, "the next round began after it"
    world.cosign()
    following = queries.sampling.due(world.ledger.database)
    assert following is not None
    assert following.redemption_ids == (second,)


@pytest.mark.article(8, 17)
def test_what_is_drawn_is_audited_by_somebody_else_and_then_publicised_or_rejected(
    world: World,
) -> None:
    world.figure("sample-rate-bp", 10_000)
    good, bad = applied(world, 1)[0], applied(world, 2)[0]
    for id_ in (good, bad):
        approve(world, id_)
    world.cosign()
    assert world.do("draw_sample")["selected"] == 2
    report: dict[str, Any] = {"reason": "抽查", "report_sha256": "d" * 64, "redemption_id": good}
    own = world.run("audit_redemption", actor="reviewer", passed=True, **report)
    assert own["error"]["code"] == "voucher-ledger.auditor-reviewed"
    passed = world.do("audit_redemption", actor="auditor", passed=True, **report)
    assert (passed["state"], passed["sampled"]) == ("publicised", True)
    report["redemption_id"] = bad
    failed = world.do("audit_redemption", actor="auditor", passed=False, **report)
    assert failed["state"] == "rejected"
    code = world.code("audit_redemption", passed=True, **report)
    assert code == "voucher-ledger.wrong-redemption-state"
    assert {id_: row["state"] for id_, row in rows(world).items()} == {
        good: "publicised", bad: "rejected",
    }  # fmt: skip


@pytest.mark.article(17)
def test_what_is_held_back_longer_than_thirty_days_is_flagged_once(world: World) -> None:
    with clock.fixed(START) as move:
        id_, _ = applied(world)
        move(START + timedelta(days=30))
        assert flag_due(world.ledger, world.commands) == 0
        move(START + timedelta(days=31))
        assert flag_due(world.ledger, world.commands) == 1
        assert flag_due(world.ledger, world.commands) == 0
        assert rows(world)[id_]["overdue"]


def test_a_rejected_redemption_is_not_paid(world: World) -> None:
    id_, _ = applied(world)
    world.do("review_redemption", redemption_id=id_, approve=False, reason="发票不符")
    code = world.code("propose_payment", redemption_ids=[id_])
    assert code == "voucher-ledger.wrong-redemption-state"


def test_only_the_orders_own_provider_applies_and_only_after_acceptance(world: World) -> None:
    user, order = world.user(), new_id()
    voucher = world.voucher(user)
    listing, provider = world.offer()
    papers, refused = world.papers(order), "voucher-ledger.not-redeemable"
    assert world.code("apply_redemption", provider, **papers) == refused
    world.reserve(voucher, order, listing, user)
    assert world.code("apply_redemption", provider, **papers) == refused
    world.do("redeem_voucher", voucher_id=voucher, order_id=order)
    assert world.code("apply_redemption", new_id(), **papers) == refused
    differs = "voucher-ledger.evidence-differs"
    assert world.code("apply_redemption", provider, **papers) == differs, "nothing was delivered"
    world.hear("matching.OrderDelivered", order, evidence_sha256="d" * 64)
    assert world.code("apply_redemption", provider, **papers) == differs
    papers["evidence_sha256"] = "d" * 64
    assert world.code("apply_redemption", provider, **papers) == refused, "of whom it is not heard"
    world.owe(order, voucher)
    world.prove(order)
    papers["payment_proof_sha256"] = world.proof_sha256(order)
    world.do("apply_redemption", provider, **papers)


def test_an_order_is_redeemed_once_and_an_invoice_used_once(world: World) -> None:
    first, _, provider = world.accepted()
    second, _, other = world.accepted()
    world.do("apply_redemption", provider, **world.papers(first))
    again = world.papers(first, "24342000000099999999")
    code = world.code("apply_redemption", provider, **again)
    assert code == "voucher-ledger.redemption-exists"
    code = world.code("apply_redemption", other, **world.papers(second))
    assert code == "voucher-ledger.invoice-used"
    world.do("apply_redemption", other, **world.papers(second, "24342000000099999999"))


@pytest.mark.article(17)
def test_redemption_ends_on_its_own_date(world: World) -> None:
    order, _, provider = world.accepted()
    with clock.fixed(datetime(2027, 3, 31, 16, 0, tzinfo=UTC)):  # 1 April in Shanghai
        code = world.code("apply_redemption", provider, **world.papers(order))
    assert code == "voucher-ledger.redeem-by-passed"


@pytest.mark.article(6)
def test_the_book_balances_at_every_event(world: World) -> None:
    id_, _ = applied(world)
    world.paid(id_)
    entries = world.entries()
    database = world.ledger.database
    for entry in entries:
        assert sum(posting["fen"] for posting in entry.data.get("postings", [])) == 0
        for purse in queries.book.balances(database, entry.position):
            assert sum(purse["balances"].values()) == 0
    last = {p["region"]: p["balances"] for p in queries.book.balances(database, None)}
    assert queries.book.balances(database, entries[-1].position) == queries.book.balances(
        database, None
    )
    assert last["340100"] == {
        "appropriated": -10_000_000,
        "issued": 60_000,
        "paid": 40_000,
        "unissued": 9_900_000,
    }
    assert last["340000"] == {}
