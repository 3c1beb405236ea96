"""Which entry of a copy was changed: the leaves rebuilt from it against the supervisor's own tiles.

The tiles were stored when the entries were cosigned, so they say what each entry's hash was then.
"""

from collections.abc import Iterable, Iterator

from chassis.sealing.hashing import SIZE, split
from chassis.sealing.tiles import WIDTH, Tile, TileKey, tile_width
from oversight.copies import Copy

LISTED = 10
"""Changed positions that are named one by one; more are a range."""


AT_ONCE = 32
"""Stored tiles that are read at a time."""


class TileCheck:
    """Compares rebuilt tiles with stored ones, and remembers where they differ."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self._stored: dict[tuple[int, int], bytes] = {}
        self._partial: dict[int, Tile] = {}
        self.changed: list[int] = []
        """Positions whose leaf is not the stored one, in ascending order."""

        self.nodes: list[str] = []
        """Names of tiles that differ, or have not the length that they must have."""

        self._lengths: list[tuple[TileKey, int]] = []

    def compare(self, tiles: Iterable[Tile]) -> None:
        """The tiles that further entries gave; those that may still grow are kept for `close`."""
        for tile in tiles:
            if tile.width == WIDTH:
                self._partial.pop(tile.level, None)
                self._compare(tile)
            else:
                self._partial[tile.level] = tile

    def close(self, least: int, most: int) -> None:
        """The last entries were given; when tiles were read, those of so many were stored.

        Between `least` and `most` of them: the supervisor may have cosigned more meanwhile.
        """
        for tile in self._partial.values():
            self._compare(tile)
        for key, length in self._lengths:
            low, high = (tile_width(size, key.level, key.number) for size in (least, most))
            if most and not SIZE * low <= length <= SIZE * high:
                self.nodes.append(key.name)

    def _compare(self, tile: Tile) -> None:
        stored = self._tile(tile.level, tile.number)
        if len(stored) != len(tile.data):
            self._lengths.append((tile.key, len(stored)))
        # the newest entries may not be cosigned yet, and the copy may end before the tiles do
        length = min(len(stored), len(tile.data))
        if stored[:length] == tile.data[:length]:
            return
        if tile.level:
            self.nodes.append(tile.key.name)
            return
        pairs = enumerate(zip(split(tile.data), split(stored), strict=False))
        first = tile.number * WIDTH
        self.changed += [first + n for n, (ours, theirs) in pairs if ours != theirs]

    def _tile(self, level: int, number: int) -> bytes:
        if (level, number) not in self._stored:
            found = self._copy.tiles(level, number, AT_ONCE)
            self._stored = {(level, number + n): data for n, data in enumerate(found)}
        return self._stored[level, number]

    def between(self, start: int, end: int) -> list[int]:
        """The changed positions with start ≤ position < end."""
        return [position for position in self.changed if start <= position < end]

    def stored(self, position: int) -> bytes | None:
        """The stored leaf hash of a position."""
        (tile,) = self._copy.tiles(0, position // WIDTH, 1)
        at = position % WIDTH * SIZE
        return tile[at : at + SIZE] if len(tile) >= at + SIZE else None


def ranges(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending positions as runs: first and last of each."""
    run: tuple[int, int] | None = None
    for position in positions:
        if run is not None and position == run[1] + 1:
            run = (run[0], position)
            continue
        if run is not None:
            yield run
        run = (position, position)
    if run is not None:
        yield run
