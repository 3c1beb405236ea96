"""Hashing: the reference vectors, both algorithms, and the fold against the definition."""

import hashlib

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from hypothesis import given
from hypothesis import strategies as st

from chassis.sealing import hashing as module
from chassis.sealing.faults import UnknownHash
from chassis.sealing.hashing import SHA256, SM3, Hashing, hashing, split
from sealing_reference import leaf_hashes, tree_hash
from vectors_rfc6962 import EMPTY_ROOT, LEAVES, ROOTS


def test_roots_of_the_reference_tree() -> None:
    leaves = SHA256.leaves(LEAVES)
    assert [SHA256.fold(leaves[:size]) for size in range(1, 9)] == ROOTS
    assert SHA256.empty == EMPTY_ROOT
    assert leaves == [SHA256.leaf(entry) for entry in LEAVES]


def test_sm3_is_gb_t_32905() -> None:
    digest = bytes.fromhex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
    assert SM3.digest(b"abc") == digest
    assert SM3.leaf(b"abc") != SM3.digest(b"abc")
    assert SM3.node(SM3.leaf(b"a"), SM3.leaf(b"b")) == SM3.fold(SM3.leaves([b"a", b"b"]))


def test_leaves_and_nodes_have_prefixes() -> None:
    assert SHA256.leaf(b"x") == hashlib.sha256(b"\x00x").digest()
    assert (
        SHA256.node(b"l" * 32, b"r" * 32)
        == hashlib.sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()
    )


@given(st.integers(1, 600), st.sampled_from([SHA256, SM3]))
def test_fold_is_the_definition(count: int, method: Hashing) -> None:
    leaves = leaf_hashes(method, count)
    assert method.fold(leaves) == tree_hash(method, leaves)


def test_hashing_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hashing("sha-256") is SHA256
    assert hashing("sm3") is SM3
    for name in ("", "SHA-256", "sha256", "md5"):
        with pytest.raises(UnknownHash):
            hashing(name)

    def missing(data: bytes) -> bytes:
        raise UnsupportedAlgorithm("no SM3 here")

    monkeypatch.setattr(module, "SM3", Hashing("sm3", missing))
    with pytest.raises(UnknownHash):
        hashing("sm3")


def test_split_is_the_inverse_of_join() -> None:
    leaves = leaf_hashes(SHA256, 5)
    assert split(b"".join(leaves)) == leaves
