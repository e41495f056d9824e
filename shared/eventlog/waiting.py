"""An event on its way into the log, and whoever waits for its answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import monotonic

from shared.eventlog.port import Recorded, Unnumbered
from shared.singleflight import outlived


@dataclass(eq=False)
class Waiting:
    """An event in the queue, and whoever waits for its answer."""

    event: Unnumbered
    answer: asyncio.Future[Recorded]
    since: float = field(default_factory=monotonic)

    async def answered(self) -> Recorded:
        """The answer. Who goes away before it comes does not take the event back."""
        return await outlived(self.answer)

    def done(self, value: Recorded) -> None:
        if not self.answer.done():
            self.answer.set_result(value)

    def failed(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)
