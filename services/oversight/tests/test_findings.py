"""What waits too long is a finding, by the clock; findings are opened and closed once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis import clock
from chassis.commands import Commands
from chassis.domain import new_id
from chassis.eventstore.mapper import event_body
from chassis.log import Entry
from chassis.refusal import ServiceUnavailable
from oversight import queries
from oversight.docket import OPEN, Docket
from oversight.domain.rules.seals import TheLogHasNotShrunk
from oversight.overdue import BEHIND, WAITING, Overdue
from oversight.tally import LEDGER
from oversight.testing.watched import Watched
from schemas.oversight import DocketView

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.mark.article(8)
def test_a_cosignature_that_is_late_is_found_by_the_clock_and_its_end_too(world: Watched) -> None:
    with clock.fixed(NOON) as move:
        docket = Docket(world.app, Commands(world.app))
        overdue = Overdue(world.app.database, docket, 60.0)
        overdue.check("catalog", lambda: 0)
        world.append("catalog", 3)
        for seconds in (0, 60):
            move(NOON + timedelta(seconds=seconds))
            overdue.check("catalog", lambda: 3)
            assert world.findings() == []
        move(NOON + timedelta(seconds=61))
        for each in (overdue, Overdue(world.app.database, docket, 60.0)):
            each.check("catalog", lambda: 3)
        (finding,) = world.findings()
        assert (finding["rule"], finding["position"]) == ("cosignature-overdue", 0)
        assert BEHIND.labels("catalog")._value.get() == 61
        assert OPEN.labels("cosignature-overdue")._value.get() == 1
        assert world.witnessing.step("catalog", world.note("catalog"))
        overdue.check("catalog", lambda: 3)
        (finding,) = world.findings()
        assert finding["closed_at"] == clock.timestamp(NOON + timedelta(seconds=61))
        assert OPEN.labels("cosignature-overdue")._value.get() == 0
        assert BEHIND.labels("catalog")._value.get() == 0
    assert world.types() == ["FindingOpened", "WitnessBegan", "WitnessCosigned", "FindingClosed"]


def test_what_the_mirror_does_not_have_waits_since_the_log_said_so(world: Watched) -> None:
    def away() -> int:
        raise ServiceUnavailable(service="catalog")

    with clock.fixed(NOON) as move:
        overdue = Overdue(world.app.database, Docket(world.app, Commands(world.app)), 60.0)
        overdue.check("catalog", away)
        move(NOON + timedelta(seconds=30))
        overdue.check("catalog", lambda: 3)
        move(NOON + timedelta(seconds=90))
        overdue.check("catalog", away)
        assert world.findings() == []
        move(NOON + timedelta(seconds=91))
        overdue.check("catalog", away)
        assert [finding["rule"] for finding in world.findings()] == ["cosignature-overdue"]


@pytest.mark.article(8, 17)
def test_an_approved_redemption_that_waits_too_long_is_a_finding(world: Watched) -> None:
    with clock.fixed(NOON) as move:
        docket = Docket(world.app, Commands(world.app))
        overdue = Overdue(world.app.database, docket, 60.0)
        data = {"reviewer": new_id(), "reason": "材料齐全"}
        redemption = new_id()
        body = event_body(f"{LEDGER}.RedemptionApproved", UUID(redemption), 1, clock.now(), data)
        world.add(Entry.of(LEDGER, 0, body.decode()))
        overdue.check(LEDGER, lambda: 1)
        assert (WAITING._value.get(), world.findings()) == (1, [])
        move(NOON + timedelta(seconds=61))
        overdue.check(LEDGER, lambda: 1)
        found = {finding["rule"]: finding for finding in world.findings()}
        assert found.keys() == {"redemption-uncovered", "cosignature-overdue"}
        assert redemption in found["redemption-uncovered"]["en"]
        assert world.witnessing.step(LEDGER, world.note(LEDGER))
        overdue.check(LEDGER, lambda: 1)
        assert WAITING._value.get() == 0
        assert all(finding["how"] == "cosigned 1" for finding in world.findings())


@pytest.mark.article(17)
def test_money_that_is_held_back_is_on_the_docket_until_it_is_paid(world: Watched) -> None:
    overdue = Overdue(world.app.database, Docket(world.app, Commands(world.app)), 1e9)
    redemption, paid_later = new_id(), {"pay_by": "2026-05-31"}

    def say(name: str, position: int, data: dict[str, Any]) -> list[tuple[str, str | None]]:
        """The ledger says something; what is on the docket then."""
        body = event_body(f"{LEDGER}.Redemption{name}", UUID(redemption), 1, clock.now(), data)
        world.add(Entry.of(LEDGER, position, body.decode()))
        overdue.check(LEDGER, lambda: position + 1)
        return [(finding["rule"], finding["how"]) for finding in world.findings()]

    assert say("Overdue", 0, paid_later) == [("payment-overdue", None)]
    assert say("Instructed", 1, {}) == [("payment-overdue", None)]
    assert say("Paid", 2, {}) == [("payment-overdue", "paid")]


def test_the_docket_is_listed_by_state_and_pages(world: Watched) -> None:
    docket = Docket(world.app, Commands(world.app))
    for number in range(3):
        shrunk = TheLogHasNotShrunk.finding("catalog", number, {"before": number, "now": 0})
        docket.open(f"test/{number}", shrunk)
        docket.open(f"test/{number}", shrunk)
    docket.close("test/1", "dealt with")
    docket.close("test/1", "again")
    read = queries.findings
    listed = read(world.app.database, "open", 0, 10)
    assert [row["subject"] for row in listed] == ["test/0", "test/2"]
    assert [row["how"] for row in read(world.app.database, "closed", 0, 10)] == ["dealt with"]
    assert [row["position"] for row in read(world.app.database, None, listed[0]["number"], 1)] == [
        1
    ]
    assert DocketView().dump(listed[0]) == listed[0]
