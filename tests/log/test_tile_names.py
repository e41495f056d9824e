"""Tiles and bundles have one name each, and entries are packed one way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tlog.merkle import leaf_hash
from shared.tlog.tile_names import Bundle, Tile, pack, unpack
from shared.tlog.tiles import Edge


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 999), "tile/1/999"),
        (Tile(1, 1000), "tile/1/x001/000"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(2, 0, 1), "tile/2/000.p/1"),
        (Tile(63, 5, 255), "tile/63/005.p/255"),
    ],
)
def test_a_tile_has_this_name(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


def test_a_bundle_of_entries_has_this_name() -> None:
    assert Bundle(1234067, 5).path == "tile/entries/x001/x234/067.p/5"
    assert Bundle.parse("tile/entries/x001/x234/067.p/5") == Bundle(1234067, 5)
    assert Bundle.parse("tile/entries/000") == Bundle(0)


@given(st.integers(0, 63), st.integers(0, 2**62), st.integers(1, 256))
def test_names_are_read_back(level: int, n: int, width: int) -> None:
    assert Tile.parse(Tile(level, n, width).path) == Tile(level, n, width)
    assert Bundle.parse(Bundle(n, width).path) == Bundle(n, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/0/x001/2",
        "tile/0/X001/002",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/ 1/000",
        "tile/٣/000",
        "tile/0/٠٠٠",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/-1",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/p/5",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0//000",
        "/tile/0/000",
        "tile/entries/000",
        "tile/0/../0/000",
        "tile/0/" + "x999/" * 2000 + "999",
    ],
)
def test_a_foreign_spelling_of_a_tile_is_refused(path: str) -> None:
    with pytest.raises(ValueError):
        Tile.parse(path)


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/0", "tile/entries/x000/000", "tile/x/000"])
def test_a_foreign_spelling_of_a_bundle_is_refused(path: str) -> None:
    with pytest.raises(ValueError):
        Bundle.parse(path)


# Entries


@pytest.mark.thorough
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_entries_are_unpacked_as_they_were_packed(entries: list[bytes]) -> None:
    assert unpack(pack(entries), len(entries)) == entries


def test_a_bundle_is_lengths_and_entries() -> None:
    assert pack([b"ab", b"", b"c" * 65_535]) == b"\x00\x02ab" + b"\x00\x00" + b"\xff\xff" + b"c" * 65_535


def test_a_bundle_hashes_to_its_tile() -> None:
    entries = [b"%d" % number for number in range(256)]
    _, ((tile, hashes),) = Edge().grow(leaf_hash(entry) for entry in entries)

    assert tile == Tile(0, 0)
    assert b"".join(map(leaf_hash, unpack(pack(entries), 256))) == hashes


@pytest.mark.parametrize("entries", [[], [b""] * 257, [b"x" * 65_536]])
def test_what_is_no_bundle_is_not_packed(entries: list[bytes]) -> None:
    with pytest.raises(ValueError):
        pack(entries)


@pytest.mark.parametrize(
    ("bundle", "width"),
    [
        (b"", 1),
        (b"\x00", 1),
        (b"\x00\x02a", 1),
        (b"\x00\x01a\x00", 1),
        (b"\x00\x01a\x00", 2),
        (b"\x00\x01a", 2),
        (b"\x00\x01a\x00\x01b", 1),
    ],
)
def test_half_a_bundle_or_more_than_one_is_refused(bundle: bytes, width: int) -> None:
    with pytest.raises(ValueError):
        unpack(bundle, width)
