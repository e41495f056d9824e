"""The log's Merkle tree in MongoDB: full tiles are stored, everything else is computed when asked.

A follower of the own log: it recomputes every leaf from the event's bytes and is never in the way of
appending. Collection `tiles`: `{_id: "<level>/<n>", hashes, root}`, 256 hashes each, written once; writing one
again must be writing the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from shared.errors import CorruptHistory, Unknown
from shared.eventlog.port import Recorded
from shared.store.mongo import Database, DuplicateKeyError
from shared.tlog.merkle import leaf_hash
from shared.tlog.tile_names import WIDTH, Tile
from shared.tlog.tiles import Edge, consistency, edge_at, inclusion, root, tile_root


class Readable(Protocol):
    """Anything whose n-th event is leaf n - 1."""

    async def read(self, after: int, limit: int = 256) -> Sequence[Recorded]:
        """The events after a number, gapless."""
        ...


class Tree:
    """The tree over one log (or the ledger), grown by `apply` and asked for any size up to `size`."""

    def __init__(self, database: Database, log: Readable, collection: str = "tiles") -> None:
        self._tiles = database[collection]
        self._log = log
        self._edge = Edge()

    @property
    def size(self) -> int:
        """How many leaves the tree has now."""
        return self._edge.size

    async def checkpoint(self) -> int:
        """See `following.Apply`: the last place from which the tree can be grown again.

        One full tile before the last, because a crash may have fallen between a tile and the one above it.
        """
        tiles = await self._stored_tiles()
        self._edge = await edge_at(max(tiles - 1, 0) * WIDTH, self.read)
        return self._edge.size

    async def apply(self, events: Sequence[Recorded]) -> None:
        """See `following.Apply`."""
        edge, full = self._edge.grow(leaf_hash(event.raw) for event in events)
        for tile, hashes in full:
            await self._store(tile, hashes)
        self._edge = edge

    async def skip(self, position: int) -> None:
        """A leaf cannot be skipped: a tree with a hole proves nothing."""
        raise Unknown("follower.not-stopped-there", position=position)

    async def read(self, tile: Tile) -> bytes:
        """See `tiles`: the first `width` hashes of a tile."""
        if tile.width == WIDTH:
            found = await self._tiles.find_one({"_id": f"{tile.level}/{tile.n}"})
            if found is not None:
                return bytes(found["hashes"])
        if tile.level == 0:
            return await self._leaves(tile)
        first = tile.n * WIDTH
        names = [f"{tile.level - 1}/{n}" for n in range(first, first + tile.width)]
        below = {
            d["_id"]: bytes(d["root"]) for d in await self._tiles.find({"_id": {"$in": names}}).to_list(None)
        }
        return b"".join(below[name] for name in names if name in below)

    async def _leaves(self, tile: Tile) -> bytes:
        first = tile.n * WIDTH
        if self._edge.rows and first == self._edge.size // WIDTH * WIDTH:
            kept = self._edge.rows[0][: tile.width * 32]
            if len(kept) == tile.width * 32:
                return kept
        events: list[Recorded] = []
        while len(events) < tile.width:
            more = await self._log.read(first + len(events), tile.width - len(events))
            if not more:
                break
            events.extend(more)
        return b"".join(leaf_hash(event.raw) for event in events[: tile.width])

    async def root(self, size: int) -> bytes:
        """The root of the first `size` leaves; `position.beyond` when there are fewer."""
        self._check(size)
        return await root(size, self.read)

    async def inclusion(self, position: int, size: int) -> tuple[bytes, ...]:
        """The inclusion proof of the event at a position (from 1) in the tree of this size."""
        self._check(size)
        if not 1 <= position <= size:
            raise Unknown("position.beyond", size=size)
        return await inclusion(position - 1, size, self.read)

    async def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the tree of size `new` continues that of size `old`."""
        self._check(new)
        self._check(old, new)
        return await consistency(old, new, self.read)

    def _check(self, size: int, most: int | None = None) -> None:
        if not 0 <= size <= (self.size if most is None else most):
            raise Unknown("position.beyond", size=self.size if most is None else most)

    async def _stored_tiles(self) -> int:
        """How many full tiles of leaves are stored; they are gapless, so galloping finds the last."""
        count = 0
        while True:
            ask = {f"0/{count + 2**k - 1}": count + 2**k for k in range(24)}
            found: list[Any] = await self._tiles.find({"_id": {"$in": list(ask)}}, {"_id": 1}).to_list(None)
            if not found:
                return count
            count = max(ask[d["_id"]] for d in found)

    async def _store(self, tile: Tile, hashes: bytes) -> None:
        name = f"{tile.level}/{tile.n}"
        try:
            await self._tiles.insert_one({"_id": name, "hashes": hashes, "root": tile_root(hashes)})
        except DuplicateKeyError as before:
            stored = await self._tiles.find_one({"_id": name})
            if stored is None or bytes(stored["hashes"]) != hashes:
                raise CorruptHistory(
                    f"tile {name} was stored with other hashes: the events "
                    f"{tile.n * WIDTH ** (tile.level + 1) + 1} and following changed"
                ) from before
