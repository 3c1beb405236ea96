"""What is published is applied by every service, and whoever prevents it is found."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chassis import clock
from chassis.sealing.faults import Fault
from chassis.sealing.frontier import Frontier
from chassis.sealing.hashing import SHA256
from chassis.subscription import parking
from oversight import completeness
from oversight.domain.completeness import FOLLOWS
from tests.completeness.platform import Platform

LEDGER = "voucher-ledger"
MORNING = datetime(2026, 5, 1, 1, tzinfo=UTC)

Move = Callable[[datetime], None]


@pytest.fixture
def move() -> Iterator[Move]:
    with clock.fixed(MORNING) as moved:
        yield moved


@pytest.fixture
def platform(make_database: Callable[[str], str], move: Move) -> Iterator[Platform]:
    platform = Platform(make_database)
    yield platform
    platform.close()


def sizes(platform: Platform) -> dict[str, int]:
    return {log: platform.size(log) for log in platform.apps}


@pytest.mark.article(8, 32)
def test_everything_is_acknowledged_and_then_the_platform_is_silent(
    platform: Platform, move: Move
) -> None:
    """Acknowledgements lead to checkpoints, these to cosignatures; and there it has to end."""
    now = MORNING
    user, voucher, listing = platform.begin()
    for _ in range(3):
        platform.order(user, voucher, listing)
        now += timedelta(seconds=11)
        move(now)
        platform.settle()
    for _ in range(2):  # what was damped before is said now
        now += timedelta(seconds=11)
        move(now)
        platform.settle()
    silent = sizes(platform)
    for _ in range(20):
        now += timedelta(hours=1)
        move(now)
        assert platform.turn() == 0
    assert sizes(platform) == silent, "an idle platform writes nothing"
    rows = completeness.overview(platform.apps["oversight"].database)
    assert len(rows) == sum(map(len, FOLLOWS.values()))
    assert {row["fits"] for row in rows} == {True}
    assert {(row["behind"], *row["parked"]) for row in rows} == {(0,)}
    assert platform.docket() == set()
    assert platform.verdict() == ("clean", [])


@pytest.mark.article(8, 32)
def test_a_service_that_is_away_is_found_and_no_longer_when_it_is_back(
    platform: Platform, move: Move
) -> None:
    user, voucher, listing = platform.begin()
    move(MORNING + timedelta(minutes=1))
    platform.settle()
    place = platform.size("matching")
    platform.order(user, voucher, listing)
    platform.settle(LEDGER)
    move(MORNING + timedelta(minutes=12))
    platform.admit("identity.SubjectAdmittedAsUser")
    platform.settle(LEDGER)
    wanted = ("not-acknowledged", "matching", place)
    assert wanted in platform.docket()
    verdict, found = platform.verdict()
    assert (verdict, wanted in found) == ("findings", True)
    platform.settle()
    move(MORNING + timedelta(minutes=14))
    platform.settle()
    assert platform.docket() == set()
    assert platform.verdict() == ("clean", [])


def skip(platform: Platform, position: int, *, hashes: bool) -> None:
    """The ledger's operator moves its tracking of matching past an order; with the right hashes."""
    entries = platform.read_log("matching", 0, position + 1)
    tree = Frontier().extend(SHA256.leaves([entry.text.encode() for entry in entries]))
    database = platform.apps[LEDGER].database
    move = "UPDATE tracking SET position = %s WHERE log = 'matching'"
    database.execute([(move, (position,))])
    if hashes:
        mend = "UPDATE tracking SET peaks = %s WHERE log = 'matching'"
        database.execute([(mend, (tree.packed(),))])
    platform.follow(LEDGER)


@pytest.mark.article(8, 32)
def test_an_entry_that_is_skipped_by_hand_stops_the_service_and_is_found(
    platform: Platform, move: Move
) -> None:
    user, voucher, listing = platform.begin()
    move(MORNING + timedelta(minutes=1))
    platform.settle()
    place = platform.size("matching")
    platform.order(user, voucher, listing)
    platform.settle(LEDGER)
    skip(platform, place, hashes=False)
    platform.order(user, voucher, listing)
    with pytest.raises(Fault):
        platform.turn()
    move(MORNING + timedelta(minutes=12))
    platform.admit("identity.SubjectAdmittedAsUser")
    platform.settle(LEDGER)
    assert ("not-acknowledged", "matching", place) in platform.docket()
    assert ("not-acknowledged", "matching", place) in platform.verdict()[1]


@pytest.mark.article(8, 19, 32)
def test_an_entry_that_is_skipped_with_the_right_hashes_lacks_its_answer(
    platform: Platform, move: Move
) -> None:
    """Whoever knows the code can make the root right; what had to be done is still missing."""
    user, voucher, listing = platform.begin()
    move(MORNING + timedelta(minutes=1))
    platform.settle()
    place = platform.size("matching")
    skipped = platform.order(user, voucher, listing)
    platform.settle(LEDGER)
    skip(platform, place, hashes=True)
    platform.order(user, voucher, listing)
    platform.settle()
    move(MORNING + timedelta(minutes=2))
    platform.settle()
    verdict, found = platform.verdict()
    assert (verdict, found) == ("findings", [("answer-missing", "matching", place)])
    rows = platform.apps["matching"].database.rows(
        "SELECT state FROM orders WHERE id = %s", (skipped,)
    )
    assert rows == [{"state": "placed"}]


@pytest.mark.article(8, 32)
def test_what_a_service_cannot_apply_is_found_until_it_is_tried_again(
    platform: Platform, move: Move
) -> None:
    user, voucher, listing = platform.begin()
    ledger = platform.apps[LEDGER]
    ledger.database.execute([("ALTER TABLE offers RENAME TO hidden", ())])
    place = platform.size("matching")
    platform.order(user, voucher, listing)
    move(MORNING + timedelta(minutes=1))
    platform.settle()
    ledger.database.execute([("ALTER TABLE hidden RENAME TO offers", ())])
    wanted = ("entry-parked", "matching", place)
    assert platform.docket() == {wanted}
    assert platform.verdict() == ("findings", [wanted])
    assert parking.ask(ledger.database, "matching", place, parking.APPLIED, "表已恢复")
    platform.settle()
    move(MORNING + timedelta(minutes=2))
    platform.settle()
    assert platform.docket() == set()
    assert platform.verdict() == ("clean", [])
