"""The frontier: the same roots as the tree, kept in a few hashes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.sealing.faults import MalformedHash
from chassis.sealing.frontier import Frontier
from chassis.sealing.hashing import SHA256, SM3, Hashing
from sealing_reference import leaf_hashes, tree_hash


@settings(max_examples=60)
@given(st.lists(st.integers(0, 300), max_size=8), st.sampled_from([SHA256, SM3]))
def test_any_batches_give_the_defined_root_and_can_be_stored(
    batches: list[int], method: Hashing
) -> None:
    leaves = leaf_hashes(method, sum(batches))
    frontier = Frontier(method)
    for batch in batches:
        frontier = frontier.extend(leaves[frontier.size : frontier.size + batch])
        assert frontier.root == tree_hash(method, leaves[: frontier.size])
        assert len(frontier.packed()) == 32 * frontier.size.bit_count()
        stored = Frontier.unpack(method, frontier.size, frontier.packed())
        assert stored.root == frontier.root
        assert stored.extend(leaves).root == frontier.extend(leaves).root


@pytest.mark.parametrize("size", [0, 1, 2, 4, 6, 8, 1 << 40])
def test_hashes_of_another_size_are_refused(size: int) -> None:
    packed = Frontier().extend(leaf_hashes(SHA256, 7)).packed()
    with pytest.raises(MalformedHash):
        Frontier.unpack(SHA256, size, packed)
    with pytest.raises(MalformedHash):
        Frontier.unpack(SHA256, 7, packed + b"x")


def test_what_is_no_hash_is_no_leaf() -> None:
    with pytest.raises(MalformedHash):
        Frontier().extend([b"x" * 31])
