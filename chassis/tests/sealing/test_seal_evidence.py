"""Building evidence bundles: what is in them, and that nothing unproven gets in."""

import pytest

from chassis.sealing.checkpoint import Checkpoint, seal
from chassis.sealing.evidence import FORMAT, LogKeys, evidence
from chassis.sealing.faults import OutOfRange, TileMismatch
from chassis.sealing.hashing import SHA256, SM3, Hashing
from chassis.sealing.keys import Kind, SignerKey
from chassis.sealing.note import Note
from chassis.sealing.proofs import verify_consistency, verify_inclusion
from chassis.sealing.tree import TreeState
from sealing_reference import TileStore, leaf_hashes

LOG = SignerKey("log.example/x", Kind.LOG, b"\x01" * 32)
WITNESS = SignerKey("witness.example/w", Kind.WITNESS, b"\x02" * 32)
KEYS = LogKeys(LOG.verifier, (WITNESS.verifier,))


def sealed(method: Hashing, size: int, store: TileStore) -> Note:
    state = store.grow(TreeState(method), leaf_hashes(method, size))
    return seal(Checkpoint.of(LOG.name, size, state.root, method), LOG)


@pytest.mark.parametrize("method", [SHA256, SM3])
def test_a_bundle_proves_what_it_holds(method: Hashing) -> None:
    store, older_store = TileStore(), TileStore()
    note, older = sealed(method, 300, store), sealed(method, 77, older_store)
    entries = {299: "entry 299", 5: "entry 5"}
    bundle = evidence(note, KEYS, store.read, entries, streams={"b": 1, "a": 2}, older=older)
    assert bundle["format"] == FORMAT
    assert bundle["log"] == {
        "origin": LOG.name,
        "hash": method.name,
        "key": str(LOG.verifier),
        "witnesses": [str(WITNESS.verifier)],
    }
    assert bundle["checkpoint"] == str(note)
    assert [entry["position"] for entry in bundle["entries"]] == [5, 299]
    assert [claim["stream"] for claim in bundle["streams"]] == ["a", "b"]
    root, older_root = (Checkpoint.parse(each.text).root for each in (note, older))
    for entry in bundle["entries"]:
        proof = [bytes.fromhex(each) for each in entry["proof"]]
        leaf = method.leaf(entry["entry"].encode())
        verify_inclusion(method, entry["position"], 300, leaf, proof, root)
    proof = [bytes.fromhex(each) for each in bundle["older"]["proof"]]
    verify_consistency(method, 77, 300, proof, older_root, root)
    assert "erasure" not in bundle
    erased = evidence(note, KEYS, store.read, entries, erasure={"subject": "s", "position": 5})
    assert erased["erasure"] == {"subject": "s", "position": 5}
    assert set(erased) == {"format", "log", "checkpoint", "entries", "erasure"}


def test_a_position_beyond_or_a_changed_tile_is_refused() -> None:
    store = TileStore()
    note = sealed(SHA256, 300, store)
    with pytest.raises(OutOfRange):
        evidence(note, KEYS, store.read, {300: ""})
    store.tiles[0, 0, 256] = bytes(8192)
    with pytest.raises(TileMismatch):
        evidence(note, KEYS, store.read, {5: "entry 5"})
