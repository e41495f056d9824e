"""One run of a piece of work for everybody who asks for it while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


async def outlived(work: asyncio.Future[T]) -> T:
    """The end of work that goes on when we are called off. Then a failure of it is nobody's: it is not told as lost."""
    work.add_done_callback(_heard)
    return await asyncio.shield(work)


def _heard(work: asyncio.Future[Any]) -> None:
    if not work.cancelled():
        work.exception()


class SingleFlight:
    """Runs of work by key: who asks while one runs waits for that run and shares its end, good or bad.

    Behind a lock each would in turn wait the whole time-out of a server that does not answer.
    """

    def __init__(self) -> None:
        self._flying: dict[Hashable, asyncio.Task[Any]] = {}

    async def run(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the run of `key` that is under way, or of a new one. A caller that goes away ends no run."""
        flying = self._flying.get(key)
        if flying is None:
            flying = self._flying[key] = asyncio.create_task(self._fly(key, work))
        return await outlived(flying)

    async def run_anew(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of a run that began after this was asked for; one under way is waited for first."""
        if (flying := self._flying.get(key)) is not None:
            await asyncio.wait({flying})
        return await self.run(key, work)

    async def _fly(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        try:
            return await work()
        finally:  # at once: who asks after the last thing that the work has seen begins anew
            del self._flying[key]
