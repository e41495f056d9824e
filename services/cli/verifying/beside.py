"""What lies in a database beside a log: tiles, signed sizes, cosigned checkpoints, keys; each named where it is wrong.

Nobody reads a log from there, but what is signed and proven rests on it. All of it follows from the events, whose leaf
hashes are at hand, so it is worked out again and compared; what follows from an event that is itself found wrong is not
told twice. It is read before the log, which may grow meanwhile: so the log has whatever is signed, kept or remembered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from services.cli.verifying.leaves import Leaves
from services.cli.verifying.wrong import Wrong
from shared import SERVICES
from shared.eventlog.cosignatures import farthest, nearest, run_of
from shared.store.mongo import Database
from shared.tlog.merkle import Frontier
from shared.tlog.tile_names import WIDTH
from shared.tlog.tiles import tile_root

HASH = 32
TOGETHER = 4096
WITNESS_SECONDS = 12.0
"""A witness that has just met a log cosigns it within this time; it looks every ten seconds, or sooner."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Beside:
    """What a database keeps beside a log: the sizes that were signed, in order, and tiles of the tree by name."""

    signed: Sequence[Row]
    tiles: Mapping[str, Row]


@dataclass(frozen=True)
class Memory:
    """What a witness keeps of the logs: their keys, the checkpoints it cosigned last, how far each was cosigned before
    those were read, at which size it was cosigned first; and its own tiles of each, where it follows them."""

    keys: Mapping[str, Row]
    cosigned: Mapping[str, Row]
    tiles: Mapping[str, Mapping[str, Row]]
    farthest: Mapping[str, int]
    nearest: Mapping[str, int]


def roots(leaves: Leaves, sizes: Iterable[int]) -> dict[int, bytes]:
    """The root of each of these sizes that the log has reached."""
    found: dict[int, bytes] = {}
    frontier = Frontier()
    for size in sorted({size for size in sizes if 0 <= size <= leaves.size}):
        while frontier.size < size:
            some = min(TOGETHER, size - frontier.size)
            frontier = frontier.extend(leaves.read(frontier.size + 1, some))
        found[size] = frontier.root()
    return found


async def beside(database: Database, signed: str, tiles: str) -> Beside:
    """What lies there now; to be read after the checkpoint of a log and before its events."""
    rows = await by_name(database, signed)
    return Beside(sorted(rows.values(), key=lambda row: row["_id"]), await by_name(database, tiles))


async def memory(database: Database, logs: Sequence[str] = tuple(SERVICES)) -> Memory:
    """What a witness of these logs remembers now; of one whose key alone it knows yet, what it remembers a little
    later."""
    until = monotonic() + WITNESS_SECONDS
    while True:
        keys, runs = await by_name(database, "log_keys"), await by_name(database, "cosigned")
        first = {source: await nearest(database, run_of(source, runs.get(source))) for source in logs}
        sizes = {source: await farthest(database, run_of(source, runs.get(source))) for source in logs}
        cosigned = await by_name(database, "cosigned")
        for source in [name for name, row in cosigned.items() if "before" in row and "note" not in row]:
            del cosigned[source]  # an operator had it begin anew, and it was shown nothing since
            keys.pop(source, None)
        if keys.keys() <= cosigned.keys() or monotonic() > until:
            tiles = {source: await by_name(database, f"tiles_of_{source}") for source in logs}
            return Memory(keys, cosigned, tiles, sizes, first)
        await asyncio.sleep(0.5)


async def by_name(database: Database, collection: str) -> dict[Any, Row]:
    """Every document of a collection, by its `_id`."""
    return {row["_id"]: row async for row in database[collection].find({})}


async def hole_wrongs(database: Database, collection: str, log: str, count: int) -> list[Wrong]:
    """Whether documents come after the first that is missing: those up to `count` are there."""
    kept = database[collection]
    later = await kept.find_one({"_id": {"$gt": count + 1}}, {"_id": 1})
    if later is None or await kept.find_one({"_id": count + 1}, {"_id": 1}) is not None:
        return []
    vi, en = (
        f"{collection}: thiếu tài liệu, sau đó vẫn còn",
        f"{collection} lacks a document, and has later ones",
    )
    return [Wrong(log, count + 1, vi, en, f"_id {count + 1}", f"_id {later['_id']}")]


