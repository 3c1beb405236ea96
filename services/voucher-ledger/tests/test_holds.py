"""While an account of theirs is frozen, nobody claims, uses or redeems vouchers (art. 35)."""

from typing import Any

import pytest

from chassis.domain import new_id
from voucher_ledger.testing import World

FROZEN = "voucher-ledger.subject-frozen"


def freeze(world: World, subject: str | None, account: str = "") -> str:
    """An account of a subject is frozen; returns the account."""
    account = account or new_id()
    world.hear("identity.AccountFrozen", account, case_id=new_id(), subject_id=subject)
    return account


def unfreeze(world: World, account: str, subject: str | None) -> None:
    world.hear("identity.AccountUnfrozen", account, case_id=new_id(), subject_id=subject)


@pytest.mark.article(35)
def test_a_frozen_holder_claims_and_uses_nothing_until_it_is_lifted(world: World) -> None:
    user, (listing, _) = world.user(), world.offer()
    voucher = world.voucher(user)
    granted = world.do("grant_vouchers", batch_id=world.batch(), holders=[user])
    unclaimed = granted["vouchers"][0]["id"]
    account = freeze(world, user)
    assert world.code("claim_voucher", user, voucher_id=unclaimed) == FROZEN
    order = new_id()
    refused = world.reserve(voucher, order, listing, user)
    assert refused["error"]["code"] == FROZEN
    assert world.entries()[-1].data["code"] == FROZEN, "matching hears of it"
    unfreeze(world, account, user)
    assert world.do("claim_voucher", user, voucher_id=unclaimed)["state"] == "claimed"
    assert "result" in world.reserve(voucher, new_id(), listing, user)


@pytest.mark.article(35)
def test_a_frozen_provider_redeems_nothing(world: World) -> None:
    order, _, provider = world.accepted()
    papers = world.papers(order)
    account = freeze(world, provider)
    assert world.code("apply_redemption", provider, **papers) == FROZEN
    unfreeze(world, account, None)
    assert world.do("apply_redemption", provider, **papers)["state"] == "applied"


@pytest.mark.article(17, 35)
def test_what_was_approved_waits_while_the_payee_is_frozen(world: World) -> None:
    order, _, provider = world.accepted()
    id_ = world.do("apply_redemption", provider, **world.papers(order))["id"]
    world.publicised(id_)
    account = freeze(world, provider)
    assert world.code("propose_payment", redemption_ids=[id_]) == "voucher-ledger.payee-frozen"
    unfreeze(world, account, provider)
    payment = world.do("propose_payment", redemption_ids=[id_])["id"]
    again = freeze(world, provider)
    decision = {"payment_order_id": payment, "approve": True, "reason": "同意"}
    refused = world.run("decide_payment", actor="a payer", **decision)
    assert refused["error"]["code"] == "voucher-ledger.payee-frozen"
    assert refused["error"]["data"] == {"redemption_id": id_, "provider": provider}
    unfreeze(world, again, provider)
    assert world.do("decide_payment", actor="a payer", **decision)["approvals"] == 1


def blacklist(world: World, subject: str) -> str:
    """A subject is put on the blacklist; returns the entry."""
    entry, told = new_id(), {"subject_id": subject, "until": "2027-05-01"}
    world.hear("identity.BlacklistingEntered", entry, **told)
    return entry


def lift(world: World, entry: str, subject: str) -> None:
    told: dict[str, Any] = {"subject_id": subject, "lift": True, "reason": "证据不足"}
    world.hear("identity.BlacklistingAppealDecided", entry, **told)


BLACKLISTED = "voucher-ledger.subject-blacklisted"


@pytest.mark.article(17, 28)
def test_nobody_on_the_blacklist_gets_or_uses_a_voucher_until_it_is_lifted(world: World) -> None:
    user, other, (listing, provider) = world.user(), world.user(), world.offer()
    voucher = world.voucher(user)
    entry, batch = blacklist(world, user), world.batch(region="340200")
    refused = world.run("grant_vouchers", batch_id=batch, holders=[user, other])
    assert refused["error"]["data"] == {"holders": f"{user} (blacklisted)"}
    run = world.do("start_grant_run", batch_id=batch, holders=None)["id"]
    world.do("advance_grant_run", run_id=run, number=1)
    world.do("advance_grant_run", run_id=run, number=2)
    kept = [e.data for e in world.entries() if e.type.endswith("GrantRunRefused")][-1]
    (decision,) = [each for each in kept["decisions"] if each["subject"] == user]
    assert (decision["code"], decision["inputs"]["blacklisted"]) == ("blacklisted", True)
    assert world.reserve(voucher, new_id(), listing, user)["error"]["code"] == BLACKLISTED
    lift(world, entry, user)
    assert "result" in world.reserve(voucher, new_id(), listing, user)
    entry = blacklist(world, provider)
    assert world.reserve(voucher, new_id(), listing, user)["error"]["code"] == BLACKLISTED
    world.hear("identity.BlacklistingEnded", entry, subject_id=provider)
    assert "result" in world.reserve(voucher, new_id(), listing, user)


@pytest.mark.article(17, 28)
def test_what_was_approved_is_not_paid_while_the_payee_is_on_the_blacklist(world: World) -> None:
    order, _, provider = world.accepted()
    id_ = world.do("apply_redemption", provider, **world.papers(order))["id"]
    world.publicised(id_)
    entry, code = blacklist(world, provider), "voucher-ledger.payee-blacklisted"
    assert world.code("propose_payment", redemption_ids=[id_]) == code
    lift(world, entry, provider)
    payment = world.do("propose_payment", redemption_ids=[id_])["id"]
    entry = blacklist(world, provider)
    decision = {"payment_order_id": payment, "approve": True, "reason": "同意"}
    refused = world.run("decide_payment", actor="a payer", **decision)
    assert refused["error"]["code"] == code
    lift(world, entry, provider)
    assert world.do("decide_payment", actor="a payer", **decision)["approvals"] == 1


def test_vouchers_are_held_while_any_account_of_an_organisation_is_frozen(world: World) -> None:
    user = world.user()
    granted = world.do("grant_vouchers", batch_id=world.batch(), holders=[user])
    voucher = granted["vouchers"][0]["id"]
    first, second = freeze(world, user), freeze(world, user)
    freeze(world, user, first)  # a repeat changes nothing
    unfreeze(world, first, user)
    assert world.code("claim_voucher", user, voucher_id=voucher) == FROZEN
    unfreeze(world, second, user)
    assert world.do("claim_voucher", user, voucher_id=voucher)


def test_others_and_accounts_without_a_subject_are_not_concerned(world: World) -> None:
    user = world.user()
    granted = world.do("grant_vouchers", batch_id=world.batch(), holders=[user])
    freeze(world, world.user())
    freeze(world, None)
    assert world.do("claim_voucher", user, voucher_id=granted["vouchers"][0]["id"])
    entry = world.entries()[-1]
    assert entry.type == "voucher-ledger.VoucherClaimed"
