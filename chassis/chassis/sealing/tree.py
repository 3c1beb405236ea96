"""The growing tree of a log, resumed from its tiles and advanced a batch at a time.

A state is immutable: appending gives a new one, with the tiles that have to be stored. A sequencer
keeps the old state until the transaction that stores the tiles has committed; a crash in between
leaves nothing to undo.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from chassis.sealing.faults import OutOfRange, TileMismatch
from chassis.sealing.frontier import Frontier, grow
from chassis.sealing.hashing import SIZE, Hashing
from chassis.sealing.tiles import (
    HEIGHT,
    MAX_SIZE,
    WIDTH,
    ReadTile,
    Tile,
    TileKey,
    tile_hashes,
    tile_width,
    tiles_of,
)


@dataclass(frozen=True, slots=True)
class TreeState(Frontier):
    """A tree of a size, reduced to what the growth of its tiles needs. Begin with `TreeState()`.

    `edges` are the bytes of the partial tile of each level, empty where there is none.
    """

    edges: tuple[bytes, ...] = ()

    @classmethod
    def resume(cls, hashing: Hashing, size: int, root: bytes, read: ReadTile) -> Self:
        """The state of a stored tree: reads the partial tile of each level, nothing else.

        Args:
            hashing: of the log.
            size: of the stored tree, from its last checkpoint.
            root: of the stored tree, from its last checkpoint.
            read: reads a stored tile.

        Raises `MalformedTile`, `OutOfRange`, and `TileMismatch` when the tiles do not give the
        root.
        """
        if not 0 <= size <= MAX_SIZE:
            raise OutOfRange(what="size", value=size, size=MAX_SIZE)
        peaks: list[bytes | None] = []
        edges: list[bytes] = []
        names: list[str] = []
        while count := size >> (HEIGHT * len(edges)):
            key = TileKey(len(edges), count // WIDTH, count % WIDTH)
            row = tile_hashes(read, key) if key.width else []
            names += [key.name] if row else []
            edges.append(b"".join(row))
            for height in range(HEIGHT):
                span = 1 << height
                if key.width & span:
                    start = key.width >> (height + 1) << (height + 1)
                    peaks.append(hashing.fold(row[start : start + span]))
                else:
                    peaks.append(None)
        while peaks and peaks[-1] is None:
            peaks.pop()
        state = cls(hashing, size, tuple(peaks), tuple(edges))
        if state.root != root:
            raise TileMismatch(name=", ".join(names))
        return state

    def append(self, leaves: Sequence[bytes]) -> "Growth":
        """The tree with more leaves (leaf hashes), and the tiles to store for it.

        Raises `MalformedHash` for a leaf that is not a hash.
        """
        peaks, edges, tiles = list(self.peaks), list(self.edges), list[Tile]()
        for height, row in enumerate(grow(self.hashing, peaks, leaves)):
            if height % HEIGHT == 0:
                tiles += self._widen(edges, height // HEIGHT, row)
        size = self.size + len(leaves)
        return Growth(TreeState(self.hashing, size, tuple(peaks), tuple(edges)), tiles)

    def _widen(self, edges: list[bytes], level: int, row: list[bytes]) -> list[Tile]:
        """Add a row of hashes to a level; the tiles that they made or widened."""
        if level == len(edges):
            edges.append(b"")
        start, first = len(edges[level]) // SIZE, (self.size >> (HEIGHT * level)) // WIDTH
        data = edges[level] + b"".join(row)
        step = WIDTH * SIZE
        tiles = [
            Tile(level, first + more, 0 if more else start, data[at : at + step])
            for more, at in enumerate(range(0, len(data), step))
        ]
        edges[level] = data[len(data) // step * step :]
        return tiles


@dataclass(frozen=True, slots=True)
class Growth:
    """What an append gives: the new state, and the tiles to store, all levels."""

    state: TreeState
    tiles: list[Tile]


def check_tiles(hashing: Hashing, size: int, root: bytes, read: ReadTile) -> None:
    """Check every tile of a stored tree against its root, from the top down.

    Raises `MalformedTile`, or `TileMismatch` with the name of the first tile that was changed.
    The partial tiles together give the root, so they are named together.
    """
    TreeState.resume(hashing, size, root, read)
    above: list[bytes] = []
    for key in sorted(tiles_of(size), key=lambda key: -key.level):
        if key.width < WIDTH:
            continue
        level, number = key.level + 1, key.number // WIDTH
        if key.number % WIDTH == 0:
            above = tile_hashes(read, TileKey(level, number, tile_width(size, level, number)))
        if hashing.fold(tile_hashes(read, key)) != above[key.number % WIDTH]:
            raise TileMismatch(name=key.name)
