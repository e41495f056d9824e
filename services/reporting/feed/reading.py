"""The public events as the ledger holds them, in the order of their log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.reporting.feed.public import SOURCE, Wanted
from services.reporting.ledger.ledger import Ledger
from shared.eventlog.gapless import Gapless
from shared.eventlog.port import Recorded

MOST_LOOKED_AT = 20_000
"""So many events of the log one page looks through at most: what is rare takes several."""
BATCH = 256


@dataclass(frozen=True)
class Page:
    """What was found, and how far the log was looked through for it."""

    events: Sequence[Recorded]
    reached: int

    @property
    def following(self) -> int:
        """Where the next page begins."""
        return self.reached + 1


class Feed:
    """Answers from the ledger alone: it needs neither the broker nor the service that decided."""

    def __init__(self, log: Gapless[Recorded], ledger: Ledger) -> None:
        self._log = log
        self._ledger = ledger

    async def page(self, wanted: Wanted, first: int, limit: int) -> Page:
        """At most `limit` wanted events from a position on; fewer at the log's end, or where they are rare."""
        found: list[Recorded] = []
        reached = first - 1
        while len(found) < limit and reached < first - 1 + MOST_LOOKED_AT:
            events = await self._log.read(reached, BATCH)
            for event in events:
                reached = event.position
                if wanted.takes(event):
                    found.append(event)
                    if len(found) == limit:
                        break
            if len(events) < BATCH:
                break
        return Page(found, reached)

    async def first_since(self, time: str) -> int:
        """The first position recorded at this time or later; beyond the last one when there is none."""
        low, high = 1, await self.head() + 1
        while low < high:
            middle = (low + high) // 2
            events = await self._log.read(middle - 1, 1)
            if events and events[0].time < time:
                low = middle + 1
            else:
                high = middle
        return low

    async def head(self) -> int:
        """The last position that the ledger has."""
        return await self._ledger.checkpoint(SOURCE)

    async def wait(self, ledger_size: int, seconds: float) -> None:
        """Return when the ledger has grown beyond this size, or after so many seconds."""
        await self._ledger.wait_beyond(ledger_size, seconds)

    @property
    def ledger_size(self) -> int:
        """The size that this process knows of."""
        return self._ledger.known_head
