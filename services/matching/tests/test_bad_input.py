"""Bad input to orders, line by line: acceptance out of turn, a listing that is gone meanwhile.

Amounts that are none: tests/guard/test_amounts.py. The ledger's part of the list is in
services/voucher-ledger/tests/test_bad_input.py.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis import clock
from chassis.domain import new_id
from matching import queries
from services.matching.tests.conftest import Bench

EVIDENCE = "a" * 64


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.fixed(datetime(2026, 5, 1, 4, tzinfo=UTC)):
        yield


def funded(bench: Bench) -> tuple[str, str, str]:
    """An order with its share reserved: its id, its user, its provider."""
    user, provider = bench.user(), bench.provider()
    given: dict[str, Any] = {
        "listing_id": bench.listing(provider),
        "voucher_id": new_id(),
        "price_fen": 100_000,
    }
    order = str(bench.execute("place_order", user, **given)["result"]["id"])
    bench.reserved(order, 30_000)
    return order, user, provider


def state(bench: Bench, order: str, user: str) -> Any:
    with bench.acting(user):
        return queries.order(bench.app.database, order)["state"]


def deliver(bench: Bench, order: str, provider: str) -> None:
    given = {"order_id": order, "evidence_sha256": EVIDENCE}
    assert "result" in bench.execute("deliver_order", provider, "provider", **given)


@pytest.mark.article(19)
def test_acceptance_before_delivery_is_refused_saying_what_is_needed(bench: Bench) -> None:
    order, user, provider = funded(bench)
    refused = bench.execute("accept_order", user, order_id=order)["error"]
    assert refused["code"] == "matching.wrong-order-state"
    assert refused["data"] == {"state": "funded", "needed": "delivered"}
    assert state(bench, order, user) == "funded"
    deliver(bench, order, provider)
    assert bench.execute("accept_order", user, order_id=order)["result"]["state"] == "accepted"


@pytest.mark.article(19)
@pytest.mark.parametrize("again", [{}, {"accepted_fen": 1000}, {"accepted_fen": 100_000}])
def test_acceptance_twice_is_refused_and_the_first_stands(
    bench: Bench, again: dict[str, Any]
) -> None:
    order, user, provider = funded(bench)
    deliver(bench, order, provider)
    first = bench.execute("accept_order", user, order_id=order, accepted_fen=50_000)["result"]
    size = len([each for each in bench.events() if each[0] == "matching.OrderAccepted"])
    refused = bench.execute("accept_order", user, order_id=order, **again)["error"]
    assert refused["code"] == "matching.wrong-order-state"
    assert refused["data"]["state"] == "accepted"
    with bench.acting(user):
        assert queries.order(bench.app.database, order) == first
    assert len([each for each in bench.events() if each[0] == "matching.OrderAccepted"]) == size


@pytest.mark.article(19)
def test_acceptance_by_the_provider_is_refused(bench: Bench) -> None:
    order, user, provider = funded(bench)
    deliver(bench, order, provider)
    for role in ("provider", "user"):
        refused = bench.execute("accept_order", provider, role, order_id=order)["error"]
        assert refused["code"] == "matching.not-party"
    assert state(bench, order, user) == "delivered"


@pytest.mark.article(19)
def test_an_order_of_a_listing_that_was_withdrawn_meanwhile_is_refused(bench: Bench) -> None:
    user, provider = bench.user(), bench.provider()
    listing = bench.listing(provider)
    bench.learn("catalog.ListingWithdrawn", listing, {"reason": "provider"}, version=3)
    given: dict[str, Any] = {"listing_id": listing, "voucher_id": new_id(), "price_fen": 100_000}
    refused = bench.execute("place_order", user, **given)["error"]
    assert refused["code"] == "matching.listing-not-available"
    assert refused["data"] == {"listing_id": listing}


@pytest.mark.article(19)
def test_an_order_whose_listing_is_withdrawn_before_the_ledger_decides_ends_with_its_reason(
    bench: Bench,
) -> None:
    user, provider = bench.user(), bench.provider()
    listing = bench.listing(provider)
    given: dict[str, Any] = {"listing_id": listing, "voucher_id": new_id(), "price_fen": 100_000}
    order = str(bench.execute("place_order", user, **given)["result"]["id"])
    bench.learn("catalog.ListingWithdrawn", listing, {"reason": "provider"}, version=3)
    bench.refused(order)
    assert state(bench, order, user) == "refused"
