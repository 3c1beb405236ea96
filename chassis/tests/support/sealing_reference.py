"""The tree as RFC 9162 defines it, written down word for word: slow, and for tests alone."""

from collections.abc import Sequence

from chassis.sealing.hashing import Hashing
from chassis.sealing.tree import TreeState


def split_at(count: int) -> int:
    """The largest power of two smaller than a count."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def tree_hash(hashing: Hashing, leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n]), section 2.1.1, over leaf hashes."""
    if not leaves:
        return hashing.empty
    if len(leaves) == 1:
        return leaves[0]
    k = split_at(len(leaves))
    return hashing.node(tree_hash(hashing, leaves[:k]), tree_hash(hashing, leaves[k:]))


def path(hashing: Hashing, m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]), section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split_at(len(leaves))
    if m < k:
        return [*path(hashing, m, leaves[:k]), tree_hash(hashing, leaves[k:])]
    return [*path(hashing, m - k, leaves[k:]), tree_hash(hashing, leaves[:k])]


def proof(hashing: Hashing, m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n]), section 2.1.4.1, for 0 < m <= n."""
    return _subproof(hashing, m, leaves, whole=True)


def _subproof(hashing: Hashing, m: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [tree_hash(hashing, leaves)]
    k = split_at(len(leaves))
    if m <= k:
        below = _subproof(hashing, m, leaves[:k], whole=whole)
        return [*below, tree_hash(hashing, leaves[k:])]
    below = _subproof(hashing, m - k, leaves[k:], whole=False)
    return [*below, tree_hash(hashing, leaves[:k])]


class TileStore:
    """Stored tiles, insert-only: storing a key twice is an error."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int, int], bytes] = {}
        self.reads = 0

    def read(self, level: int, number: int, width: int) -> bytes:
        """A stored tile."""
        self.reads += 1
        return self.tiles[level, number, width]

    def grow(self, state: TreeState, leaves: Sequence[bytes]) -> TreeState:
        """Append to a tree and store its tiles."""
        growth = state.append(leaves)
        for tile in growth.tiles:
            assert tile.key not in self.tiles
            self.tiles[tile.key] = tile.data
        return growth.state


def leaf_hashes(hashing: Hashing, count: int) -> list[bytes]:
    """The leaf hashes of `entry 0`, `entry 1` and so on."""
    return hashing.leaves(b"entry %d" % number for number in range(count))
