"""Tiles and entry bundles of a log: names, widths and bytes, as in C2SP tlog-tiles.

A tile holds up to 256 consecutive hashes of one level: level 0 the leaf hashes, each level above
the hashes of the full tiles below. Only the rightmost tile of a level is partial, and a partial
tile is the beginning of every wider one. An entry bundle holds the entries of a tile of level 0.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from chassis.sealing.faults import (
    EntryTooLarge,
    MalformedBundle,
    MalformedName,
    MalformedTile,
    OutOfRange,
)
from chassis.sealing.hashing import SIZE, split

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes of a full tile, and entries of a full bundle."""

MAX_ENTRY = 0xFFFF
"""Bytes of the largest entry: its length is written in two bytes."""

MAX_SIZE = 2**63 - 1
"""The largest size of a tree."""

ReadTile = Callable[[int, int, int], bytes]
"""Reads a tile: (level, number, width) → at least `width` hashes; a wider tile will do."""

_NUMBER = re.compile(r"(x[0-9]{3}/)*[0-9]{3}")
_NAME = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<number>[x0-9/]+)(\.p/(?P<width>[0-9]+))?"
)


class TileKey(NamedTuple):
    """Which tile: its level, its number in the level and how many hashes it holds."""

    level: int
    number: int
    width: int

    @property
    def name(self) -> str:
        """Its path: `tile/<L>/<N>[.p/<W>]`."""
        return _named(str(self.level), self.number, self.width)


class BundleKey(NamedTuple):
    """Which entry bundle: its number and how many entries it holds."""

    number: int
    width: int

    @property
    def name(self) -> str:
        """Its path: `tile/entries/<N>[.p/<W>]`."""
        return _named("entries", self.number, self.width)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile that an append made or widened.

    Two ways of storing it insert-only: `data` under `key`, a copy of a partial tile for each
    width; or only `fresh` under (level, number, start), each hash once, where a reader joins the
    pieces in order of `start`.
    """

    level: int
    number: int
    start: int
    """Hashes that the tile held before the append."""
    data: bytes
    """All its hashes."""

    @property
    def width(self) -> int:
        """How many hashes it holds."""
        return len(self.data) // SIZE

    @property
    def key(self) -> TileKey:
        """Its key and, by that, its name."""
        return TileKey(self.level, self.number, self.width)

    @property
    def fresh(self) -> bytes:
        """The hashes that the append added."""
        return self.data[self.start * SIZE :]


def tile_width(size: int, level: int, number: int) -> int:
    """How many hashes a tile holds in a tree of a size; 0 when the tree has no such tile."""
    return max(0, min(WIDTH, (size >> (HEIGHT * level)) - number * WIDTH))


def tiles_of(size: int) -> Iterator[TileKey]:
    """Every tile of a tree of a size, level by level, partial ones last in their level."""
    level = 0
    while count := size >> (HEIGHT * level):
        for number in range((count + WIDTH - 1) // WIDTH):
            yield TileKey(level, number, min(WIDTH, count - number * WIDTH))
        level += 1


def tile_hashes(read: ReadTile, key: TileKey) -> list[bytes]:
    """Read a tile's hashes. Raises `MalformedTile` when it is short or not whole hashes."""
    data = read(*key)
    if len(data) < key.width * SIZE or len(data) > WIDTH * SIZE or len(data) % SIZE:
        raise MalformedTile(name=key.name, wanted=key.width * SIZE, found=len(data))
    return split(data[: key.width * SIZE])


def bundle_of(size: int, position: int) -> BundleKey:
    """The entry bundle that holds a position of a tree. Raises `OutOfRange`."""
    if not 0 <= position < size:
        raise OutOfRange(what="position", value=position, size=size)
    number = position // WIDTH
    return BundleKey(number, tile_width(size, 0, number))


def parse_name(name: str) -> TileKey | BundleKey:
    """Read a path. Only the one canonical spelling counts. Raises `MalformedName`."""
    found = _NAME.fullmatch(name)
    if found is None or _NUMBER.fullmatch(found["number"]) is None:
        raise MalformedName(name=name)
    digits = found["number"].replace("x", "").replace("/", "")
    width_text = found["width"]
    if len(digits) > 21 or (width_text is not None and len(width_text) > 3):
        raise MalformedName(name=name)
    width = WIDTH if width_text is None else int(width_text)
    key: TileKey | BundleKey
    if found["level"] == "entries":
        key = BundleKey(int(digits), width)
    else:
        key = TileKey(int(found["level"]), int(digits), width)
        if key.level >= 64:
            raise MalformedName(name=name)
    if not 0 < width <= WIDTH or key.number * WIDTH > MAX_SIZE or key.name != name:
        raise MalformedName(name=name)
    return key


def check_entry(entry: bytes) -> None:
    """Raise `EntryTooLarge` when an entry does not fit an entry bundle: call it at append."""
    if len(entry) > MAX_ENTRY:
        raise EntryTooLarge(size=len(entry), limit=MAX_ENTRY)


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """The bytes of an entry bundle. Raises `EntryTooLarge`; `MalformedBundle` beyond 256."""
    parts: list[bytes] = []
    for entry in entries:
        check_entry(entry)
        parts += (len(entry).to_bytes(2, "big"), entry)
    if not 0 < len(parts) <= 2 * WIDTH:
        raise MalformedBundle(reason=f"{len(parts) // 2} entries")
    return b"".join(parts)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle of `width` entries. Raises `MalformedBundle`."""
    entries: list[bytes] = []
    at, end = 0, len(data)
    while at < end:
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if at > end:
            raise MalformedBundle(reason=f"entry {len(entries)} of {width} does not fit")
        entries.append(data[start:at])
    if len(entries) != width:
        raise MalformedBundle(reason=f"{len(entries)} entries instead of {width}")
    return entries


def _named(level: str, number: int, width: int) -> str:
    """`tile/<level>/<number in groups of three>[.p/<width>]`."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{path}" + ("" if width == WIDTH else f".p/{width}")
