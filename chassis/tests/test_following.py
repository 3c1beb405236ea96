"""Following a log: only what it signed counts, each entry once, whatever happens on the way."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress

import psycopg2
import pytest
from alembic.command import upgrade
from alembic.config import Config

from chassis.database import CHASSIS_MIGRATIONS, Database, Statement
from chassis.log import Entry
from chassis.seal import Sealer, signing_key
from chassis.sealing.checkpoint import Checkpoint, seal
from chassis.sealing.faults import Fault
from chassis.sealing.frontier import Frontier
from chassis.sealing.hashing import SHA256, SM3
from chassis.sealing.note import Note
from chassis.sequencer import Sequencer
from chassis.settings import Settings
from chassis.subscription.tracking import TrackingUnfit
from chassis.testing import LOG_SIGNING_KEY
from chassis.tests.following import Followed, Follower

MakeDatabase = Callable[[str], str]


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


def altered(entry: Entry, before: str, after: str) -> Entry:
    assert before in entry.text
    return Entry.parse(entry.text.replace(before, after))


def root(entries: list[Entry], size: int) -> str:
    leaves = SHA256.leaves([entry.text.encode() for entry in entries[:size]])
    return Frontier().extend(leaves).root.hex()


def test_what_a_checkpoint_covers_is_applied_and_the_rest_waits(
    bank: Followed, audit: Follower
) -> None:
    account = bank.open()
    bank.pay(account, 1, 2)
    entries, note = bank.entries(), bank.note()
    bank.pay(account, 3)
    follow = audit.subscription
    assert follow.receive(entries[:2]) == []
    assert follow.position == -1, "nothing says yet that the log signed it"
    assert follow.receive([*entries, *bank.entries()[3:]], [note]) == []
    assert (follow.position, audit.seen()) == (2, [0, 1, 2])
    assert bank.reads == 0
    assert follow.receive(bank.entries()[3:], [note, bank.note()]) == []
    assert audit.seen() == [0, 1, 2, 3]
    assert bank.reads == 0


def test_what_is_doubled_reordered_or_dropped_on_the_way_makes_no_difference(
    bank: Followed, audit: Follower
) -> None:
    account = bank.open()
    bank.pay(account, *range(1, 9))
    entries = bank.entries()
    mixed = [entry for entry in entries if entry.position not in (2, 5)] * 2
    random.Random(7).shuffle(mixed)
    assert audit.subscription.receive(mixed, [bank.note()]) == []
    assert audit.seen() == list(range(9))
    assert audit.subscription.receive(mixed, [bank.note()]) == []
    audit.subscription.acknowledge()
    assert audit.acknowledged()[0]["root"] == root(entries, 9)


@pytest.mark.article(32)
@pytest.mark.parametrize("place", range(4))
def test_an_entry_that_was_altered_on_the_bus_is_not_believed(
    bank: Followed, audit: Follower, place: int
) -> None:
    account = bank.open()
    bank.pay(account, 100, 200, 300)
    entries = bank.entries()
    forged = altered(entries[place], '"version":', '"version": ')
    if place:
        forged = altered(entries[place], f'"fen":{place}00', '"fen":999')
    arrived = [*entries[:place], forged, *entries[place + 1 :]]
    assert audit.subscription.receive(arrived, [bank.note()]) == [forged]
    assert audit.seen() == [0, 100, 200, 300]
    audit.subscription.acknowledge()
    assert audit.acknowledged()[0]["root"] == root(entries, 4)


def test_of_two_entries_for_one_place_the_true_one_counts(bank: Followed, audit: Follower) -> None:
    bank.pay(bank.open(), 100)
    entries = bank.entries()
    forged = altered(entries[1], '"fen":100', '"fen":999')
    for arrived in ([forged, *entries], [*entries, forged]):
        assert audit.subscription.receive(arrived, [bank.note()]) in ([forged], [])
        assert audit.seen() == [0, 100]


def test_an_entry_beyond_the_end_of_the_log_is_never_applied(
    bank: Followed, audit: Follower
) -> None:
    account = bank.open()
    (last,) = bank.pay(account, 1)
    follow = audit.subscription
    follow.catch_up()
    next_one = altered(last, '"position":1', '"position":2')
    far = altered(last, '"position":1', '"position":900')
    follow.receive([next_one, far], [bank.note()])
    follow.catch_up()
    assert (follow.position, audit.seen()) == (1, [0, 1])
    bank.pay(account, 2)
    follow.receive([next_one, far, *bank.entries()[2:]], [bank.note()])
    assert audit.seen() == [0, 1, 2]


def test_checkpoints_of_others_and_old_ones_prove_nothing(bank: Followed, audit: Follower) -> None:
    account = bank.open()
    old = bank.note()
    bank.pay(account, 100)
    entries = bank.entries()
    forged = [entries[0], altered(entries[1], '"fen":100', '"fen":999')]
    tree = Frontier().extend(SHA256.leaves([entry.text.encode() for entry in forged]))
    thief = signing_key(Settings(service="bank", log_signing_key="66" * 32))
    stolen = seal(Checkpoint.of(thief.name, 2, tree.root, SHA256), thief)
    unsigned = Note(stolen.text, Note.parse(old).signatures)
    follow = audit.subscription
    assert follow.receive(forged, [str(stolen), str(unsigned), "no note", ""]) == []
    assert follow.position == -1
    follow.receive(forged, [old])
    assert follow.position == 0, "as far as the log signed it"
    follow.catch_up()
    assert audit.seen() == [0, 100]


@pytest.mark.article(32)
def test_a_log_that_gives_what_it_did_not_sign_is_not_followed(
    bank: Followed, audit: Follower
) -> None:
    account = bank.open()
    audit.subscription.catch_up()
    bank.pay(account, 100)
    true = bank.read

    def lies(log: str, start: int, end: int) -> list[Entry]:
        return [altered(entry, '"fen":100', '"fen":999') for entry in true(log, start, end)]

    bank.read = lies  # type: ignore[method-assign]
    with pytest.raises(Fault):
        audit.start().catch_up()
    with pytest.raises(Fault):
        audit.start().receive(lies("bank", 1, 2), [bank.note()])
    assert audit.seen() == [0]
    bank.read = true  # type: ignore[method-assign]
    audit.start().catch_up()
    assert audit.seen() == [0, 100]


def test_who_keeps_every_entry_keeps_what_was_not_signed_as_evidence(
    bank: Followed, audit: Follower
) -> None:
    kept: list[str] = []

    def keep(entries: object) -> list[Statement]:
        kept.extend(entry.text for entry in entries)  # type: ignore[attr-defined]
        return []

    account = bank.open()
    bank.pay(account, 100)
    true = bank.entries()
    false = [true[0], altered(true[1], '"fen":100', '"fen":999')]
    audit.subscription.on_entries = keep
    audit.subscription.__post_init__()
    audit.subscription.receive(false, [bank.note()])
    assert kept == [entry.text for entry in true], "the bus is not believed"
    kept.clear()
    bank.pay(account, 200)
    lie = altered(bank.entries()[2], '"fen":200', '"fen":9')
    audit.subscription.read_log = lambda *_: [lie]
    audit.subscription.catch_up()
    assert '"fen":9' in kept[0], "the log itself said so"


def test_a_log_is_hashed_as_its_own_checkpoints_say(bank: Followed, audit: Follower) -> None:
    key = signing_key(Settings(service="bank", log_signing_key=LOG_SIGNING_KEY))
    database = bank.app.database
    bank.sequencer = Sequencer(database, "bank", Sealer(database, key, SM3))
    bank.pay(bank.open(), 1, 2)
    audit.subscription.receive(bank.entries(), [bank.note()])
    audit.subscription.acknowledge()
    tree = Frontier(SM3).extend(SM3.leaves([e.text.encode() for e in bank.entries()]))
    assert audit.acknowledged()[0]["root"] == tree.root.hex()
    audit.start().catch_up()
    assert audit.seen() == [0, 1, 2]


@pytest.mark.article(32)
@pytest.mark.parametrize("skipped", [1, 2, 5])
def test_tracking_that_was_moved_by_hand_ends_the_following(
    bank: Followed, audit: Follower, skipped: int
) -> None:
    """Whoever moves the position forward skips entries; they are not skipped unseen."""
    bank.pay(bank.open(), 1, 2, 3, 4, 5, 6, 7)
    follow = audit.start()
    follow.read_log = lambda log, start, end: bank.read(log, start, min(end, 2))
    follow.catch_up()
    move = "UPDATE tracking SET position = position + %s"
    audit.app.database.execute([(move, (skipped,))])
    with pytest.raises(Fault):
        audit.start().catch_up()
    with pytest.raises(Fault):
        audit.start().receive(bank.entries(), [bank.note()])
    assert audit.seen() == [0, 1]
    audit.app.database.execute([(move, (-skipped,))])
    audit.start().catch_up()
    assert audit.seen() == list(range(8)), "moved back, it goes on as if nothing had been"


def test_without_a_key_skipped_entries_show_in_the_root_that_is_acknowledged(
    bank: Followed, make_database: MakeDatabase
) -> None:
    audit = Follower(make_database("other"), bank, signed=False)
    account = bank.open()
    audit.subscription.catch_up()
    bank.pay(account, 1, 2)
    audit.app.database.execute([("UPDATE tracking SET position = 1", ())])
    audit.start().catch_up()
    audit.subscription.acknowledge()
    assert audit.seen() == [0, 2]
    told = audit.acknowledged()[0]
    assert told["size"] == 3
    assert told["root"] != root(bank.entries(), 3)
    audit.app.database.execute([("UPDATE tracking SET position = 6", ())])
    with pytest.raises(TrackingUnfit):
        audit.start().catch_up()
    audit.app.close()


def test_what_was_applied_before_hashes_were_kept_is_hashed_once(
    bank: Followed, audit: Follower
) -> None:
    bank.pay(bank.open(), 1, 2)
    audit.subscription.catch_up()
    forget = "UPDATE tracking SET peaks = NULL, hashing = NULL"
    audit.app.database.execute([(forget, ())])
    audit.start().acknowledge()
    assert audit.acknowledged()[0]["root"] == root(bank.entries(), 3)
    assert audit.seen() == [0, 1, 2]
    audit.app.database.execute([(forget, ())])
    with pytest.raises(TrackingUnfit):
        audit.start().catch_up()


def test_what_an_older_version_applied_is_acknowledged_after_the_upgrade(
    bank: Followed, make_database: MakeDatabase
) -> None:
    bank.pay(bank.open(), 1, 2)
    url = make_database("old")
    config = Config()
    config.set_main_option("script_location", str(CHASSIS_MIGRATIONS))
    config.attributes.update(url=url, version_table="chassis_version")
    upgrade(config, "0002")
    database = Database(url, pool_size=1)
    database.execute([("SELECT advance_tracking('bank', 0, 2)", ())])
    database.close()
    audit = Follower(url, bank)
    assert audit.subscription.acknowledge()
    assert audit.acknowledged()[0]["root"] == root(bank.entries(), 3)
    assert audit.seen() == [], "nothing is applied again"
    audit.app.close()


def test_entries_that_are_followed_anew_react_once(bank: Followed, audit: Follower) -> None:
    for _ in range(3):
        bank.open()
    audit.subscription.catch_up()
    audit.app.database.execute([("DELETE FROM tracking", ())])
    audit.start().catch_up()
    assert (audit.subscription.position, audit.seen()) == (2, [0, 0, 0])


class Crash(psycopg2.OperationalError):
    """The connection broke: nobody knows whether the transaction was committed."""


@pytest.mark.article(32)
@pytest.mark.parametrize("seed", range(6))
def test_a_crash_between_any_two_steps_repeats_or_has_done_the_step(
    bank: Followed, audit: Follower, seed: int
) -> None:
    """Every transaction may fail before or after its commit; each time all is begun anew."""
    chance, amounts = random.Random(seed), list(range(1, 13))
    recorder = audit.app.recorder
    true = recorder.insert_events

    def insert_events(*args: object, **kwargs: object) -> None:
        luck = chance.random()
        if luck < 0.25:
            raise Crash
        true(*args, **kwargs)  # type: ignore[arg-type]
        if luck > 0.75:
            raise Crash

    account, opened = bank.open(), 1
    recorder.insert_events = insert_events  # type: ignore[method-assign]
    for fen in amounts:
        if chance.random() < 0.3:
            bank.open()
            opened += 1
        bank.pay(account, fen)
        done = False
        while not done:
            with suppress(Crash):
                follow = audit.start()
                follow.receive(bank.entries(), [bank.note()])
                audit.app.database.execute([("UPDATE tracking SET acknowledged_at = NULL", ())])
                follow.acknowledge()
                done = True
    del recorder.insert_events
    follow = audit.start()
    follow.catch_up()
    audit.app.database.execute([("UPDATE tracking SET acknowledged_at = NULL", ())])
    follow.acknowledge()
    assert audit.seen() == sorted([0] * opened + amounts)
    told = audit.told()
    assert [event["version"] for event in told] == list(range(1, len(told) + 1))
    for event in told:
        data = event["data"]
        assert data["root"] == root(bank.entries(), data["size"])
    assert told[-1]["data"]["size"] == len(bank.entries())
