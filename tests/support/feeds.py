"""Where followers under test get their events from: lists, in whatever portions and repetitions a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from shared.eventlog.port import Recorded


class Listed:
    """A feed of these events. `portion` is the size of a batch; what comes after `limit` has not happened yet."""

    def __init__(
        self, source: str, events: Sequence[Recorded], portion: int = 7, limit: int = 1_000_000
    ) -> None:
        self.source = source
        self._events = events
        self._portion = portion
        self._limit = limit
        self._more = asyncio.Event()

    def happened(self, limit: int) -> None:
        """So many events have happened now."""
        self._limit = limit
        self._more.set()
        self._more = asyncio.Event()

    async def batches(self, after: int) -> AsyncGenerator[Sequence[Recorded], None]:
        """See `following.Feed`."""
        while True:
            if batch := self._events[after : min(after + self._portion, self._limit)]:
                yield batch
                after += len(batch)
            else:
                await self._more.wait()

    async def head(self) -> int:
        """See `following.Feed`."""
        return min(len(self._events), self._limit)

    def hurry(self, position: int) -> None:
        pass

    def nudge(self) -> None:
        """See `following.Feed`."""


class Repeating(Listed):
    """Says everything twice, and begins again from the start now and then."""

    async def batches(self, after: int) -> AsyncGenerator[Sequence[Recorded], None]:
        """See `following.Feed`."""
        while True:
            for at in range(0, len(self._events), self._portion):
                batch = self._events[at : at + self._portion]
                yield batch
                yield batch
            await asyncio.sleep(0.05)
