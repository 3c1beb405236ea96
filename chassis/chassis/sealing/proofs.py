"""Verifying proofs of inclusion and of consistency (RFC 9162, 2.1.3.2 and 2.1.4.2)."""

from collections.abc import Sequence
from hmac import compare_digest

from chassis.sealing.faults import MalformedHash, NotConsistent, NotIncluded, OutOfRange
from chassis.sealing.hashing import SIZE, Hashing


def verify_inclusion(
    hashing: Hashing, position: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf is at a position of the tree of a size and root.

    Args:
        hashing: of the log.
        position: of the leaf, from 0.
        size: of the tree.
        leaf: the leaf hash.
        proof: the inclusion proof, from the leaf's sibling up.
        root: of the tree.

    Raises `OutOfRange`, `MalformedHash`, `NotIncluded`.
    """
    if not 0 <= position < size:
        raise OutOfRange(what="position", value=position, size=size)
    _check_hashes(proof, leaf, root)
    roots = _climb(hashing, position, size - 1, leaf, proof)
    if roots is None or not compare_digest(roots[1], root):
        raise NotIncluded(position=position, size=size)


def verify_consistency(
    hashing: Hashing, old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree of size `new` begins with the tree of size `old`.

    Every tree begins with the empty one, so for `old` 0 the proof is empty and `old_root` is the
    root of the empty tree.

    Args:
        hashing: of the log.
        old: size of the earlier tree.
        new: size of the later tree.
        proof: the consistency proof.
        old_root: root of the earlier tree.
        new_root: root of the later tree.

    Raises `OutOfRange`, `MalformedHash`, `NotConsistent`.
    """
    if not 0 <= old <= new:
        raise OutOfRange(what="size", value=old, size=new)
    _check_hashes(proof, old_root, new_root)
    fault = NotConsistent(old=old, new=new)
    if old in (0, new):
        wanted = hashing.empty if old == 0 else new_root
        if proof or old_root != wanted or (new == 0 and new_root != wanted):
            raise fault
        return
    nodes = list(proof)
    if old & (old - 1) == 0:
        nodes.insert(0, old_root)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    roots = _climb(hashing, node, last, nodes[0], nodes[1:]) if nodes else None
    if roots is None or not _same(roots, (old_root, new_root)):
        raise fault


def _climb(
    hashing: Hashing, node: int, last: int, seed: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Climb from a node to the root: the roots without and with what is to the right of it.

    None when the proof is too long or too short for the tree.
    """
    within = whole = seed
    for sibling in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            within = hashing.node(sibling, within)
            whole = hashing.node(sibling, whole)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            whole = hashing.node(whole, sibling)
        node, last = node >> 1, last >> 1
    return None if last else (within, whole)


def _same(found: tuple[bytes, bytes], wanted: tuple[bytes, bytes]) -> bool:
    return compare_digest(found[0] + found[1], wanted[0] + wanted[1])


def _check_hashes(proof: Sequence[bytes], *others: bytes) -> None:
    """Raise `MalformedHash` unless all are hashes."""
    if any(len(value) != SIZE for value in (*proof, *others)):
        raise MalformedHash(what="proof")
