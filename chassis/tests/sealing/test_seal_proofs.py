"""Proofs: reference vectors, the definition, a real log, an oracle, and all that is wrong."""

import contextlib
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.sealing.faults import (
    Fault,
    MalformedHash,
    MalformedTile,
    NotConsistent,
    NotIncluded,
    OutOfRange,
    TileMismatch,
)
from chassis.sealing.hashing import SHA256, SM3, Hashing
from chassis.sealing.proofs import verify_consistency, verify_inclusion
from chassis.sealing.prover import Prover
from chassis.sealing.tree import TreeState
from sealing_reference import TileStore, leaf_hashes, path, proof, tree_hash
from vectors_rfc6962 import (
    CONSISTENCY,
    EMPTY_ROOT,
    INCLUSION,
    LEAVES,
    ROOTS,
    WITNESS_CONSISTENCY,
)

ARGON = json.loads((Path(__file__).parent / "vectors" / "argon2020.json").read_text("utf-8"))
LEAVES_1500 = leaf_hashes(SHA256, 1500)


def grown(method: Hashing, leaves: list[bytes]) -> tuple[Prover, TileStore]:
    store = TileStore()
    state = store.grow(TreeState(method), leaves)
    return Prover(method, state.size, state.root, store.read), store


@pytest.mark.parametrize(("position", "size", "expected"), INCLUSION)
def test_inclusion_in_the_reference_tree(position: int, size: int, expected: list[bytes]) -> None:
    leaves = SHA256.leaves(LEAVES)
    verify_inclusion(SHA256, position, size, leaves[position], expected, ROOTS[size - 1])
    assert grown(SHA256, leaves[:size])[0].inclusion(position) == expected


@pytest.mark.parametrize(("old", "new", "expected"), CONSISTENCY)
def test_consistency_in_the_reference_tree(old: int, new: int, expected: list[bytes]) -> None:
    verify_consistency(SHA256, old, new, expected, ROOTS[old - 1], ROOTS[new - 1])
    assert grown(SHA256, SHA256.leaves(LEAVES)[:new])[0].consistency(old) == expected


@pytest.mark.parametrize(("old", "new", "old_root", "new_root", "expected"), WITNESS_CONSISTENCY)
def test_consistency_as_a_public_witness_checks_it(
    old: int, new: int, old_root: bytes, new_root: bytes, expected: list[bytes]
) -> None:
    verify_consistency(SHA256, old, new, expected, old_root, new_root)


def test_proofs_of_a_real_log_of_961_million_entries() -> None:
    root, size = b64decode(ARGON["root"]), ARGON["size"]
    inclusion = [b64decode(text) for text in ARGON["inclusion"]]
    verify_inclusion(SHA256, ARGON["position"], size, b64decode(ARGON["leaf"]), inclusion, root)
    consistency = [b64decode(text) for text in ARGON["consistency"]]
    old_root = b64decode(ARGON["old_root"])
    verify_consistency(SHA256, ARGON["old"], size, consistency, old_root, root)
    with pytest.raises(NotConsistent):
        verify_consistency(SHA256, ARGON["old"] + 1, size, consistency, old_root, root)


@settings(max_examples=120)
@given(st.integers(1, 1200), st.data(), st.sampled_from([SHA256, SM3]))
def test_proofs_are_the_defined_ones(size: int, data: st.DataObject, method: Hashing) -> None:
    leaves = leaf_hashes(method, size)
    prover, _ = grown(method, leaves)
    position = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    assert prover.leaf(position) == leaves[position]
    assert prover.inclusion(position) == path(method, position, leaves)
    assert prover.consistency(old) == proof(method, old, leaves)
    assert prover.root_at(old) == tree_hash(method, leaves[:old])


def test_all_proofs_of_all_small_trees() -> None:
    leaves = leaf_hashes(SHA256, 40)
    for size in range(1, 41):
        prover, _ = grown(SHA256, leaves[:size])
        for position in range(size):
            assert prover.inclusion(position) == path(SHA256, position, leaves[:size])
        for old in range(1, size + 1):
            assert prover.consistency(old) == proof(SHA256, old, leaves[:size])


