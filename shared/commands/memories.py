"""In-memory folds of the own log, and the one reader per process that keeps them and the states current."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.commands.states import States
from shared.contracts.catalog import newest
from shared.errors import Unavailable
from shared.eventlog.mongo import MongoLog
from shared.eventlog.port import Recorded, recorded_in
from shared.eventlog.wholeness import GONE
from shared.following.projections import fact_of
from shared.singleflight import SingleFlight
from shared.wiring import Memory


class LogMemories:
    """`handling.Memories`: each memory holds everything up to `position`; reading on is shared by all who wait."""

    def __init__(self, memories: Mapping[str, Callable[[], Memory]], log: MongoLog, states: States) -> None:
        self._memories = {name: make() for name, make in memories.items()}
        self._takers = {
            kind: [one for one in self._memories.values() if kind in one.takes]
            for memory in self._memories.values()
            for kind in memory.takes
        }
        self._log = log
        self._states = states
        self._position = 0
        self._flight = SingleFlight()

    async def caught_up(self, name: str) -> Any:
        """See `Memories.caught_up`."""
        if self._position < self._log.known_head:
            await self.read_on()
        return self._memories[name]

    async def current(self) -> None:
        """Where other processes write this log too, take in what they wrote; alone, there is nothing to ask."""
        if await self._log.company.known():
            await self.look()

    async def look(self) -> bool:
        """See `Memories.look`: one look for all who asked before it began."""
        # One that is under way may have asked for the head before what we must know of was written.
        await self._flight.run_anew("look", self._look)
        return True

    async def _look(self) -> None:
        await self._log.head()
        await self.read_on()

    async def read_on(self) -> None:
        """Take in everything the log has beyond what was read."""
        await self._flight.run("read on", self._read_on)

    async def _read_on(self) -> None:
        while self._position < self._log.known_head:
            events = await self._log.read(self._position, 1024)
            if not events:
                raise Unavailable("log.damaged", 60, position=self._position + 1, reason=GONE)
            for event in events:
                self._take(event)
            self._position = events[-1].position

    def begin_with(self, document: Mapping[str, Any]) -> None:
        """One document of the log after the other as somebody else reads them, while a process starts and keeps no
        state yet; what was taken in already is left alone, and of what no memory takes only the type is looked at."""
        if document["_id"] != self._position + 1:
            return
        if takers := self._takers.get(newest(document["type"])):
            _tell(takers, recorded_in(document))
        self._position = document["_id"]

    def _take(self, event: Recorded) -> None:
        self._states.seen(event)
        if takers := self._takers.get(newest(event.type)):
            _tell(takers, event)

    async def keep_current(self) -> None:
        """Read on for ever, as soon as the log knows of more."""
        while True:
            await self.read_on()
            await self._log.wait_beyond(self._position, 60)


def _tell(takers: Sequence[Memory], event: Recorded) -> None:
    fact = fact_of(event)
    for memory in takers:
        memory.apply(fact)
