"""log → one pure function, from a durable place: what policies, projections, the tree and the ledger share.

A follower reads one log from its checkpoint. Position ≤ checkpoint: seen, skip. Checkpoint + 1: apply. Beyond:
something is missing, fetch it. An event that cannot be applied stops this follower and nobody else, with the
reason in its status, until an operator retries or skips it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal, Protocol

import httpx
import nats.errors
import nats.js.errors
import structlog

from shared.ending import end
from shared.errors import CorruptHistory, Unavailable, Unknown
from shared.eventlog.port import Recorded
from shared.following.applied import Applied
from shared.following.checkpoints import MovedElsewhere
from shared.following.feeds import Feed
from shared.store.mongo import AWAY, passes
from shared.waiting import Bell, Pauses

PASSING = (*AWAY, nats.errors.Error, nats.js.errors.Error, httpx.HTTPError, Unavailable, OSError)
"""Whoever is asked is away, for now: no event is at fault."""
NUDGE_SECONDS = 0.5
PAUSES = 0.1, 3.0
State = Literal["starting", "running", "waiting", "stopped"]

logger = structlog.get_logger("dvk.followers")


class Apply(Protocol):
    """What a follower does with events, and where it remembers how far it came."""

    async def checkpoint(self) -> int:
        """The last position applied; durable."""
        ...

    async def apply(self, events: Sequence[Recorded]) -> None:
        """Apply the events, which come right after the checkpoint, and move it, at once or not at all."""
        ...

    async def skip(self, position: int) -> None:
        """Move the checkpoint past an event without applying it; an operator said so."""
        ...


@dataclass
class Status:
    """How a follower is doing, as `/followers`, the metrics and readiness show it."""

    name: str
    source: str
    state: State = "starting"
    position: int = 0
    reason: str | None = None
    failed_at: int | None = None

    def shown(self, head: int) -> dict[str, Any]:
        """The JSON of `/followers`."""
        row: dict[str, Any] = {
            "name": self.name,
            "source": self.source,
            "state": self.state,
            "position": self.position,
            "head": max(head, self.position),
            "lag": max(head - self.position, 0),
        }
        if self.reason is not None:
            row["reason"] = self.reason
        if self.failed_at is not None:
            row["failed_at"] = self.failed_at
        return row


class Follower:
    """Drives one `Apply` along one feed for as long as the process lives."""

    def __init__(self, name: str, feed: Feed, apply: Apply) -> None:
        self.status = Status(name, feed.source)
        self.feed = feed
        self._apply = apply
        self._resume = asyncio.Event()
        self._advanced = Bell()
        self._task: asyncio.Task[None] | None = None
        self._applied = Applied(name, feed.source)

    def start(self) -> None:
        """Begin to follow."""
        self._task = asyncio.create_task(self._run(), name=f"follow-{self.status.name}-{self.status.source}")

    async def stop(self) -> None:
        """End; whatever was not applied will come again."""
        await end(self._task)
        self._applied.end()

    async def wait_for(self, position: int, seconds: float) -> bool:
        """True once the follower has come as far as `position`; False when it did not within the time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        self.feed.hurry(position)
        while self.status.position < position:
            left = until - loop.time()
            if left <= 0:
                return False
            if not await self._advanced.wait(min(left, NUDGE_SECONDS)):
                self.feed.nudge()  # who waits knows that it has happened: its notice may be lost
        return True

    def retry(self, by: str) -> None:
        """Try the event again that stopped this follower; the log says who wanted it."""
        status = self.status
        logger.warning(
            "told to try again", follower=status.name, source=status.source, at=status.failed_at, by=by
        )
        self._resume.set()

    async def skip(self, position: int) -> None:
        """Go past the event that stopped this follower; only that one."""
        if self.status.state != "stopped" or self.status.failed_at != position:
            raise Unknown("follower.not-stopped-there", position=position)
        await self._apply.skip(position)
        self._resume.set()

    async def _run(self) -> None:
        pauses = Pauses(*PAUSES)
        while True:
            try:
                place = await self._apply.checkpoint()
                self._at(place)
                async with aclosing(self.feed.batches(place)) as batches:
                    async for events in batches:
                        await self._take(events)
                        pauses.begin_anew()
            except asyncio.CancelledError:
                raise
            except CorruptHistory as error:
                await self._halt(self.status.position + 1, str(error))
            except PASSING as away:
                self._set("waiting", f"{type(away).__name__}: {away}"[:300])
                await pauses.rest()
            except Exception as error:
                logger.exception("follower failed", follower=self.status.name, source=self.status.source)
                self._set("waiting", f"{type(error).__name__}: {error}"[:300])
                await pauses.rest()

    async def _take(self, events: Sequence[Recorded]) -> None:
        """Apply a batch; when that fails, halve it until the event that cannot be applied is alone."""
        place = self.status.position
        events = [event for event in events if event.position > place]
        if not events:
            return
        for due, event in enumerate(events, start=place + 1):
            if event.position != due:
                raise CorruptHistory(f"position {event.position} came where {due} was due")
        began = monotonic()
        try:
            await self._apply.apply(events)
        except MovedElsewhere:
            place = await self._apply.checkpoint()
            if place < events[0].position:
                raise
            self._at(place)  # a replica was faster: what it left is ours
            await self._take(events)
            return
        except (*PASSING, asyncio.CancelledError):
            raise
        except Exception as error:
            if passes(error):
                raise  # the store's trouble, not the event's
            if len(events) > 1:
                half = len(events) // 2
                await self._take(events[:half])
                await self._take(events[half:])
                return
            logger.exception(
                "event cannot be applied", follower=self.status.name, position=events[0].position
            )
            await self._halt(events[0].position, f"{type(error).__name__}: {error}"[:500])
            self._at(await self._apply.checkpoint())
            await self._take(events)
            return
        self._applied.took(events, monotonic() - began)
        self._at(events[-1].position)
        self._set("running")

    async def _halt(self, position: int, reason: str) -> None:
        self.status.failed_at = position
        self._set("stopped", reason)
        self._resume.clear()
        await self._resume.wait()
        self.status.failed_at = None
        self._set("running")

    def _set(self, state: State, reason: str | None = None) -> None:
        if state != self.status.state or reason != self.status.reason:
            log = logger.error if state == "stopped" else logger.info
            log("follower", follower=self.status.name, source=self.status.source, state=state, reason=reason)
        self.status.state = state
        self.status.reason = reason

    def _at(self, position: int) -> None:
        if position != self.status.position:
            self.status.position = position
            self._advanced.ring()
        if self.status.state in ("starting", "waiting"):
            self._set("running")


async def keep_trying(work: Callable[[], Awaitable[None]], name: str) -> None:
    """Do the work; after a failure of the outside world begin it again, for ever and loudly."""
    pauses = Pauses(*PAUSES)
    while True:
        try:
            await work()
            return
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - logged and tried again
            logger.warning("trying again", task=name, error=f"{type(error).__name__}: {error}"[:300])
            await pauses.rest()
