"""The witness: it cosigns what its own copy gives, goes on after a restart, and keeps proof."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg2
import pytest

import oversight
from chassis import clock
from chassis.commands import Commands
from chassis.database import migrate
from chassis.domain import new_id
from chassis.eventstore.mapper import event_body
from chassis.eventstore.recorder import Conflict
from chassis.log import Entry
from chassis.seal import signing_key, witness_signer
from chassis.sealing.checkpoint import Checkpoint, open_checkpoint, seal
from chassis.sealing.hashing import SHA256
from chassis.sealing.totals import Totals, totals_lines
from chassis.sealing.tree import TreeState
from chassis.sequencer import Sequencer
from chassis.settings import Settings
from chassis.testing import LOG_SIGNING_KEY, sequencer
from oversight import queries
from oversight.application import Oversight
from oversight.subscriptions import mirror
from oversight.witnessing import MirrorIncomplete, Witnessing

MIGRATIONS = Path(oversight.__file__).parent / "migrations"
LEDGER = "voucher-ledger"
KEYS = {
    log: signing_key(Settings(service=log, log_signing_key=LOG_SIGNING_KEY))
    for log in ("catalog", LEDGER)
}
WITNESS = witness_signer(Settings(witness_key="77" * 32))


class World:
    """Two watched logs, as they are and as the supervisor holds them."""

    def __init__(self, url: str) -> None:
        self.app = Oversight(Settings.load("oversight", {"DATABASE_URL": url}))
        self.logs: dict[str, list[Entry]] = {log: [] for log in KEYS}
        self.sequencer: Sequencer = sequencer(self.app.database, "oversight")
        self.restart()

    def restart(self) -> None:
        keys = {log: key.verifier for log, key in KEYS.items()}
        self.witnessing = Witnessing(self.app, Commands(self.app), keys, WITNESS)

    def append(self, log: str, count: int = 1, fen: int = 0) -> None:
        """Further entries of a log, which the mirror hears of."""
        for _ in range(count):
            stream, data = new_id(), dict[str, object]()
            if fen:
                data["postings"] = [
                    {"account": "appropriated/JYCY/340000/2026", "fen": -fen},
                    {"account": "unissued/JYCY/340000/2026", "fen": fen},
                ]
            body = event_body(f"{log}.X", UUID(stream), 1, clock.now(), data).decode()
            position = len(self.logs[log])
            entry = Entry.of(log, position, body)
            self.logs[log].append(entry)
            advance = ("SELECT advance_tracking(%s, %s, %s)", (log, position, position))
            self.app.database.execute([*mirror([entry]), advance])

    def note(self, log: str, lines: tuple[str, ...] = (), size: int | None = None) -> str:
        """What the log signs of its entries."""
        texts = [entry.text.encode() for entry in self.logs[log][:size]]
        state = TreeState().append(SHA256.leaves(texts)).state
        checkpoint = Checkpoint.of(KEYS[log].name, state.size, state.root, SHA256, lines)
        return str(seal(checkpoint, KEYS[log]))

    def types(self) -> list[str]:
        """What oversight's own log says."""
        self.sequencer.step()
        return [entry.type.partition(".")[2] for entry in self.app.log_reader.entries(0)]


@pytest.fixture
def world(make_database: Callable[[str], str]) -> Iterator[World]:
    url = make_database("oversight")
    migrate(url, {"oversight": MIGRATIONS})
    made = World(url)
    yield made
    made.app.close()


@pytest.mark.article(8, 32)
def test_it_cosigns_what_its_own_copy_gives_and_goes_on_after_a_restart(world: World) -> None:
    for size in (3, 300, 301):
        world.append("catalog", size - len(world.logs["catalog"]))
        note = world.note("catalog")
        assert world.witnessing.step("catalog", note)
        assert not world.witnessing.step("catalog", note), "nothing new"
        found = queries.checkpoint(world.app.database, "catalog")
        sealed = open_checkpoint(
            found["note"], KEYS["catalog"].verifier, [WITNESS.verifier], threshold=1
        )
        assert sealed.checkpoint.size == found["size"] == size
        world.restart()
    assert world.types() == ["WitnessBegan", *["WitnessCosigned"] * 3]


def test_two_replicas_witness_one_log_without_harm(world: World) -> None:
    keys = {log: key.verifier for log, key in KEYS.items()}
    other = Witnessing(world.app, Commands(world.app), keys, WITNESS)
    witnesses = [world.witnessing, other]
    for size in range(1, 9):
        world.append("catalog", 1)
        note = world.note("catalog")
        for witness in witnesses[:: 1 if size % 2 else -1]:
            with contextlib.suppress(Conflict):  # the service tries again
                witness.step("catalog", note)
    assert queries.checkpoint(world.app.database, "catalog")["size"] == 8
    world.append("catalog", 1)
    assert any(witness.step("catalog", world.note("catalog")) for witness in witnesses)
    assert world.types() == ["WitnessBegan", *["WitnessCosigned"] * 9]


