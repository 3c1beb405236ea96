"""The sequencer: dense positions, nothing missed, nothing doubled, whatever commits when."""

import random
import threading
import time

import psycopg2
import pytest
from eventsourcing.tests.persistence import AggregateRecorderTestCase

from chassis.commands import Commands
from chassis.database import Database
from chassis.domain import new_id
from chassis.eventstore.recorder import LogRecorder
from chassis.log import Entry, LogReader
from chassis.sequencer import BrokenStream, leadership
from chassis.testing import sequencer
from chassis.tests.conftest import Bank, command

INSERT = "INSERT INTO events (stream, version, type, body) VALUES (%s, %s, 'bank.X', %s)"


def write_slowly(url: str, writer: int, count: int, seed: int) -> None:
    """Append `count` events with random delays between the insert and the commit."""
    rng = random.Random(seed * 100 + writer)
    connection = psycopg2.connect(url)
    written = 0
    while written < count:
        batch = min(rng.choice((1, 1, 5, 50)), count - written)
        stream = new_id()
        with connection, connection.cursor() as cursor:
            for version in range(1, batch + 1):
                cursor.execute(INSERT, (stream, version, f'{{"n":"{writer}-{written}"}}'))
                written += 1
            if rng.random() < 0.2:
                time.sleep(rng.random() * 0.02)
    connection.close()


@pytest.mark.article(32)
@pytest.mark.parametrize("round_", range(3))
def test_a_tail_sees_each_of_20000_events_once_while_they_are_written(
    bank_url: str, round_: int
) -> None:
    database = Database(bank_url, pool_size=4)
    writers = [
        threading.Thread(target=write_slowly, args=(bank_url, writer, 2500, round_))
        for writer in range(8)
    ]
    for writer in writers:
        writer.start()
    sequencing, reader = sequencer(database, "bank"), LogReader(database, "bank")
    tailed: list[Entry] = []
    while len(tailed) < 20_000:
        running = any(writer.is_alive() for writer in writers)
        sequencing.step()
        entries = reader.entries(len(tailed))
        assert [entry.position for entry in entries] == list(
            range(len(tailed), len(tailed) + len(entries))
        )
        tailed += entries
        if not entries:
            assert running or sequencing.step() or len(tailed) == 20_000
            time.sleep(0.002)
    assert len({(entry.event["n"]) for entry in tailed}) == 20_000
    assert sequencing.step() == 0
    database.close()


def test_a_transaction_that_began_earlier_holds_later_ones_back(bank: Bank) -> None:
    early, late = psycopg2.connect(bank.database.url), psycopg2.connect(bank.database.url)
    with early.cursor() as cursor:
        cursor.execute(INSERT, (new_id(), 1, '{"n":"early"}'))
    with late, late.cursor() as cursor:
        cursor.execute(INSERT, (new_id(), 1, '{"n":"late"}'))
    sequencing = sequencer(bank.database, bank.log)
    assert sequencing.step() == 0, "the late one waits: the early one may still commit"
    early.commit()
    assert sequencing.step() == 2
    assert [entry.event["n"] for entry in bank.log_reader.entries(0)] == ["early", "late"]
    early.close()
    late.close()


def test_a_broken_stream_is_never_sequenced(bank: Bank, commands: Commands) -> None:
    commands.execute(command("open", owner="a"), lambda: bank.open("a"))
    with bank.database.cursor() as cursor:
        cursor.execute(INSERT, (new_id(), 2, "{}"))
    with pytest.raises(BrokenStream):
        sequencer(bank.database, bank.log).step()
    assert bank.log_reader.size() == 0


def test_two_sequencers_never_give_two_positions(bank: Bank, commands: Commands) -> None:
    for n in range(5):
        commands.execute(command("open", owner=str(n)), lambda: bank.open("a"))
    first, second = (sequencer(bank.database, bank.log) for _ in range(2))
    assert first.step() == 5
    assert second.step() == 0
    commands.execute(command("open", owner="x"), lambda: bank.open("a"))
    assert second.step() == 1
    with pytest.raises(psycopg2.errors.UniqueViolation):
        first.step()
    assert first.step() == 0, "it reads where the log is, and goes on"
    assert bank.log_reader.size() == 6


def test_a_standby_takes_over_when_the_active_one_is_gone(bank_url: str) -> None:
    stopping = threading.Event()
    took_over = threading.Event()

    def stand_by() -> None:
        with leadership(bank_url, "bank", stopping) as lease:
            if lease and lease.held():
                took_over.set()

    with leadership(bank_url, "bank", stopping):
        thread = threading.Thread(target=stand_by)
        thread.start()
        assert not took_over.wait(1.5)
    assert took_over.wait(5.0)
    thread.join()


class TestAsAggregateRecorder(AggregateRecorderTestCase):
    """The recorder passes the test case that eventsourcing ships for aggregate recorders."""

    @pytest.fixture(autouse=True)
    def _database(self, bank_url: str) -> None:
        self.url = bank_url

    def create_recorder(self) -> LogRecorder:
        return LogRecorder(Database(self.url, pool_size=4))


del AggregateRecorderTestCase  # or pytest would collect the abstract case too
