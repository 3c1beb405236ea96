"""Checkpoints: written in one way, bound to their log, cosigned; real ones verify."""

import contextlib
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vectors_note as vectors
from chassis.sealing.checkpoint import Checkpoint, cosign, open_checkpoint, seal
from chassis.sealing.faults import (
    BadSignature,
    MalformedCheckpoint,
    MalformedNote,
    NotSigned,
    UnknownHash,
    WrongOrigin,
)
from chassis.sealing.hashing import SHA256, SM3
from chassis.sealing.keys import Kind, SignerKey, VerifierKey
from chassis.sealing.note import Note, sign

ORIGIN = "log.example/voucher-ledger"
LOG = SignerKey(ORIGIN, Kind.LOG, b"\x01" * 32)
WITNESSES = [
    SignerKey(f"witness.example/{number}", Kind.WITNESS, bytes([9 + number]) * 32)
    for number in range(3)
]
ROOT = SHA256.leaf(b"root")
CHECKPOINT = Checkpoint(ORIGIN, 7, ROOT, ("hash sm3", "anything else"))
NOW = 1_800_000_000


def sealed_and_cosigned(count: int) -> str:
    note = seal(CHECKPOINT, LOG)
    opened = open_checkpoint(str(note), LOG.verifier)
    return str(note.add(*(cosign(opened, signer, NOW) for signer in WITNESSES[:count])))


def test_the_text_of_the_go_checksum_database() -> None:
    text = "go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"
    found = Checkpoint.parse(text)
    assert found == Checkpoint("go.sum database tree", 123456789012, SHA256.leaf(b"hello world"))
    assert found.text == text


def test_a_real_checkpoint_with_cosignatures_of_public_witnesses() -> None:
    log = VerifierKey.parse(vectors.ARCHE_KEY)
    witnesses = [VerifierKey.parse(text) for text in vectors.WITNESS_KEYS]
    opened = open_checkpoint(vectors.ARCHE_NOTE, log, witnesses, threshold=4)
    assert opened.checkpoint.size == 1_432_088_532
    assert {found.time for found in opened.cosignatures} == {vectors.ARCHE_TIME}
    with pytest.raises(BadSignature):
        open_checkpoint(vectors.ARCHE_NOTE.replace("1432088532", "1432088533"), log)
    with pytest.raises(NotSigned):
        open_checkpoint(vectors.ARCHE_NOTE, log, witnesses[:2], threshold=3)


@pytest.mark.parametrize("text", vectors.TORCHWOOD_NOTES)
def test_checkpoints_that_a_public_witness_accepts(text: str) -> None:
    public = bytes.fromhex(vectors.TORCHWOOD_PUBLIC)
    key = VerifierKey(vectors.TORCHWOOD_ORIGIN, Kind.LOG, public)
    assert open_checkpoint(text, key).checkpoint.size in (1, 3, 5)


def test_sealed_cosigned_opened() -> None:
    keys = [signer.verifier for signer in WITNESSES]
    opened = open_checkpoint(sealed_and_cosigned(2), LOG.verifier, keys, threshold=2)
    assert opened.checkpoint == CHECKPOINT
    assert [(found.key, found.time) for found in opened.cosignatures] == [
        (keys[0], NOW),
        (keys[1], NOW),
    ]
    with pytest.raises(NotSigned):
        open_checkpoint(sealed_and_cosigned(2), LOG.verifier, keys, threshold=3)
    with pytest.raises(NotSigned):
        open_checkpoint(sealed_and_cosigned(0), LOG.verifier, keys, threshold=1)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    other = SignerKey("log.example/catalog", Kind.LOG, LOG.seed)
    with pytest.raises(WrongOrigin):
        seal(CHECKPOINT, other)
    with pytest.raises(WrongOrigin):
        open_checkpoint(str(seal(CHECKPOINT, LOG)), other.verifier)
    forged = Note(CHECKPOINT.text, (sign(CHECKPOINT.text, other),))
    with pytest.raises(NotSigned):
        open_checkpoint(str(forged), LOG.verifier)


def test_another_key_of_the_same_name_is_refused() -> None:
    other = SignerKey(ORIGIN, Kind.LOG, b"\x07" * 32)
    with pytest.raises(NotSigned):
        open_checkpoint(str(seal(CHECKPOINT, LOG)), other.verifier)


