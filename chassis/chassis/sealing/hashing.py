"""Hashing of the log's tree: RFC 6962/9162 with SHA-256 or SM3 (GB/T 32905).

A leaf is `H(0x00 || entry)`, a node `H(0x01 || left || right)`, the empty tree `H()`. The prefixes
keep leaves and nodes apart, so no entry can pass for a part of the tree.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from chassis.sealing.faults import UnknownHash

SIZE = 32
"""Bytes of a hash, with either algorithm."""


@dataclass(frozen=True, slots=True)
class Hashing:
    """How the hashes of one log are computed. Made by `hashing`."""

    name: str
    digest: Callable[[bytes], bytes]

    @property
    def empty(self) -> bytes:
        """The root of the tree without leaves."""
        return self.digest(b"")

    def leaf(self, entry: bytes) -> bytes:
        """The leaf hash of an entry."""
        return self.digest(b"\x00" + entry)

    def leaves(self, entries: Iterable[bytes]) -> list[bytes]:
        """The leaf hashes of many entries, in order."""
        if self.digest is _sha256:  # without a call of ours in between, a fifth faster
            return [sha256(b"\x00" + entry).digest() for entry in entries]
        digest = self.digest
        return [digest(b"\x00" + entry) for entry in entries]

    def node(self, left: bytes, right: bytes) -> bytes:
        """The hash above two hashes."""
        return self.digest(b"\x01" + left + right)

    def parents(self, row: Sequence[bytes]) -> list[bytes]:
        """The row above a row of an even number of hashes."""
        pairs = range(0, len(row), 2)
        if self.digest is _sha256:
            return [sha256(b"\x01" + row[n] + row[n + 1]).digest() for n in pairs]
        digest = self.digest
        return [digest(b"\x01" + row[n] + row[n + 1]) for n in pairs]

    def fold(self, row: Sequence[bytes]) -> bytes:
        """The root above any number of hashes, one at least (RFC 9162, 2.1.1)."""
        rest: bytes | None = None
        while len(row) > 1:
            if len(row) % 2:
                rest = row[-1] if rest is None else self.node(row[-1], rest)
                row = row[:-1]
            row = self.parents(row)
        return row[0] if rest is None else self.node(row[0], rest)


def _sha256(data: bytes) -> bytes:
    return sha256(data).digest()


def _sm3(data: bytes) -> bytes:
    context = hashes.Hash(hashes.SM3())
    context.update(data)
    return context.finalize()


SHA256 = Hashing("sha-256", _sha256)
SM3 = Hashing("sm3", _sm3)


def hashing(name: str) -> Hashing:
    """The hashing that a name stands for: `sha-256` or `sm3`.

    Raises `UnknownHash` for another name, and where the machine's OpenSSL has no SM3.
    """
    for known in (SHA256, SM3):
        if known.name == name:
            try:
                known.digest(b"")
            except UnsupportedAlgorithm as error:
                raise UnknownHash(name=name) from error
            return known
    raise UnknownHash(name=name)


def split(data: bytes) -> list[bytes]:
    """The hashes of a tile's bytes."""
    return [data[at : at + SIZE] for at in range(0, len(data), SIZE)]
