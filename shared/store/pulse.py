"""Whether the store answers, asked for as long as somebody waits for it; nobody waits for one that fell silent.

A store that is frozen, or behind a connection that lost its other end, takes what it is sent and says nothing. The
driver waits for each answer on its own, in a queue where there are many: the last of forty askers heard of it after
twenty seconds. Here all of them hear of it at once. A slow answer is no silence: a store that works on one still
answers when it is asked whether it is there. While nobody waits, nobody asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from shared.ending import end
from shared.errors import Unavailable

LOOK_SECONDS = 0.25
SILENT_SECONDS = 1.5
"""So long without a word from a server that takes writes, and the store is taken for silent."""
GRACE_SECONDS = 0.4
"""So much time has, while the store is silent, what may need nothing of it."""


class Pulse:
    """Listens to one store, for as long as `watch` runs. `ping()` asks it for a word, past whatever waits for it."""

    def __init__(self, ping: Callable[[], Awaitable[object]]) -> None:
        self._ping = ping
        self._asking: asyncio.Future[object] | None = None
        self._silence = 0.0
        self._waiting: dict[asyncio.Timeout, float] = {}
        """Since when, the first of them first."""
        self._wanted = asyncio.Event()

    @property
    def is_silent(self) -> bool:
        """Whether nothing was heard of it for too long."""
        return self._silence >= SILENT_SECONDS

    async def watch(self) -> None:
        """Look for ever while anybody waits, and let go whoever waits for a store that is silent."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                if self._asking is None and not self.is_silent:
                    await self._wanted.wait()
                await asyncio.sleep(LOOK_SECONDS)
                self._look(loop.time())
                if self.is_silent:
                    waiting, self._waiting = self._waiting, {}
                    for one in waiting:
                        one.reschedule(loop.time())
        finally:
            await end(self._asking)

    def _look(self, now: float) -> None:
        """Silence is counted in looks: while this process itself gets no time, the store's word may lie unread."""
        if (asking := self._asking) is not None:
            said = asking.done() and not asking.cancelled() and asking.exception() is None
            self._silence = 0.0 if said else self._silence + LOOK_SECONDS
            self._asking = None if asking.done() else asking
        elif not self._waiting:
            self._silence = 0.0
            self._wanted.clear()
        since = next(iter(self._waiting.values()), now)
        if self._asking is None and (self.is_silent or now - since > LOOK_SECONDS / 2):
            self._asking = asyncio.ensure_future(self._ping())

    @asynccontextmanager
    async def listening(self, command: str | None = None) -> AsyncGenerator[None]:
        """What is done here ends when the store falls silent: `store-away`; for a command, whose id is given,
        `outcome-unknown`: what was on its way to the store may still come to be.
        """
        loop = asyncio.get_running_loop()
        waiting = asyncio.timeout_at(loop.time() + GRACE_SECONDS if self.is_silent else None)
        if not self.is_silent:
            self._waiting[waiting] = loop.time()
            self._wanted.set()
        try:
            async with waiting:
                yield
        except TimeoutError as late:
            if not waiting.expired():
                raise
            raise fell_silent(command) from late
        finally:
            self._waiting.pop(waiting, None)


def fell_silent(command: str | None) -> Unavailable:
    """What to tell who waited for a store that fell silent."""
    return Unavailable("store-away") if command is None else Unavailable("outcome-unknown", command=command)
