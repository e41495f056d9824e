"""How far a process has followed the others, and how far they are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Set
from contextlib import suppress

import httpx

from shared.errors import Unavailable
from shared.following.follower import Follower
from shared.store.mongo import AWAY

PROJECTION = "projection:"
ASK_SECONDS = 1.0
"""A service that does not say how far it is in this time is known only by what was seen of it."""


class Followed:
    """The followers of one process, seen together (see `projections.Others`)."""

    def __init__(self, head: Callable[[str], Awaitable[int]]) -> None:
        """`head(source)` asks a source how far it is."""
        self.followers: list[Follower] = []
        self._ask = head

    def reached(self) -> dict[str, int]:
        """How far the slowest projection of each source has come in this process."""
        reached: dict[str, int] = {}
        for status in (follower.status for follower in self._projections()):
            reached[status.source] = min(reached.get(status.source, status.position), status.position)
        return reached

    async def heads(self, sources: Set[str]) -> dict[str, int]:
        """The last position of each source, as it says itself, or as was seen of it where it does not answer."""
        heads = await asyncio.gather(*(self._head(source) for source in sources))
        return dict(zip(sources, heads, strict=True))

    async def _head(self, source: str) -> int:
        seen = [f.status.position for f in self.followers if f.status.source == source]
        with suppress(TimeoutError, httpx.HTTPError, Unavailable, *AWAY):
            async with asyncio.timeout(ASK_SECONDS):
                seen.append(await self._ask(source))
        return max(seen, default=0)

    async def follow(self, wanted: Mapping[str, int], seconds: float) -> Mapping[str, int]:
        """Wait until every projection has followed so far, at most so many seconds; what is reached then."""
        await asyncio.gather(
            *(
                follower.wait_for(wanted[follower.status.source], seconds)
                for follower in self._projections()
                if follower.status.position < wanted.get(follower.status.source, 0)
            )
        )
        return self.reached()

    def _projections(self) -> list[Follower]:
        return [one for one in self.followers if one.status.name.startswith(PROJECTION)]