def test_it_waits_for_the_mirror(world: World) -> None:
    world.append("catalog", 2)
    longer = world.note("catalog")
    world.logs["catalog"].append(Entry.of("catalog", 2, "{}"))
    ahead = world.note("catalog")
    assert not world.witnessing.step("catalog", ahead)
    assert world.witnessing.step("catalog", longer)
    assert not world.witnessing.step("catalog", None)


@pytest.mark.article(8, 32)
def test_a_rewritten_entry_is_a_fork_whose_proof_is_kept(world: World) -> None:
    world.append("catalog", 4)
    assert world.witnessing.step("catalog", world.note("catalog"))
    entry = world.logs["catalog"][1]
    world.logs["catalog"][1] = Entry.of("catalog", 1, '{"type":"catalog.Other"}')
    world.append("catalog", 1)
    note = world.note("catalog")
    assert not world.witnessing.step("catalog", note)
    assert queries.checkpoint(world.app.database, "catalog")["forked"]
    row = world.app.database.row("SELECT note, reason FROM forks")
    assert row == {"note": note, "reason": "root"}
    world.logs["catalog"][1] = entry
    world.append("catalog", 1)
    assert not world.witnessing.step("catalog", world.note("catalog")), "never cosigned again"
    assert world.types() == ["WitnessBegan", "WitnessCosigned", "WitnessFoundFork"]


@pytest.mark.article(8, 32)
@pytest.mark.parametrize("size", [4, 3])
def test_a_second_history_of_what_was_cosigned_is_a_fork(world: World, size: int) -> None:
    world.append("catalog", 4)
    good = world.note("catalog", size=size)
    assert world.witnessing.step("catalog", world.note("catalog"))
    world.witnessing.step("catalog", good)
    assert not queries.forked(world.app.database, "catalog"), "an old checkpoint that fits is none"
    world.logs["catalog"][1] = Entry.of("catalog", 1, '{"type":"catalog.Other"}')
    world.restart()
    assert not world.witnessing.step("catalog", world.note("catalog", size=size))
    assert queries.forked(world.app.database, "catalog")


def test_a_posting_that_cannot_be_read_is_a_fault_of_the_ledger_not_a_crash(world: World) -> None:
    world.append(LEDGER, 2, fen=5)
    world.logs[LEDGER][-1] = Entry.of(LEDGER, 1, '{"data":{"postings":[{"account":7}]}}')
    with world.app.database.cursor() as cursor:
        text = world.logs[LEDGER][-1].text
        cursor.execute("ALTER TABLE mirror DISABLE TRIGGER USER")
        cursor.execute("UPDATE mirror SET entry = %s WHERE position = 1", (text,))
    assert not world.witnessing.step(LEDGER, world.note(LEDGER))
    assert world.app.database.row("SELECT reason FROM forks") == {"reason": "postings"}


def test_a_hole_in_our_own_copy_accuses_nobody(world: World) -> None:
    world.append("catalog", 2)
    with world.app.database.cursor() as cursor:
        cursor.execute("ALTER TABLE mirror DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM mirror")
    with pytest.raises(MirrorIncomplete):
        world.witnessing.step("catalog", world.note("catalog"))
    assert not queries.forked(world.app.database, "catalog")


def test_a_checkpoint_of_another_log_or_key_is_not_cosigned(world: World) -> None:
    world.append("catalog", 2)
    world.append(LEDGER, 2, fen=5)
    other = world.note(LEDGER)
    assert not world.witnessing.step("catalog", other)
    wrong = signing_key(Settings(service="catalog", log_signing_key="66" * 32))
    state = (
        TreeState().append(SHA256.leaves([e.text.encode() for e in world.logs["catalog"]])).state
    )
    forged = seal(Checkpoint.of(wrong.name, state.size, state.root, SHA256), wrong)
    assert not world.witnessing.step("catalog", str(forged))
    assert not world.witnessing.step("catalog", "not a note")
    assert world.types() == []


@pytest.mark.parametrize(
    ("balances", "reason"),
    [
        ({"appropriated": -30, "unissued": 30}, None),
        ({"appropriated": -31, "unissued": 31}, "totals"),
        ({"appropriated": -30, "unissued": 20}, "seal.not-conserved"),
        ({}, "totals"),
    ],
)
@pytest.mark.article(6, 8)
def test_the_ledgers_totals_have_to_be_those_of_its_entries(
    world: World, balances: dict[str, int], reason: str | None
) -> None:
    world.append(LEDGER, 2, fen=5)
    half = totals_lines([Totals.of("JYCY", "340000", 2026, {"appropriated": -10, "unissued": 10})])
    assert world.witnessing.step(LEDGER, world.note(LEDGER, half))
    world.restart()
    world.append(LEDGER, 4, fen=5)
    said = totals_lines([Totals.of("JYCY", "340000", 2026, balances)] if balances else [])
    assert world.witnessing.step(LEDGER, world.note(LEDGER, said)) is (reason is None)
    row = world.app.database.row("SELECT reason FROM forks")
    assert row == (None if reason is None else {"reason": reason})


@pytest.mark.parametrize("table", ["witness_tiles", "cosigned", "forks", "watched"])
def test_what_was_witnessed_cannot_be_changed(world: World, table: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), world.app.database.cursor() as c:
        c.execute(f"DELETE FROM {table}")
