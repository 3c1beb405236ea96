"""While an account of theirs is frozen, nobody claims, uses or redeems vouchers (art. 35)."""

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
    papers = {
        "order_id": order,
        "invoice_number": "24342000000012345678",
        "contract_sha256": "1" * 64,
        "evidence_sha256": "2" * 64,
    }
    account = freeze(world, provider)
    assert world.code("apply_redemption", provider, **papers) == FROZEN
    unfreeze(world, account, None)
    assert world.do("apply_redemption", provider, **papers)["state"] == "applied"


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
