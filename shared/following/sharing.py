"""One reading of a source for all followers of a process: each event comes once and is decoded once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from shared.ending import end
from shared.errors import CorruptHistory
from shared.eventlog.port import Recorded
from shared.following.feeds import BATCH, Feed
from shared.waiting import Bell, noticed

KEPT = 4096
"""So many events are kept for followers that are a little slower than the quickest."""
AHEAD = 2 * BATCH
"""So far the reading goes ahead of the quickest follower."""
OPEN = AHEAD + 2 * BATCH
"""So many of the newest are kept as they were read; what is older is closed."""
PACE_SECONDS = 0.1
"""So long what comes right after an event is gathered: the next go to all followers at once, and cost them little more
than one. What comes after a rest, and what somebody waits for, is handed out as it comes."""
GATHERING_SECONDS = 0.02
"""So long the first follower waits for others that start with it, so that one reading serves them all."""


class SharedFeed:
    """Hands out what one reading of `feed` brings (see `Feed`).

    A follower whose place lies before what is kept reads alone until it has come there: after a long absence, while
    it is built anew, or when an event had stopped it. What ends the reading (an error, the feed's own end) ends it for
    all who stand at that place; whoever asks again begins the next one.
    """

    def __init__(self, feed: Feed) -> None:
        self.source = feed.source
        self._feed = feed
        self._reading: _Reading | None = None

    async def head(self) -> int:
        """See `Feed.head`."""
        return await self._feed.head()

    def nudge(self) -> None:
        """See `Feed.nudge`."""
        self._feed.nudge()

    def hurry(self, position: int) -> None:
        """See `Feed.hurry`."""
        if self._reading is not None:
            self._reading.hurry(position)

    async def batches(self, after: int) -> AsyncGenerator[Sequence[Recorded], None]:
        """See `Feed.batches`."""
        reading = await self._join(after)
        try:
            if after < reading.first - 1:
                async with aclosing(self._feed.batches(after)) as alone:
                    async for batch in alone:
                        yield batch
                        after = batch[-1].position
                        if reading.first - 1 <= after:
                            break
            while batch := await reading.more(after):
                yield batch
                after = batch[-1].position
        finally:
            await self._leave(reading)

    async def _join(self, after: int) -> _Reading:
        reading = self._reading
        if reading is None or reading.over:
            reading = self._reading = _Reading(self._feed)
        reading.users += 1
        try:
            await reading.begin(after)
        except BaseException:
            await self._leave(reading)
            raise
        return reading

    async def _leave(self, reading: _Reading) -> None:
        reading.users -= 1
        if reading.users == 0:
            if self._reading is reading:
                self._reading = None
            await reading.close()


class _Reading:
    """One pass over a feed, and the newest of what it brought: positions `first` to `last`, gapless."""

    def __init__(self, feed: Feed) -> None:
        self.users = 0
        self.first = 0
        self.last = 0
        self.over = False
        self._feed = feed
        self._kept: list[Recorded] = []
        self._wanted = 0
        self._starts: list[int] = []
        self._begun: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None
        self._changed = Bell()
        self._taken = asyncio.Event()
        self._awaited = 0
        self._hurried = asyncio.Event()

    async def begin(self, after: int) -> None:
        """Take part from this place on; who comes first waits a moment for the others."""
        if self.first:
            return
        self._starts.append(after)
        await asyncio.sleep(GATHERING_SECONDS)
        if self._begun is None:
            # From the earliest place that is not so far back that the others would wait for it.
            furthest = max(self._starts)
            start = min(place for place in self._starts if place > furthest - KEPT)
            self.first, self.last, self._wanted = start + 1, start, start
            self._begun = asyncio.create_task(self._read(start), name=f"read-{self._feed.source}")

    async def more(self, after: int) -> Sequence[Recorded]:
        """The next events after this place, waiting for them; none when the reading is over or is past them."""
        self._wanted = max(self._wanted, after)
        self._taken.set()
        while after >= self.last:
            if self.over:
                if self._failure is not None:
                    raise self._failure
                return ()
            await self._changed.wait()
        if after < self.first - 1:
            return ()
        at = after + 1 - self.first
        return self._kept[at : at + BATCH]

    def hurry(self, position: int) -> None:
        """Gather nothing until this position has come, unless it lies so far ahead that nobody can know it."""
        if self.last < position <= self.last + AHEAD:
            self._awaited = max(self._awaited, position)
            self._hurried.set()

    async def close(self) -> None:
        """Read no more, and keep nothing of what was read: why it ended would keep it, and be kept by it."""
        await end(self._begun)
        self._failure = None

    async def _read(self, after: int) -> None:
        try:
            async with aclosing(self._feed.batches(after)) as batches:
                async for batch in batches:
                    self._keep(batch)
                    if len(batch) < BATCH and self._awaited <= self.last:
                        self._hurried.clear()
                        await noticed(self._hurried, PACE_SECONDS)
                    while self.last > self._wanted + AHEAD:
                        self._taken.clear()
                        await self._taken.wait()
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - handed to whoever joins
            self._failure = error
        finally:
            self.over = True
            self._changed.ring()

    def _keep(self, batch: Sequence[Recorded]) -> None:
        for event in batch:
            if event.position <= self.last:
                continue
            if event.position > self.last + 1:
                raise CorruptHistory(f"position {event.position} came where {self.last + 1} was due")
            self._kept.append(event)
            self.last = event.position
            if len(self._kept) > OPEN:
                self._kept[-OPEN - 1].close()
        if len(self._kept) > KEPT + BATCH:
            gone = len(self._kept) - KEPT
            del self._kept[:gone]
            self.first += gone
        self._changed.ring()
