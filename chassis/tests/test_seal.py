"""The seal in the sequencer: tiles and checkpoints with the positions, or not at all."""

import base64

import psycopg2
import pytest

from chassis import testing
from chassis.commands import Commands
from chassis.log import Entry
from chassis.seal import (
    LEAST_PAUSE,
    MAX_PAUSE,
    NoTotals,
    Sealer,
    latest_checkpoint,
    signing_key,
    stream_evidence,
    tile_reader,
)
from chassis.sealing.checkpoint import open_checkpoint
from chassis.sealing.evidence import LogKeys
from chassis.sealing.faults import TileMismatch
from chassis.sealing.hashing import SHA256, SM3
from chassis.sealing.proofs import verify_consistency, verify_inclusion
from chassis.sealing.prover import Prover
from chassis.sealing.tree import TreeState, check_tiles
from chassis.sequencer import Sequencer
from chassis.settings import Settings
from chassis.tests.conftest import Bank, command

KEY = signing_key(Settings(service="bank", log_signing_key=testing.LOG_SIGNING_KEY))


def opened(bank: Bank, commands: Commands, count: int) -> list[str]:
    outcomes = [
        commands.execute(command("open", owner=str(n)), lambda n=n: bank.open(str(n)))  # type: ignore[misc]
        for n in range(count)
    ]
    return [outcome["result"]["id"] for outcome in outcomes]


def leaves(entries: list[Entry]) -> list[bytes]:
    return SHA256.leaves([entry.text.encode() for entry in entries])


@pytest.mark.article(32)
def test_every_batch_is_sealed_by_a_checkpoint_that_anyone_can_check(
    bank: Bank, commands: Commands, sequencer: Sequencer
) -> None:
    notes = []
    for _ in range(5):
        opened(bank, commands, 70)
        sequencer.step()
        notes.append(latest_checkpoint(bank.database) or "")
    entries = bank.log_reader.entries(0)
    assert len(entries) == 350
    for number, note in enumerate(notes, 1):
        sealed = open_checkpoint(note, KEY.verifier).checkpoint
        assert (sealed.origin, sealed.size) == ("wanchuang/bank", 70 * number)
        assert sealed.root == TreeState().append(leaves(entries[: sealed.size])).state.root
    first, last = (open_checkpoint(note, KEY.verifier).checkpoint for note in (notes[0], notes[-1]))
    prover = Prover(SHA256, last.size, last.root, tile_reader(bank.database))
    proof = prover.consistency(first.size)
    verify_consistency(SHA256, first.size, last.size, proof, first.root, last.root)
    leaf = leaves([entries[299]])[0]
    verify_inclusion(SHA256, 299, last.size, leaf, prover.inclusion(299), last.root)
    check_tiles(SHA256, last.size, last.root, tile_reader(bank.database))


