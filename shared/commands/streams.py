"""Whose turn it is: commands of one stream are decided one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from shared.errors import Unavailable

PATIENCE_SECONDS = 10.0
"""How long a command waits for those before it on its stream, and how long it goes on losing to other replicas."""


class Streams:
    """One event in flight per stream and process: a lock from reading a state to the append's answer.

    Where that takes too long, who waits is told to come again, rather than each after the other for its whole time.
    """

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def held(self, stream: str) -> AsyncGenerator[None]:
        """Hold the stream; Unavailable("busy") when it is not free in 10 s. Locks nobody waits for are dropped."""
        lock, users = self._locks.get(stream, (asyncio.Lock(), 0))
        self._locks[stream] = (lock, users + 1)
        try:
            async with _patiently(lock):
                yield
        finally:
            lock, users = self._locks[stream]
            if users == 1:
                del self._locks[stream]
            else:
                self._locks[stream] = (lock, users - 1)


@asynccontextmanager
async def _patiently(lock: asyncio.Lock) -> AsyncGenerator[None]:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await lock.acquire()
    except TimeoutError:
        raise Unavailable("busy") from None
    try:
        yield
    finally:
        lock.release()
