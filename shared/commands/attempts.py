"""What one attempt at one decision looks at: the log, and what is kept of others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.commands.looking import Known, Look
from shared.commands.ports import Documents, Memories, People
from shared.commands.states import States
from shared.decider import Decider
from shared.eventlog.port import Log
from shared.reference.authority import Units
from shared.wiring import no_units


@dataclass(frozen=True)
class Sources:
    """Where a service looks things up."""

    log: Log
    states: States
    documents: Documents
    memories: Memories
    people: People | None = None
    units: Callable[[Look, Sequence[str]], Awaitable[Units]] = no_units


class Looking:
    """`looking.Look` over this service's log and documents, for one attempt at one decision."""

    def __init__(self, sources: Sources, fresh: bool) -> None:
        self._units = sources.units
        self._log = sources.log
        self._states = sources.states
        self._documents = sources.documents
        self._memories = sources.memories
        self._fresh = fresh
        self._people = sources.people
        self.known: Mapping[str, int] = {}
        self.rested_on: set[str] = set()
        """The projections that were asked."""

    async def open(self) -> Looking:
        """Read first how far the others were followed, so that documents are at least as new."""
        self.known = await self._documents.known()
        return self

    async def state(self, decider: Decider[Any, Any, Any, Any], stream: str) -> Any:
        """See `Look.state`."""
        return (await self._states.get(decider, stream, self._fresh)).state

    async def holders(self, claim: str) -> Sequence[str]:
        """See `Look.holders`."""
        found: list[str] = []
        while True:
            asked = [f"{claim}:{n}" for n in range(len(found) + 1, len(found) + 9)]
            held = await self._log.holders(asked)
            for one in asked:
                if one not in held:
                    return found
                found.append(held[one])

    async def holder(self, claim: str) -> str | None:
        """See `Look.holder`."""
        return (await self._log.holders([claim])).get(claim)

    async def doc(self, projection: str, key: str) -> dict[str, Any] | None:
        """See `Look.doc`."""
        self.rested_on.add(projection)
        return await self._documents.doc(projection, key)

    async def docs(self, projection: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """See `Look.docs`."""
        self.rested_on.add(projection)
        return await self._documents.docs(projection, keys)

    async def find(
        self, projection: str, query: Mapping[str, Any], limit: int = 1000
    ) -> list[dict[str, Any]]:
        """See `Look.find`."""
        self.rested_on.add(projection)
        return await self._documents.find(projection, query, limit)

    async def number(self, series: str, floor: int = 0) -> int:
        """See `Look.number`."""
        return await self._documents.number(series, floor)

    async def memory(self, name: str) -> Any:
        """See `Look.memory`."""
        return await self._memories.caught_up(name)

    async def persons(self, persons: Sequence[str]) -> dict[str, Known]:
        """See `Look.persons`."""
        return {} if self._people is None else await self._people.known(persons)

    async def units(self, names: Sequence[str | None]) -> Units:
        """See `Look.units`."""
        return await self._units(self, [name for name in names if name is not None])