@pytest.mark.parametrize("table", ["tiles", "checkpoints"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_seal_cannot_be_changed(
    bank: Bank, commands: Commands, sequencer: Sequencer, table: str, change: str
) -> None:
    opened(bank, commands, 1)
    sequencer.step()
    column = {"tiles": "hashes = ''", "checkpoints": "note = ''"}[table]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), bank.database.cursor() as cursor:
        cursor.execute(change.format(table, column))


def test_what_is_not_stored_leaves_nothing_behind(
    bank: Bank, commands: Commands, sequencer: Sequencer
) -> None:
    opened(bank, commands, 3)
    sequencer.step()
    opened(bank, commands, 3)
    with bank.database.cursor() as cursor:  # as if another sequencer had sealed meanwhile
        cursor.execute("INSERT INTO checkpoints (size, note) VALUES (6, 'x')")
    with pytest.raises(psycopg2.errors.UniqueViolation):
        sequencer.step()
    assert bank.log_reader.size() == 3, "neither positions nor tiles nor checkpoint"
    assert bank.database.row("SELECT count(*) AS n FROM tiles") == {"n": 1}


def test_a_new_sequencer_goes_on_from_the_stored_tree(bank: Bank, commands: Commands) -> None:
    for _ in range(3):
        opened(bank, commands, 100)
        assert testing.sequencer(bank.database, "bank").step() == 100
    sealed = open_checkpoint(latest_checkpoint(bank.database) or "", KEY.verifier).checkpoint
    assert sealed.root == TreeState().append(leaves(bank.log_reader.entries(0))).state.root


def test_a_changed_tile_stops_the_sealing(bank: Bank, commands: Commands) -> None:
    opened(bank, commands, 3)
    testing.sequencer(bank.database, "bank").step()
    with bank.database.cursor() as cursor:  # a superuser can
        cursor.execute("ALTER TABLE tiles DISABLE TRIGGER USER")
        cursor.execute("UPDATE tiles SET hashes = overlay(hashes placing '\\x00' from 40)")
    opened(bank, commands, 1)
    with pytest.raises(TileMismatch):
        testing.sequencer(bank.database, "bank").step()
    assert bank.log_reader.size() == 3


def test_a_log_may_be_sealed_with_sm3(bank: Bank, commands: Commands) -> None:
    opened(bank, commands, 5)
    Sequencer(bank.database, "bank", Sealer(bank.database, KEY, SM3)).step()
    sealed = open_checkpoint(latest_checkpoint(bank.database) or "", KEY.verifier).checkpoint
    texts = [entry.text.encode() for entry in bank.log_reader.entries(0)]
    assert sealed.hashing is SM3
    assert sealed.root == TreeState(SM3).append(SM3.leaves(texts)).state.root


def test_a_log_keeps_the_hash_that_it_began_with(bank: Bank, commands: Commands) -> None:
    for method in (SHA256, SM3):
        opened(bank, commands, 3)
        Sequencer(bank.database, "bank", Sealer(bank.database, KEY, method)).step()
    sealed = open_checkpoint(latest_checkpoint(bank.database) or "", KEY.verifier).checkpoint
    assert sealed.hashing is SHA256
    assert sealed.root == TreeState().append(leaves(bank.log_reader.entries(0))).state.root


def test_each_log_signs_with_a_key_of_its_own() -> None:
    other = signing_key(Settings(service="other", log_signing_key=testing.LOG_SIGNING_KEY))
    assert other.verifier != KEY.verifier
    with pytest.raises(ValueError, match="LOG_SIGNING_KEY"):
        signing_key(Settings(service="bank", log_signing_key="00"))


def test_a_streams_evidence_holds_its_whole_history(
    bank: Bank, commands: Commands, sequencer: Sequencer
) -> None:
    account = opened(bank, commands, 1)[0]
    commands.execute(command("pay_in", fen=5), lambda: bank.pay_in(account, 5))
    opened(bank, commands, 9)
    keys = LogKeys(KEY.verifier, ())

    def bundle() -> dict[str, object] | None:
        return stream_evidence(
            bank.database, "bank", account, keys, lambda _: latest_checkpoint(bank.database)
        )

    assert bundle() is None, "nothing is sealed yet"
    sequencer.step()
    found = bundle()
    assert found is not None
    assert found["streams"] == [{"stream": account, "versions": 2}]
    assert base64.b64encode(KEY.verifier.id)[:5].decode() in str(found["checkpoint"])


class ManyLines(NoTotals):
    """Says as much in each checkpoint as a ledger of 2,000 purses."""

    def lines(self) -> list[str]:
        return [
            f"totals F{number:04} 340000 2026 appropriated=1 unissued=1" for number in range(2000)
        ]


def test_long_checkpoints_are_paced_unless_there_is_a_backlog(
    bank: Bank, commands: Commands
) -> None:
    opened(bank, commands, 3)
    short = testing.sequencer(bank.database, "bank")
    assert short.step() == 3
    assert short.pause == LEAST_PAUSE
    opened(bank, commands, 5)
    long = Sequencer(bank.database, "bank", Sealer(bank.database, KEY, totals=ManyLines), batch=4)
    assert long.step() == 4
    assert long.pause == 0.0, "there is more to seal"
    assert long.step() == 1
    assert 0.1 < long.pause <= MAX_PAUSE
