"""Who asked for the erasure of their data neither orders nor delivers, until they withdraw it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from chassis import clock
from chassis.domain import new_id
from services.matching.tests.conftest import Bench

REQUESTED = "identity.PersonalDataErasureRequested"
WITHDRAWN = "identity.PersonalDataErasureWithdrawn"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.fixed(datetime(2026, 5, 1, 4, tzinfo=UTC)):
        yield


@pytest.mark.article(36)
@pytest.mark.parametrize("role", ["user", "provider"])
def test_processing_stops_and_is_resumed(bench: Bench, role: str) -> None:
    user, provider = bench.user(), bench.provider()
    listing = bench.listing(provider)
    asking = user if role == "user" else provider

    def place() -> bool:
        outcome = bench.execute(
            "place_order", user, listing_id=listing, voucher_id=new_id(), price_fen=100_000
        )
        return "result" in outcome

    assert place()
    bench.learn(REQUESTED, asking, {"subject": asking})
    assert not place()
    bench.learn(WITHDRAWN, asking, {"subject": asking, "roles": [role], "region": "340100"})
    assert place()