def signed_wrongs(rows: Sequence[Row], collection: str, log: str, leaves: Leaves, shown: int) -> list[Wrong]:
    """The first row of what was signed that is missing, out of order, or has another root than the log.

    `shown` is the size of the checkpoint that was served before the rows were read.
    """
    known, before = roots(leaves, (row.get("size", -1) for row in rows)), -1
    for number, row in enumerate(rows, start=1):
        size, root = row.get("size"), bytes(row.get("root", b""))
        if row["_id"] != number:
            vi, en = f"{collection}: thiếu một lần ký", f"{collection} lacks a signature"
            return [Wrong(log, None, vi, en, f"_id {number}", f"_id {row['_id']}")]
        if not isinstance(size, int) or size <= before or size not in known:
            vi, en = (
                f"{collection} {number}: cỡ không thể có",
                f"{collection} {number} has an impossible size",
            )
            return [Wrong(log, None, vi, en, f"> {before}, ≤ {leaves.size}", str(size))]
        if root != known[size]:
            vi, en = (
                f"{collection} {number}: gốc không phải của nhật ký",
                f"{collection} {number} has another root",
            )
            return [Wrong(log, size, vi, en, known[size].hex(), root.hex())]
        before = size
    if before < shown:
        vi, en = f"{collection}: thiếu lần ký mới nhất", f"{collection} lacks the newest signature"
        return [Wrong(log, None, vi, en, f"size {shown}", f"size {before}")]
    return []


def tile_wrongs(
    kept: Mapping[str, Row], collection: str, log: str, leaves: Leaves, signed: int = 0
) -> list[Wrong]:
    """The first stored tile that is not what the leaves give, or is missing: before the last, or of what was signed."""
    stored = dict(kept)
    full = max(sum(name.startswith("0/") for name in stored), signed // WIDTH)
    for name, hashes in tiles(leaves).items():
        level, _, n = name.partition("/")
        tile = stored.pop(name, None)
        if tile is None:
            if level == "0" and int(n) < full:
                return [_tile(log, collection, name, int(n) * WIDTH + 1, "", "—")]
            continue
        found, top = bytes(tile.get("hashes", b"")), bytes(tile.get("root", b""))
        if found != hashes:
            at = _first(found, hashes)
            position = int(n) * WIDTH + at + 1 if level == "0" else None
            there = slice(at * HASH, at * HASH + HASH)
            return [_tile(log, collection, name, position, hashes[there].hex(), found[there].hex())]
        if top != (expected := tile_root(found)):
            return [_tile(log, collection, f"{name} root", None, expected.hex(), top.hex())]
    return [_tile(log, collection, name, None, "—", name) for name in sorted(stored)[:1]]


def tiles(leaves: Leaves) -> dict[str, bytes]:
    """Every full tile over these leaves, by name."""
    found: dict[str, bytes] = {}
    below = [b"".join(leaves.read(n * WIDTH + 1, WIDTH)) for n in range(leaves.size // WIDTH)]
    level = 0
    while below:
        found |= {f"{level}/{n}": hashes for n, hashes in enumerate(below)}
        above = [tile_root(hashes) for hashes in below]
        below = [b"".join(above[n * WIDTH : (n + 1) * WIDTH]) for n in range(len(above) // WIDTH)]
        level += 1
    return found


def _first(one: bytes, other: bytes) -> int:
    pairs = range(max(len(one), len(other)) // HASH)
    return next((n for n in pairs if one[n * HASH : n * HASH + HASH] != other[n * HASH : n * HASH + HASH]), 0)


def _tile(log: str, collection: str, name: str, position: int | None, expected: str, found: str) -> Wrong:
    vi, en = f"mảnh cây {collection} {name} sai", f"the tile {collection} {name} is not what the events give"
    return Wrong(log, position, vi, en, expected or "một mảnh · a tile", found)
