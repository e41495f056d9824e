"""One reading for all followers of a process: everything to everybody, whoever comes late, lags or stands still."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from shared.errors import CorruptHistory
from shared.eventlog.memory import MemoryLog
from shared.eventlog.port import Recorded
from shared.following import sharing
from shared.following.follower import Follower
from shared.following.sharing import SharedFeed
from tests.support.courier import until
from tests.support.feeds import Listed
from tests.support.logs import now, unit_registered


class Counted(Listed):
    """A feed that counts how often it is read, and from where."""

    def __init__(self, events: Sequence[Recorded], portion: int = 7, limit: int = 1_000_000) -> None:
        super().__init__("registry", events, portion, limit)
        self.opened: list[int] = []
        self.open = 0
        self.breaks_at: int | None = None
        self.breaks_with: Exception | None = None

    async def batches(self, after: int) -> AsyncGenerator[Sequence[Recorded], None]:
        """See `following.Feed`."""
        self.opened.append(after)
        self.open += 1
        try:
            async with aclosing(super().batches(after)) as batches:
                async for batch in batches:
                    yield batch
                    if self.breaks_at is not None and batch[-1].position >= self.breaks_at:
                        if self.breaks_with is None:
                            return
                        raise self.breaks_with
        finally:
            self.open -= 1


class Remembering:
    """Keeps what it is given; slow, if it is told to be."""

    def __init__(self, place: int = 0, pause: float = 0.0) -> None:
        self.place = place
        self.got: list[Recorded] = []
        self._pause = pause

    async def checkpoint(self) -> int:
        return self.place

    async def apply(self, events: Sequence[Recorded]) -> None:
        await asyncio.sleep(self._pause)
        self.got += events
        self.place = events[-1].position

    async def skip(self, position: int) -> None:
        self.place = position


class Together(Remembering):
    """Remembers also what came with what."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[Sequence[Recorded]] = []

    async def apply(self, events: Sequence[Recorded]) -> None:
        self.batches.append(events)
        await super().apply(events)


async def history(length: int) -> list[Recorded]:
    log = MemoryLog(now)
    return [await log.append(unit_registered()) for _ in range(length)]


async def all_at(applies: Sequence[Remembering], position: int) -> None:
    await until(lambda: all(apply.place == position for apply in applies))


def following(feed: SharedFeed, applies: Sequence[Remembering]) -> list[Follower]:
    followers = [Follower(f"f{n}", feed, apply) for n, apply in enumerate(applies)]
    for follower in followers:
        follower.start()
    return followers


async def stop(followers: Sequence[Follower]) -> None:
    await asyncio.gather(*(follower.stop() for follower in followers))


async def test_a_source_is_read_once_for_all_from_the_earliest_place() -> None:
    events = await history(60)
    feed = Counted(events, limit=50)
    applies = [Remembering(0), Remembering(20), Remembering(45)]
    followers = following(SharedFeed(feed), applies)

    await all_at(applies, 50)
    feed.happened(60)
    await all_at(applies, 60)

    assert feed.opened == [0]
    for apply, first in zip(applies, (0, 20, 45), strict=True):
        assert apply.got == events[first:], "each event once, and the same object for everybody"
        assert all(mine is theirs for mine, theirs in zip(apply.got, events[first:], strict=True))
    await stop(followers)
    assert feed.open == 0


async def test_only_the_newest_stay_as_they_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "OPEN", 20)
    events = await history(60)
    applies = [Remembering(0)]
    followers = following(SharedFeed(Counted(events, limit=60)), applies)

    await all_at(applies, 60)

    assert [event.position for event in events if "envelope" in vars(event)] == list(range(41, 61))
    await stop(followers)


async def test_who_is_far_behind_reads_alone_until_it_has_caught_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "KEPT", 20)
    events = await history(500)
    feed = Counted(events, limit=400)
    applies = [Remembering(0), Remembering(395), Remembering(398)]
    followers = following(SharedFeed(feed), applies)

    await all_at(applies, 400)
    assert sorted(feed.opened) == [0, 395]
    feed.happened(500)
    await all_at(applies, 500)
    assert applies[0].got == events
    assert applies[1].got == events[395:]
    await stop(followers)


