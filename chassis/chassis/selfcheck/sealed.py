"""The stored seal of the service's own log against its entries: tiles and checkpoints.

Two trees grow side by side: one over the entries, one over the stored leaf hashes. A checkpoint
that neither gives was changed itself; one that only the stored hashes give says that entries were;
one that only the entries give says that hashes were.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chassis.sealing.checkpoint import Checkpoint, open_checkpoint
from chassis.sealing.faults import Fault
from chassis.sealing.hashing import SHA256, SIZE, Hashing, split
from chassis.sealing.keys import VerifierKey
from chassis.sealing.tiles import WIDTH, TileKey
from chassis.sealing.tree import TreeState
from chassis.selfcheck.snapshot import Snapshot

LOG_TILES_CHANGED = "log-tiles-changed"
"""A stored hash of the tree is not what the entries give."""

LOG_CHECKPOINT_CHANGED = "log-checkpoint-changed"
"""A stored checkpoint is not what the log signed of its entries."""

ENTRY_NOT_AS_SEALED = "entry-not-as-sealed"
"""An entry is not the one whose hash was sealed."""

NAMED = 5
"""Tiles, entries and checkpoints that are named at the most, each."""


@dataclass(frozen=True)
class Unsealed:
    """What is wrong: a tile by its name, an entry by its position, a checkpoint by its size."""

    what: str
    name: str
    position: int = -1


class Sealed:
    """Compares the seal of one log. `key` is the log's; None leaves signatures unchecked."""

    def __init__(self, key: VerifierKey | None) -> None:
        self._key = key
        self._found: dict[str, list[Unsealed]] = {}
        self._tiles: dict[tuple[int, int], bytes] = {}

    def compare(self, snapshot: Snapshot) -> list[Unsealed]:
        """What is wrong with the stored tiles and checkpoints."""
        checkpoints = [(size, self._opened(size, note)) for size, note in snapshot.checkpoints()]
        first = next((each for _, each in checkpoints if each is not None), None)
        stored = dict(snapshot.tiles())
        self._walk(_hashed(snapshot.texts(), first), checkpoints, stored, first)
        for place in sorted(self._tiles.keys() | stored.keys()):
            if self._tiles.get(place, b"") != stored.get(place, b"") and not self._explained(place):
                width = len(self._tiles.get(place, b"")) // SIZE
                self._add(LOG_TILES_CHANGED, TileKey(*place, width or WIDTH).name)
        return [each for found in self._found.values() for each in found]

    def _walk(
        self,
        leaves: Iterable[list[bytes]],
        checkpoints: Sequence[tuple[int, Checkpoint | None]],
        stored: dict[tuple[int, int], bytes],
        first: Checkpoint | None,
    ) -> None:
        method = _method(first)
        own, other = TreeState(method), TreeState(method)
        waiting = iter(checkpoints)
        upcoming = next(waiting, None)
        for batch in leaves:
            left = batch
            while left:
                room = upcoming[0] - own.size if upcoming is not None else len(left)
                part, left = left[: max(room, 1)], left[max(room, 1) :]
                sealed = _stored_leaves(stored, own.size, part)
                self._leaves(own.size, part, sealed)
                own, other = self._grown(own, part), other.append(sealed).state
                while upcoming is not None and upcoming[0] <= own.size:
                    self._judge(upcoming, own, other)
                    upcoming = next(waiting, None)
        while upcoming is not None:
            self._judge(upcoming, own, other)
            upcoming = next(waiting, None)

    def _grown(self, tree: TreeState, leaves: list[bytes]) -> TreeState:
        growth = tree.append(leaves)
        for tile in growth.tiles:
            self._tiles[tile.level, tile.number] = tile.data
        return growth.state

    def _leaves(self, start: int, own: list[bytes], sealed: list[bytes]) -> None:
        for number, (leaf, other) in enumerate(zip(own, sealed, strict=True)):
            if leaf != other:
                self._add(ENTRY_NOT_AS_SEALED, "", start + number)

    def _judge(
        self, stored: tuple[int, Checkpoint | None], own: TreeState, other: TreeState
    ) -> None:
        size, checkpoint = stored
        if checkpoint is None:
            return  # said when it was opened
        by_entries = own.size == size and own.root == checkpoint.root
        by_hashes = other.size == size and other.root == checkpoint.root
        if by_entries:
            self._found.pop(ENTRY_NOT_AS_SEALED, None)  # then it was the hash that was changed
        elif not by_hashes:
            self._add(LOG_CHECKPOINT_CHANGED, str(size), size)

    def _explained(self, place: tuple[int, int]) -> bool:
        """Whether a tile differs because entries below it do."""
        changed = self._found.get(ENTRY_NOT_AS_SEALED, ())
        span = WIDTH ** (place[0] + 1)
        return any(each.position // span == place[1] for each in changed)

    def _opened(self, size: int, note: str) -> Checkpoint | None:
        try:
            if self._key is None:
                checkpoint = Checkpoint.parse(note.partition("\n\n")[0] + "\n")
            else:
                checkpoint = open_checkpoint(note, self._key).checkpoint
        except Fault:
            checkpoint = None
        if checkpoint is None or checkpoint.size != size:
            self._add(LOG_CHECKPOINT_CHANGED, str(size), size)
            return None
        return checkpoint

    def _add(self, what: str, name: str, position: int = -1) -> None:
        found = self._found.setdefault(what, [])
        if len(found) < NAMED:
            found.append(Unsealed(what, name, position))


def _method(first: Checkpoint | None) -> Hashing:
    try:
        return SHA256 if first is None else first.hashing
    except Fault:
        return SHA256


def _hashed(texts: Iterable[list[bytes]], first: Checkpoint | None) -> Iterator[list[bytes]]:
    method = _method(first)
    for batch in texts:
        yield method.leaves(batch)


def _stored_leaves(
    stored: dict[tuple[int, int], bytes], start: int, own: list[bytes]
) -> list[bytes]:
    """The stored hashes of these positions; where there is none, one that fits nothing."""
    found: list[bytes] = []
    position = start
    while len(found) < len(own):
        number, place = divmod(position, WIDTH)
        row = split(stored.get((0, number), b"")[: WIDTH * SIZE])
        take = row[place : place + len(own) - len(found)]
        missing = min(WIDTH - place, len(own) - len(found)) - len(take)
        found += [*take, *[bytes(SIZE)] * missing]
        position = start + len(found)
    return found
