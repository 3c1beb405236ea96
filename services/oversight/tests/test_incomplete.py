"""Who has applied what, as it is shown; what is not applied is a finding within a minute."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis import clock
from chassis.commands import Commands
from chassis.domain import new_id
from chassis.eventstore.mapper import event_body
from chassis.log import Entry
from chassis.projection import Fact
from chassis.subscription import Subscription
from oversight import completeness
from oversight.docket import Docket
from oversight.domain.completeness import FOLLOWS
from oversight.incomplete import Incomplete
from oversight.patience import heard_out
from oversight.subscriptions import POLICIES, mirror
from oversight.tally import LEDGER
from oversight.testing.watched import Watched
from schemas.oversight import CompletenessView

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.fixture
def incomplete(world: Watched) -> Incomplete:
    return Incomplete(world.app.database, Docket(world.app, Commands(world.app)))


def said(world: Watched, name: str, version: int, **data: Any) -> None:
    """The ledger says something of following the catalog, and the supervisor hears of it."""
    type_ = f"{LEDGER}.Subscription{name}"
    body = event_body(type_, UUID(new_id()), version, clock.now(), {"followed": "catalog", **data})
    entry = Entry.of(LEDGER, len(world.logs[LEDGER]), body.decode())
    world.add(entry)
    effect = completeness.acknowledged if name == "Acknowledged" else completeness.released
    world.app.database.execute(list(effect(Fact.of(entry))))


def root(world: Watched, size: int) -> str:
    """The root that the catalog signs for a size."""
    return b64decode(world.note("catalog", size=size).split("\n")[2]).hex()


def row(world: Watched) -> dict[str, Any]:
    """How the ledger stands with the catalog."""
    rows = completeness.overview(world.app.database)
    assert [(each["subscriber"], each["log"]) for each in rows] == [
        (subscriber, log) for subscriber, logs in FOLLOWS.items() for log in logs
    ]
    assert CompletenessView(many=True).dump(rows) == rows
    return next(each for each in rows if (each["subscriber"], each["log"]) == (LEDGER, "catalog"))


@pytest.mark.article(8, 32)
def test_each_subscriber_is_shown_with_what_it_has_applied(world: Watched) -> None:
    with clock.fixed(NOON) as move:
        nothing = row(world)
        assert (nothing["published"], nothing["acknowledged"], nothing["fits"]) == (0, 0, None)
        world.append("catalog", 3)
        move(NOON + timedelta(seconds=5))
        said(world, "Acknowledged", 1, size=2, root=root(world, 2), parked=[1])
        assert row(world) == {
            "subscriber": LEDGER,
            "log": "catalog",
            "published": 3,
            "acknowledged": 2,
            "told_at": "2026-06-01T04:00:05.000000Z",
            "fits": None,
            "behind": 1,
            "waiting_at": 2,
            "waiting_since": "2026-06-01T04:00:00.000000Z",
            "parked": [1],
        }
        assert world.witnessing.step("catalog", world.note("catalog"))
        assert row(world)["fits"] is True
        said(world, "Acknowledged", 2, size=3, root="0" * 64, parked=[])
        said(world, "Released", 3, position=1, outcome="applied", reason="1.2")
        shown = row(world)
        assert (shown["fits"], shown["behind"], shown["parked"]) == (False, 0, [])


def test_its_own_acknowledgements_are_shown_too(world: Watched) -> None:
    with clock.fixed(NOON):
        world.append("catalog", 2)
        world.app.database.execute([("DELETE FROM tracking", ())])
        subscription = Subscription(
            world.app, Commands(world.app), POLICIES, "catalog",
            lambda _, start, end: world.logs["catalog"][start:end], mirror,
        )  # fmt: skip
        subscription.catch_up()
        assert subscription.acknowledge()
        assert world.witnessing.step("catalog", world.note("catalog"))
        rows = completeness.overview(world.app.database)
        own = next(r for r in rows if (r["subscriber"], r["log"]) == ("oversight", "catalog"))
        assert (own["acknowledged"], own["fits"], own["behind"]) == (2, True, 0)


@pytest.mark.article(8, 32)
def test_a_subscriber_that_is_silent_is_found_after_ten_minutes_until_it_speaks(
    world: Watched, incomplete: Incomplete
) -> None:
    with clock.fixed(NOON) as move:
        world.append("catalog", 1)
        for subscriber in ("identity", "matching", "oversight"):
            told = Fact(f"{subscriber}.X", new_id(), 1, {}, clock.timestamp())
            told.data.update(followed="catalog", size=1, root=root(world, 1), parked=[])
            world.app.database.execute(list(completeness.acknowledged(told)))
        move(NOON + timedelta(minutes=10))
        incomplete.check()
        assert world.findings() == []
        move(NOON + timedelta(minutes=10, seconds=1))
        incomplete.check()
        assert world.findings() == [], "after a rest everybody is about to speak"
        incomplete.check()
        incomplete.check()
        (finding,) = world.findings()
        assert (finding["rule"], finding["position"]) == ("not-acknowledged", 0)
        assert LEDGER in finding["en"]
        said(world, "Acknowledged", 1, size=1, root=root(world, 1), parked=[])
        incomplete.check()
        assert [found["closed_at"] is None for found in world.findings()] == [False]


@pytest.mark.article(8, 32)
def test_who_is_about_to_speak_after_a_rest_is_heard_out_by_a_verification(world: Watched) -> None:
    def tell(subscriber: str) -> None:
        told = Fact(f"{subscriber}.X", new_id(), 1, {}, clock.timestamp())
        told.data.update(followed="catalog", size=1, root=root(world, 1), parked=[])
        world.app.database.execute(list(completeness.acknowledged(told)))

    pauses: list[float] = []
    with clock.fixed(NOON) as move:
        world.append("catalog", 1)
        for subscriber in ("identity", "matching", "oversight"):
            tell(subscriber)
        assert not heard_out(world.app.database, pauses.append, 20), "ten minutes are not over"
        move(NOON + timedelta(hours=1))
        world.append(LEDGER, 1)  # the logs' own time goes on
        assert heard_out(world.app.database, pauses.append, 3)
        assert sum(pauses) == 3, "not longer than that"

        def rest(_seconds: float) -> None:
            tell(LEDGER)

        assert heard_out(world.app.database, rest, 20)
        assert not heard_out(world.app.database, rest, 20)


@pytest.mark.article(8, 32)
def test_what_is_parked_is_found_until_it_is_released(
    world: Watched, incomplete: Incomplete
) -> None:
    with clock.fixed(NOON):
        world.append("catalog", 3)
        said(world, "Acknowledged", 1, size=3, root=root(world, 3), parked=[0, 2])
        incomplete.check()
        places = {(found["rule"], found["position"]) for found in world.findings()}
        assert places == {("entry-parked", 0), ("entry-parked", 2)}
        said(world, "Released", 2, position=2, outcome="dismissed", reason="x")
        incomplete.check()
        still = [found["position"] for found in world.findings() if found["closed_at"] is None]
        assert still == [0]


@pytest.mark.article(8, 32)
def test_what_was_applied_and_was_not_published_is_found_and_stays(
    world: Watched, incomplete: Incomplete
) -> None:
    with clock.fixed(NOON):
        world.append("catalog", 2)
        assert world.witnessing.step("catalog", world.note("catalog"))
        said(world, "Acknowledged", 1, size=1, root="0" * 64, parked=[])
        incomplete.check()
        said(world, "Acknowledged", 2, size=2, root=root(world, 2), parked=[])
        incomplete.check()
        (finding,) = world.findings()
        assert (finding["rule"], finding["closed_at"]) == ("applied-differs", None)
