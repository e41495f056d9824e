"""The connection to the broker, which comes back whatever the broker said when it ended it.

The client reconnects by itself when the wire breaks. When the broker says `-ERR` first (a password that was changed, an
account that was closed, too many connections) the client closes for good, and whoever holds it waits for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from faststream.nats import NatsBroker
from faststream.nats.subscriber.usecases.basic import LogicSubscriber
from nats.aio.client import Client

from shared.process.hearing import Hearing

LOOK_SECONDS = 0.5
MOST_PAUSE = 5.0

logger = structlog.get_logger("dvk.broker")


class Courier(NatsBroker):
    """A broker's connection with its subscribers, opened anew when it was closed for good."""

    opened = 0
    """How often it was opened."""

    async def _connect(self) -> Client:
        connection = Hearing()
        await connection.connect(**self._connection_kwargs)
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
        pause = LOOK_SECONDS
        while True:
            await self.start()
            self.opened += 1
            began = asyncio.get_running_loop().time()
            logger.info("broker", state="open", times=self.opened)
            while not self.is_closed():  # noqa: ASYNC110 - another task's state, which nothing announces
                await asyncio.sleep(LOOK_SECONDS)
            reason = getattr(self._connection, "last_error", None)
            logger.error("broker", state="closed", reason=str(reason))
            await self.forget()
            # Opened and closed at once: somebody's limit, perhaps. It is not asked twice a second for ever.
            lasted = asyncio.get_running_loop().time() - began
            pause = LOOK_SECONDS if lasted > 10 * MOST_PAUSE else min(pause * 2, MOST_PAUSE)
            await asyncio.sleep(pause)


def courier(url: str, **options: Any) -> Courier:
    """A connection that is not open yet; `options` as FastStream's broker takes them."""
    return Courier(
        url,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        connect_timeout=3,
        graceful_timeout=5,
        logger=None,
        **options,
    )
