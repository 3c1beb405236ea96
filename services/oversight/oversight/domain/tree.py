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


WIDTH, HEIGHT = 256, 8
"""Leaves of a full tile (C2SP tlog-tiles), and how high above them its root is."""


def roots(
    digest: Digest,
    leaves: bytes | bytearray,
    sizes: Iterable[int],
    nodes: bytes | bytearray = b"",
) -> Iterator[bytes]:
    """The root at each size, given in ascending order; `leaves` are leaf hashes end to end.

    `nodes` are the roots of the full tiles, as far as they are known: where they are, no more than
    a tile's leaves are hashed for a size.
    """
    tall: list[bytes | None] = []
    low: list[bytes | None] = []
    tiles, done = 0, 0
    for size in sizes:
        known = min(size // WIDTH, len(nodes) // SIZE)
        if known > tiles:
            _add(digest, tall, _split(nodes, tiles, known))
            low, tiles, done = [], known, known * WIDTH
        _add(digest, low, _split(leaves, done, size))
        done = size
        yield _root(digest, _joined(low, tall))


def _split(hashes: bytes | bytearray, start: int, end: int) -> list[bytes]:
    return [bytes(hashes[at * SIZE : (at + 1) * SIZE]) for at in range(start, end)]


def _joined(low: list[bytes | None], tall: list[bytes | None]) -> list[bytes | None]:
    """The peaks of a tree, of which the tall ones begin at a tile's height."""
    if not tall:
        return low
    assert len(low) <= HEIGHT, "what is beyond the known tiles is less than a tile"
    return [*low, *[None] * (HEIGHT - len(low)), *tall]


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
