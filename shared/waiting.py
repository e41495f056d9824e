"""Waiting: for something to happen, and ever longer for something that does not work."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic


async def noticed(notice: asyncio.Event, seconds: float | None) -> bool:
    """True as soon as the notice is given; False when it was not within so many seconds."""
    if seconds is None:
        return await notice.wait()
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            return await notice.wait()
    return False


class Bell:
    """Wakes everybody who waits at the moment it rings; who comes later waits for the next time."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake who waits."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, seconds: float | None = None) -> bool:
        """True once it rings; False when it did not within so many seconds."""
        return await noticed(self._rung, seconds)


class Pauses:
    """Pauses between attempts: each twice as long as the one before, up to the longest; in seconds."""

    def __init__(self, shortest: float, longest: float) -> None:
        self._shortest, self._longest = shortest, longest
        self._next = shortest

    def begin_anew(self) -> None:
        """Something worked: the next pause is the shortest."""
        self._next = self._shortest

    def next(self) -> float:
        """How long the next pause is."""
        now, self._next = self._next, min(self._next * 2, self._longest)
        return now

    async def rest(self, until: float = float("inf")) -> None:
        """Pause; not beyond a moment of `monotonic()`."""
        await asyncio.sleep(max(min(self.next(), until - monotonic()), 0.0))
