"""Long work on the event loop, cut into slices: whoever else waits gets a turn every few milliseconds.

This is for work that asks the store in between, or changes what others read. Work on what nobody changes meanwhile
is done beside the loop, in a thread (`asyncio.to_thread`).
"""

from __future__ import annotations

import asyncio
from time import perf_counter

SECONDS = 0.005
"""So long the loop is held at once, and one step of the work longer."""
QUIET_SECONDS = 0.0005
"""A pass of the loop that takes no longer found nobody who was ready."""
SELDOM = 40
"""Passes that work nobody waits for leaves to the others, at most: who asks goes through a hundred of them."""


class Slices:
    """The slices of one piece of work."""

    def __init__(self, passes: int = 1) -> None:
        """After a slice the loop has so many `passes` for the others, fewer when nobody is ready."""
        self.passes = passes
        self._began = perf_counter()

    async def turn(self) -> None:
        """Between two steps: let the others go first when this slice is over."""
        if perf_counter() - self._began <= SECONDS:
            return
        for _ in range(self.passes):
            began = perf_counter()
            await asyncio.sleep(0)
            if perf_counter() - began < QUIET_SECONDS:
                break
        self._began = perf_counter()
