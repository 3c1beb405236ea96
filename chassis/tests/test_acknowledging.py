"""What a service says in its own log about following others: now and then, once, and all of it."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner
from eventsourcing.persistence import StoredEvent

from chassis import clock
from chassis.cli import main
from chassis.domain import new_id, stream_id
from chassis.eventstore.mapper import event_body
from chassis.subscription import applying, parking
from chassis.tests.following import POISON, Audit, Followed, Follower

MakeDatabase = Callable[[str], str]
NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)


@pytest.fixture
def bank(make_database: MakeDatabase) -> Iterator[Followed]:
    bank = Followed(make_database("bank"))
    yield bank
    bank.app.close()


@pytest.fixture
def audit(bank: Followed, make_database: MakeDatabase) -> Iterator[Follower]:
    audit = Follower(make_database("audit"), bank)
    yield audit
    audit.app.close()


@contextmanager
def healed() -> Iterator[None]:
    """The fault that made entries poisonous is repaired."""
    Audit.poisoned = False
    try:
        yield
    finally:
        Audit.poisoned = True


def housekeeping(bank: Followed, name: str) -> None:
    """An entry in the bank's log that keeps books only."""
    type_, stream = f"bank.{name}", UUID(new_id())
    body = event_body(type_, stream, 1, clock.now(), {})
    bank.app.recorder.insert_events([StoredEvent(stream, 1, type_, body)])
    bank.sequencer.step()


@pytest.mark.article(8, 32)
def test_an_acknowledgement_names_the_root_that_the_log_signed(
    bank: Followed, audit: Follower
) -> None:
    bank.pay(bank.open(), 1, 2)
    audit.subscription.catch_up()
    assert audit.subscription.acknowledge()
    audit.sequencer.step()
    (entry,) = audit.app.log_reader.entries(0)
    assert entry.type == "audit.SubscriptionAcknowledged"
    root = bank.note().split("\n")[2]
    size, said = entry.data["size"], bytes.fromhex(entry.data["root"])
    assert (entry.data["followed"], size, entry.data["parked"]) == ("bank", 3, [])
    assert b64encode(said).decode() == root
    assert entry.stream == stream_id("subscription", "audit", "bank")
    assert entry.event["actor"] == "system:audit"
    assert entry.event["seen"] == {"bank": 2}


def test_it_is_said_now_and_then_and_only_when_something_matters(
    bank: Followed, audit: Follower
) -> None:
    follow = audit.subscription

    def say() -> bool:
        follow.catch_up()
        return follow.acknowledge()

    with clock.fixed(NOON) as move:
        assert not say(), "nothing was applied"
        account = bank.open()
        assert say()
        bank.pay(account, 1)
        assert not say(), "only every ten seconds"
        move(NOON + timedelta(seconds=9.999))
        assert not say()
        assert not audit.start().acknowledge(), "nor after a restart"
        follow = audit.subscription
        move(NOON + timedelta(seconds=10))
        assert say()
        move(NOON + timedelta(days=1))
        for name in ("SubscriptionAcknowledged", "WitnessCosigned"):
            housekeeping(bank, name)
        assert not say(), "acknowledgements are not acknowledged"
        bank.pay(account, 2)
        assert say()
        assert not say()
    assert [told["size"] for told in audit.acknowledged()] == [1, 2, 5]


@pytest.mark.article(8, 32)
def test_what_was_recorded_long_ago_is_said_at_once_and_once(
    bank: Followed, audit: Follower
) -> None:
    """What was recorded just before a rest is published after it, and is late at once."""
    follow, rest = audit.subscription, timedelta(hours=1)
    with clock.fixed(NOON) as move:
        account = bank.open()
        bank.pay(account, 1)
        for fen in (2, 3, 4):  # recorded, and the sequencer stops before they have their places
            bank.record(account, fen)
        move(NOON + rest)
        follow.catch_up()
        assert follow.acknowledge()
        bank.sequencer.step()
        late = bank.entries()[2:]
        assert len(late) == 3
        follow.receive(late, [bank.note()])
        assert not follow.acknowledge(), "while more may be to come, only every ten seconds"
        assert follow.catch_up() == 0
        assert follow.acknowledge(), "at the log's end nobody waits for ten seconds any more"
        assert not follow.acknowledge()
        follow.catch_up()
        assert not follow.acknowledge(), "once"
        bank.pay(account, 5)
        follow.catch_up()
        assert not follow.acknowledge(), "what is new waits for its turn"
        move(NOON + rest + timedelta(seconds=10))
        assert follow.acknowledge()
    assert [told["size"] for told in audit.acknowledged()] == [2, 5, 6]


