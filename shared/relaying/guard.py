"""Refusing to go on from a past that others have seen the future of (design §4, "restored database").

At start, and whenever the broker answers, the log's head is compared with the broker's last sequence and with
reporting's last position of this log. Behind either, commands are refused until the missing events are back. When
everything starts at once they may not answer yet: commands wait a little until both have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic

import httpx
import nats.errors
import nats.js.errors
import structlog

from shared.errors import Unavailable
from shared.eventlog.mongo import MongoLog
from shared.following.feeds import Peer
from shared.relaying.relay import Relay
from shared.store.mongo import AWAY

LOOK_SECONDS = 2.0
WITNESS_SECONDS = 10.0
"""So often reporting is asked while the gate is open."""
SOON_SECONDS = 0.2
PATIENCE_SECONDS = 10.0
"""So long after the start both are waited for, no longer: a broker that is away must not keep a city from work."""

logger = structlog.get_logger("dvk.guard")


class Troubles:
    """Several that may be in the way; the first of them is told."""

    def __init__(self, *asked: Callable[[], Unavailable | None]) -> None:
        self._asked = asked

    def first(self) -> Unavailable | None:
        """What is in the way now, if anything."""
        return next((trouble for ask in self._asked if (trouble := ask()) is not None), None)

    def must_be_none(self) -> None:
        """Raise what is in the way."""
        if (trouble := self.first()) is not None:
            raise trouble


class Gate:
    """Open when commands may be recorded; otherwise it says why not."""

    def __init__(self, also: Callable[[], Unavailable | None] = lambda: None) -> None:
        """`also()` says what else is in the way at this moment (the clock)."""
        self.closed: Unavailable | None = Unavailable("starting")
        self._also = also
        self.unfit: Unavailable | None = None
        """What is wrong with the store itself; it goes before everything else."""

    @property
    def reason(self) -> Unavailable | None:
        """What keeps the gate closed, if anything."""
        return self.unfit or self.closed or self._also()

    def __call__(self) -> None:
        """Raise what keeps the gate closed."""
        if (reason := self.reason) is not None:
            raise Unavailable(reason.code, reason.retry_after, **reason.details)


class Guard:
    """Watches that the log is not older than what others hold of it, and closes the gate when it is."""

    def __init__(
        self,
        gate: Gate,
        log: MongoLog,
        relay: Relay,
        witness: Peer,
        service: str,
        end: Callable[[], None] = lambda: None,
    ) -> None:
        """`end()` ends this process, so that the next one begins from what the store holds."""
        self._gate = gate
        self._log = log
        self._relay = relay
        self._witness = witness
        self._service = service
        self._asked = {"broker"} if service == "reporting" else {"broker", "reporting"}
        self._patient_until = 0.0
        self._witness_at = 0.0
        self._end = end

    async def look(self) -> None:
        """Compare once. A broker or witness that does not answer is asked again later."""
        seen: dict[str, int] = {}
        with suppress(nats.errors.Error, nats.js.errors.Error, Unavailable, OSError):
            last = await (self._relay.broker_last_lately() if self._is_open else self._relay.broker_last())
            # A stranger's messages say nothing about our past: the relay has stopped for them, commands go on.
            seen["broker"] = 0 if self._relay.state == "diverged" else last
        if self._service != "reporting" and (not self._is_open or monotonic() >= self._witness_at):
            with suppress(httpx.HTTPError, ValueError, KeyError):
                seen["reporting"] = await self._witness.followed(self._service)
                self._witness_at = monotonic() + WITNESS_SECONDS
        try:
            head = await self._log.head()
        except Unavailable as lost:
            # The store holds less than this process knows: what we keep in memory is no past any more.
            logger.critical("the store was put back under our feet", **lost.details)
            self._gate.closed = lost
            self._end()
            return
        ahead = {name: position for name, position in seen.items() if position > head}
        if ahead:
            if self._gate.closed is None or self._gate.closed.code != "log.behind":
                logger.critical("the log is older than what others hold of it", head=head, **ahead)
            self._gate.closed = Unavailable("log.behind", 30, position=head, seen=ahead)
        elif self._gate.closed is not None and self._heard(self._gate.closed, seen):
            logger.info("commands are taken", head=head)
            self._gate.closed = None

    @property
    def _is_open(self) -> bool:
        return self._gate.closed is None

    def _heard(self, closed: Unavailable, seen: Mapping[str, int]) -> bool:
        """True when enough have answered to open: whoever was ahead, else all, else as many as do in time."""
        if closed.code == "log.behind":
            return seen.keys() >= closed.details.get("seen", {}).keys()
        return seen.keys() >= self._asked or monotonic() > self._patient_until

    async def watch(self) -> None:
        """Look again for ever."""
        self._patient_until = monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(*AWAY):
                await self.look()
            starting = self._gate.closed is not None and self._gate.closed.code == "starting"
            await asyncio.sleep(SOON_SECONDS if starting else LOOK_SECONDS)
