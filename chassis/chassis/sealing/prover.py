"""Computing proofs from the stored tiles of a log: a few tiles a proof, whatever the size.

A prover checks each proof against the root before it hands it out, so a tile that was changed
shows itself here and not at the one who receives the proof.
"""

from chassis.sealing.faults import Fault, OutOfRange, TileMismatch
from chassis.sealing.hashing import Hashing
from chassis.sealing.proofs import verify_consistency, verify_inclusion
from chassis.sealing.tiles import HEIGHT, WIDTH, ReadTile, TileKey, tile_hashes, tile_width

MAX_KEPT = 4096
"""Tiles that a prover keeps in memory (8 KiB each, and as much again for the objects)."""


class Prover:
    """Proofs in the tree of one checkpoint. Keeps the tiles that it read: use it for a request."""

    def __init__(self, hashing: Hashing, size: int, root: bytes, read: ReadTile) -> None:
        self._hashing = hashing
        self.size = size
        self.root = root
        self._read = read
        self._tiles: dict[TileKey, list[bytes]] = {}

    def leaf(self, position: int) -> bytes:
        """The leaf hash at a position, as stored. Raises `OutOfRange`, `MalformedTile`."""
        if not 0 <= position < self.size:
            raise OutOfRange(what="position", value=position, size=self.size)
        return self._tile(0, position // WIDTH)[position % WIDTH]

    def inclusion(self, position: int) -> list[bytes]:
        """The inclusion proof of a position (RFC 9162, 2.1.3.1).

        Raises `OutOfRange`, `MalformedTile`, and `TileMismatch` when the tiles do not lead to the
        root.
        """
        leaf = self.leaf(position)
        proof: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + _half(end - start)
            if position < middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        proof.reverse()
        try:
            verify_inclusion(self._hashing, position, self.size, leaf, proof, self.root)
        except Fault as error:
            raise self._mismatch() from error
        return proof

    def consistency(self, old: int) -> list[bytes]:
        """The consistency proof from an earlier size (RFC 9162, 2.1.4.1); empty from 0.

        Raises as `inclusion`.
        """
        old_root = self.root_at(old)
        proof: list[bytes] = []
        start, end, whole = 0, self.size, True
        while old > 0 and old != end:
            middle = start + _half(end - start)
            if old <= middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start, whole = middle, False
        if not whole:
            proof.append(self._range(start, end))
        proof.reverse()
        try:
            verify_consistency(self._hashing, old, self.size, proof, old_root, self.root)
        except Fault as error:
            raise self._mismatch() from error
        return proof

    def root_at(self, size: int) -> bytes:
        """The root that the tree had at an earlier size. Raises `OutOfRange`, `MalformedTile`."""
        if not 0 <= size <= self.size:
            raise OutOfRange(what="size", value=size, size=self.size)
        return self._range(0, size) if size else self._hashing.empty

    def _range(self, start: int, end: int) -> bytes:
        """The root above the leaves start ≤ n < end, where start is a multiple of the span."""
        row: list[bytes] = []
        while start < end:
            height = (end - start).bit_length() - 1  # the largest complete subtree
            row.append(self._subtree(height, start >> height))
            start += 1 << height
        found = row.pop()
        while row:
            found = self._hashing.node(row.pop(), found)
        return found

    def _subtree(self, height: int, index: int) -> bytes:
        """The root of a complete subtree, folded from one tile."""
        level, inner = divmod(height, HEIGHT)
        first = index << inner
        tile = self._tile(level, first // WIDTH)
        at = first % WIDTH
        return self._hashing.fold(tile[at : at + (1 << inner)])

    def _tile(self, level: int, number: int) -> list[bytes]:
        key = TileKey(level, number, tile_width(self.size, level, number))
        found = self._tiles.get(key)
        if found is None:
            if len(self._tiles) >= MAX_KEPT:
                self._tiles.clear()
            found = self._tiles[key] = tile_hashes(self._read, key)
        return found

    def _mismatch(self) -> TileMismatch:
        return TileMismatch(name=", ".join(sorted(key.name for key in self._tiles)))


def _half(count: int) -> int:
    """The largest power of two below a count of 2 or more."""
    return 1 << ((count - 1).bit_length() - 1)
