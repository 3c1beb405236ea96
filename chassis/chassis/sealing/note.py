"""Signed notes (C2SP signed-note): a text, an empty line, and signatures of named keys.

```
<text, one or more lines>

— <key name> <base64 of key id and signature>
```
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature

from chassis.sealing.faults import BadSignature, MalformedKey, MalformedNote, NotSigned
from chassis.sealing.keys import SignerKey, VerifierKey, base64_bytes, check_name

MAX_NOTE = 1_000_000
"""Bytes of the longest note that is read."""

MAX_SIGNATURES = 100
_MARK = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class Signature(NamedTuple):
    """One signature line, not checked: a key's name and id, and the signature value."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_MARK}{self.name} {b64encode(self.key_id + self.value).decode()}\n"


class Verified(NamedTuple):
    """A signature that holds: whose it is and, for a witness, when it was made (Unix seconds)."""

    key: VerifierKey
    time: int | None


@dataclass(frozen=True, slots=True)
class Note:
    """A text with signatures. Believe nothing of it before `verify`."""

    text: str
    """Ends with a newline."""
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, note: str | bytes) -> Self:
        """Read a note. Raises `MalformedNote`."""
        if len(note) > MAX_NOTE:
            raise MalformedNote(reason="it is too long")
        try:
            note = note.decode() if isinstance(note, bytes) else note.encode().decode()
        except UnicodeError as error:
            raise MalformedNote(reason="it is not UTF-8") from error
        text, found, lines = note.rpartition("\n\n")
        check_text(text + "\n")
        if not found or not lines.endswith("\n"):
            raise MalformedNote(reason="no signature follows an empty line")
        signatures = tuple(map(_signature, lines[:-1].split("\n")))
        if len(signatures) > MAX_SIGNATURES:
            raise MalformedNote(reason="it has too many signatures")
        return cls(text + "\n", signatures)

    def verify(self, keys: Iterable[VerifierKey], threshold: int = 1) -> list[Verified]:
        """The signatures of these keys, one for each key, in the order of the note.

        Signatures of other keys are passed over. Raises `BadSignature` when one of these keys'
        signatures does not hold, `NotSigned` when fewer than `threshold` public keys signed.
        """
        text = self.text.encode()
        known: dict[tuple[str, bytes], VerifierKey] = {(key.name, key.id): key for key in keys}
        found: dict[VerifierKey, Verified] = {}
        for name, id_, value in self.signatures:
            key = known.get((name, id_))
            if key is None:
                continue
            try:
                time = key.verify(text, value)
            except InvalidSignature as error:
                raise BadSignature(key=key.label) from error
            found.setdefault(key, Verified(key, time))
        if len({key.public for key in found}) < threshold:
            raise NotSigned
        return list(found.values())

    def add(self, *signatures: Signature) -> "Note":
        """The note with more signatures; one of the same name and id takes the old one's place."""
        fresh = {(signature.name, signature.key_id) for signature in signatures}
        kept = [s for s in self.signatures if (s.name, s.key_id) not in fresh]
        return Note(self.text, (*kept, *signatures))


def sign(text: str, signer: SignerKey, time: int | None = None) -> Signature:
    """A signature of a text; a witness's key needs the time. Raises `MalformedNote`."""
    check_text(text)
    key = signer.verifier
    return Signature(key.name, key.id, signer.sign(text.encode(), time))


def check_text(text: str) -> None:
    """Raise `MalformedNote` unless the text can be signed."""
    if not text.endswith("\n"):
        raise MalformedNote(reason="the text does not end with a newline")
    if _CONTROL.search(text):
        raise MalformedNote(reason="it has a control character")


def _signature(line: str) -> Signature:
    mark, _, rest = line.partition(_MARK)
    name, _, encoded = rest.partition(" ")
    data = base64_bytes(encoded)
    if mark or data is None or len(data) < 5:
        raise MalformedNote(reason="a line after the text is not a signature")
    try:
        check_name(name)
    except MalformedKey as error:
        raise MalformedNote(reason="a signature's key has no valid name") from error
    return Signature(name, data[:4], data[4:])
