"""One follower's place, written only when something was done there: most events do not matter to most followers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from shared.following.follower import Places

PASSED_AT_MOST = 500
"""So many events that did not matter may be passed before the place is written: a restart reads them again."""


class Place:
    """Where one follower is. What was applied moves it durably; what did not matter is only remembered here.

    If we die, the events passed since the last durable place come again and do not matter again.
    """

    def __init__(self, places: Places, name: str) -> None:
        self._places = places
        self._name = name
        self._stored = 0
        self._passed = 0

    async def load(self) -> int:
        """Where to go on: the durable place, or beyond it what this process has passed already."""
        self._stored = await self._places.get(self._name)
        self._passed = max(self._stored, self._passed)
        return self._passed

    async def passed(self, position: int) -> None:
        """Everything up to here did not matter."""
        if position - self._stored >= PASSED_AT_MOST:
            await self.reached(position)
        self._passed = position

    async def reached(self, position: int) -> None:
        """Something was done up to here, and is durable: move there, or MovedElsewhere; never back."""
        if position <= self._stored:
            return
        await self._places.move(self._name, self._stored, position)
        self._stored = self._passed = position

    async def reached_with(
        self, position: int, commit: Callable[[Callable[[Any], Awaitable[None]]], Awaitable[None]]
    ) -> None:
        """Move together with what was done: `commit(move)` runs `move(session)` in its transaction."""
        stored = self._stored

        async def move(session: Any) -> None:
            await self._places.move(self._name, stored, position, session)

        await commit(move)
        self._stored = self._passed = position
