"""A sealed log as others read it: what is given out is what was signed, or nothing."""

import gzip
from base64 import b64decode

import pytest

from chassis.commands import Commands
from chassis.sealing.hashing import SHA256
from chassis.sealing.proofs import verify_consistency, verify_inclusion
from chassis.sealing.tiles import decode_bundle
from chassis.sealing.tree import TreeState
from chassis.sequencer import Sequencer
from chassis.tests.conftest import Bank, command
from chassis.tlog import LogBroken, NoSuchTile, OutsideTheLog, SealedLog, TileNameInvalid

pytestmark = pytest.mark.article(8, 32)


@pytest.fixture
def log(bank: Bank, commands: Commands, sequencer: Sequencer) -> SealedLog:
    """A log of 300 entries, sealed in pieces, and one entry that is not sealed yet."""
    for count in (1, 99, 170, 30, 1):
        for _ in range(count):
            commands.execute(command("open", owner="a"), lambda: bank.open("a"))
        if count > 1 or not bank.log_reader.size():
            sequencer.step()
    assert bank.log_reader.size() == 300
    return SealedLog(bank.database, "bank")


def leaves(bank: Bank) -> list[bytes]:
    return SHA256.leaves([entry.text.encode() for entry in bank.log_reader.entries(0)])


def test_tiles_are_given_in_every_width_that_there_is(bank: Bank, log: SealedLog) -> None:
    every = b"".join(leaves(bank))
    for width in (1, 100, 255):
        tile = b64decode(log.tile(f"0/000.p/{width}")["tile"])
        assert tile == every[: 32 * width]
    assert b64decode(log.tile("0/000")["tile"]) == every[:8192]
    assert b64decode(log.tile("0/001.p/44")["tile"]) == every[8192:]
    assert b64decode(log.tile("1/000.p/1")["tile"]) == SHA256.fold(leaves(bank)[:256])


@pytest.mark.parametrize(
    "name", ["0/001", "0/001.p/45", "0/002.p/1", "1/000", "1/000.p/2", "2/000"]
)
def test_what_is_not_sealed_is_not_there(log: SealedLog, name: str) -> None:
    with pytest.raises(NoSuchTile) as caught:
        log.tile(name)
    assert caught.value.data == {"name": f"tile/{name}", "size": 300}
    if name.startswith("0/"):
        with pytest.raises(NoSuchTile):
            log.bundle(name.removeprefix("0/"))


@pytest.mark.parametrize("name", ["", "0", "entries/000", "0/00", "0/000.p/256", "64/000", "x/000"])
def test_what_is_no_name_is_refused(log: SealedLog, name: str) -> None:
    with pytest.raises(TileNameInvalid):
        log.tile(name)
    with pytest.raises(TileNameInvalid):
        log.bundle(f"{name}/0")


def test_bundles_hold_the_entries_of_their_tile(bank: Bank, log: SealedLog) -> None:
    texts = [entry.text.encode() for entry in bank.log_reader.entries(0)]
    for name, start, width in (("000", 0, 256), ("000.p/7", 0, 7), ("001.p/44", 256, 44)):
        data = gzip.decompress(b64decode(log.bundle(name)["bundle"]))
        assert decode_bundle(data, width) == texts[start : start + width]


def test_proofs_hold_at_every_size_that_the_log_ever_had(bank: Bank, log: SealedLog) -> None:
    every = leaves(bank)
    newest = TreeState().append(every).state.root
    for size in (1, 2, 100, 255, 256, 257, 299, 300):
        root = TreeState().append(every[:size]).state.root
        found = log.inclusion(size - 1, size)
        assert found["root"] == root.hex()
        proof = [bytes.fromhex(value) for value in found["proof"]]
        verify_inclusion(SHA256, size - 1, size, every[size - 1], proof, root)
        span = log.consistency(size, None)
        proof = [bytes.fromhex(value) for value in span["proof"]]
        verify_consistency(SHA256, size, 300, proof, root, newest)
        assert span["old"] == {"size": size, "root": root.hex()}
        assert span["new"] == {"size": 300, "root": newest.hex()}
    assert log.consistency(0, 0)["proof"] == []
    assert log.inclusion(7, None)["size"] == 300


@pytest.mark.parametrize(("position", "size"), [(300, None), (0, 301), (5, 5), (300, 301)])
def test_nothing_outside_is_proved(log: SealedLog, position: int, size: int | None) -> None:
    with pytest.raises(OutsideTheLog):
        log.inclusion(position, size)
    with pytest.raises(OutsideTheLog):
        log.consistency((size or 301) + 1, size)


def test_a_witness_asks_for_the_checkpoint_that_its_copy_covers(log: SealedLog) -> None:
    for most, size in ((1, 1), (99, 1), (100, 100), (269, 100), (270, 270), (5000, 300)):
        note = log.checkpoint(most)["note"]
        assert note.split("\n")[1] == str(size)
    assert log.checkpoint() == log.checkpoint(300)


def test_an_empty_log_gives_nothing(bank: Bank) -> None:
    log = SealedLog(bank.database, "bank")
    assert log.checkpoint() == {"note": None}
    with pytest.raises(OutsideTheLog):
        log.inclusion(0, None)
    with pytest.raises(OutsideTheLog):
        log.consistency(0, None)
    with pytest.raises(NoSuchTile):
        log.tile("0/000.p/1")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tiles SET hashes = overlay(hashes placing '\\x00' from 40) WHERE start = 1",
        "DELETE FROM tiles WHERE start = 100",
        "UPDATE checkpoints SET note = 'not a note'",
    ],
)
def test_a_changed_store_proves_nothing(bank: Bank, log: SealedLog, change: str) -> None:
    with bank.database.cursor() as cursor:  # a superuser can
        for table in ("tiles", "checkpoints"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(change)
    with pytest.raises(LogBroken) as caught:
        log.inclusion(3, None)
    assert caught.value.data["reason"].startswith("seal.")
    with pytest.raises(LogBroken):
        log.consistency(100, None)