async def test_a_slow_follower_neither_holds_up_the_others_nor_misses_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sharing, "KEPT", 20)
    monkeypatch.setattr(sharing, "AHEAD", 10)
    monkeypatch.setattr(sharing, "PACE_SECONDS", 0)
    events = await history(300)
    quick, slow = Remembering(), Remembering(pause=0.01)
    followers = following(SharedFeed(Counted(events)), [quick, slow])

    await all_at([quick], 300)
    assert slow.place < 300
    await all_at([slow], 300)
    assert slow.got == events
    await stop(followers)


async def test_what_comes_right_after_an_event_is_handed_out_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sharing, "PACE_SECONDS", 0.2)
    events = await history(40)
    feed = Counted(events, portion=100, limit=1)
    apply = Together()
    followers = following(SharedFeed(feed), [apply])

    await all_at([apply], 1)
    for number in range(2, 41):
        feed.happened(number)
        await asyncio.sleep(0.001)
    await all_at([apply], 40)

    assert apply.got == events
    assert len(apply.batches) <= 10, "the first as it came, the others as they were gathered"
    await stop(followers)


async def test_what_somebody_waits_for_is_handed_out_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "PACE_SECONDS", 60)
    events = await history(40)
    feed, apply = Counted(events, limit=1), Together()
    followers = following(SharedFeed(feed), [apply])
    await all_at([apply], 1)

    waiting = asyncio.create_task(followers[0].wait_for(5, 30))
    for number in range(2, 7):
        await asyncio.sleep(0.01)
        feed.happened(number)
    assert await waiting
    feed.happened(20)
    await asyncio.sleep(0.05)
    assert apply.got == events[:5], "what nobody waits for is gathered"

    followers[0].feed.hurry(10**15)  # a position that nobody can know holds up nothing and speeds up nothing
    await asyncio.sleep(0.05)
    assert apply.got == events[:5]
    assert await followers[0].wait_for(20, 30)
    assert apply.got == events[:20]
    await stop(followers)


async def test_a_reading_that_ends_is_begun_again_from_where_everybody_is() -> None:
    events = await history(40)
    feed = Counted(events)
    feed.breaks_at = 14
    applies = [Remembering(), Remembering(3)]
    followers = following(SharedFeed(feed), applies)

    await until(lambda: len(feed.opened) > 1)
    feed.breaks_at = None
    await all_at(applies, 40)
    assert [apply.got for apply in applies] == [events, events[3:]]
    await stop(followers)


async def test_a_reading_that_failed_is_gone_with_what_it_kept_without_a_look_for_cycles() -> None:
    log = MemoryLog(now)
    feed = Counted([await log.append(unit_registered()) for _ in range(9)])
    feed.breaks_at, feed.breaks_with = 7, OSError("away")
    shared: Any = SharedFeed(feed)
    readings: weakref.WeakSet[Any] = weakref.WeakSet()
    with pytest.raises(OSError, match="away"):
        async for _ in shared.batches(0):
            readings.add(shared._reading)
            assert len(readings) == 1
    feed.breaks_with = None  # who raised it keeps it no longer

    assert not readings


async def test_what_is_wrong_with_a_source_stops_everybody_after_what_came_before_it() -> None:
    events = await history(20)
    feed = Counted(events)
    feed.breaks_at, feed.breaks_with = 14, CorruptHistory("sequence 15 holds what is no event")
    applies = [Remembering(), Remembering(9)]
    followers = following(SharedFeed(feed), applies)

    await until(lambda: all(follower.status.state == "stopped" for follower in followers))
    assert [apply.place for apply in applies] == [14, 14]
    assert [follower.status.failed_at for follower in followers] == [15, 15]
    feed.breaks_at = None
    for follower in followers:
        follower.retry("somebody")
    await all_at(applies, 20)
    assert applies[0].got == events
    await stop(followers)
