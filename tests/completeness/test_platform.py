"""What is published is applied by every service; an idle platform writes nothing."""

import pytest

from chassis.subscription import parking
from oversight import completeness
from oversight.docket import Docket
from oversight.domain.completeness import FOLLOWS
from oversight.incomplete import Incomplete
from tests.tamper.check import check
from tests.tamper.platform import LOGS, Platform
from tests.tamper.worldbook import Scene

LEDGER = "voucher-ledger"
ACKNOWLEDGED = "voucher-ledger.SubscriptionAcknowledged"


def turn(platform: Platform, *away: str) -> int:
    """Everybody does once what they do all the time, but for services that are away.

    Returns how many entries came about, were applied, were acknowledged or were witnessed.
    """
    moved = platform.sequence()
    for name, runtime in platform.runtimes.items():
        for subscription in runtime.subscriptions if name not in away else ():
            moved += subscription.catch_up() + subscription.acknowledge()
            subscription.release()
    for name in LOGS:
        moved += platform.witnessing.step(name, platform.audited.checkpoint(name))
    return moved


def rest(platform: Platform, *away: str) -> None:
    """Until nothing moves."""
    for _ in range(50):
        if not turn(platform, *away):
            return
    raise AssertionError("the platform does not come to rest")


def docket(platform: Platform) -> set[tuple[str, str, int]]:
    """Rule, log and position of what is open on the docket, after a look."""
    oversight = platform.runtimes["oversight"]
    database = oversight.application.database
    incomplete = Incomplete(database, Docket(oversight.application, oversight.commands))
    for _ in range(2):  # silence counts when two looks in a row have met it
        incomplete.check()
    rows = database.rows("SELECT rule, about, position FROM findings WHERE closed_at IS NULL")
    return {(row["rule"], row["about"], row["position"]) for row in rows}


def found(platform: Platform) -> list[tuple[str, str, int | None]]:
    """What the supervisor's whole check finds."""
    return [(each.code, each.log, each.position) for each in check(platform).found]


@pytest.mark.article(8, 32)
def test_everything_is_acknowledged_and_then_the_platform_is_silent(scene: Scene) -> None:
    """Acknowledgements lead to checkpoints, these to cosignatures; and there it has to end."""
    platform, story = scene.platform, scene.story
    scene.economy.place(scene.economy.vouchers[0], scene.economy.offers[0])
    for _ in range(4):  # what was damped before is said then
        story.wait(seconds=11)
        rest(platform)
    silent, busy = len(platform.entries(LEDGER)), 0
    for _ in range(30):
        story.wait(hours=1)
        if turn(platform):
            rest(platform)
            busy += 1
    said = [entry.type for entry in platform.entries(LEDGER)[silent:]]
    assert said.count("voucher-ledger.ReconciliationDone") in {1, 2}, "once a day it reconciles"
    assert set(said) <= {"voucher-ledger.ReconciliationDone", ACKNOWLEDGED}
    assert busy <= 4, "and an idle platform writes nothing else"
    rows = completeness.overview(platform.runtimes["oversight"].application.database)
    assert len(rows) == sum(map(len, FOLLOWS.values()))
    assert {row["fits"] for row in rows} == {True}
    assert {(row["behind"], *row["parked"]) for row in rows} == {(0,)}
    assert docket(platform) == set()
    assert found(platform) == []


@pytest.mark.article(8, 32)
def test_a_service_that_is_away_is_found_and_no_longer_when_it_is_back(scene: Scene) -> None:
    platform, story = scene.platform, scene.story
    story.wait(minutes=1)
    rest(platform)
    ledger = platform.runtimes[LEDGER].subscriptions
    following = next(subscription for subscription in ledger if subscription.log == "matching")
    place, read_log = len(platform.entries("matching")), following.read_log
    following.read_log = lambda *_: []
    scene.economy.place(scene.economy.vouchers[0], scene.economy.offers[0])
    story.wait(minutes=12)
    story.person()
    rest(platform)
    wanted = ("not-acknowledged", "matching", place)
    assert wanted in docket(platform)
    assert wanted in found(platform)
    following.read_log = read_log
    for _ in range(2):
        story.wait(minutes=1)
        rest(platform)
    assert docket(platform) == set()
    assert found(platform) == []


@pytest.mark.article(8, 32)
def test_what_a_service_cannot_apply_is_found_until_it_is_tried_again(scene: Scene) -> None:
    platform, story = scene.platform, scene.story
    story.wait(minutes=1)
    database = platform.runtimes[LEDGER].application.database
    database.execute([("ALTER TABLE offers RENAME TO hidden", ())])
    place = len(platform.entries("matching"))
    scene.economy.place(scene.economy.vouchers[0], scene.economy.offers[0])
    story.wait(minutes=1)
    rest(platform)
    database.execute([("ALTER TABLE hidden RENAME TO offers", ())])
    wanted = ("entry-parked", "matching", place)
    assert docket(platform) == {wanted}
    assert found(platform) == [wanted]
    assert parking.ask(database, "matching", place, parking.APPLIED, "表已恢复")
    for _ in range(2):
        story.wait(minutes=1)
        rest(platform)
    assert docket(platform) == set()
    assert found(platform) == []