def test_two_replicas_acknowledge_once(bank: Followed, audit: Follower) -> None:
    account = bank.open()
    with clock.fixed(NOON) as move:
        one = audit.subscription
        one.catch_up()
        other = audit.start()
        assert other.position == one.position == 0
        assert one.acknowledge()
        assert not other.acknowledge()
        assert not other.acknowledge(), "it has looked again"
        move(NOON + timedelta(minutes=1))
        bank.pay(account, 1)
        for follow in (one, other):
            follow.catch_up()
        assert other.acknowledge()
        assert not one.acknowledge()
    assert [told["size"] for told in audit.acknowledged()] == [1, 2]
    assert [event["version"] for event in audit.told()] == [1, 2]


def test_what_is_parked_is_said_a_few_at_a_time(
    bank: Followed, audit: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (parking, applying):
        monkeypatch.setattr(module, "MOST_PARKED", 2)
    bank.pay(bank.open(), POISON, 1, POISON, POISON)
    with clock.fixed(NOON) as move:
        audit.subscription.catch_up()
        assert audit.subscription.acknowledge()
        move(NOON + timedelta(minutes=1))
        assert audit.start().acknowledge()
        move(NOON + timedelta(minutes=2))
        assert not audit.subscription.acknowledge()
    assert [told["parked"] for told in audit.acknowledged()] == [[1, 3], [4]]
    assert audit.seen() == [0, 1]


@pytest.mark.article(8, 32)
def test_a_parked_entry_is_applied_after_all_and_the_log_says_so(
    bank: Followed, audit: Follower
) -> None:
    bank.pay(bank.open(), POISON, 1)
    bank.open("poison")
    follow, database = audit.subscription, audit.app.database
    follow.catch_up()
    assert audit.seen() == [0, 1]
    for position in (1, 3):
        assert parking.ask(database, "bank", position, parking.APPLIED, "1.2")
    follow.release()
    assert audit.told() == [], "first the log says that they are parked"
    follow.acknowledge()
    follow.release()
    assert audit.seen() == [0, 1], "still poison"
    assert [row["asked"] for row in parking.parked(database)] == [None, None]
    with healed():
        for position in (1, 3):
            assert parking.ask(database, "bank", position, parking.APPLIED, "1.2")
        follow.release()
        audit.start().release()
    assert audit.seen() == [0, 0, 1, POISON]
    assert parking.parked(database) == []
    acknowledged, *released = audit.told()
    assert acknowledged["data"]["parked"] == [1, 3]
    assert [event["data"] for event in released] == [
        {"followed": "bank", "position": at, "outcome": "applied", "reason": "1.2"} for at in (1, 3)
    ]
    assert [event["version"] for event in released] == [2, 3]
    assert not parking.ask(database, "bank", 1, parking.APPLIED, "again")


def test_a_parked_entry_is_let_go_for_a_reason_by_the_console(
    bank: Followed, audit: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.pay(bank.open(), POISON)
    audit.subscription.catch_up()
    audit.subscription.acknowledge()
    environ = {"MATCHING_DATABASE_URL": audit.app.settings.database_url}

    def console(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["parked", "matching", *arguments], env=environ)
        return done.exit_code, done.output

    assert "bank/1" in console()[1]
    assert "ValueError: thirteen" in console()[1]
    assert console("--dismiss", "bank/1")[0] != 0, "a reason is needed"
    assert console("--dismiss", "bank/7", "--because", "x")[0] != 0
    status, said = console("--dismiss", "bank/1", "--because", "重复的测试数据")
    assert (status, "dismissed is asked for" in said) == (0, True)
    audit.subscription.release()
    assert console()[1] == "0 parked\n"
    assert audit.told()[-1]["data"] == {
        "followed": "bank",
        "position": 1,
        "outcome": "dismissed",
        "reason": "重复的测试数据",
    }
    assert audit.seen() == [0]
