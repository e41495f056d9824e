"""Public events on the broker: stream `PUBLIC`, of which agencies have consumers that were made for them.

The nth public event is message n: `Nats-Expected-Last-Sequence` refuses whatever is not next, so any number of
processes may publish without a leader, and a stream that lost its newest messages, or is gone, is filled again from the
ledger: same bytes, same numbers. Nothing is remembered: the last message says how far it is. When that is not the
ledger's event nothing is published any more: the stream is to be looked at, and deleted; then it fills anew. One that
lost others goes on, and says which is the first that it lacks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

import nats.errors
import nats.js.errors
import structlog
from nats.aio.client import Client as Nats
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

from services.reporting.feed.public import PREFIX, SOURCE, fact_of, public_subject
from services.reporting.ledger.ledger import Ledger
from shared.errors import CorruptHistory, Unavailable
from shared.eventlog.gapless import Gapless
from shared.eventlog.port import Recorded, recorded
from shared.relaying.inspecting import Incomplete, first_missing, message
from shared.relaying.publishing import CONTENT_TYPE

STREAM = "PUBLIC"
LOOK_SECONDS, PAUSE_SECONDS = 5.0, 2.0
BATCH = 256
WRONG_LAST_SEQUENCE = 10071

logger = structlog.get_logger("dvk.public")


def stream_config(replicas: int) -> StreamConfig:
    """The public stream: everything is kept, no message can be deleted or purged."""
    return StreamConfig(
        name=STREAM,
        subjects=[f"{PREFIX}.>"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        deny_delete=True,
        deny_purge=True,
        num_replicas=replicas,
        duplicate_window=3600,
    )


class Broadcast:
    """Publishes the public events of the ledger, in the order of their log."""

    def __init__(
        self, log: Gapless[Recorded], ledger: Ledger, nats: Callable[[], Nats], replicas: int
    ) -> None:
        self._log = log
        self._ledger = ledger
        self._nats = nats
        self._replicas = replicas
        self._state, self._reason = "starting", ""
        self._position = 0
        self._behind: tuple[int, float] | None = None
        """Where it was found behind, and since when."""
        self._lacking: dict[str, Any] | None = None

    async def run(self) -> None:
        """Publish for ever; whatever the broker or the store says, it is tried again."""
        while True:
            try:
                sequence, position = await self._agree()
                await self._publish(sequence, position)
            except CorruptHistory as wrong:
                logger.critical("the public stream is not the ledger's", reason=str(wrong))
                self._set("stopped", str(wrong))
            except Incomplete as lost:
                logger.critical("the public stream lost its last message", reason=str(lost))
                self._set("stopped", str(lost))
            except (nats.errors.Error, nats.js.errors.Error, Unavailable, TimeoutError, OSError) as away:
                self._set("waiting", f"{type(away).__name__}: {away}"[:300])
            await asyncio.sleep(PAUSE_SECONDS)

    async def status(self) -> dict[str, Any]:
        """A row of `/followers`; `stalled`: for so many seconds it has been behind without getting on."""
        head = await self._ledger.checkpoint(SOURCE)
        row: dict[str, Any] = {
            "name": "public",
            "source": SOURCE,
            "state": self._state,
            "position": self._position,
            "head": max(head, self._position),
            "lag": max(head - self._position, 0),
        }
        if (stalled := self._stalled(row["lag"] > 0)) > 0:
            row["stalled"] = stalled
        if self._lacking is not None:
            row["incomplete"] = self._lacking
        return {**row, "reason": self._reason} if self._reason else row

    def _stalled(self, behind: bool) -> int:
        now = monotonic()
        if not behind:
            self._behind = None
        elif self._behind is None or self._behind[0] != self._position:
            self._behind = self._position, now
        return 0 if self._behind is None else round(now - self._behind[1])

    def _set(self, state: str, reason: str = "") -> None:
        self._state, self._reason = state, reason

    def _stream(self) -> JetStreamContext:
        return self._nats().jetstream(timeout=5)

    async def _agree(self) -> tuple[int, int]:
        """(last sequence, its position in the log), after the message there was found to be the ledger's event."""
        js = self._stream()
        try:
            last = await self._last_sequence()
        except nats.js.errors.NotFoundError:
            await js.add_stream(stream_config(self._replicas))
            last = 0
        if last == 0:
            return 0, 0
        theirs = (await message(self._nats(), STREAM, last)).data or b""
        try:
            position = recorded(theirs).position
        except (ValueError, KeyError, TypeError):
            raise CorruptHistory(f"{STREAM} sequence {last} holds what is no event") from None
        ours = await self._log.read(position - 1, 1)
        if not ours and position > await self._ledger.checkpoint(SOURCE):
            raise Unavailable("not-yet", source=SOURCE, position=position)
        if not ours or ours[0].raw != theirs:
            raise CorruptHistory(f"{STREAM} sequence {last} is not {SOURCE}:{position} of the ledger")
        return last, position

    async def _publish(self, sequence: int, position: int) -> None:
        """Publish what follows, until somebody else is found to have published."""
        self._position = position
        looked = asyncio.get_running_loop().time()
        while True:
            size = self._ledger.known_head
            events = await self._log.read(self._position, BATCH)
            for event in events:
                if (fact := fact_of(event)) is not None:
                    if not await self._told(event, fact, sequence):
                        return
                    sequence += 1
                self._position = event.position
            self._set("running")
            if events:
                continue
            await self._ledger.wait_beyond(size, LOOK_SECONDS)
            if asyncio.get_running_loop().time() > looked + LOOK_SECONDS:
                if await self._last_sequence() != sequence:
                    return
                looked = asyncio.get_running_loop().time()

    async def _last_sequence(self) -> int:
        """The last number that was given out; notes the first message that is not there any more."""
        state = (await self._stream().stream_info(STREAM)).state
        lacking = state.last_seq - state.messages
        if lacking == 0:
            self._lacking = None
        elif self._lacking is None or self._lacking["messages"] != lacking:
            first = await first_missing(self._nats(), STREAM, state.first_seq, state.messages)
            self._lacking = {"stream": STREAM, "message": first, "messages": lacking}
            logger.critical("the public stream lost messages", **self._lacking)
        return state.last_seq

    async def _told(self, event: Recorded, fact: str, sequence: int) -> bool:
        """True when the event is the next message; False when another is."""
        headers = {
            "Nats-Msg-Id": event.id,
            "Nats-Expected-Last-Sequence": str(sequence),
            "Content-Type": CONTENT_TYPE,
        }
        try:
            answer = await self._stream().publish(public_subject(event, fact), event.raw, headers=headers)
        except nats.js.errors.APIError as refused:
            if refused.err_code == WRONG_LAST_SEQUENCE:
                return False
            raise
        return answer.seq == sequence + 1
