"""Checkpoints (C2SP tlog-checkpoint): what a log commits to at a size, signed and cosigned.

The text is the origin, the size, the root in base64, and extension lines. Ours are:

```
hash sm3                                          the tree's hash, when it is not SHA-256
totals <fund> <region> <year> <bucket>=<fen> …    see `sealing.totals`
```

A key's name is the origin of its log, so whoever trusts a key knows which log it speaks for.
"""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from chassis.sealing.faults import (
    MalformedCheckpoint,
    MalformedNote,
    UnknownHash,
    WrongOrigin,
)
from chassis.sealing.hashing import SHA256, SIZE, Hashing, hashing
from chassis.sealing.keys import Kind, SignerKey, VerifierKey, base64_bytes
from chassis.sealing.note import Note, Signature, Verified, check_text, sign
from chassis.sealing.tiles import MAX_SIZE

MAX_ORIGIN = 255
"""Bytes of the longest origin."""

_HASH = "hash "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's commitment: its first `size` entries have this root. Raises `MalformedCheckpoint`."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE:
            raise MalformedCheckpoint(reason="the size is out of range")
        if len(self.root) != SIZE:
            raise MalformedCheckpoint(reason="the root is not a hash")
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise MalformedCheckpoint(reason="a line is empty")
        try:
            check_text(self.text)
            origin = self.origin.encode()
        except (MalformedNote, UnicodeEncodeError) as error:
            raise MalformedCheckpoint(reason="a line cannot be written") from error
        if len(origin) > MAX_ORIGIN:
            raise MalformedCheckpoint(reason="the origin is too long")

    @property
    def text(self) -> str:
        """The text that is signed."""
        root = b64encode(self.root).decode()
        return "".join(
            f"{line}\n" for line in (self.origin, str(self.size), root, *self.extensions)
        )

    @property
    def hashing(self) -> Hashing:
        """The hash of the tree, which the text itself names. Raises `UnknownHash`."""
        names = [line[len(_HASH) :] for line in self.extensions if line.startswith(_HASH)]
        if not names:
            return SHA256
        if len(names) > 1 or names[0] == SHA256.name:
            raise UnknownHash(name=", ".join(names))
        return hashing(names[0])

    @classmethod
    def of(
        cls, origin: str, size: int, root: bytes, method: Hashing, lines: Iterable[str] = ()
    ) -> Self:
        """The checkpoint of a tree, with further extension lines such as totals."""
        named = () if method.name == SHA256.name else (_HASH + method.name,)
        return cls(origin, size, root, (*named, *lines))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a checkpoint. Raises `MalformedCheckpoint`."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1]:
            raise MalformedCheckpoint(reason="it has fewer than three lines")
        origin, number, encoded, *extensions = lines[:-1]
        root = base64_bytes(encoded)
        if root is None:
            raise MalformedCheckpoint(reason="the root is not base64")
        if not (number.isascii() and number.isdigit()) or len(number) > 19:
            raise MalformedCheckpoint(reason="the size is not a number")
        found = cls(origin, int(number), root, tuple(extensions))
        if found.text != text:
            raise MalformedCheckpoint(reason="the size has a leading zero")
        return found


@dataclass(frozen=True, slots=True)
class SealedCheckpoint:
    """A checkpoint whose log's signature holds, and the cosignatures that hold."""

    checkpoint: Checkpoint
    note: Note
    cosignatures: tuple[Verified, ...]


def seal(checkpoint: Checkpoint, signer: SignerKey) -> Note:
    """The checkpoint, signed by its log. Raises `WrongOrigin` when the key is another log's."""
    assert signer.kind is Kind.LOG, "a log's key signs"
    if signer.name != checkpoint.origin:
        raise WrongOrigin(wanted=signer.name, found=checkpoint.origin)
    return Note(checkpoint.text, (sign(checkpoint.text, signer),))


def cosign(sealed: SealedCheckpoint, signer: SignerKey, time: int) -> Signature:
    """A witness's cosignature, for `Note.add`.

    It states that, at `time` (seconds since 1970-01-01 UTC), this was the largest consistent tree
    of the log that the witness had seen: check that before.
    """
    assert signer.kind is Kind.WITNESS, "a witness's key cosigns"
    return sign(sealed.note.text, signer, time)


def open_checkpoint(
    note: str | bytes,
    log: VerifierKey,
    witnesses: Iterable[VerifierKey] = (),
    threshold: int = 0,
) -> SealedCheckpoint:
    """Read a signed checkpoint and check its signatures.

    Args:
        note: the signed note.
        log: the log's key; its name is the origin that is wanted.
        witnesses: keys whose cosignatures are checked.
        threshold: how many different witnesses must have cosigned.

    Raises `MalformedNote`, `MalformedCheckpoint`, `WrongOrigin`, `BadSignature`, `NotSigned`.
    """
    assert log.kind is Kind.LOG, "a log's key"
    parsed = Note.parse(note)
    checkpoint = Checkpoint.parse(parsed.text)
    if checkpoint.origin != log.name:
        raise WrongOrigin(wanted=log.name, found=checkpoint.origin)
    parsed.verify([log])
    keys = list(witnesses)
    assert all(key.kind is Kind.WITNESS for key in keys), "witnesses' keys"
    return SealedCheckpoint(checkpoint, parsed, tuple(parsed.verify(keys, threshold)))
