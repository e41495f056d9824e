"""Whether the store answers, from what the driver hears of it anyway; nobody waits for one that fell silent.

A store that is frozen, or behind a connection that lost its other end, takes what it is sent and says nothing. The
driver waits for each answer on its own, in a queue where there are many: the last of forty askers heard of it after
twenty seconds. Here all of them hear of it at once. A slow answer is no silence: a store that works on one still
says twice a second that it is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from shared.errors import Unavailable
from shared.store.mongo import Client

LOOK_SECONDS = 0.25
SILENT_SECONDS = 1.5
"""So long without a word from a server that takes writes, and the store is taken for silent."""
GRACE_SECONDS = 0.4
"""So much time has, while the store is silent, what may need nothing of it."""


class Pulse:
    """Listens to one store, for as long as `watch` runs."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._heard: float | None = None
        self._silence = 0.0
        self._waiting: set[asyncio.Timeout] = set()

    @property
    def is_silent(self) -> bool:
        """Whether nothing was heard of it for too long."""
        return self._silence >= SILENT_SECONDS

    async def watch(self) -> None:
        """Look for ever, and let go whoever waits for a store that is silent."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._look()
            if self.is_silent:
                waiting, self._waiting = self._waiting, set()
                for one in waiting:
                    one.reschedule(loop.time())

    def _look(self) -> None:
        """Silence is counted in looks: while this process itself gets no time, the store's word may lie unread."""
        servers = self._client.topology_description.server_descriptions().values()
        heard = max((one.last_update_time for one in servers if one.is_writable), default=None)
        self._silence = self._silence + LOOK_SECONDS if heard in (None, self._heard) else 0.0
        self._heard = heard

    @asynccontextmanager
    async def listening(self, command: str | None = None) -> AsyncGenerator[None]:
        """What is done here ends when the store falls silent: `store-away`; for a command, whose id is given,
        `outcome-unknown`: what was on its way to the store may still come to be.
        """
        loop = asyncio.get_running_loop()
        waiting = asyncio.timeout_at(loop.time() + GRACE_SECONDS if self.is_silent else None)
        if not self.is_silent:
            self._waiting.add(waiting)
        try:
            async with waiting:
                yield
        except TimeoutError as late:
            if not waiting.expired():
                raise
            raise fell_silent(command) from late
        finally:
            self._waiting.discard(waiting)


def fell_silent(command: str | None) -> Unavailable:
    """What to tell who waited for a store that fell silent."""
    return Unavailable("store-away") if command is None else Unavailable("outcome-unknown", command=command)