def test_proofs_agree_with_pymerkle() -> None:
    pymerkle = pytest.importorskip("pymerkle")
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    leaves, sizes = [], (1, 2, 3, 31, 256, 257, 300, 513)
    for number in range(sizes[-1]):
        entry = b"entry %d" % number
        tree.append_entry(entry)
        leaves.append(SHA256.leaf(entry))
    for size in sizes:
        prover, _ = grown(SHA256, leaves[:size])
        assert tree.get_root(size) == prover.root
        for position in {0, size // 3, size // 2, size - 1}:
            theirs = tree.prove_inclusion(position + 1, size)  # pymerkle counts from 1
            pymerkle.verify_inclusion(leaves[position], prover.root, theirs)
            path_hex = theirs.serialize()["path"]
            assert path_hex[0] == leaves[position].hex()
            assert path_hex[1:] == [each.hex() for each in prover.inclusion(position)]
        for old in {1, max(1, size // 2), size}:
            theirs = tree.prove_consistency(old, size)
            pymerkle.verify_consistency(prover.root_at(old), prover.root, theirs)


def test_a_proof_reads_a_few_tiles_whatever_the_size() -> None:
    base = leaf_hashes(SHA256, 65_536)
    store, state = TileStore(), TreeState()
    for _ in range(3):
        state = store.grow(state, base)
    state = store.grow(state, base[:12_345])
    for position in (0, 65_535, 100_000, state.size - 1):
        store.reads = 0
        Prover(SHA256, state.size, state.root, store.read).inclusion(position)
        assert store.reads <= 6
    for old in (1, 255, 65_536, 150_000, state.size - 1, state.size):
        store.reads = 0
        Prover(SHA256, state.size, state.root, store.read).consistency(old)
        assert store.reads <= 9


def test_a_prover_forgets_tiles_when_it_has_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.sealing.prover.MAX_KEPT", 2)
    leaves = leaf_hashes(SHA256, 2_000)
    prover, _ = grown(SHA256, leaves)
    assert [prover.leaf(position) for position in range(2_000)] == leaves
    assert prover.inclusion(1_234) == path(SHA256, 1_234, leaves)
    assert len(prover._tiles) <= 2


def test_every_tree_begins_with_the_empty_one() -> None:
    prover, _ = grown(SHA256, leaf_hashes(SHA256, 5))
    assert prover.consistency(0) == []
    verify_consistency(SHA256, 0, 5, [], EMPTY_ROOT, prover.root)
    verify_consistency(SHA256, 0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    for old_root, new, new_root, given_proof in (
        (prover.root, 5, prover.root, []),
        (EMPTY_ROOT, 5, prover.root, [EMPTY_ROOT]),
        (EMPTY_ROOT, 0, prover.root, []),
    ):
        with pytest.raises(NotConsistent):
            verify_consistency(SHA256, 0, new, given_proof, old_root, new_root)


@pytest.mark.parametrize("position", [-1, 5, 6, 2**70])
def test_a_position_out_of_range_is_refused(position: int) -> None:
    leaves = leaf_hashes(SHA256, 5)
    prover, _ = grown(SHA256, leaves)
    with pytest.raises(OutOfRange):
        prover.inclusion(position)
    with pytest.raises(OutOfRange):
        verify_inclusion(SHA256, position, 5, leaves[0], [], prover.root)


@pytest.mark.parametrize("old", [-1, 6, 2**70])
def test_an_earlier_size_out_of_range_is_refused(old: int) -> None:
    prover, _ = grown(SHA256, leaf_hashes(SHA256, 5))
    with pytest.raises(OutOfRange):
        prover.consistency(old)
    with pytest.raises(OutOfRange):
        verify_consistency(SHA256, old, 5, [], prover.root, prover.root)


def changed_proofs(given_proof: list[bytes], other: bytes, bit: int) -> list[list[bytes]]:
    """Everything that a proof can be turned into, as the tests of transparency-dev/merkle do."""
    found = [
        [*given_proof, other],
        [other, *given_proof],
        [*given_proof, b""],
        [b"", *given_proof],
        given_proof[:-1],
        given_proof[1:],
        [*given_proof] * 30,
    ]
    for number, each in enumerate(given_proof):
        flipped = bytearray(each)
        flipped[bit // 8] ^= 1 << bit % 8
        found.append([*given_proof[:number], bytes(flipped), *given_proof[number + 1 :]])
        found.append([*given_proof[:number], each[:-1], *given_proof[number + 1 :]])
    return [each for each in found if each != given_proof]


@settings(max_examples=80)
@given(st.integers(1, 700), st.data())
def test_a_changed_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    leaves = leaf_hashes(SHA256, size)
    prover, _ = grown(SHA256, leaves)
    position = data.draw(st.integers(0, size - 1))
    bit = data.draw(st.integers(0, 255))
    good = prover.inclusion(position)
    arguments: dict[str, Any] = {
        "position": position,
        "size": size,
        "leaf": leaves[position],
        "proof": good,
        "root": prover.root,
    }
    other = SHA256.leaf(b"other")
    wrong: list[dict[str, Any]] = [{"proof": each} for each in changed_proofs(good, other, bit)]
    wrong += [{"leaf": other}, {"root": other}, {"root": EMPTY_ROOT}, {"leaf": b""}, {"root": b""}]
    wrong += [{"position": position + 1}, {"position": position - 1}, {"position": position ^ 2}]
    for change in wrong:
        with pytest.raises(Fault) as caught:
            verify_inclusion(SHA256, **(arguments | change))
        assert type(caught.value) in (NotIncluded, MalformedHash, OutOfRange)
    method = SM3 if good else SHA256
    with pytest.raises(NotIncluded):
        verify_inclusion(method, **(arguments if good else arguments | {"size": size + 1}))


def test_a_root_does_not_help_a_proof_of_another_length() -> None:
    one, two, root = (
        SHA256.leaf(b"1"),
        SHA256.leaf(b"2"),
        SHA256.node(SHA256.leaf(b"1"), SHA256.leaf(b"2")),
    )
    for position, size, leaf, given_proof in (
        (0, 1, two, [one]),  # a proof longer than the tree is high
        (0, 3, root, []),  # and a shorter one, with roots that a log made up for it
        (1, 2, root, []),
    ):
        with pytest.raises(NotIncluded):
            verify_inclusion(SHA256, position, size, leaf, given_proof, root)
    with pytest.raises(NotConsistent):
        verify_consistency(SHA256, 1, 4, [], root, root)
    with pytest.raises(OutOfRange):
        verify_consistency(SHA256, 2, 1, [], root, root)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_what_is_no_hash_is_named_so(length: int) -> None:
    good, wrong = SHA256.leaf(b"1"), bytes(length)
    for leaf, given_proof, root in (
        (wrong, [good], good),
        (good, [wrong], good),
        (good, [good], wrong),
    ):
        with pytest.raises(MalformedHash):
            verify_inclusion(SHA256, 0, 2, leaf, given_proof, root)
        with pytest.raises(MalformedHash):
            verify_consistency(SHA256, 1, 2, given_proof, leaf, root)


@settings(max_examples=80)
@given(st.integers(2, 700), st.data())
def test_a_changed_consistency_proof_is_refused(size: int, data: st.DataObject) -> None:
    prover, _ = grown(SHA256, leaf_hashes(SHA256, size))
    old = data.draw(st.integers(1, size - 1))
    bit = data.draw(st.integers(0, 255))
    good = prover.consistency(old)
    arguments: dict[str, Any] = {
        "old": old,
        "new": size,
        "proof": good,
        "old_root": prover.root_at(old),
        "new_root": prover.root,
    }
    other = SHA256.leaf(b"other")
    wrong: list[dict[str, Any]] = [{"proof": each} for each in changed_proofs(good, other, bit)]
    wrong += [{"proof": []}, {"old_root": other}, {"new_root": other}, {"old_root": b""}]
    wrong += [{"old_root": prover.root, "new_root": prover.root_at(old)}]
    wrong += [{"old": old - 1}, {"old": old + 1}, {"new": old}, {"new": old - 1}]
    for change in wrong:
        with pytest.raises(Fault) as caught:
            verify_consistency(SHA256, **(arguments | change))
        assert type(caught.value) in (NotConsistent, MalformedHash, OutOfRange)


@settings(max_examples=100)
@given(st.data())
def test_no_proof_leaves_from_a_changed_tile(data: st.DataObject) -> None:
    prover, store = grown(SHA256, LEAVES_1500)
    key = data.draw(st.sampled_from(sorted(store.tiles)))
    tile = bytearray(store.tiles[key])
    bit = data.draw(st.integers(0, len(tile) * 8 - 1))
    tile[bit // 8] ^= 1 << bit % 8
    store.tiles[key] = bytes(tile)
    position, old = data.draw(st.integers(0, 1499)), data.draw(st.integers(1, 1500))
    with contextlib.suppress(TileMismatch):  # or the changed tile was not part of the proof
        verify_inclusion(
            SHA256, position, 1500, LEAVES_1500[position], prover.inclusion(position), prover.root
        )
    with contextlib.suppress(TileMismatch):
        old_root = tree_hash(SHA256, LEAVES_1500[:old])
        verify_consistency(SHA256, old, 1500, prover.consistency(old), old_root, prover.root)
    store.tiles[key] = bytes(tile[:-1])
    fresh = Prover(SHA256, prover.size, prover.root, store.read)
    with contextlib.suppress(MalformedTile):
        assert fresh.inclusion(position) == path(SHA256, position, LEAVES_1500)
    with contextlib.suppress(MalformedTile):
        assert fresh.consistency(old) == proof(SHA256, old, LEAVES_1500)
