"""Another service's stream at the broker, where sequence is position; and what the broker does not send."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import httpx
import nats.errors
import nats.js.errors
from nats.aio.client import Client as Nats
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.errors import CorruptHistory, Unavailable
from shared.eventlog.port import Recorded, recorded
from shared.following.feeds import BATCH, Peer
from shared.tracing import came_with
from shared.waiting import noticed

IDLE_SECONDS, MOST_IDLE_SECONDS = 2.0, 10.0
"""After so long without a message the owner is asked for its head; each time it was in vain twice as long after."""
SOON_SECONDS = 0.2
PENDING_BYTES = 32 * 1024 * 1024
MOST_ARRIVED = 2 * BATCH
"""So many messages are taken over at most before they are looked at. While a follower is slow or stopped the rest waits
with the client, and what that has no room for with the broker: the stream may hold a year."""


class Arrivals:
    """The messages of one subscription that were not looked at yet, `MOST_ARRIVED` of them, and a bell."""

    def __init__(self) -> None:
        self.messages: deque[Msg] = deque()
        self._bell = asyncio.Event()
        self._room = asyncio.Event()

    async def take(self, message: Msg) -> None:
        """One more has come; waits until there is room for it."""
        while len(self.messages) >= MOST_ARRIVED:
            self._room.clear()
            await self._room.wait()
        self.messages.append(message)
        self._bell.set()

    def next(self) -> Msg:
        """The one that came first of those that are there."""
        self._room.set()
        return self.messages.popleft()

    def nudge(self) -> None:
        """Wait no longer, although nothing has come."""
        self._bell.set()

    async def come(self, seconds: float) -> bool:
        """True when there are messages; False when none came in this time, or before somebody nudged."""
        self._bell.clear()
        if not self.messages:
            await noticed(self._bell, seconds)
        return bool(self.messages)


class BrokerFeed:
    """Another service's JetStream stream: sequence = position, always.

    Reads with an ephemeral ordered consumer made from the follower's own place. When nothing comes for a
    while it asks the broker and the owner for their heads, because a gap at the end sends no message.
    """

    def __init__(self, service: str, nats: Callable[[], Nats], peer: Peer) -> None:
        self.source = service
        self._stream = service.upper()
        self._nats = nats
        self._peer = peer
        self._seen_head = 0
        self._listening: set[Arrivals] = set()

    async def head(self) -> int:
        """See `Feed.head`: the owner's, else the broker's, else the last that was seen."""
        with suppress(httpx.HTTPError):
            self._seen_head = max(self._seen_head, await self._peer.head())
        return self._seen_head

    async def _broker_holds(self, position: int) -> bool:
        try:
            await self._nats().jetstream(timeout=3).get_msg(self._stream, position)
        except (nats.js.errors.NotFoundError, nats.js.errors.ServerError):
            return False  # it has none, or none it can read
        return True

    def nudge(self) -> None:
        """See `Feed.nudge`."""
        for arrivals in self._listening:
            arrivals.nudge()

    def hurry(self, position: int) -> None:
        """See `Feed.hurry`: nothing is gathered here."""

    async def batches(self, after: int) -> AsyncGenerator[Sequence[Recorded], None]:
        """See `Feed.batches`."""
        arrivals = Arrivals()
        subscription = await self._subscribe(arrivals.take, after + 1)
        self._listening.add(arrivals)
        quiet = IDLE_SECONDS
        try:
            while True:
                if not await arrivals.come(quiet):
                    async for missing in self._missing(after):
                        yield missing
                        after = missing[-1].position
                    if await self._broker_holds(after + 1) and not await arrivals.come(SOON_SECONDS):
                        return  # the consumer is gone or stuck: begin again from our own place
                    quiet = min(quiet * 2, MOST_IDLE_SECONDS)
                    continue
                quiet = IDLE_SECONDS
                batch, strange = await self._batch(arrivals, after)
                if batch:
                    after = batch[-1].position
                    self._seen_head = max(self._seen_head, after)
                    yield batch
                if strange is not None:
                    raise strange
        finally:
            self._listening.discard(arrivals)
            with suppress(nats.errors.Error):
                await subscription.unsubscribe()

    async def _subscribe(self, take: Callable[[Msg], Awaitable[None]], first: int) -> Any:
        return (
            await self._nats()
            .jetstream(timeout=3)
            .subscribe(
                f"dvk.{self.source}.>",
                stream=self._stream,
                cb=take,
                ordered_consumer=True,
                pending_bytes_limit=PENDING_BYTES,
                config=ConsumerConfig(
                    deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                    opt_start_seq=first,
                    ack_policy=AckPolicy.NONE,
                    inactive_threshold=30,
                    mem_storage=True,
                ),
            )
        )

    async def _batch(self, arrivals: Arrivals, after: int) -> tuple[list[Recorded], CorruptHistory | None]:
        """What has arrived after a place, with what is missing between; and why it ends, if at a stranger's."""
        batch: list[Recorded] = []
        while arrivals.messages and len(batch) < BATCH:
            try:
                event = self._event(arrivals.next())
            except CorruptHistory as strange:
                return batch, strange
            if event.position <= after:
                continue
            if event.position > after + 1:
                async for missing in self._between(after, event.position):
                    batch.extend(missing)
            batch.append(event)
            after = event.position
        return batch, None

    def _event(self, message: Any) -> Recorded:
        sequence = message.metadata.sequence.stream
        try:
            event = recorded(message.data, came_with(message.headers))
            found = f"{event.service} position {event.position}"
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorruptHistory(f"{self._stream} sequence {sequence} holds what is no event") from error
        if found != f"{self.source} position {sequence}":
            raise CorruptHistory(f"{self._stream} sequence {sequence} holds {found}")
        return event

    async def _between(self, after: int, before: int) -> AsyncGenerator[list[Recorded], None]:
        """What lies strictly between two positions: from the broker by sequence, else from the owner."""
        js = self._nats().jetstream(timeout=3)
        for position in range(after + 1, before):
            try:
                raw = await js.get_msg(self._stream, position)
                yield [recorded(raw.data or b"", came_with(raw.headers))]
            except (nats.js.errors.NotFoundError, nats.js.errors.ServerError):
                missing = await self._peer.entries(position - 1, before - position)
                if not missing:
                    raise Unavailable("not-yet", source=self.source, position=position) from None
                yield missing
                if missing[-1].position >= before - 1:
                    return

    async def _missing(self, after: int) -> AsyncGenerator[list[Recorded], None]:
        """What the owner has and the broker does not send: read over HTTP."""
        with suppress(httpx.HTTPError):
            while (head := await self._peer.head()) > after:
                self._seen_head = max(self._seen_head, head)
                with suppress(nats.errors.Error, nats.js.errors.Error):
                    if await self._broker_holds(after + 1):
                        return
                if not (entries := await self._peer.entries(after)):
                    return
                yield entries
                after = entries[-1].position
