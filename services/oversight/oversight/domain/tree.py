"""The tree over a log's entries (RFC 6962), as the supervisor computes it: no code of the logs.

A leaf is `H(0x00 || entry)`, a node `H(0x01 || left || right)`; the leaves are given.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

SIZE = 32
"""Bytes of a hash."""

Digest = Callable[[bytes], bytes]


def plain_sha256(data: bytes) -> bytes:
    """The digest of logs that name no other."""
    return sha256(data).digest()


def roots(digest: Digest, leaves: bytes | bytearray, sizes: Iterable[int]) -> Iterator[bytes]:
    """The root at each size, given in ascending order; `leaves` are leaf hashes end to end."""
    peaks: list[bytes | None] = []
    done = 0
    for size in sizes:
        row = [bytes(leaves[at * SIZE : (at + 1) * SIZE]) for at in range(done, size)]
        done = size
        _add(digest, peaks, row)
        yield _root(digest, peaks)


def _add(digest: Digest, peaks: list[bytes | None], row: list[bytes]) -> None:
    """Add leaves to the roots of the complete subtrees, lowest first."""
    height = 0
    while row:
        if height == len(peaks):
            peaks.append(None)
        waiting = peaks[height]
        if waiting is not None:
            row.insert(0, waiting)
        peaks[height] = row.pop() if len(row) % 2 else None
        row = [digest(b"\x01" + row[n] + row[n + 1]) for n in range(0, len(row), 2)]
        height += 1


def _root(digest: Digest, peaks: list[bytes | None]) -> bytes:
    found: bytes | None = None
    for peak in peaks:
        if peak is not None:
            found = peak if found is None else digest(b"\x01" + peak + found)
    return digest(b"") if found is None else found
