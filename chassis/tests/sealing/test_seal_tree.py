"""The growing tree: against the definition, in any batches, resumed anywhere, tiles checked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.sealing.faults import MalformedHash, MalformedTile, OutOfRange, TileMismatch
from chassis.sealing.hashing import SHA256, SM3, Hashing
from chassis.sealing.tiles import MAX_SIZE, tiles_of
from chassis.sealing.tree import TreeState, check_tiles
from sealing_reference import TileStore, leaf_hashes, tree_hash
from vectors_rfc6962 import EMPTY_ROOT, LEAVES, ROOTS

LEAVES_3000 = leaf_hashes(SHA256, 3000)


def test_the_reference_tree_grows_leaf_by_leaf() -> None:
    state, roots = TreeState(), []
    assert state.root == EMPTY_ROOT
    for leaf in SHA256.leaves(LEAVES):
        state = state.append([leaf]).state
        roots.append(state.root)
    assert roots == ROOTS


@settings(max_examples=60)
@given(st.lists(st.integers(0, 700), max_size=6), st.sampled_from([SHA256, SM3]))
def test_any_batches_give_the_defined_root_and_tiles(batches: list[int], method: Hashing) -> None:
    leaves = leaf_hashes(method, sum(batches))
    store, state = TileStore(), TreeState(method)
    for batch in batches:
        state = store.grow(state, leaves[state.size : state.size + batch])
        assert state.size <= len(leaves)
        assert set(tiles_of(state.size)) <= set(store.tiles)
        resumed = TreeState.resume(method, state.size, state.root, store.read)
        assert resumed == state
    assert state.root == tree_hash(method, leaves)
    for key in tiles_of(state.size):
        span = 256**key.level
        wanted = [
            tree_hash(method, leaves[at * span : (at + 1) * span])
            for at in range(key.number * 256, key.number * 256 + key.width)
        ]
        assert store.tiles[key] == b"".join(wanted)


def test_a_tree_over_three_levels_of_tiles() -> None:
    leaves = leaf_hashes(SHA256, 70_000)
    store, state = TileStore(), TreeState()
    for start in range(0, len(leaves), 4_999):
        state = store.grow(state, leaves[start : start + 4_999])
    assert set(tiles_of(70_000)) <= set(store.tiles)
    assert state.root == SHA256.fold(leaves) == tree_hash(SHA256, leaves)
    store.reads = 0
    assert TreeState.resume(SHA256, 70_000, state.root, store.read) == state
    assert store.reads == 3
    check_tiles(SHA256, 70_000, state.root, store.read)


def test_what_an_append_gives_to_store() -> None:
    growth = TreeState().append(LEAVES_3000[:250])
    assert [tile.key for tile in growth.tiles] == [(0, 0, 250)]
    growth = growth.state.append(LEAVES_3000[250:520])
    assert [(tile.key, tile.start) for tile in growth.tiles] == [
        ((0, 0, 256), 250),
        ((0, 1, 256), 0),
        ((0, 2, 8), 0),
        ((1, 0, 2), 0),
    ]
    assert growth.tiles[0].fresh == b"".join(LEAVES_3000[250:256])
    assert growth.tiles[0].width == 256
    untouched = growth.state.append(LEAVES_3000[520:521])
    assert [tile.key for tile in untouched.tiles] == [(0, 2, 9)]


def test_pieces_join_to_the_tiles() -> None:
    pieces: dict[tuple[int, int], bytes] = {}
    state = TreeState()
    for start in range(0, 3000, 7):
        growth = state.append(LEAVES_3000[start : start + 7])
        for tile in growth.tiles:
            place = tile.level, tile.number
            assert len(pieces.get(place, b"")) == tile.start * 32
            pieces[place] = pieces.get(place, b"") + tile.fresh
            assert pieces[place] == tile.data
        state = growth.state
    check_tiles(SHA256, 3000, state.root, lambda level, number, _: pieces[level, number])
    assert sum(map(len, pieces.values())) == (3000 + 3000 // 256) * 32


def test_an_empty_append_changes_nothing() -> None:
    state = TreeState().append(LEAVES_3000[:300]).state
    growth = state.append([])
    assert growth.state == state
    assert growth.tiles == []
    assert TreeState.resume(SHA256, 0, EMPTY_ROOT, TileStore().read) == TreeState()


def test_an_append_leaves_the_old_state_as_it_was() -> None:
    state = TreeState().append(LEAVES_3000[:300]).state
    root, first = state.root, state.append(LEAVES_3000[300:900])
    assert (state.size, state.root) == (300, root)
    assert state.append(LEAVES_3000[300:900]) == first


def test_a_leaf_that_is_no_hash_is_refused() -> None:
    with pytest.raises(MalformedHash):
        TreeState().append([b"x" * 32, b"x" * 31])


@pytest.mark.parametrize("size", [-1, MAX_SIZE + 1])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(OutOfRange):
        TreeState.resume(SHA256, size, EMPTY_ROOT, TileStore().read)


@pytest.fixture(name="stored", scope="module")
def _stored() -> tuple[TileStore, TreeState]:
    store = TileStore()
    return store, store.grow(TreeState(), LEAVES_3000)


def test_resuming_with_another_root_or_size_is_refused(
    stored: tuple[TileStore, TreeState],
) -> None:
    store, state = stored
    with pytest.raises(TileMismatch):
        TreeState.resume(SHA256, state.size, EMPTY_ROOT, store.read)
    with pytest.raises(TileMismatch):
        TreeState.resume(SM3, state.size, state.root, store.read)
    with pytest.raises(TileMismatch):
        TreeState.resume(SHA256, 0, state.root, store.read)


@settings(max_examples=150)
@given(st.data())
def test_any_bit_of_any_tile_that_flips_is_found_and_named(data: st.DataObject) -> None:
    store = TileStore()
    state = store.grow(TreeState(), LEAVES_3000)
    key = data.draw(st.sampled_from(sorted(store.tiles)))
    tile = bytearray(store.tiles[key])
    bit = data.draw(st.integers(0, len(tile) * 8 - 1))
    tile[bit // 8] ^= 1 << bit % 8
    store.tiles[key] = bytes(tile)
    with pytest.raises(TileMismatch) as caught:
        check_tiles(SHA256, state.size, state.root, store.read)
    named = [found.name for found in tiles_of(state.size) if tuple(found) == key]
    assert named[0] in caught.value.data["name"]


@given(st.data())
def test_any_tile_that_is_cut_is_found_and_named(data: st.DataObject) -> None:
    store = TileStore()
    state = store.grow(TreeState(), LEAVES_3000)
    key = data.draw(st.sampled_from(sorted(store.tiles)))
    cut = data.draw(st.integers(0, len(store.tiles[key]) - 1))
    store.tiles[key] = store.tiles[key][:cut]
    with pytest.raises(MalformedTile):
        check_tiles(SHA256, state.size, state.root, store.read)
