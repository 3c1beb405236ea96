"""The life of an order: commands in, events and views out."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
from marshmallow import ValidationError

from chassis import clock
from chassis.domain import new_id
from chassis.refusal import NotFound
from matching import queries
from schemas.matching import AcceptOrder, DeliverOrder, PlaceOrder
from schemas.registry import EVENTS

NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)
EVIDENCE = "a" * 64


class Bench(Protocol):
    """The fixture of conftest.py."""

    app: Any

    def __getattr__(self, name: str) -> Any: ...


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


def placed(bench: Bench, **listing: Any) -> tuple[str, str, str]:
    """An order that waits for the ledger: its id, its user, its provider."""
    user, provider = bench.user(), bench.provider()
    service = bench.listing(provider, **listing)
    outcome = bench.execute(
        "place_order", user, listing_id=service, voucher_id=new_id(), price_fen=100_000
    )
    return outcome["result"]["id"], user, provider


def seen_by(bench: Bench, subject: str | None, role: str, region: str | None = None) -> list[str]:
    with bench.acting(subject, role, region):
        return [order["id"] for order in queries.orders(bench.app.database, None, None, 100)]


@pytest.mark.article(19)
def test_an_order_goes_all_the_way_online(bench: Bench) -> None:
    order, user, provider = placed(bench)
    bench.reserved(order, 30_000)
    delivered = bench.execute(
        "deliver_order", provider, "provider", order_id=order, evidence_sha256=EVIDENCE
    )
    accepted = bench.execute("accept_order", user, order_id=order)
    assert delivered["result"]["state"] == "delivered"
    assert accepted["result"]["state"] == "accepted"
    events = bench.events()
    assert [type_ for type_, _ in events] == [
        "matching.OrderPlaced",
        "matching.OrderFunded",
        "matching.OrderDelivered",
        "matching.OrderAccepted",
    ]
    for type_, data in events:
        EVENTS[type_]().load(data)
    assert events[0][1]["listing_revision"] == 2, "the whitelisting made the second version"
    funded = {"voucher_fen": 30_000, "own_fen": 70_000, "deliver_by": "2026-06-30"}
    assert events[1][1] == funded
    assert events[2][1]["accept_by"] == "2026-05-16"
    with bench.acting(user):
        view = queries.order(bench.app.database, order)
    assert view == accepted["result"]
    assert (view["voucher_fen"], view["own_fen"], view["refusal"]) == (30_000, 70_000, None)


@pytest.mark.article(26)
def test_only_an_admitted_user_orders_and_the_entry_says_what_was_seen(bench: Bench) -> None:
    provider = bench.provider()
    service = bench.listing(provider)
    order = {"listing_id": service, "voucher_id": new_id(), "price_fen": 100_000}
    for nobody in (new_id(), None, provider):
        refused = bench.execute("place_order", nobody, **order)
        assert refused["error"]["code"] == "matching.user-not-admitted"
    bench.execute("place_order", bench.user(), **order)
    bench.events()
    entry = bench.app.log_reader.entries(3)[0]
    assert entry.event["seen"] == {"identity": 3, "catalog": 1}


@pytest.mark.article(3)
def test_nobody_is_on_both_sides_of_an_order(bench: Bench) -> None:
    both = bench.user()
    firm = {"kind": "lawful-firm", "name": "示例", "region": "340100", "conditions": {}}
    bench.learn("identity.SubjectAdmittedAsProvider", both, firm)
    service = bench.listing(both)
    refused = bench.execute(
        "place_order", both, listing_id=service, voucher_id=new_id(), price_fen=100_000
    )
    assert refused["error"]["code"] == "matching.same-subject"


@pytest.mark.article(20)
@pytest.mark.parametrize(
    "listing",
    [
        {"period": None},
        {"period": ("2026-05-02", "2026-12-31")},
        {"period": ("2026-01-01", "2026-04-30")},
    ],
)
def test_no_voucher_pays_outside_the_whitelist(bench: Bench, listing: dict[str, Any]) -> None:
    service = bench.listing(bench.provider(), **listing)
    refused = bench.execute(
        "place_order", bench.user(), listing_id=service, voucher_id=new_id(), price_fen=100_000
    )
    assert refused["error"]["code"] == "matching.not-for-vouchers"
    assert refused["error"]["data"] == {"date": "2026-05-01"}


@pytest.mark.article(14)
def test_a_free_service_has_no_pay_step(bench: Bench) -> None:
    service = bench.listing(bench.provider(), price_fen=0)
    refused = bench.execute(
        "place_order", bench.user(), listing_id=service, voucher_id=new_id(), price_fen=1
    )
    assert refused["error"]["code"] == "matching.not-for-vouchers"


def test_the_price_seen_is_the_price_listed(bench: Bench) -> None:
    service = bench.listing(bench.provider())
    refused = bench.execute(
        "place_order", bench.user(), listing_id=service, voucher_id=new_id(), price_fen=99_999
    )
    assert refused["error"]["code"] == "matching.price-changed"
    assert refused["error"]["data"] == {"asked_fen": 99_999, "listed_fen": 100_000}


def test_unknown_and_withdrawn_listings_cannot_be_ordered(bench: Bench) -> None:
    withdrawn = bench.listing(bench.provider())
    bench.learn("catalog.ListingWithdrawn", withdrawn, {"reason": "provider"}, version=3)
    user = bench.user()
    for listing in (withdrawn, new_id()):
        refused = bench.execute(
            "place_order", user, listing_id=listing, voucher_id=new_id(), price_fen=100_000
        )
        assert refused["error"]["code"] == "matching.listing-not-available"
    assert [type_ for type_, _ in bench.events()] == ["matching.CommandRefused"] * 2


def test_the_ledgers_refusal_ends_the_order_with_its_reason(bench: Bench) -> None:
    order, user, provider = placed(bench)
    bench.refused(order)
    with bench.acting(user):
        view = queries.order(bench.app.database, order)
    assert view["state"] == "refused"
    assert view["refusal"] == {
        "code": "voucher-ledger.balance-exhausted",
        "grounds": {"left_fen": 0},
    }
    late = bench.execute(
        "deliver_order", provider, "provider", order_id=order, evidence_sha256=EVIDENCE
    )
    assert late["error"]["code"] == "matching.wrong-order-state"


def test_other_refusals_of_the_ledger_are_not_ours(bench: Bench) -> None:
    order, user, _ = placed(bench)
    bench.refused(order, "release_for_order")
    with bench.acting(user):
        assert queries.order(bench.app.database, order)["state"] == "placed"


@pytest.mark.parametrize("news", ["reserved", "refused"])
def test_a_reaction_that_comes_too_late_changes_nothing(bench: Bench, news: str) -> None:
    order, user, _ = placed(bench)
    bench.execute("cancel_order", user, order_id=order)
    before = bench.events()
    for known in (order, new_id()):
        if news == "reserved":
            bench.reserved(known, 30_000)
        else:
            bench.refused(known)
    assert bench.events() == before
    assert bench.app.database.rows("SELECT error FROM parked") == []
    assert bench.subscriptions["voucher-ledger"].position == 1


def test_a_second_reservation_does_not_fund_twice(bench: Bench) -> None:
    order, user, _ = placed(bench)
    bench.reserved(order, 30_000)
    bench.reserved(order, 20_000)
    with bench.acting(user):
        assert queries.order(bench.app.database, order)["voucher_fen"] == 30_000


def test_each_step_is_its_partys_alone(bench: Bench) -> None:
    order, user, provider = placed(bench)
    bench.reserved(order, 30_000)
    other_user, other_provider = bench.user(), bench.provider()
    evidence = {"order_id": order, "evidence_sha256": EVIDENCE}

    def code(name: str, who: str, role: str, **values: Any) -> str:
        return str(bench.execute(name, who, role, **values)["error"]["code"])

    assert code("deliver_order", other_provider, "provider", **evidence) == "matching.not-party"
    assert code("deliver_order", user, "user", **evidence) == "matching.provider-not-admitted"
    assert code("cancel_order", other_user, "user", order_id=order) == "matching.not-party"
    assert code("cancel_order", provider, "provider", order_id=order) == "matching.not-party"
    assert code("accept_order", user, "user", order_id=order) == "matching.wrong-order-state"
    bench.execute("deliver_order", provider, "provider", **evidence)
    assert code("accept_order", provider, "provider", order_id=order) == "matching.not-party"
    assert code("cancel_order", user, "user", order_id=order) == "matching.wrong-order-state"
    assert code("deliver_order", provider, "provider", **evidence) == "matching.wrong-order-state"
    assert code("accept_order", user, "user", order_id=new_id()) == "resource.not-found"


def test_the_user_cancels_before_delivery(bench: Bench) -> None:
    order, user, _ = placed(bench)
    bench.reserved(order, 30_000)
    cancelled = bench.execute("cancel_order", user, order_id=order)
    assert cancelled["result"]["state"] == "cancelled"
    type_, data = bench.events()[-1]
    assert (type_, data) == (
        "matching.OrderCancelled",
        {"voucher_id": cancelled["result"]["voucher_id"]},
    )


@pytest.mark.article(9)
def test_orders_are_seen_by_their_parties_their_region_and_the_supervisor(bench: Bench) -> None:
    hefei, user, provider = placed(bench)
    county, _, _ = placed(bench, region="340122")
    wuhu, _, _ = placed(bench, region="340200")
    everything = sorted([hefei, county, wuhu])
    assert seen_by(bench, user, "user") == [hefei]
    assert seen_by(bench, provider, "provider") == [hefei]
    assert seen_by(bench, new_id(), "user") == []
    assert seen_by(bench, None, "user") == []
    assert seen_by(bench, None, "bureau", "340100") == sorted([hefei, county])
    assert seen_by(bench, None, "bureau", "340122") == [county]
    assert seen_by(bench, None, "bureau", "341000") == []
    assert seen_by(bench, None, "bureau") == []
    assert seen_by(bench, None, "hrss-province", "340000") == everything
    assert seen_by(bench, None, "supervisor", "340100") == everything
    with bench.acting(None, "bureau", "340200"), pytest.raises(NotFound):
        queries.order(bench.app.database, hefei)


def test_orders_are_listed_by_state_and_page(bench: Bench) -> None:
    user, provider = bench.user(), bench.provider()
    service = bench.listing(provider)
    ids = sorted(
        bench.execute(
            "place_order", user, listing_id=service, voucher_id=new_id(), price_fen=100_000
        )["result"]["id"]
        for _ in range(4)
    )
    bench.execute("cancel_order", user, order_id=ids[3])
    with bench.acting(user):
        first = queries.orders(bench.app.database, "placed", None, 2)
        rest = queries.orders(bench.app.database, "placed", first[-1]["id"], 2)
    assert [order["id"] for order in first + rest] == ids[:3]


def delivered(bench: Bench, share: int = 30_000) -> tuple[str, str, str]:
    """An order that its user can accept."""
    order, user, provider = placed(bench)
    bench.reserved(order, share)
    evidence = {"order_id": order, "evidence_sha256": EVIDENCE}
    bench.execute("deliver_order", provider, "provider", **evidence)
    return order, user, provider


@pytest.mark.article(19)
def test_what_is_accepted_in_part_is_paid_in_part(bench: Bench) -> None:
    order, user, _ = delivered(bench)
    for fen, code in ((100_001, "accepted-too-much"), (3, "too-little-accepted")):
        refused = bench.execute("accept_order", user, order_id=order, accepted_fen=fen)
        assert refused["error"]["code"] == f"matching.{code}"
    accepted = bench.execute("accept_order", user, order_id=order, accepted_fen=33_333)["result"]
    assert (accepted["voucher_due_fen"], accepted["own_due_fen"]) == (9_999, 23_334)
    with bench.acting(user):
        assert queries.order(bench.app.database, order) == accepted
    twice = bench.execute("accept_order", user, order_id=order)
    assert twice["error"]["code"] == "matching.wrong-order-state"
    EVENTS["matching.OrderAccepted"]().load(bench.events()[-2][1])


@pytest.mark.article(19)
def test_an_order_outlives_the_withdrawal_of_its_listing(bench: Bench) -> None:
    user, provider = bench.user(), bench.provider()
    listing = bench.listing(provider)
    given = {"listing_id": listing, "voucher_id": new_id(), "price_fen": 100_000}
    order = bench.execute("place_order", user, **given)["result"]["id"]
    bench.reserved(order, 30_000)
    bench.learn("catalog.ListingWithdrawn", listing, {"reason": "provider"}, version=3)
    evidence = {"order_id": order, "evidence_sha256": EVIDENCE}
    bench.execute("deliver_order", provider, "provider", **evidence)
    accepted = bench.execute("accept_order", user, order_id=order)["result"]
    assert (accepted["state"], accepted["listing_revision"]) == ("accepted", 2)
    again = bench.execute("place_order", user, **given)
    assert again["error"]["code"] == "matching.listing-not-available"


@pytest.mark.article(19)
@pytest.mark.parametrize("contract", [PlaceOrder, DeliverOrder, AcceptOrder])
def test_no_step_takes_a_date(contract: type[Any]) -> None:
    given = {
        "order_id": new_id(),
        "evidence_sha256": EVIDENCE,
        "listing_id": new_id(),
        "voucher_id": new_id(),
        "price_fen": 1,
    }
    fits = {name: value for name, value in given.items() if name in contract().fields}
    contract.parse(fits)
    for name in ("at", "date", "recorded_at", "accepted_at", "delivered_on"):
        with pytest.raises(ValidationError):
            contract.parse({**fits, name: "2026-04-01"})


@pytest.mark.parametrize("fen", [0, -1, 0.5, 10**18, "1"])
def test_nobody_accepts_what_is_no_amount(fen: Any) -> None:
    with pytest.raises(ValidationError):
        AcceptOrder.parse({"order_id": new_id(), "accepted_fen": fen})
