"""log → one pure function, from a durable place: what policies, projections, the tree and the ledger share.

A follower reads one log from its checkpoint. Position ≤ checkpoint: seen, skip. Checkpoint + 1: apply. Beyond:
something is missing, fetch it. An event that cannot be applied stops this follower and nobody else, with the
reason in its status, until an operator retries or skips it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal, Protocol

import httpx
import nats.errors
import nats.js.errors
import structlog
from nats.aio.client import Client as Nats
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.ending import end
from shared.errors import CorruptHistory, Unavailable, Unknown
from shared.eventlog.mongo import MongoLog
from shared.eventlog.port import Recorded, recorded
from shared.singleflight import SingleFlight
from shared.store.mongo import AWAY, DuplicateKeyError, passes

BATCH = 200
IDLE_SECONDS = 2.0
PENDING_BYTES = 32 * 1024 * 1024
State = Literal["starting", "running", "waiting", "stopped"]

logger = structlog.get_logger("dvk.followers")


class Feed(Protocol):
    """Where a follower gets its events from."""

    source: str

    def batches(self, after: int) -> AsyncGenerator[Sequence[Recorded], None]:
        """Events after a position, in order and gapless, as they come. Ends or raises when it has to be
        opened anew; whoever follows opens it again from its own place."""
        ...

    async def head(self) -> int:
        """The last position of the source as far as can be told now."""
        ...


class OwnFeed:
    """The service's own log, read from the store."""

    def __init__(self, service: str, log: MongoLog) -> None:
        self.source = service
        self._log = log

    async def batches(self, after: int) -> AsyncGenerator[Sequence[Recorded], None]:
        """See `Feed.batches`. Another process's events are found within a quarter of a second."""
        while True:
            await self._log.wait_beyond(after, IDLE_SECONDS)
            if self._log.known_head > after and (batch := await self._log.read(after, BATCH)):
                yield batch
                after = batch[-1].position

    async def head(self) -> int:
        """See `Feed.head`."""
        return max(self._log.known_head, await self._log.head())


