"""Users who turned sixty: no new vouchers, and what they have stays theirs (art. 25)."""

import pytest

from chassis.domain import new_id
from voucher_ledger.testing import World


@pytest.mark.article(17, 25)
def test_who_turned_sixty_gets_no_new_voucher_and_keeps_the_old(world: World) -> None:
    user, other = world.user(), world.user()
    voucher = world.voucher(user)
    world.hear("identity.SubjectAgedOut", user, policy="on-birthday")
    batch = world.batch(region="340200")
    refused = world.run("grant_vouchers", batch_id=batch, holders=[user, other])
    assert refused["error"]["code"] == "voucher-ledger.holder-not-eligible"
    assert refused["error"]["data"] == {"holders": f"{user} (aged-out)"}
    assert world.do("grant_vouchers", batch_id=batch, holders=[other])
    listing, _ = world.offer()
    assert "result" in world.reserve(voucher, new_id(), listing, user)
