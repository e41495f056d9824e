"""Long work on the event loop, cut into slices: whoever else waits gets a turn every few milliseconds.

This is for work that asks the store in between, or changes what others read. Work on what nobody changes meanwhile
is done beside the loop, in a thread (`asyncio.to_thread`).
"""

from __future__ import annotations

import asyncio
from time import perf_counter

SECONDS = 0.005
"""So long the loop is held at once, and one step of the work longer."""
SELDOM = 3.0
"""Work that nobody waits for rests so many times as long as it held the loop: who asks goes on dozens of times until
they are answered, and would meet a slice each time."""
MOST_REST_SECONDS = 0.5
"""No rest is longer: what a slow store took, or a machine that stood still, held nobody up."""


class Slices:
    """The slices of one piece of work."""

    def __init__(self, rest: float = 0.0) -> None:
        """After a slice the others have the loop for one pass, and for `rest` times as long as the slice took."""
        self.rest = rest
        self._began = perf_counter()

    async def turn(self) -> None:
        """Between two steps: let the others go first when this slice is over."""
        if (took := perf_counter() - self._began) > SECONDS:
            await asyncio.sleep(min(took * self.rest, MOST_REST_SECONDS))
            self._began = perf_counter()
