"""Tiles and entry bundles: names, widths, bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.sealing.faults import (
    EntryTooLarge,
    MalformedBundle,
    MalformedName,
    MalformedTile,
    OutOfRange,
)
from chassis.sealing.tiles import (
    MAX_ENTRY,
    BundleKey,
    TileKey,
    bundle_of,
    decode_bundle,
    encode_bundle,
    parse_name,
    tile_hashes,
    tile_width,
    tiles_of,
)

NAMES = [
    ("tile/0/000", TileKey(0, 0, 256)),
    ("tile/0/001.p/5", TileKey(0, 1, 5)),
    ("tile/5/x123/x456/078", TileKey(5, 123456078, 256)),
    ("tile/5/x123/x456/078.p/2", TileKey(5, 123456078, 2)),
    ("tile/0/x003/x057/500", TileKey(0, 3057500, 256)),
    ("tile/63/x001/x234/067.p/255", TileKey(63, 1234067, 255)),
    ("tile/entries/x001/x234/067", BundleKey(1234067, 256)),
    ("tile/entries/000.p/255", BundleKey(0, 255)),
    ("tile/entries/001.p/1", BundleKey(1, 1)),
    ("tile/entries/x123/x456/789", BundleKey(123456789, 256)),
]
BAD_NAMES = [
    "",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/000/",
    "/tile/0/000",
    "tile/0/x000/001",
    "tile/0/001/234/067",
    "tile/0/x001/x234/x067",
    "tile/00/000",
    "tile/01/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/data/000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/05",
    "tile/0/000.p/",
    "tile/0/000.p/1000",
    "tile/0/000.p/-1",
    "tile/0/000\n",
    "tile/0/٠٠٠",
    "tile/entries/000.P/1",
    "tile/entries/xxx/000",
    "tile/0/" + "x999/" * 6 + "999",
    "tile/0/" + "x999/" * 5000 + "999",
    "checkpoint",
]


@pytest.mark.parametrize(("name", "key"), NAMES)
def test_names_of_the_specification(name: str, key: TileKey | BundleKey) -> None:
    assert key.name == name
    assert parse_name(name) == key


@pytest.mark.parametrize("name", BAD_NAMES)
def test_other_spellings_are_refused(name: str) -> None:
    with pytest.raises(MalformedName):
        parse_name(name)


@given(st.integers(0, 63), st.integers(0, 2**55 - 1), st.integers(1, 256))
def test_every_name_reads_back(level: int, number: int, width: int) -> None:
    for key in (TileKey(level, number, width), BundleKey(number, width)):
        assert parse_name(key.name) == key


@given(st.sampled_from([name for name, _ in NAMES]), st.integers(0, 40), st.characters())
def test_a_changed_name_is_another_name_or_none(name: str, at: int, character: str) -> None:
    changed = name[:at] + character + name[at + 1 :]
    try:
        assert parse_name(changed).name == changed
    except MalformedName:
        assert changed != name


def test_tiles_of_the_specification() -> None:
    found = list(tiles_of(70_000))
    assert sum(key.level == 0 and key.width == 256 for key in found) == 273
    assert [key for key in found if key.width < 256 or key.level] == [
        TileKey(0, 273, 112),
        TileKey(1, 0, 256),
        TileKey(1, 1, 17),
        TileKey(2, 0, 1),
    ]
    assert list(tiles_of(256)) == [TileKey(0, 0, 256), TileKey(1, 0, 1)]
    assert list(tiles_of(0)) == []
    assert tile_width(70_000, 0, 273) == 112
    assert tile_width(70_000, 0, 274) == 0


def test_bundle_of_a_position() -> None:
    assert bundle_of(256, 255) == BundleKey(0, 256)
    assert bundle_of(255, 251) == BundleKey(0, 255)
    assert bundle_of(257, 256) == BundleKey(1, 1)
    for position in (-1, 257):
        with pytest.raises(OutOfRange):
            bundle_of(257, position)


def test_a_wider_tile_does_for_a_narrower_one() -> None:
    data = bytes(range(96))
    assert tile_hashes(lambda *_: data, TileKey(0, 0, 2)) == [data[:32], data[32:64]]


@pytest.mark.parametrize("length", [0, 1, 31, 63, 65, 95, 97, 256 * 32 + 32])
def test_a_tile_that_is_cut_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(MalformedTile):
        tile_hashes(lambda *_: bytes(length), TileKey(0, 0, 2))


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_bundles_read_back(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


def test_bundle_bytes() -> None:
    assert encode_bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    largest = bytes(MAX_ENTRY)
    assert decode_bundle(encode_bundle([largest]), 1) == [largest]


def test_an_entry_too_large_is_refused_by_name() -> None:
    with pytest.raises(EntryTooLarge) as caught:
        encode_bundle([b"", bytes(MAX_ENTRY + 1)])
    assert caught.value.data == {"size": 65_536, "limit": 65_535}
    assert "65536" in caught.value.as_dict()["message"]["zh"]


@pytest.mark.parametrize("count", [0, 257])
def test_a_bundle_holds_1_to_256_entries(count: int) -> None:
    with pytest.raises(MalformedBundle):
        encode_bundle([b""] * count)


@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=6), st.data())
def test_a_bundle_that_is_cut_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    encoded = encode_bundle(entries)
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(MalformedBundle):
        decode_bundle(encoded[:cut], len(entries))
    with pytest.raises(MalformedBundle):
        decode_bundle(encoded + b"\x00", len(entries))
    for width in (len(entries) - 1, len(entries) + 1):
        with pytest.raises(MalformedBundle):
            decode_bundle(encoded, width)


@given(st.binary(max_size=60), st.integers(0, 5))
def test_any_bytes_are_a_bundle_or_refused(data: bytes, width: int) -> None:
    try:
        assert encode_bundle(decode_bundle(data, width)) == data
    except MalformedBundle:
        assert True
