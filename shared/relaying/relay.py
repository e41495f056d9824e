"""log → JetStream: same order, same numbers. JetStream sequence = log position, always.

Entry p is published with `Nats-Expected-Last-Sequence: p-1`, pipelined. The broker refuses whatever is not
next, so any number of relays may run without a leader, and a broker that lost its newest messages, or all of
them, is healed by publishing again from its last sequence. One that lost others (`inspecting.Incomplete`) cannot be
healed so: the relay stands still and names the first, until the log is published anew. A broker that holds other bytes
than the log at a position is a witness against it: the relay stops, loudly, and nothing is published any more.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from time import monotonic
from typing import Literal, cast

import nats.errors
import nats.js.errors
import orjson
import structlog
from nats.aio.client import Client as Nats
from nats.js.api import RawStreamMsg

from shared.ending import end
from shared.errors import Refused, Unavailable
from shared.eventlog.mongo import MongoLog
from shared.eventlog.port import Recorded
from shared.relaying.inspecting import Incomplete, last_sequence, message
from shared.relaying.publishing import Publishing
from shared.relaying.streams import provided
from shared.store.mongo import AWAY
from shared.waiting import Pauses

WINDOW = 512
ACK_SECONDS = 5.0
LOOK_SECONDS = 2.0
WRONG_LAST_SEQUENCE = 10071
SAMPLE_SECONDS = 10.0
SAMPLE = 16
"""So many messages of a stream at rest are held against the log, so often, until all were and again."""
State = Literal["starting", "running", "waiting", "diverged", "incomplete"]
STANDING: frozenset[State] = frozenset({"diverged", "incomplete"})
"""Nothing is published any more, until an operator has the log published anew."""
Flying = asyncio.Queue[tuple[Recorded, asyncio.Future[int]]]
"""Events that were sent and not yet acknowledged, in order."""

logger = structlog.get_logger("dvk.relay")


class Diverged(Exception):
    """The broker and the log hold different bytes at the same place."""

    def __init__(self, position: int, expected: str, found: str) -> None:
        super().__init__(f"position {position}: the log has {expected}, the broker {found}")
        self.position = position
        self.expected = expected
        self.found = found


class Relay:
    """Publishes one service's log. `relayed` is the last position the broker acknowledged."""

    def __init__(  # noqa: PLR0913 - what it is made of, named at the call
        self,
        service: str,
        log: MongoLog,
        nats: Callable[[], Nats],
        chance: Callable[[], float],
        diverged: Callable[[Diverged], Awaitable[None]] | None = None,
        behind: Callable[[int], None] = lambda _position: None,
        replicas: int = 1,
    ) -> None:
        """`chance()` gives 0..1 for pauses; `diverged` is told once; `behind(p)` when the broker is ahead at p."""
        self._service = service
        self._stream = service.upper()
        self._log = log
        self._nats = nats
        self._chance = chance
        self._told_diverged = diverged
        self._told_behind = behind
        self._replicas = replicas
        self.state: State = "starting"
        self.reason: str | None = None
        self.relayed = 0
        self._stream_began: datetime | None = None
        self._task: asyncio.Task[None] | None = None
        self._clock = monotonic
        self._heard = (0, float("-inf"))
        self._checked = 0
        self._sampled = monotonic()

    def start(self) -> None:
        """Begin to publish."""
        self._task = asyncio.create_task(self._run(), name="relay")

    async def stop(self) -> None:
        """End; what was not published will be by the next relay."""
        await end(self._task)

    async def broker_last(self) -> int:
        """The last sequence the broker's leader holds; 0 when there is no stream yet."""
        try:
            info = await self._nats().jetstream(timeout=3).stream_info(self._stream)
            last = info.state.last_seq
        except nats.js.errors.NotFoundError:
            last = 0
        self._heard = (last, self._clock())
        return last

    async def broker_last_lately(self) -> int:
        """Like `broker_last`, as of a moment ago: a relay at rest asks again and again, and the guard asks the same."""
        last, at = self._heard
        return last if self._clock() - at < LOOK_SECONDS else await self.broker_last()

    async def _run(self) -> None:
        pauses = Pauses(0.1, 3.0)
        while True:
            try:
                await self._provide_stream()
                place = await self._agree()
                self._set("running")
                pauses.begin_anew()
                await self._publish_from(place)
            except asyncio.CancelledError:
                raise
            except Diverged as error:
                self._set("diverged", str(error))
                logger.critical(
                    "the broker holds other bytes than the log", service=self._service, reason=str(error)
                )
                if self._told_diverged is not None:
                    await self._told_diverged(error)
                await self._until_another_stream()
            except Incomplete as error:
                self._set("incomplete", str(error))
                logger.critical("the broker lost messages", service=self._service, reason=str(error))
                await self._until_another_stream()
            except _Behind:
                # Somebody else published, or an answer was lost: look again. The pause lets one of two relays win.
                await asyncio.sleep(0.005 + 0.05 * self._chance())
            except (
                *AWAY,
                nats.errors.Error,
                nats.js.errors.Error,
                Unavailable,
                TimeoutError,
                OSError,
            ) as away:
                self._set("waiting", f"{type(away).__name__}: {away}"[:300])
                await asyncio.sleep(pauses.next() + 0.1 * self._chance())
            except Exception as error:
                logger.exception("relay failed")
                self._set("waiting", f"{type(error).__name__}: {error}"[:300])
                await asyncio.sleep(3.0)

    def may_reset(self, exported: int, held: int) -> None:
        """Raise Refused unless the relay stands still, and all that the broker holds (if anything) was exported."""
        if self.state not in STANDING:
            raise Refused("relay.not-diverged")
        if held not in (exported, 0):
            raise Refused("relay.not-exported", messages=held)

    async def reset(self) -> None:
        """Take the stream away; every relay of this log notices, and publishes from the first event on."""
        with suppress(nats.js.errors.NotFoundError):
            await self._nats().jetstream(timeout=5).delete_stream(self._stream)

    async def _provide_stream(self) -> None:
        self._stream_began = await provided(self._nats(), self._service, self._replicas)

    async def _began(self) -> datetime | None:
        """When the broker's stream was made; None when there is none."""
        try:
            return (await self._nats().jetstream(timeout=5).stream_info(self._stream)).created
        except nats.js.errors.NotFoundError:
            return None

    async def _until_another_stream(self) -> None:
        """Stand still for as long as the stream is there that holds other bytes."""
        began = self._stream_began
        while began == self._stream_began:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(*AWAY, nats.errors.Error, nats.js.errors.Error, Unavailable, TimeoutError, OSError):
                began = await self._began()

    async def _agree(self) -> int:
        """The broker's last sequence, after its message there was found equal to the log's event."""
        last = await self._last_whole()
        self._checked = 0
        if last == 0:
            self.relayed = 0
            return 0
        head = await self._log.head()
        if last > head:
            await self._must_be_ours(head + 1)
        if common := min(last, head):
            await self._sample(common)
            await self._sample(common, int(common * self._chance()))
        if last > head:
            self._told_behind(last)
            raise Unavailable("log.behind", position=head, broker=last)
        self.relayed = last
        return last

    async def _must_be_ours(self, position: int) -> None:
        """What the broker has beyond the log is this log's future, unless a stranger put it there."""
        theirs = await message(self._nats(), self._stream, position)
        try:
            envelope = orjson.loads(theirs.data or b"")
            ours = (envelope["source"], envelope["position"]) == (f"/dvk/{self._service}", position)
        except (ValueError, KeyError, TypeError):
            ours = False
        if not ours:
            raise Diverged(position, "no event of this log", _theirs(theirs))

    async def _sample(self, last: int, after: int | None = None) -> int:
        """Hold some messages against the log, the last one or those after a position; the last that was looked at."""
        if after is None:
            after = last - 1
        for ours in await self._log.read(after, min(SAMPLE, last - after)):
            await self._compare(ours, await message(self._nats(), self._stream, ours.position))
            after = ours.position
        return after

    async def _last_whole(self) -> int:
        """The last sequence, of a stream that holds every message up to there (`inspecting.Incomplete`)."""
        last = await last_sequence(self._nats(), self._stream)
        self._heard = (last, self._clock())
        return last

    async def _look_at_rest(self, place: int) -> bool:
        """Whether the broker still holds what it was given, as far as one look can tell; all of it after many.

        Nobody tells a relay at rest that the broker lost its messages: it has to ask.
        """
        if await self._last_whole() != place:
            return False
        if self._clock() > self._sampled + SAMPLE_SECONDS and place:
            self._checked = await self._sample(place, self._checked if self._checked < place else 0)
            self._sampled = self._clock()
        return True

    async def _compare(self, ours: Recorded, theirs: RawStreamMsg) -> None:
        if (theirs.data or b"") != ours.raw:
            raise Diverged(ours.position, _named(ours.id, ours.raw), _theirs(theirs))

    async def _publish_from(self, place: int) -> None:
        publishing = await Publishing(self._nats()).open()
        flying: Flying = asyncio.Queue(WINDOW)
        acknowledging = asyncio.create_task(self._acknowledge(flying), name="relay-acks")
        looked = self._clock()
        try:
            while True:
                if acknowledging.done():
                    acknowledging.result()
                    return
                batch = await self._log.read(place, 256) if self._log.known_head > place else ()
                if not batch:
                    waiting = asyncio.create_task(self._log.wait_beyond(place, LOOK_SECONDS))
                    await asyncio.wait({waiting, acknowledging}, return_when=asyncio.FIRST_COMPLETED)
                    waiting.cancel()
                    if self._clock() >= looked + LOOK_SECONDS and self.relayed == place:
                        if not await self._look_at_rest(place):
                            return
                        looked = self._clock()
                    continue
                place = await self._send(publishing, batch, flying, acknowledging)
        finally:
            await end(acknowledging)
            await publishing.close()

    async def _send(
        self,
        publishing: Publishing,
        batch: Sequence[Recorded],
        flying: Flying,
        acknowledging: asyncio.Task[None],
    ) -> int:
        place = batch[0].position - 1
        for event in batch:
            if acknowledging.done():
                return place
            sent = (event, await publishing.publish(event))
            if flying.full():
                put = asyncio.create_task(flying.put(sent))
                await asyncio.wait({put, acknowledging}, return_when=asyncio.FIRST_COMPLETED)
                if not put.done():
                    put.cancel()
                    return place
            else:
                flying.put_nowait(sent)
            place = event.position
        return place

    async def _acknowledge(self, flying: Flying) -> None:
        """An acknowledgement counts only when its sequence is the position."""
        while True:
            event, future = await flying.get()
            if not future.done():
                await asyncio.wait({future}, timeout=ACK_SECONDS)
            try:
                sequence = future.result() if future.done() else None
            except nats.js.errors.APIError as refused:
                if refused.err_code != WRONG_LAST_SEQUENCE:
                    raise
                sequence = None
            if sequence != event.position:
                # Somebody else's message may stand in this place, and what followed it may have been taken.
                with suppress(nats.js.errors.NotFoundError):
                    js = self._nats().jetstream(timeout=3)
                    await self._compare(event, await js.get_msg(self._stream, event.position))
                if sequence is not None:
                    raise Diverged(event.position, event.id, f"sequence {sequence} for the same id")
                raise _Behind
            self.relayed = event.position

    def _set(self, state: State, reason: str | None = None) -> None:
        if state != self.state:
            logger.info("relay", service=self._service, state=state, reason=reason)
        self.state = state
        self.reason = reason


def _theirs(message: RawStreamMsg) -> str:
    headers = cast("Mapping[str, str]", message.headers or {})
    return _named(headers.get("Nats-Msg-Id"), message.data or b"")


def _named(event_id: str | None, raw: bytes) -> str:
    return f"{event_id} (SHA-256 {hashlib.sha256(raw).hexdigest()})"


class _Behind(Exception):
    """The broker's last sequence is not where this relay thought."""
