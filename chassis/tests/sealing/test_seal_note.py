"""Signed notes and keys: what other implementations signed, and everything that is wrong."""

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given, settings
from hypothesis import strategies as st

import vectors_note as vectors
from chassis.sealing.faults import BadSignature, Fault, MalformedKey, MalformedNote, NotSigned
from chassis.sealing.keys import Kind, SignerKey, VerifierKey, base64_bytes, cosigned_text
from chassis.sealing.note import MAX_NOTE, Note, Signature, sign

GO_NOTE = f"{vectors.GO_TEXT}\n{vectors.PETER_LINE}{vectors.ENOCH_LINE}"
KEYS = [
    vectors.SPEC_KEY,
    vectors.PETER_KEY,
    vectors.ENOCH_KEY,
    vectors.SUMDB_KEY,
    vectors.ARCHE_KEY,
    *vectors.WITNESS_KEYS,
    "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",  # a plus in the base64
]
PETER = SignerKey.parse(vectors.PETER_SECRET)
LOG = SignerKey("log.example/x", Kind.LOG, b"\x01" * 32)
WITNESS = SignerKey("witness.example/w", Kind.WITNESS, b"\x02" * 32)


@pytest.mark.parametrize("text", KEYS)
def test_keys_of_others_read_and_write_back(text: str) -> None:
    key = VerifierKey.parse(text)
    assert str(key) == text
    assert text.startswith(f"{key.label}+")


@pytest.mark.parametrize("text", vectors.BAD_KEYS)
def test_bad_keys_of_others_are_refused(text: str) -> None:
    with pytest.raises(MalformedKey):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    ("read", "text"),
    [(VerifierKey.parse, vectors.PETER_KEY), (SignerKey.parse, vectors.PETER_SECRET)],
)
def test_every_part_and_every_mangling_of_a_key_is_refused(read: object, text: str) -> None:
    assert callable(read)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            if (start, end) != (0, len(text)):
                with pytest.raises(MalformedKey):
                    read(text[start:end])
    for at in range(len(text)):
        with pytest.raises(MalformedKey) as caught:
            read(text[:at] + chr(ord(text[at]) + 1) + text[at + 1 :])
        assert "AYEKFALV" not in str(caught.value)


