"""Numbers that are given once: each process takes them from a block it reserved, larger while they go quickly."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from pymongo import ReturnDocument

from shared.singleflight import SingleFlight
from shared.store.mongo import Database

SMALLEST, LARGEST = 16, 256
QUICKLY_SECONDS = 2.0
"""A block that was used up within this time is followed by one four times as large."""


@dataclass
class _Block:
    """Numbers from `following` to before `end`."""

    following: int = 0
    end: int = 0
    size: int = SMALLEST
    since: float = 0.0


class Numbers:
    """Series of numbers in collection `numbers`: `{_id: series, last}`. What a process leaves over is never given."""

    def __init__(self, database: Database) -> None:
        self._numbers = database["numbers"]
        self._blocks: dict[str, _Block] = {}
        self._flight = SingleFlight()

    async def next(self, series: str, floor: int) -> int:
        """A number above `floor` that was never given before in this series."""
        while True:
            block = self._blocks.get(series)
            if block is not None and floor < block.following < block.end:
                block.following += 1
                return block.following - 1
            await self._flight.run(series, lambda: self._reserve(series, floor))

    async def _reserve(self, series: str, floor: int) -> None:
        before = self._blocks.get(series) or _Block()
        quick = monotonic() - before.since < QUICKLY_SECONDS
        size = min(before.size * 4, LARGEST) if quick else SMALLEST
        while (reserved := await self._advance(series, floor, size)) is None:
            await self._numbers.update_one({"_id": series}, {"$max": {"last": floor}}, upsert=True)
        # If we die here, these numbers are never given.
        self._blocks[series] = _Block(reserved - size + 1, reserved + 1, size, monotonic())

    async def _advance(self, series: str, floor: int, size: int) -> int | None:
        """The last number of a new block; None where the series has not come as far as `floor` yet."""
        found = await self._numbers.find_one_and_update(
            {"_id": series, "last": {"$gte": floor}},
            {"$inc": {"last": size}},
            return_document=ReturnDocument.AFTER,
        )
        return int(found["last"]) if found else None
