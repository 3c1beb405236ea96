"""Orders wait for their parties until a day, and then no more (art. 19)."""

from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from chassis import clock
from chassis.domain import new_id
from matching import queries
from schemas.registry import EVENTS

NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)
LAST = datetime(2026, 6, 30, 15, 59, 59, tzinfo=UTC)
PAST = datetime(2026, 6, 30, 16, 0, tzinfo=UTC)
EVIDENCE = {"evidence_sha256": "a" * 64}

pytestmark = pytest.mark.article(19)


class Bench(Protocol):
    """The fixture of conftest.py."""

    app: Any

    def __getattr__(self, name: str) -> Any: ...


def funded(bench: Bench) -> tuple[str, str, str]:
    """An order that waits for its delivery: its id, its user, its provider."""
    with clock.fixed(NOON):
        user, provider = bench.user(), bench.provider()
        service = bench.listing(provider)
        given = {"listing_id": service, "voucher_id": new_id(), "price_fen": 100_000}
        order = bench.execute("place_order", user, **given)["result"]["id"]
        bench.reserved(order, 30_000)
    return order, user, provider


def view(bench: Bench, order: str, user: str) -> dict[str, Any]:
    with bench.acting(user):
        return dict(queries.order(bench.app.database, order))


def deliver(bench: Bench, order: str, provider: str) -> Any:
    return bench.execute("deliver_order", provider, "provider", order_id=order, **EVIDENCE)


def test_what_is_not_delivered_in_time_lapses_once(bench: Bench) -> None:
    orders = [funded(bench) for _ in range(3)]
    order, user, provider = orders[0]
    assert view(bench, order, user)["due_by"] == "2026-06-30"
    with clock.fixed(LAST):
        assert bench.lapse() == 0
    with clock.fixed(PAST):
        late = deliver(bench, order, provider)
        assert late["error"]["code"] == "matching.deadline-passed"
        assert bench.lapse() == 3
        assert bench.lapse() == 0
        cancelled = bench.execute("cancel_order", user, order_id=order)
    assert cancelled["error"]["code"] == "matching.wrong-order-state"
    assert view(bench, order, user)["state"] == "lapsed"
    lapsed = [data for type_, data in bench.events() if type_ == "matching.OrderLapsed"]
    assert len(lapsed) == 3
    for data in lapsed:
        EVENTS["matching.OrderLapsed"]().load(data)
        assert (data["waited_for"], data["due_by"]) == ("delivery", "2026-06-30")


def test_what_is_delivered_and_not_answered_lapses_and_is_accepted_no_more(bench: Bench) -> None:
    order, user, provider = funded(bench)
    with clock.fixed(LAST):
        delivered = deliver(bench, order, provider)["result"]
        assert (delivered["state"], delivered["due_by"]) == ("delivered", "2026-07-15")
    with clock.fixed(PAST):
        assert bench.lapse() == 0, "it was delivered in time"
    with clock.fixed(datetime(2026, 7, 15, 16, tzinfo=UTC)):
        late = bench.execute("accept_order", user, order_id=order)
        assert late["error"]["code"] == "matching.deadline-passed"
        assert bench.lapse() == 1
    assert bench.events()[-1][1]["waited_for"] == "acceptance"
    assert view(bench, order, user)["state"] == "lapsed"


def test_a_deadline_is_what_was_set_and_an_order_keeps_its_own(bench: Bench) -> None:
    before, user, _ = funded(bench)
    bench.deadline("deliver-within-days", 10)
    bench.deadline("deliver-within-days", 5, valid_from="2026-05-02")
    bench.deadline("accept-within-days", 3)
    bench.deadline("face-fen", 1)
    order, user2, provider = funded(bench)
    assert view(bench, before, user)["due_by"] == "2026-06-30"
    assert view(bench, order, user2)["due_by"] == "2026-05-11"
    with clock.fixed(NOON):
        assert deliver(bench, order, provider)["result"]["due_by"] == "2026-05-04"
    bench.events()
    entry = bench.app.log_reader.entries(0)[-1]
    assert entry.event["seen"]["voucher-ledger"] == 5, "the parameters that were known"


def test_who_has_ended_does_not_lapse(bench: Bench) -> None:
    accepted, user, provider = funded(bench)
    cancelled, other, _ = funded(bench)
    with clock.fixed(NOON):
        deliver(bench, accepted, provider)
        bench.execute("accept_order", user, order_id=accepted)
        bench.execute("cancel_order", other, order_id=cancelled)
    with clock.fixed(PAST):
        assert bench.lapse() == 0