def test_a_signer_key_reads_and_writes_back_and_hides_its_secret() -> None:
    assert PETER.secret_text() == vectors.PETER_SECRET
    assert str(PETER.verifier) == vectors.PETER_KEY
    assert "seed" not in repr(PETER)
    assert SignerKey.parse(WITNESS.secret_text()) == WITNESS
    assert WITNESS.verifier.id != SignerKey(WITNESS.name, Kind.LOG, WITNESS.seed).verifier.id


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\u3000b", "a\nb", "a\x85b", "\ud800", "a\x01"]
)
def test_a_name_that_cannot_stand_in_a_line_is_refused(name: str) -> None:
    with pytest.raises(MalformedKey):
        SignerKey(name, Kind.LOG, bytes(32))
    with pytest.raises(MalformedKey):
        VerifierKey(name, Kind.LOG, bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(MalformedKey):
        SignerKey("x", Kind.LOG, bytes(length))
    with pytest.raises(MalformedKey):
        VerifierKey("x", Kind.LOG, bytes(length))


def test_the_note_of_the_specification() -> None:
    note = Note.parse(vectors.SPEC_NOTE)
    assert note.text == "This is an example message.\n"
    assert str(note) == vectors.SPEC_NOTE
    assert [found.key.name for found in note.verify([VerifierKey.parse(vectors.SPEC_KEY)])] == [
        "example.com/foo"
    ]
    assert Note.parse(vectors.SPEC_NOTE.encode()) == note


def test_the_note_of_go_is_signed_byte_for_byte() -> None:
    signature = sign(vectors.GO_TEXT, PETER)
    assert str(signature) == vectors.PETER_LINE
    note = Note.parse(GO_NOTE)
    peter, enoch = VerifierKey.parse(vectors.PETER_KEY), VerifierKey.parse(vectors.ENOCH_KEY)
    assert [found.key for found in note.verify([peter])] == [peter]
    assert [found.key for found in note.verify([enoch, peter], 2)] == [peter, enoch]
    with pytest.raises(NotSigned):
        note.verify([])
    with pytest.raises(NotSigned):
        note.verify([peter], 2)
    assert note.verify([], 0) == []


def test_a_public_checkpoint_of_the_go_checksum_database() -> None:
    key = VerifierKey.parse(vectors.SUMDB_KEY)
    assert Note.parse(vectors.SUMDB_NOTE).verify([key])[0].time is None
    with pytest.raises(BadSignature):
        Note.parse(vectors.SUMDB_NOTE.replace("30055305", "30055306")).verify([key])


def test_sigsum_signs_and_cosigns_the_same_bytes() -> None:
    text = vectors.SIGSUM_NOTE.split("\n\n")[0] + "\n"
    log = SignerKey(text.split("\n")[0], Kind.LOG, vectors.SIGSUM_SEED)
    assert str(Note(text, (sign(text, log),))) == vectors.SIGSUM_NOTE
    witness = SignerKey(vectors.SIGSUM_WITNESS, Kind.WITNESS, vectors.SIGSUM_SEED)
    signature = sign(vectors.SIGSUM_COSIGNED, witness, vectors.SIGSUM_TIME)
    assert str(signature) == vectors.SIGSUM_COSIGNATURE
    note = Note(vectors.SIGSUM_COSIGNED, (signature,))
    assert note.verify([witness.verifier])[0].time == vectors.SIGSUM_TIME


def test_repeats_count_once_and_all_must_hold() -> None:
    good, other = sign("x\n", LOG), sign("y\n", LOG)
    note = Note("x\n", (good, good))
    assert len(note.verify([LOG.verifier])) == 1
    with pytest.raises(NotSigned):
        note.verify([LOG.verifier], 2)
    with pytest.raises(BadSignature):
        Note("x\n", (good, other)).verify([LOG.verifier])


def test_one_public_key_under_two_names_is_one_witness() -> None:
    alias = SignerKey("witness.example/alias", Kind.WITNESS, WITNESS.seed)
    note = Note("x\n", (sign("x\n", WITNESS, 1), sign("x\n", alias, 1)))
    assert len(note.verify([WITNESS.verifier, alias.verifier])) == 2
    with pytest.raises(NotSigned):
        note.verify([WITNESS.verifier, alias.verifier], 2)


def test_add_replaces_a_signature_of_the_same_key() -> None:
    note = Note("x\n", (sign("x\n", LOG), sign("x\n", WITNESS, 1)))
    newer = note.add(sign("x\n", WITNESS, 2))
    assert [found.time for found in newer.verify([LOG.verifier, WITNESS.verifier])] == [None, 2]
    assert len(newer.signatures) == 2


def test_a_cosignature_covers_its_time() -> None:
    signature = sign("x\n", WITNESS, 1_800_000_000)
    assert Note("x\n", (signature,)).verify([WITNESS.verifier])[0].time == 1_800_000_000
    for value in (
        (1_800_000_001).to_bytes(8, "big") + signature.value[8:],
        b"\xff" * 8 + signature.value[8:],
        signature.value[:-1],
        signature.value[8:],
        b"\x00",
    ):
        with pytest.raises(BadSignature):
            Note("x\n", (signature._replace(value=value),)).verify([WITNESS.verifier])
    beyond = cosigned_text(2**63, b"x\n")
    value = (2**63).to_bytes(8, "big") + WITNESS._private.sign(beyond)
    with pytest.raises(BadSignature):
        Note("x\n", (signature._replace(value=value),)).verify([WITNESS.verifier])


def test_a_logs_signature_is_no_cosignature() -> None:
    as_log = SignerKey(WITNESS.name, Kind.LOG, WITNESS.seed)
    value = sign("cosignature/v1\ntime 5\nx\n", as_log).value
    with pytest.raises(InvalidSignature):
        as_log.verifier.verify(b"x\n", value)
    key = WITNESS.verifier
    assert key.verify(b"x\n", (5).to_bytes(8, "big") + value) == 5  # so: one key, one purpose
    weak = VerifierKey("weak", Kind.LOG, b"\xff" * 32)
    with pytest.raises(InvalidSignature):
        weak.verify(b"x\n", value)


BAD_NOTES = [
    "",
    "\n",
    "\n\n",
    vectors.GO_TEXT,
    vectors.GO_TEXT + "\n",
    f"{vectors.GO_TEXT}\n{vectors.PETER_LINE[:-1]}",
    f"\x01{vectors.GO_TEXT}\n{vectors.PETER_LINE}",
    f"\x7f\r{vectors.GO_TEXT}\n{vectors.PETER_LINE}",
    f"\ud800{vectors.GO_TEXT}\n{vectors.PETER_LINE}",
    f"{vectors.GO_TEXT}\n{vectors.PETER_LINE}Unexpected line.\n",
    f"{vectors.GO_TEXT}\n{vectors.PETER_LINE.replace('PeterNeumann', 'Bad Name')}",
    f"{vectors.GO_TEXT}\n{vectors.PETER_LINE.replace('PeterNeumann', 'Bad+Name')}",
    f"{vectors.GO_TEXT}\n{vectors.PETER_LINE.replace('— ', '- ')}",
    f"{vectors.GO_TEXT}\n{vectors.PETER_LINE.replace('— ', '—  ')}",
    f"{vectors.GO_TEXT}\n x{vectors.PETER_LINE}",
    f"{vectors.GO_TEXT}\n{vectors.PETER_LINE[:-1]} \n",
    f"{vectors.GO_TEXT}\n— PeterNeumann x08goA=\n",
    f"{vectors.GO_TEXT}\n— PeterNeumann x08g\n",
    f"{vectors.GO_TEXT}\n— PeterNeumann \n",
    f"{vectors.GO_TEXT}\n" + vectors.PETER_LINE * 101,
    "x" * MAX_NOTE + f"\n\n{vectors.PETER_LINE}",
]


@pytest.mark.parametrize("note", BAD_NOTES)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(MalformedNote):
        Note.parse(note)


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(MalformedNote):
        Note.parse(b"\xff" + GO_NOTE.encode())


def test_a_note_may_have_empty_lines_in_its_text() -> None:
    note = Note("a\n\nb\n", (sign("a\n\nb\n", LOG),))
    assert Note.parse(str(note)) == note
    for text in ("a", "a\tb\n"):
        with pytest.raises(MalformedNote):
            sign(text, LOG)


def test_base64_has_one_spelling() -> None:
    assert base64_bytes("AAA=") == b"\x00\x00"
    for text in ("AAB=", "AAA", "AAA=\n", "A A=", "AA-_", "AÄA=", "AAA=AAA="):
        assert base64_bytes(text) is None


@settings(max_examples=300)
@given(st.data())
def test_no_bit_of_a_signed_note_can_flip(data: st.DataObject) -> None:
    keys = [VerifierKey.parse(vectors.PETER_KEY), VerifierKey.parse(vectors.ENOCH_KEY)]
    note = bytearray(GO_NOTE.encode())
    bit = data.draw(st.integers(0, len(note) * 8 - 1))
    note[bit // 8] ^= 1 << bit % 8
    with pytest.raises((MalformedNote, BadSignature, NotSigned)):
        Note.parse(bytes(note)).verify(keys, 2)


@given(st.integers(0, len(GO_NOTE.encode()) - 1))
def test_no_signed_note_can_be_cut(cut: int) -> None:
    keys = [VerifierKey.parse(vectors.PETER_KEY), VerifierKey.parse(vectors.ENOCH_KEY)]
    with pytest.raises((MalformedNote, NotSigned)):
        Note.parse(GO_NOTE.encode()[:cut]).verify(keys, 2)


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_anything_is_a_note_or_refused(anything: str | bytes) -> None:
    with pytest.raises(Fault) as caught:
        Note.parse(anything).verify([])
    assert set(caught.value.as_dict()) == {"code", "message", "data"}


def test_a_signature_line_writes_back() -> None:
    line = Signature("x", b"abcd", b"value")
    assert Note.parse(f"t\n\n{line}").signatures == (line,)
