"""Which entry of a copy was changed: the leaves rebuilt from it against the supervisor's own tiles.

The tiles were stored when the entries were cosigned, so they say what each entry's hash was then.
"""

from collections.abc import Iterable, Iterator

from chassis.sealing.hashing import SIZE, split
from chassis.sealing.tiles import WIDTH, ReadTile, Tile

LISTED = 10
"""Changed positions that are named one by one; more are a range."""


class TileCheck:
    """Compares rebuilt tiles with stored ones, and remembers where they differ."""

    def __init__(self, read: ReadTile) -> None:
        self._read = read
        self.changed: list[int] = []
        """Positions whose leaf is not the stored one."""

        self.nodes: list[str] = []
        """Names of tiles above the leaves that differ."""

    def compare(self, tiles: Iterable[Tile]) -> None:
        """The tiles that further entries gave; the last of each level may be partial still."""
        for tile in tiles:
            stored = self._read(tile.level, tile.number, WIDTH)
            # the newest entries may not be cosigned yet, and the copy may end before the tiles do
            length = min(len(stored), len(tile.data))
            if stored[:length] == tile.data[:length]:
                continue
            if tile.level:
                self.nodes.append(tile.key.name)
                continue
            self._leaves(tile, split(stored))

    def between(self, start: int, end: int) -> list[int]:
        """The changed positions with start ≤ position < end."""
        return [position for position in self.changed if start <= position < end]

    def stored(self, position: int) -> bytes | None:
        """The stored leaf hash of a position."""
        tile = self._read(0, position // WIDTH, WIDTH)
        at = position % WIDTH * SIZE
        return tile[at : at + SIZE] if len(tile) >= at + SIZE else None

    def _leaves(self, tile: Tile, stored: list[bytes]) -> None:
        own = split(tile.data)
        first = tile.number * WIDTH
        known = set(self.changed[-WIDTH:])
        differing = [
            n for n, pair in enumerate(zip(own, stored, strict=False)) if pair[0] != pair[1]
        ]
        self.changed += [first + n for n in differing if first + n not in known]


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