def test_the_text_names_its_hash() -> None:
    assert Checkpoint.of(ORIGIN, 1, ROOT, SM3, ("x",)).extensions == ("hash sm3", "x")
    assert Checkpoint.of(ORIGIN, 1, ROOT, SM3).hashing is SM3
    assert Checkpoint.of(ORIGIN, 1, ROOT, SHA256).hashing is SHA256
    assert Checkpoint.of(ORIGIN, 1, ROOT, SHA256).extensions == ()
    for lines in (("hash md5",), ("hash sm3", "hash sm3"), ("hash sha-256",), ("hash ",)):
        with pytest.raises(UnknownHash):
            _ = Checkpoint(ORIGIN, 1, ROOT, lines).hashing


ROOT64 = b64encode(ROOT).decode()
BAD_TEXTS = [
    "",
    "\n",
    f"{ORIGIN}\n7\n",
    f"{ORIGIN}\n7\n{ROOT64}",
    f"\n7\n{ROOT64}\n",
    f"{ORIGIN}\n07\n{ROOT64}\n",
    f"{ORIGIN}\n\n{ROOT64}\n",
    f"{ORIGIN}\n-7\n{ROOT64}\n",
    f"{ORIGIN}\n+7\n{ROOT64}\n",
    f"{ORIGIN}\n7 \n{ROOT64}\n",
    f"{ORIGIN}\n0x7\n{ROOT64}\n",
    f"{ORIGIN}\n７\n{ROOT64}\n",
    f"{ORIGIN}\n²\n{ROOT64}\n",
    f"{ORIGIN}\n9223372036854775808\n{ROOT64}\n",
    f"{ORIGIN}\n{'9' * 5000}\n{ROOT64}\n",
    f"{ORIGIN}\n7\n{ROOT64[:-4]}\n",
    f"{ORIGIN}\n7\n{ROOT64[:-1]}\n",
    f"{ORIGIN}\n7\n{ROOT64} \n",
    f"{ORIGIN}\n7\nAAAA{ROOT64}\n",
    f"{ORIGIN}\n7\n{ROOT64}\n\n",
    f"{ORIGIN}\n7\n{ROOT64}\n\nx\n",
    f"{ORIGIN}\n7\n{ROOT64}\nx\n\n",
    f"{ORIGIN}\n7\n{ROOT64}\na\tb\n",
    f"{ORIGIN}\ud800\n7\n{ROOT64}\n",
    f"{'é' * 128}\n7\n{ROOT64}\n",
]


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        Checkpoint.parse(text)


def test_an_origin_may_have_255_bytes_and_any_sign() -> None:
    for origin in ("a", "é" * 127 + "a", "example log+origin"):
        assert Checkpoint.parse(Checkpoint(origin, 0, ROOT).text).origin == origin


@given(
    st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=20),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=9), max_size=3),
)
def test_checkpoints_read_back(origin: str, size: int, root: bytes, lines: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(lines))
    assert Checkpoint.parse(checkpoint.text) == checkpoint


@settings(max_examples=300)
@given(st.data())
def test_no_bit_of_a_cosigned_checkpoint_can_flip(data: st.DataObject) -> None:
    note = bytearray(sealed_and_cosigned(3).encode())
    bit = data.draw(st.integers(0, len(note) * 8 - 1))
    note[bit // 8] ^= 1 << bit % 8
    keys = [signer.verifier for signer in WITNESSES]
    with pytest.raises((MalformedNote, MalformedCheckpoint, WrongOrigin, BadSignature, NotSigned)):
        open_checkpoint(bytes(note), LOG.verifier, keys, threshold=3)


@given(st.data())
def test_no_cosigned_checkpoint_can_be_cut(data: st.DataObject) -> None:
    note = sealed_and_cosigned(3).encode()
    cut = data.draw(st.integers(0, len(note) - 1))
    keys = [signer.verifier for signer in WITNESSES]
    with pytest.raises((MalformedNote, MalformedCheckpoint, NotSigned)):
        open_checkpoint(note[:cut], LOG.verifier, keys, threshold=3)


@given(st.text(max_size=120))
def test_any_text_is_a_checkpoint_or_refused(text: str) -> None:
    with contextlib.suppress(MalformedCheckpoint):
        assert Checkpoint.parse(text).text == text
