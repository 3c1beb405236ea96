"""Keys of logs and witnesses: Ed25519 under a name, with their text forms (C2SP signed-note).

A key's id is the first four bytes of `SHA-256(name || 0x0A || kind || public key)`. One pair of
keys serves one purpose: the log's key signs checkpoints, a witness's key cosigns them, and neither
is ever used as the other.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from chassis.sealing.faults import MalformedKey

PUBLIC_SIZE = 32
TIME_SIZE = 8
MAX_TIME = 2**63 - 1


class Kind(IntEnum):
    """What a key signs: the assigned signature type bytes of C2SP signed-note."""

    LOG = 0x01
    """The text of a note, as it stands."""
    WITNESS = 0x04
    """A timestamped cosignature of a checkpoint (C2SP tlog-cosignature, v1)."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name. Its text form (vkey) is `name+id+base64`."""

    name: str
    kind: Kind
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != PUBLIC_SIZE:
            raise MalformedKey(reason="a public key of Ed25519 has 32 bytes")

    @property
    def id(self) -> bytes:
        """The key id, four bytes."""
        return key_id(self.name, self.kind, self.public)

    @property
    def label(self) -> str:
        """`name+id`, as messages name it."""
        return f"{self.name}+{self.id.hex()}"

    def __str__(self) -> str:
        return f"{self.label}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a vkey. Raises `MalformedKey`."""
        name, stated, kind, public = _parts(text)
        key = cls(name, kind, public)
        if key.id.hex() != stated:
            raise MalformedKey(reason="the id does not belong to the name and key")
        return key

    def verify(self, text: bytes, value: bytes) -> int | None:
        """Check a signature value over a note's text.

        Returns the time that a witness put on its cosignature, in seconds since 1970-01-01 UTC;
        None for a log's signature. Raises `cryptography.exceptions.InvalidSignature`.
        """
        time: int | None = None
        if self.kind is Kind.WITNESS:
            time = int.from_bytes(value[:TIME_SIZE], "big")
            value = value[TIME_SIZE:]
            if time > MAX_TIME:
                raise InvalidSignature
            text = cosigned_text(time, text)
        try:
            public = Ed25519PublicKey.from_public_bytes(self.public)
        except ValueError as error:
            raise InvalidSignature from error
        public.verify(value, text)
        return time


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A private key under a name. Its text form (skey) is `PRIVATE+KEY+name+id+base64`."""

    name: str
    kind: Kind
    seed: bytes = field(repr=False)
    _private: Ed25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != PUBLIC_SIZE:
            raise MalformedKey(reason="a private key of Ed25519 has 32 bytes")
        object.__setattr__(self, "_private", Ed25519PrivateKey.from_private_bytes(self.seed))

    @property
    def verifier(self) -> VerifierKey:
        """The public key."""
        return VerifierKey(self.name, self.kind, self._private.public_key().public_bytes_raw())

    def secret_text(self) -> str:
        """The skey. Whoever has it can sign: never log it."""
        secret = b64encode(bytes([self.kind]) + self.seed).decode()
        return f"PRIVATE+KEY+{self.verifier.label}+{secret}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a skey. Raises `MalformedKey`, whose message never holds the key."""
        prefix, _, rest = text.partition("PRIVATE+KEY+")
        if prefix or not rest:
            raise MalformedKey(reason="not a private key")
        name, stated, kind, seed = _parts(rest)
        key = cls(name, kind, seed)
        if key.verifier.id.hex() != stated:
            raise MalformedKey(reason="the id does not belong to the name and key")
        return key

    def sign(self, text: bytes, time: int | None = None) -> bytes:
        """The signature value over a note's text.

        A witness's key needs the time, in seconds since 1970-01-01 UTC; a log's key takes none.
        """
        if self.kind is Kind.LOG:
            assert time is None, "a log's signature carries no time"
            return self._private.sign(text)
        assert time is not None, "a cosignature carries its time"
        assert 0 <= time <= MAX_TIME, "a time after 1970"
        return time.to_bytes(TIME_SIZE, "big") + self._private.sign(cosigned_text(time, text))


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes that, with the name, say which key signed."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def cosigned_text(time: int, text: bytes) -> bytes:
    """What a witness signs: two lines of its own and the checkpoint."""
    return b"cosignature/v1\ntime %d\n" % time + text


def check_name(name: str) -> None:
    """Raise `MalformedKey` unless the name can stand in a signature line."""
    printable = all(character >= " " and not character.isspace() for character in name)
    if not name or "+" in name or not printable or not _encodable(name):
        raise MalformedKey(reason="a name is not empty and has no space, plus or control character")


def base64_bytes(text: str) -> bytes | None:
    """The bytes of standard base64 in its one canonical spelling; None for anything else."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return None
    return data if b64encode(data).decode() == text else None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parts(text: str) -> tuple[str, str, Kind, bytes]:
    """Name, stated id, kind and key of `name+id+base64`."""
    parts = text.split("+", 2)  # base64 may hold a plus itself
    data = base64_bytes(parts[2]) if len(parts) == 3 else None
    if data is None or len(data) < 1:
        raise MalformedKey(reason="it is not name+id+base64")
    if data[0] not in list(Kind):
        raise MalformedKey(reason=f"kind {data[0]} is not of a log or a witness")
    return parts[0], parts[1], Kind(data[0]), data[1:]
