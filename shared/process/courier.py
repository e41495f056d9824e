"""The connection to the broker, which comes back whatever the broker said when it ended it.

The client reconnects by itself when the wire breaks. When the broker says `-ERR` first (a password that was changed, an
account that was closed, too many connections) the client closes for good, and whoever holds it waits for ever. And it
believes for as long as a connection lasts what it was told at its beginning of the longest message: a broker that takes
too short ones is asked again and again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import structlog
from faststream.nats import NatsBroker
from faststream.nats.prometheus import NatsPrometheusMiddleware
from faststream.nats.subscriber.usecases.basic import LogicSubscriber
from nats.aio.client import Client
from prometheus_client import REGISTRY

from shared.process.hearing import Hearing
from shared.process.nats_spans import of_nats
from shared.tlog.canonical import MOST_EVENT_BYTES
from shared.waiting import noticed

WIDTH_SECONDS = 5.0
QUIET_SECONDS, MOST_TOLD = 60.0, 16
NEEDED = MOST_EVENT_BYTES + 4096
"""Bytes of the longest message that the relay sends: an event with its headers."""
LEAST_PAUSE, MOST_PAUSE = 0.5, 5.0

MEASURED = NatsPrometheusMiddleware(registry=REGISTRY, app_name="dvk")
"""Requests by subject: how many came, how long and how they were handled (`faststream_…` at `/metrics`)."""

logger = structlog.get_logger("dvk.broker")


class Courier(NatsBroker):
    """A broker's connection with its subscribers, opened anew when it was closed for good."""

    opened = 0
    """How often it was opened."""
    trouble: str | None = None
    """What the broker, or the wire, said last; None since it was opened anew."""

    _closing: asyncio.Event
    """Set when the client says that it is closed for good."""
    _told: Mapping[str, float] = MappingProxyType({})
    """When what was said last."""

    @property
    def narrow(self) -> int | None:
        """The longest message that the broker takes, while that is too short for an event; None otherwise."""
        most = None if self._connection is None else self._connection.max_payload
        return most if most is not None and most < NEEDED else None

    async def hear(self, error: Exception) -> None:
        """Say what went wrong, the same once a minute."""
        self.trouble = said = f"{type(error).__name__}: {error}"[:300]
        now = asyncio.get_running_loop().time()
        if now > self._told.get(said, 0.0) + QUIET_SECONDS:
            logger.error("broker", state="trouble", reason=said)
            self._told = {said: now} if len(self._told) > MOST_TOLD else {**self._told, said: now}

    async def _connect(self) -> Client:
        connection = Hearing()
        closing = self._closing = asyncio.Event()

        async def closed() -> None:
            closing.set()

        # The framework's own way of hearing raises what it holds for final, and so ends the client's tries.
        given: dict[str, Any] = {**self._connection_kwargs, "error_cb": self.hear, "closed_cb": closed}
        await connection.connect(**given)
        self.config.connect(connection)
        return connection

    def is_closed(self) -> bool:
        """True when the client will not come back by itself."""
        return self._connection is not None and self._connection.is_closed

    async def forget(self) -> None:
        """Let go of a closed client; there is nothing to be drained any more."""
        for subscriber in self.subscribers:
            if isinstance(subscriber, LogicSubscriber):
                subscriber.subscription = (
                    None  # it ended with the connection, which would refuse to end it again
                )
            await subscriber.stop()
        self._connection = None
        self.config.disconnect()

    async def keep_open(self) -> None:
        """Open it, and again whenever it was closed; returns when this task ends."""
        pause = LEAST_PAUSE
        while True:
            await self.start()
            self.opened += 1
            self.trouble = None
            began = asyncio.get_running_loop().time()
            logger.info("broker", state="open", times=self.opened)
            while not self.is_closed():
                await noticed(self._closing, WIDTH_SECONDS)
                if self.narrow is not None and not self.is_closed():
                    await self._ask_how_wide()
            self.trouble = str(getattr(self._connection, "last_error", None) or self.trouble)
            logger.error("broker", state="closed", reason=self.trouble)
            await self.forget()
            # Opened and closed at once: somebody's limit, perhaps. It is not asked twice a second for ever.
            lasted = asyncio.get_running_loop().time() - began
            pause = LEAST_PAUSE if lasted > 10 * MOST_PAUSE else min(pause * 2, MOST_PAUSE)
            await asyncio.sleep(pause)

    async def _ask_how_wide(self) -> None:
        """Learn from a second connection how long a message may be by now: the first is never told."""
        asking = Hearing()
        with suppress(Exception):  # whatever is in its way, the next time comes
            logger.error("broker", state="narrow", max_payload=self.narrow, needed=NEEDED)
            once: dict[str, Any] = {
                **self._connection_kwargs,
                "error_cb": self.hear,
                "allow_reconnect": False,
                "reconnected_cb": None,
                "disconnected_cb": None,
                "closed_cb": None,
            }
            await asking.connect(**once)
            if isinstance(self._connection, Hearing):
                self._connection.takes(asking.max_payload)
        await asking.close()


def courier(url: str, **options: Any) -> Courier:
    """A connection that is not open yet; `options` as FastStream's broker takes them."""
    made = Courier(
        url,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        connect_timeout=3,
        graceful_timeout=5,
        logger=None,
        **options,
    )
    for middleware in (MEASURED, of_nats()):
        if middleware is not None:
            made.add_middleware(middleware)
    return made
