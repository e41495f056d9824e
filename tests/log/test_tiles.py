"""Every answer made from tiles is the answer made from the whole tree; every name has one spelling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache, cached_property
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import CorruptHistory
from shared.tlog import tiles
from shared.tlog.merkle import (
    Frontier,
    Node,
    ProofRefused,
    consistency_proof,
    inclusion_proof,
    nodes_of,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from shared.tlog.tile_names import Tile
from shared.tlog.tiles import Edge, completed, edge_at, node_in, nodes_in, tile_at, tile_of, tile_root

MOST = 70_000
LEAVES = [sha256(number.to_bytes(4, "big")).digest() for number in range(MOST)]
EDGES = [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_279, 65_535, 65_536, 65_537, 65_791, 65_792, 69_999, MOST]


@cache
def the_tree() -> Callable[[Node], bytes]:
    return nodes_of(LEAVES)


def whole(node: Node) -> bytes:
    """A node of the whole tree, which the first who asks has made."""
    return the_tree()(node)


sizes = st.one_of(st.sampled_from(EDGES), st.integers(0, MOST))
positive = sizes.filter(bool)


class Kept:
    """What a service keeps: leaves, full tiles, and beside each its root. Counts how often it is read."""

    def __init__(self) -> None:
        self.reads: list[Tile] = []

    @cached_property
    def grown(self) -> tuple[Edge, tuple[tuple[Tile, bytes], ...]]:
        return Edge().grow(LEAVES)

    @property
    def edge(self) -> Edge:
        return self.grown[0]

    @property
    def order(self) -> list[Tile]:
        return [tile for tile, _ in self.grown[1]]

    @cached_property
    def full(self) -> dict[Tile, bytes]:
        return dict(self.grown[1])

    @cached_property
    def roots(self) -> dict[tuple[int, int], bytes]:
        return {(tile.level, tile.n): tile_root(hashes) for tile, hashes in self.full.items()}

    async def read(self, tile: Tile) -> bytes:
        self.reads.append(tile)
        if tile.width == 256:
            return self.full[tile]
        first = range(tile.n * 256, tile.n * 256 + tile.width)
        if tile.level == 0:
            return b"".join(LEAVES[number] for number in first)
        return b"".join(self.roots[tile.level - 1, number] for number in first)


kept = Kept()


def answer(question: Any) -> Any:
    kept.reads.clear()
    return asyncio.run(question)


# Against the whole tree


@pytest.mark.thorough
@given(positive, st.data())
def test_a_path_from_tiles_is_the_path_of_the_tree(size: int, data: st.DataObject) -> None:
    index = data.draw(st.one_of(st.integers(0, size - 1), st.sampled_from([0, size // 2, size - 1])))

    path = answer(tiles.inclusion(index, size, kept.read))

    assert path == inclusion_proof(index, size, whole)
    assert len(kept.reads) <= 2 * 3
    verify_inclusion(index, size, LEAVES[index], path, root_at(size, whole))


@pytest.mark.thorough
@given(sizes, sizes)
def test_a_consistency_proof_from_tiles_is_that_of_the_tree(one: int, other: int) -> None:
    old, new = sorted((one, other))

    proof = answer(tiles.consistency(old, new, kept.read))

    assert proof == consistency_proof(old, new, whole)
    assert len(kept.reads) <= 2 * 3
    verify_consistency(old, new, root_at(old, whole), root_at(new, whole), proof)


@pytest.mark.thorough
@given(sizes)
def test_a_root_from_tiles_is_the_root_of_the_tree(size: int) -> None:
    assert answer(tiles.root(size, kept.read)) == root_at(size, whole)
    assert len(kept.reads) <= 3


@pytest.mark.parametrize("size", EDGES)
def test_at_the_edges_every_kind_of_answer_is_that_of_the_tree(size: int) -> None:
    assert answer(tiles.root(size, kept.read)) == root_at(size, whole)
    for other in (each for each in EDGES if each < size):
        assert answer(tiles.inclusion(other, size, kept.read)) == inclusion_proof(other, size, whole)
        assert answer(tiles.consistency(other, size, kept.read)) == consistency_proof(other, size, whole)


def test_a_leaf_or_size_that_is_not_there_is_refused() -> None:
    with pytest.raises(ProofRefused):
        answer(tiles.inclusion(7, 7, kept.read))
    with pytest.raises(ProofRefused):
        answer(tiles.consistency(8, 7, kept.read))
    with pytest.raises(ProofRefused):
        answer(tiles.root(-1, kept.read))
    assert kept.reads == []


def test_a_stored_tile_of_the_wrong_length_stops_everything() -> None:
    async def short(tile: Tile) -> bytes:
        return (await kept.read(tile))[:-32]

    with pytest.raises(CorruptHistory, match=r"tile/0/000 has 8160 bytes instead of 8192"):
        answer(tiles.inclusion(7, 300, short))


def test_a_stored_tile_with_a_wrong_hash_proves_nothing() -> None:
    async def wrong(tile: Tile) -> bytes:
        hashes = bytearray(await kept.read(tile))
        hashes[32 * 8] ^= 1
        return bytes(hashes)

    path = answer(tiles.inclusion(7, 300, wrong))

    with pytest.raises(ProofRefused):
        verify_inclusion(7, 300, LEAVES[7], path, root_at(300, whole))


# The writer


def test_a_tree_of_70000_has_these_tiles() -> None:
    """The example of the standard: 273 full and one of 112, one full and one of 17, one of 1."""
    assert [sum(tile.level == level for tile in kept.full) for level in (0, 1, 2)] == [273, 1, 0]
    assert [len(row) // 32 for row in kept.edge.rows] == [112, 17, 1]
    assert [tile_at(0, 273, MOST), tile_at(1, 1, MOST), tile_at(2, 0, MOST)] == [
        Tile(0, 273, 112),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert tile_at(0, 272, MOST) == Tile(0, 272)
    assert tile_at(0, 274, MOST) is tile_at(1, 2, MOST) is tile_at(3, 0, MOST) is None


def test_256_leaves_are_a_full_tile_and_a_first_hash_above_it() -> None:
    assert tile_at(0, 0, 256) == Tile(0, 0)
    assert tile_at(0, 1, 256) is None
    assert tile_at(1, 0, 256) == Tile(1, 0, 1)
    assert tile_at(1, 0, 255) is None


def test_every_tile_holds_the_hashes_of_its_nodes() -> None:
    for tile, hashes in kept.full.items():
        for at in (0, 1, 128, 255):
            assert hashes[at * 32 : at * 32 + 32] == whole(Node(8 * tile.level, tile.n * 256 + at))


def test_full_tiles_come_into_being_in_order_from_below() -> None:
    assert kept.order == list(completed(0, MOST))
    assert list(completed(65_535, 65_536)) == [Tile(0, 255), Tile(1, 0)]
    assert list(completed(256**3 - 1, 256**3)) == [Tile(0, 65_535), Tile(1, 255), Tile(2, 0)]
    assert list(completed(256, 511)) == []


@pytest.mark.thorough
@given(sizes, sizes, sizes)
def test_tiles_between_sizes_add_up(one: int, two: int, three: int) -> None:
    low, middle, high = sorted((one, two, three))

    assert [*completed(low, middle), *completed(middle, high)] == list(completed(low, high))


@pytest.mark.thorough
@given(st.lists(st.integers(0, 700), max_size=6))
def test_growing_in_pieces_is_growing_at_once(pieces: list[int]) -> None:
    edge, full = Edge(), []
    for piece in pieces:
        edge, more = edge.grow(LEAVES[edge.size : edge.size + piece])
        full += more
    total = sum(pieces)

    assert (edge, tuple(full)) == Edge().grow(LEAVES[:total])
    assert [tile for tile, _ in full] == list(completed(0, total))
    assert all(hashes == kept.full[tile] for tile, hashes in full)
    assert edge.frontier() == Frontier().extend(LEAVES[:total])
    assert edge.root() == root_at(total, whole)


@pytest.mark.parametrize("size", EDGES)
def test_a_writer_that_starts_again_goes_on_where_it_was(size: int) -> None:
    edge = answer(edge_at(size, kept.read))

    assert len(kept.reads) <= 3
    assert edge.root() == root_at(size, whole)
    assert edge.grow(LEAVES[size:])[0] == kept.edge


@pytest.mark.parametrize(
    ("size", "rows"),
    [(0, (b"",)), (1, ()), (1, (b"\x00" * 31,)), (256, (b"",)), (1, (b"\x00" * 32, b"")), (-1, ())],
)
def test_rows_that_are_no_edge_are_refused(size: int, rows: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError):
        Edge(size, rows)


# Nodes


@pytest.mark.thorough
@given(positive, st.data())
def test_every_node_is_found_in_its_tile(size: int, data: st.DataObject) -> None:
    level = data.draw(st.integers(0, size.bit_length() - 1))
    node = Node(level, data.draw(st.integers(0, (size >> level) - 1)))
    tile = tile_of(node, size)
    hashes = asyncio.run(kept.read(tile))

    assert node_in(node, hashes) == whole(node)
    assert nodes_in({tile: hashes}, size)(node) == whole(node)


def test_a_node_that_is_not_complete_has_no_tile() -> None:
    for node in (Node(0, 300), Node(1, 150), Node(9, 0), Node(20, 0)):
        with pytest.raises(ValueError):
            tile_of(node, 300)