class Peer:
    """Another service's log over HTTP: the second way to an event when the broker does not have it."""

    def __init__(self, service: str, http: httpx.AsyncClient) -> None:
        self.service = service
        self._http = http
        self._flight = SingleFlight()
        self._asked_at = -1.0
        self._head = 0

    async def head(self) -> int:
        """The owner's last position, at most a second old; raises httpx.HTTPError when it does not answer.

        All followers of one source ask here, so they share one question a second.
        """
        if monotonic() - self._asked_at >= 1.0:
            await self._flight.run("head", self._ask)
        return self._head

    async def _ask(self) -> None:
        answer = await self._http.get("/log/head")
        answer.raise_for_status()
        self._head = int(answer.json()["position"])
        self._asked_at = monotonic()

    async def text(self, path: str) -> bytes:
        """What the peer answers at a path; raises httpx.HTTPError when it does not."""
        answer = await self._http.get(path)
        answer.raise_for_status()
        return answer.content

    async def followed(self, service: str) -> int:
        """How far this peer (reporting) holds another service's log in its ledger."""
        answer = await self._http.get("/ledger/positions")
        answer.raise_for_status()
        return int(answer.json().get(service, 0))

    async def entries(self, after: int, limit: int = BATCH) -> list[Recorded]:
        """The owner's events after a position; raises httpx.HTTPError when it does not answer."""
        answer = await self._http.get("/log/entries", params={"from": after + 1, "limit": limit})
        answer.raise_for_status()
        return [recorded(line) for line in answer.content.split(b"\n") if line]


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

    async def head(self) -> int:
        """See `Feed.head`: the owner's, else the broker's, else the last that was seen."""
        with suppress(httpx.HTTPError):
            self._seen_head = max(self._seen_head, await self._peer.head())
        return self._seen_head

    async def _broker_holds(self, position: int) -> bool:
        try:
            await self._nats().jetstream(timeout=3).get_msg(self._stream, position)
        except nats.js.errors.NotFoundError:
            return False
        return True

    async def batches(self, after: int) -> AsyncGenerator[Sequence[Recorded], None]:
        """See `Feed.batches`."""
        arrived: deque[Any] = deque()
        wake = asyncio.Event()

        async def take(message: Any) -> None:
            arrived.append(message)
            wake.set()

        subscription = (
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
                    opt_start_seq=after + 1,
                    ack_policy=AckPolicy.NONE,
                    inactive_threshold=30,
                    mem_storage=True,
                ),
            )
        )
        try:
            while True:
                wake.clear()
                if not arrived:
                    try:
                        async with asyncio.timeout(IDLE_SECONDS):
                            await wake.wait()
                    except TimeoutError:
                        async for missing in self._missing(after):
                            yield missing
                            after = missing[-1].position
                        if await self._broker_holds(after + 1):
                            return  # the consumer is gone or stuck: begin again from our own place
                        continue
                batch: list[Recorded] = []
                strange: CorruptHistory | None = None
                while arrived and len(batch) < BATCH:
                    try:
                        event = self._event(arrived.popleft())
                    except CorruptHistory as error:
                        strange = error
                        break
                    if event.position <= after:
                        continue
                    if event.position > after + 1:
                        async for missing in self._between(after, event.position):
                            batch.extend(missing)
                            after = missing[-1].position
                    batch.append(event)
                    after = event.position
                if batch:
                    self._seen_head = max(self._seen_head, after)
                    yield batch
                if strange is not None:
                    raise strange
        finally:
            with suppress(nats.errors.Error):
                await subscription.unsubscribe()

    def _event(self, message: Any) -> Recorded:
        event = recorded(message.data)
        sequence = message.metadata.sequence.stream
        try:
            found = f"{event.service} position {event.position}"
        except (ValueError, KeyError, TypeError, AttributeError):
            found = "what is no event"
        if found != f"{self.source} position {sequence}":
            raise CorruptHistory(f"{self._stream} sequence {sequence} holds {found}")
        return event

    async def _between(self, after: int, before: int) -> AsyncGenerator[list[Recorded], None]:
        """What lies strictly between two positions: from the broker by sequence, else from the owner."""
        js = self._nats().jetstream(timeout=3)
        for position in range(after + 1, before):
            try:
                raw = await js.get_msg(self._stream, position)
                yield [recorded(raw.data or b"")]
            except nats.js.errors.NotFoundError:
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
        self._advanced = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to follow."""
        self._task = asyncio.create_task(self._run(), name=f"follow-{self.status.name}-{self.status.source}")

    async def stop(self) -> None:
        """End; whatever was not applied will come again."""
        await end(self._task)

    async def wait_for(self, position: int, seconds: float) -> bool:
        """True once the follower has come as far as `position`; False when it did not within the time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self.status.position < position:
            left = until - loop.time()
            if left <= 0:
                return False
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._advanced.wait()
        return True

    def retry(self) -> None:
        """Try the event again that stopped this follower."""
        self._resume.set()

    async def skip(self, position: int) -> None:
        """Go past the event that stopped this follower; only that one."""
        if self.status.state != "stopped" or self.status.failed_at != position:
            raise Unknown("follower.not-stopped-there", position=position)
        await self._apply.skip(position)
        self._resume.set()

    async def _run(self) -> None:
        pause = 0.1
        while True:
            try:
                place = await self._apply.checkpoint()
                self._at(place)
                async with aclosing(self.feed.batches(place)) as batches:
                    async for events in batches:
                        await self._take(events)
                        pause = 0.1
            except asyncio.CancelledError:
                raise
            except CorruptHistory as error:
                await self._halt(self.status.position + 1, str(error))
            except (
                *AWAY,
                nats.errors.Error,
                nats.js.errors.Error,
                httpx.HTTPError,
                Unavailable,
                OSError,
            ) as away:
                self._set("waiting", f"{type(away).__name__}: {away}"[:300])
                await asyncio.sleep(pause)
                pause = min(pause * 2, 3.0)
            except Exception as error:
                logger.exception("follower failed", follower=self.status.name, source=self.status.source)
                self._set("waiting", f"{type(error).__name__}: {error}"[:300])
                await asyncio.sleep(pause)
                pause = min(pause * 2, 3.0)

    async def _take(self, events: Sequence[Recorded]) -> None:
        """Apply a batch; when that fails, halve it until the event that cannot be applied is alone."""
        place = self.status.position
        events = [event for event in events if event.position > place]
        if not events:
            return
        for due, event in enumerate(events, start=place + 1):
            if event.position != due:
                raise CorruptHistory(f"position {event.position} came where {due} was due")
        try:
            await self._apply.apply(events)
        except (*AWAY, Unavailable, asyncio.CancelledError, MovedElsewhere):
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
            self._advanced.set()
            self._advanced = asyncio.Event()
        if self.status.state in ("starting", "waiting"):
            self._set("running")


class MovedElsewhere(Unavailable):
    """Another process of this service moved the checkpoint: read it again and go on from there."""

    def __init__(self) -> None:
        super().__init__("moved-elsewhere")


class Places:
    """Checkpoints in the service's database, moved by compare-and-set: the fence between replicas."""

    def __init__(self, collection: Any) -> None:
        self._places = collection

    async def get(self, name: str) -> int:
        """The checkpoint of this name; 0 when it never moved."""
        found = await self._places.find_one({"_id": name})
        return int(found["position"]) if found else 0

    async def move(self, name: str, old: int, new: int, session: Any = None) -> None:
        """Move from `old` to `new`; MovedElsewhere when it was not at `old` any more."""
        try:
            moved = await self._places.update_one(
                {"_id": name, "position": old}, {"$set": {"position": new}}, upsert=old == 0, session=session
            )
        except DuplicateKeyError as raced:
            raise MovedElsewhere from raced
        if moved.matched_count == 0 and moved.upserted_id is None:
            raise MovedElsewhere


async def keep_trying(work: Callable[[], Awaitable[None]], name: str) -> None:
    """Do the work; after a failure of the outside world begin it again, for ever and loudly."""
    pause = 0.1
    while True:
        try:
            await work()
            return
        except asyncio.CancelledError:
            raise
        except Exception as error:
            logger.warning("trying again", task=name, error=f"{type(error).__name__}: {error}"[:300])
            await asyncio.sleep(pause)
            pause = min(pause * 2, 3.0)
