"""What is left of a tree when only its root is wanted: the roots of its complete subtrees.

Whoever follows a log entry by entry keeps this (some hundred bytes, whatever the size) and can say
at any moment which root the entries so far have: the statement that the log itself signs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from chassis.sealing.faults import MalformedHash
from chassis.sealing.hashing import SHA256, SIZE, Hashing, split


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree of a size. Begin with `Frontier()`.

    `peaks` are the roots of the complete subtrees that the size's bits stand for, lowest first.
    """

    hashing: Hashing = SHA256
    size: int = 0
    peaks: tuple[bytes | None, ...] = ()

    @property
    def root(self) -> bytes:
        """The root of the tree (RFC 9162, 2.1.1)."""
        found: bytes | None = None
        for peak in self.peaks:
            if peak is not None:
                found = peak if found is None else self.hashing.node(peak, found)
        return self.hashing.empty if found is None else found

    def extend(self, leaves: Sequence[bytes]) -> "Frontier":
        """The frontier with more leaves (leaf hashes). Raises `MalformedHash`."""
        peaks = list(self.peaks)
        for _ in grow(self.hashing, peaks, leaves):
            pass
        return Frontier(self.hashing, self.size + len(leaves), tuple(peaks))

    def packed(self) -> bytes:
        """The peaks' hashes, lowest first, for `unpack`."""
        return b"".join(peak for peak in self.peaks if peak is not None)

    @classmethod
    def unpack(cls, hashing: Hashing, size: int, packed: bytes) -> Self:
        """The frontier of a size. Raises `MalformedHash` unless each of its bits has a hash."""
        if len(packed) != size.bit_count() * SIZE:
            raise MalformedHash(what="frontier")
        hashes = iter(split(packed))
        bits = range(size.bit_length())
        return cls(hashing, size, tuple(next(hashes) if size >> n & 1 else None for n in bits))


def grow(
    hashing: Hashing, peaks: list[bytes | None], leaves: Sequence[bytes]
) -> Iterator[list[bytes]]:
    """Add leaves to the peaks, in place; gives each row of new hashes, the leaves' own first.

    Raises `MalformedHash` for a leaf that is not a hash, before anything is changed.
    """
    if any(len(leaf) != SIZE for leaf in leaves):
        raise MalformedHash(what="leaf")
    row, height = list(leaves), 0
    while row:
        yield row
        if height == len(peaks):
            peaks.append(None)
        peak = peaks[height]
        if peak is not None:
            row.insert(0, peak)
        peaks[height] = row.pop() if len(row) % 2 else None
        row = hashing.parents(row)
        height += 1
