"""The tree cut into tiles as C2SP tlog-tiles serves it, and every answer that is made from tiles.

Tile (level, n) is a run of neighbouring hashes: those of the nodes (8·level, 256·n) and following. A full
tile has 256 and never changes; at the right edge stands at most one partial tile per level. Only full tiles
are stored. A partial tile is made of what is there anyway: the last leaf hashes, or, a level above, the
roots of the last full tiles below. So who keeps `tile_root` beside each full tile answers for any size in
O(log n) reads.

The storage is the caller's. It gives one reader:

    async def read(tile: Tile) -> bytes
        Exactly 32·width bytes: the first `width` hashes of the tile.
        width 256              the stored tile
        level 0, less          leaf hashes of the leaves 256·n and following
        a level above, less    `tile_root` of the full tiles (level - 1, 256·n) and following
        If the tile has become full since, its first 32·width bytes are the same.

and gets, for any size up to the newest:

    await root(size, read)                the root
    await inclusion(index, size, read)    the path of a leaf
    await consistency(old, new, read)     the proof that new continues old
    await edge_at(size, read)             what a writer of tiles needs to go on: `edge.grow(leaves)`
    await read(tile_at(level, n, size))   a tile as the tree of that size has it

The reader is not trusted to be right: a wrong length is refused, a wrong hash gives proofs that fail.
Everything counts from 0: the event at position p is leaf p - 1.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from shared.errors import CorruptHistory

from .merkle import (
    Frontier,
    Node,
    NodeReader,
    consistency_plan,
    consistency_proof,
    inclusion_plan,
    inclusion_proof,
    node_hash,
    root_at,
    root_plan,
)
from .tile_names import HEIGHT, WIDTH, Tile

HASH: Final = 32

TileReader: TypeAlias = Callable[[Tile], Awaitable[bytes]]


def tile_at(level: int, n: int, size: int) -> Tile | None:
    """This tile as a tree of this size has it, full or partial; None if nothing stands there yet."""
    width = min((size >> HEIGHT * level) - n * WIDTH, WIDTH)
    return Tile(level, n, width) if width > 0 else None


def completed(old: int, new: int) -> Iterator[Tile]:
    """The full tiles that come into being while the tree grows from old to new, each after those below it.

    Storing one again stores the same bytes. So after a crash begin again at any size known to be whole.
    """
    for last in range(old >> HEIGHT, new >> HEIGHT):
        level, n = 0, last
        yield Tile(level, n)
        while n % WIDTH == WIDTH - 1:
            level, n = level + 1, n >> HEIGHT
            yield Tile(level, n)


def tile_of(node: Node, size: int) -> Tile:
    """The tile in which a tree of this size keeps what this node is computed from."""
    level, above = divmod(node.level, HEIGHT)
    tile = tile_at(level, (node.index << above) >> HEIGHT, size)
    if tile is None or (node.index + 1) << node.level > size:
        raise ValueError(f"{node} is not complete in a tree of size {size}")
    return tile


def node_in(node: Node, hashes: bytes) -> bytes:
    """The hash of a node, computed from the hashes of its tile: a node at level 8L+k from 2^k of them."""
    above = node.level % HEIGHT
    first = (node.index << above) % WIDTH
    return _perfect_root(hashes[first * HASH : (first + (1 << above)) * HASH], above)


def tile_root(hashes: bytes) -> bytes:
    """The root of a full tile: the hash that stands for it one level above."""
    return _perfect_root(hashes, HEIGHT)


def nodes_in(tiles: Mapping[Tile, bytes], size: int) -> NodeReader:
    """A node reader over tiles that have been read already."""

    def read(node: Node) -> bytes:
        tile = tile_of(node, size)
        return node_in(node, tiles[tile])

    return read


# Answers for any size up to the newest


async def root(size: int, read: TileReader) -> bytes:
    """The root of the first `size` leaves; at most one tile per level is read."""
    return root_at(size, await _prefetched(root_plan(size), size, read))


async def inclusion(index: int, size: int, read: TileReader) -> tuple[bytes, ...]:
    """The inclusion proof of a leaf in the tree of this size; at most two tiles per level are read."""
    plan = inclusion_plan(index, size)
    return inclusion_proof(index, size, await _prefetched(_flat(plan), size, read))


async def consistency(old: int, new: int, read: TileReader) -> tuple[bytes, ...]:
    """The proof that the tree of size new continues that of size old; at most two tiles per level."""
    plan = consistency_plan(old, new)
    return consistency_proof(old, new, await _prefetched(_flat(plan), new, read))


async def edge_at(size: int, read: TileReader) -> Edge:
    """The right edge of the tree of this size, from which it grows; one tile per level is read."""
    rows: list[bytes] = []
    for level in range(_levels(size)):
        whole, rest = divmod(size >> HEIGHT * level, WIDTH)
        rows.append(await _whole(Tile(level, whole, rest), read) if rest else b"")
    return Edge(size, tuple(rows))


@dataclass(frozen=True)
class Edge:
    """The partial tiles of a tree, one row of hashes per level: all that a writer of tiles must remember."""

    size: int = 0
    rows: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        expected = [(self.size >> HEIGHT * level) % WIDTH * HASH for level in range(_levels(self.size))]
        if [len(row) for row in self.rows] != expected:
            raise ValueError(f"these are not the partial tiles of a tree of size {self.size}")

    def grow(self, leaves: Iterable[bytes]) -> tuple[Edge, tuple[tuple[Tile, bytes], ...]]:
        """The edge with more leaves, and the tiles that became full, in the order of `completed`."""
        size, rows = self.size, [bytearray(row) for row in self.rows]
        full: list[tuple[Tile, bytes]] = []
        for leaf in leaves:
            size += 1
            level, rising = 0, leaf
            while rising:
                if level == len(rows):
                    rows.append(bytearray())
                rows[level] += rising
                rising = b""
                if len(rows[level]) == WIDTH * HASH:
                    hashes = bytes(rows[level])
                    rows[level].clear()
                    rising = tile_root(hashes)
                    level += 1
                    full.append((Tile(level - 1, (size >> HEIGHT * level) - 1), hashes))
        return Edge(size, tuple(bytes(row) for row in rows)), tuple(full)

    def frontier(self) -> Frontier:
        """The same tree as a frontier: root, dump, and appending without tiles."""
        hashes = (node_in(node, self.rows[node.level // HEIGHT]) for node in root_plan(self.size))
        return Frontier(self.size, tuple(hashes))

    def root(self) -> bytes:
        """The root of the tree of this size."""
        return self.frontier().root()


def _perfect_root(hashes: bytes, height: int) -> bytes:
    if len(hashes) != HASH << height:
        raise ValueError(f"{1 << height} hashes are needed, {len(hashes)} bytes are there")
    row = [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def _levels(size: int) -> int:
    return -(-size.bit_length() // HEIGHT)


def _flat(plan: tuple[tuple[Node, ...], ...]) -> tuple[Node, ...]:
    return tuple(node for element in plan for node in element)


async def _prefetched(nodes: Iterable[Node], size: int, read: TileReader) -> NodeReader:
    tiles = sorted({tile_of(node, size) for node in nodes})
    return nodes_in({tile: await _whole(tile, read) for tile in tiles}, size)


async def _whole(tile: Tile, read: TileReader) -> bytes:
    hashes = await read(tile)
    if len(hashes) != tile.width * HASH:
        raise CorruptHistory(f"{tile.path} has {len(hashes)} bytes instead of {tile.width * HASH}")
    return hashes
