"""The payment institution's call-backs: proven once, and whatever is wrong with one is said."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis import clock, context
from chassis.commands import Command
from chassis.domain import new_id
from chassis.metrics import COMMANDS
from chassis.refusal import Refusal
from schemas.voucher_ledger.own_payments import RecordOwnPayment
from voucher_ledger import queries
from voucher_ledger.instructing import Instructing
from voucher_ledger.testing import World, evidence_of, signed_proof

START = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
OWN = 60_000
"""What the user pays of an order of 100,000 fen."""


def accepted(world: World) -> tuple[str, str, str]:
    """An accepted order whose own share is not proven: order, voucher, provider."""
    user, order = world.user(), new_id()
    voucher = world.voucher(user)
    listing, provider = world.offer()
    world.reserve(voucher, order, listing, user)
    world.hear("matching.OrderDelivered", order, evidence_sha256=evidence_of(order))
    world.do("redeem_voucher", voucher_id=voucher, order_id=order)
    assert world.owe(order, voucher) == OWN
    return order, voucher, provider


def call_back(world: World, proof: str) -> dict[str, Any]:
    """As the service carries out a call-back: its id follows from it."""
    values = {"proof": proof}
    id_ = RecordOwnPayment.derived_id(values)
    command = Command("record_own_payment", id_, values, values, refusal_is_event=True)
    with context.bound(context.Context(actor="system:voucher-ledger")):
        return world.commands.execute(command, lambda: world.ledger.record_own_payment(proof))


def refused(world: World, proof: str) -> str:
    """The code with which a call-back is refused, as an outcome that is kept."""
    return str(call_back(world, proof)["error"]["code"])


def types(world: World) -> list[str]:
    return [entry.type.partition(".")[2] for entry in world.entries()]


@pytest.mark.article(17, 19)
def test_a_redemption_needs_the_proof_of_the_own_share(world: World) -> None:
    with clock.fixed(START):
        order, _, provider = accepted(world)
        papers = world.papers(order)
        unproven = world.run("apply_redemption", provider, **papers)["error"]
        assert unproven["code"] == "voucher-ledger.own-share-unproven"
        assert unproven["data"] == {"order_id": order, "own_fen": OWN}
        receipt = call_back(world, signed_proof(order, OWN))["result"]
        assert (receipt["order_id"], receipt["fen"]) == (order, OWN)
        assert receipt["proof_sha256"] == papers["payment_proof_sha256"]
        other = {**papers, "payment_proof_sha256": "0" * 64}
        differs = world.run("apply_redemption", provider, **other)["error"]
        assert differs["code"] == "voucher-ledger.payment-proof-differs"
        assert world.do("apply_redemption", provider, **papers)["state"] == "applied"


@pytest.mark.article(19)
def test_who_pays_nothing_themself_proves_nothing(world: World) -> None:
    order, _, provider = accepted(world)
    other = new_id()
    world.accept(other, 1, 0)
    assert world.ledger._require_own_share(other, "0" * 64) == {}
    assert world.code("apply_redemption", provider, **world.papers(order)) == (
        "voucher-ledger.own-share-unproven"
    )


@pytest.mark.article(19)
def test_a_repeated_call_back_changes_nothing(world: World) -> None:
    with clock.fixed(START):
        order, _, _ = accepted(world)
        proof = signed_proof(order, OWN)
        first = call_back(world, proof)
        size = len(world.entries())
        assert call_back(world, proof) == first
        assert len(world.entries()) == size
        again = signed_proof(order, OWN, nonce="1" * 16)
        assert refused(world, again) == "voucher-ledger.own-payment-proven"
        assert types(world).count("OwnPaymentProven") == 1


def test_the_id_of_a_call_back_follows_from_what_it_says_and_nobody_tries_one_out() -> None:
    one, other = {"proof": "a.b"}, {"proof": "a.c"}
    assert RecordOwnPayment.derived_id(one) == RecordOwnPayment.derived_id(dict(one))
    assert RecordOwnPayment.derived_id(one) != RecordOwnPayment.derived_id(other)
    assert RecordOwnPayment.public
    assert not RecordOwnPayment.rehearsable()


def _altered(proof: str) -> str:
    payload, _, signature = proof.partition(".")
    said = urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).replace(b"60000", b"60001")
    return f"{urlsafe_b64encode(said).rstrip(b'=').decode()}.{signature}"


@pytest.mark.article(19)
@pytest.mark.parametrize(
    "forge",
    [
        _altered,
        lambda proof: proof[:-2] + ("AA" if proof[-2:] != "AA" else "BB"),
        lambda proof: proof.partition(".")[0] + ".AAAA",
        lambda proof: f"e30.{proof.partition('.')[2]}",
    ],
    ids=["altered amount", "altered signature", "short signature", "other payload"],
)
def test_a_forged_or_altered_call_back_is_counted_and_enters_no_log(
    world: World, forge: Callable[[str], str]
) -> None:
    order, _, _ = accepted(world)
    size, code = len(world.entries()), "voucher-ledger.payment-proof-forged"
    counted = COMMANDS.labels("voucher-ledger", "record_own_payment", code)
    before = counted._value.get()
    with pytest.raises(Refusal) as refusal:
        call_back(world, forge(signed_proof(order, OWN)))
    assert refusal.value.code == code
    assert counted._value.get() == before + 1
    assert len(world.entries()) == size
    assert "result" in call_back(world, signed_proof(order, OWN)), "the true one is taken"


@pytest.mark.article(19)
def test_a_signed_call_back_that_is_wrong_is_refused_and_kept_as_an_event(world: World) -> None:
    with clock.fixed(START) as move:
        order, _, _ = accepted(world)
        second, _, _ = accepted(world)
        wrong = call_back(world, signed_proof(order, OWN - 1))["error"]
        assert wrong["code"] == "voucher-ledger.own-payment-differs"
        assert wrong["data"] == {"order_id": order, "said_fen": OWN - 1, "own_fen": OWN}
        unknown = "voucher-ledger.own-payment-unknown"
        assert refused(world, signed_proof(new_id(), OWN)) == unknown
        assert refused(world, signed_proof(order, OWN, order_id=second)) == unknown
        malformed = "voucher-ledger.payment-proof-malformed"
        bad: list[dict[str, Any]] = [
            {"fen": 0},
            {"fen": -1},
            {"fen": 1.5},
            {"fen": True},
            {"format": "payment-proof/2"},
            {"format": "payment-proof/3", "payer_account": "a" * 64},
            {"payer_account": "a" * 64},
            {"format": "payment-proof/2", "payer_account": None},
            {"format": "payment-proof/2", "payer_account": "6222020200112230346"},
            {"format": "payment-proof/2", "payer_account": "A" * 64},
            {"reference": ""},
            {"reference": "x" * 61},
            {"paid_at": "2026-05-04"},
            {"paid_at": "2026-05-04T04:00:00Z"},
            {"more": "x"},
        ]
        for change in bad:
            assert refused(world, signed_proof(order, OWN, **change)) == malformed, change
        early = signed_proof(order, OWN, paid_at="2026-05-04T04:05:01.000000Z")
        with pytest.raises(Refusal) as refusal:
            call_back(world, early)
        assert refusal.value.code == "voucher-ledger.payment-proof-early"
        move(datetime(2026, 5, 4, 4, 1, tzinfo=UTC))
        assert "result" in call_back(world, early), "time has passed"
        used = signed_proof(second, OWN, reference=f"P-{order}")
        assert refused(world, used) == "voucher-ledger.payment-reference-used"
        kept = types(world).count("CommandRefused")
        assert kept == 1 + 2 + len(bad) + 1
        assert types(world).count("OwnPaymentProven") == 1


@pytest.mark.article(19)
def test_a_call_back_is_late_when_the_order_has_ended_or_can_be_redeemed_no_more(
    world: World,
) -> None:
    with clock.fixed(START) as move:
        user, order = world.user(), new_id()
        voucher = world.voucher(user)
        listing, _ = world.offer()
        world.reserve(voucher, order, listing, user)
        not_due = "voucher-ledger.own-payment-not-due"
        assert refused(world, signed_proof(order, OWN)) == not_due, "not accepted yet"
        world.do("release_voucher", voucher_id=voucher, order_id=order)
        assert refused(world, signed_proof(order, OWN, nonce="1")) == not_due, "it has ended"
        second, _, _ = accepted(world)
        move(datetime(2027, 3, 31, 16, tzinfo=UTC))  # 1 April in Shanghai
        late = call_back(world, signed_proof(second, OWN))["error"]
        assert late["code"] == "voucher-ledger.own-payment-late"
        assert late["data"]["redeem_by"] == "2027-03-31"


@pytest.mark.article(19)
def test_the_institution_is_instructed_until_the_proof_arrives(world: World) -> None:
    with clock.fixed(START) as move:
        orders = sorted(accepted(world)[0] for _ in range(3))
        given: list[tuple[str, int]] = []
        world.ledger.institution = Told(given)  # type: ignore[assignment]
        instructing = Instructing(world.ledger, at_a_time=2)
        assert [instructing.instruct_due() for _ in range(3)] == [2, 1, 2]
        assert given == [(each, OWN) for each in (*orders, *orders[:2])]
        given.clear()
        fresh = Instructing(world.ledger)
        world.ledger.institution = Told(given, away=True)  # type: ignore[assignment]
        assert fresh.instruct_due() == 0
        world.ledger.institution = Told(given)  # type: ignore[assignment]
        assert fresh.instruct_due() == 3
        move(datetime(2027, 3, 31, 16, tzinfo=UTC))
        assert fresh.instruct_due() == 0, "it can be redeemed no more"


class Told:
    """Notes what it is told; the institution itself is in tests/e2e."""

    reachable = True

    def __init__(self, given: list[tuple[str, int]], away: bool = False) -> None:
        self._given = given
        self._away = away

    def instruct(self, payment_id: str, order_id: str, fen: int) -> bool:
        """Take an instruction."""
        if not self._away:
            self._given.append((order_id, fen))
        return not self._away


@pytest.mark.article(17, 36)
def test_the_parties_see_what_is_due_and_nobody_else(world: World) -> None:
    order, _, provider = accepted(world)

    def seen(**who: Any) -> list[dict[str, Any]]:
        with context.bound(context.Context(actor="somebody", **who)):
            return queries.own_payments.listed(world.ledger.database, None, None, 10)

    user = seen(role="supervisor", region="340000")[0]["user"]
    (shown,) = seen(subject=provider, role="provider")
    assert (shown["fen"], shown["state"], shown["pay_by"]) == (OWN, "due", "2027-03-31")
    assert seen(subject=user, role="user") == [shown]
    assert seen(subject=user, role="provider") == seen(subject=new_id(), role="user") == []
    assert seen(role="bureau", region="340200") == []
    world.prove(order)
    (proven,) = seen(subject=user, role="user")
    assert (proven["state"], proven["proof_sha256"]) == ("proven", world.proof_sha256(order))


@pytest.mark.article(8, 17, 19)
@pytest.mark.parametrize(("account", "found"), [("a", ["tied-parties"]), ("b", [])])
def test_an_own_share_that_comes_from_the_providers_account_ties_them(
    world: World, account: str, found: list[str]
) -> None:
    with clock.fixed(START):
        order, _, provider = accepted(world)
        given = {"sealed": {}, "digests": {"bank_account": "a" * 64}}
        changed = "identity.PersonalDataContactChanged"
        world.hear(changed, new_id(), subject=provider, **given)
        named = {"format": "payment-proof/2", "payer_account": account * 64}
        receipt = call_back(world, signed_proof(order, OWN, **named))["result"]
        proven = world.entries()[-1].data
        assert (proven["order_id"], proven["payer_account"]) == (order, account * 64)
        papers = {**world.papers(order), "payment_proof_sha256": receipt["proof_sha256"]}
        id_ = world.do("apply_redemption", provider, **papers)["id"]
        review = {"redemption_id": id_, "approve": True, "reason": "材料齐全"}
        assert world.do("review_redemption", actor="reviewer", **review)["detectors"] == found
