"""Long work on the event loop, cut into slices: whoever else waits gets a turn every few milliseconds.

This is for work that asks the store in between, or changes what others read. Work on what nobody changes meanwhile
is done beside the loop, in a thread (`asyncio.to_thread`).
"""

from __future__ import annotations

import asyncio
from time import perf_counter

SECONDS = 0.005
"""So long the loop is held at once, and one step of the work longer."""


class Slices:
    """The slices of one piece of work."""

    def __init__(self) -> None:
        self._began = perf_counter()

    async def turn(self) -> None:
        """Between two steps: let the others go first when this slice is over."""
        if perf_counter() - self._began > SECONDS:
            await asyncio.sleep(0)
            self._began = perf_counter()
