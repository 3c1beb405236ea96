"""Who asked for the erasure of their data gets no voucher, until they change their mind."""

import pytest

from voucher_ledger.testing import World


@pytest.mark.article(17, 36)
def test_processing_stops_and_is_resumed(world: World) -> None:
    user, batch = world.user(), world.batch()
    world.hear("identity.PersonalDataErasureRequested", user, subject=user)
    refused = world.code("grant_vouchers", batch_id=batch, holders=[user])
    assert refused == "voucher-ledger.holder-not-admitted"
    world.hear("identity.PersonalDataErasureWithdrawn", user, subject=user, roles=[])
    assert world.code("grant_vouchers", batch_id=batch, holders=[user]) == refused
    world.hear("identity.PersonalDataErasureWithdrawn", user, subject=user, roles=["user"])
    assert world.do("grant_vouchers", batch_id=batch, holders=[user])["vouchers"]
