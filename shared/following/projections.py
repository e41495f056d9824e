"""What a service keeps of the others: projections folded into MongoDB, read back by key.

Each projection is its own collection `p_<name>_<number>`; a batch of events and the new checkpoint are one
transaction, so applying never repeats though delivery may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from typing import Any, Protocol

from pymongo import InsertOne, ReplaceOne

from shared.commands.states import mark_of
from shared.eventlog.port import Recorded
from shared.following.checkpoints import Place, Places
from shared.following.feeds import BATCH
from shared.following.together import Together
from shared.store.mongo import Database
from shared.store.numbers import Numbers
from shared.wiring import Fact, Projection

FOLLOW_SECONDS = 2.0
"""So long a refusal waits for what others have said already."""


@lru_cache(BATCH)
def fact_of(event: Recorded) -> Fact:
    """A recorded event as policies and projections see it; CorruptHistory when its type is not known.

    Made once for all followers that take the same batch.
    """
    return Fact(
        service=event.service,
        stream=event.stream,
        event=event.fact,
        mark=mark_of(event),
        commandid=event.command,
        correlationid=event.envelope.get("correlationid"),
    )


def collection_name(projection: Projection) -> str:
    """`p_<name>_<number>`: a new number is a new collection, filled from the start."""
    return f"p_{projection.name}_{projection.number}"


class ProjectionApply:
    """Applies one source's events to one projection (see `following.Apply`)."""

    def __init__(self, projection: Projection, source: str, database: Database, together: Together) -> None:
        self._projection = projection
        self._documents = database[collection_name(projection)]
        self._place = Place(Places(database["places"]), f"{collection_name(projection)}:{source}")
        self._together = together

    async def checkpoint(self) -> int:
        """See `Apply.checkpoint`."""
        return await self._place.load()

    async def skip(self, position: int) -> None:
        """See `Apply.skip`."""
        await self._place.reached(position)

    async def apply(self, events: Sequence[Recorded]) -> None:
        """See `Apply.apply`: all documents of the batch and the checkpoint in one transaction."""
        touched: list[tuple[Fact, Sequence[str]]] = []
        for event in events:
            fact = fact_of(event)
            if keys := self._projection.keys(fact):
                touched.append((fact, keys))
        new = events[-1].position
        if not touched:
            await self._place.passed(new)
            return
        await self._together.commit(self._place.move_to(new), lambda session: self._fold(touched, session))
        self._place.moved(new)

    async def _fold(self, touched: Sequence[tuple[Fact, Sequence[str]]], session: Any) -> None:
        wanted = sorted({key for _, keys in touched for key in keys})
        found = await self._documents.find({"_id": {"$in": wanted}}, session=session).to_list(None)
        before: dict[str, dict[str, Any]] = {d.pop("_id"): d for d in found}
        after: dict[str, dict[str, Any] | None] = dict(before)
        for fact, keys in touched:
            for key in keys:
                after[key] = self._projection.fold(key, after.get(key), fact)
        writes = [
            ReplaceOne({"_id": key}, {**document, "_id": key})
            if key in before
            else InsertOne({**document, "_id": key})
            for key, document in after.items()
            if document is not None
        ]
        await self._documents.bulk_write(writes, ordered=False, session=session)


class Others(Protocol):
    """How far a process has followed the others, and how far they are."""

    def reached(self) -> dict[str, int]:
        """How far every projection of this process has followed each source."""
        ...

    async def heads(self, sources: Set[str]) -> dict[str, int]:
        """The last position of each source, as it says itself, or as was seen of it where it does not answer."""
        ...

    async def follow(self, wanted: Mapping[str, int], seconds: float) -> Mapping[str, int]:
        """Wait until every projection has come so far, at most so many seconds; what is reached then."""
        ...


class MongoDocuments:
    """`handling.Documents` over the service's own database."""

    def __init__(
        self,
        projections: Sequence[Projection],
        database: Database,
        others: Others | None = None,
    ) -> None:
        """Without `others` nobody is followed."""
        self._projections = {p.name: p for p in projections}
        self._collections = {p.name: database[collection_name(p)] for p in projections}
        self._others = others
        self._numbers = Numbers(database)

    async def start(self) -> None:
        """Make the indexes the projections ask for."""
        for name, projection in self._projections.items():
            for member in projection.indexes:
                await self._collections[name].create_index(member)

    async def known(self) -> dict[str, int]:
        """See `Documents.known`: the place of the slowest projection of each source, in this process."""
        return {} if self._others is None else self._others.reached()

    async def beyond(self, projections: Set[str], known: Mapping[str, int]) -> dict[str, int]:
        """See `Documents.beyond`."""
        sources = {source for name in projections for source in self._projections[name].sources}
        if self._others is None or not sources:
            return {}
        heads = await self._others.heads(sources)
        return {source: head for source, head in heads.items() if head > known.get(source, 0)}

    async def follow(self, wanted: Mapping[str, int]) -> None:
        """See `Documents.follow`."""
        if self._others is not None:
            await self._others.follow(wanted, FOLLOW_SECONDS)

    async def doc(self, projection: str, key: str) -> dict[str, Any] | None:
        """See `Documents.doc`."""
        found = await self._collections[projection].find_one({"_id": key})
        if found is not None:
            del found["_id"]
        return found

    async def docs(self, projection: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """See `Documents.docs`."""
        found = await self._collections[projection].find({"_id": {"$in": list(keys)}}).to_list(None)
        return {d.pop("_id"): d for d in found}

    async def find(self, projection: str, query: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:
        """See `Documents.find`; the key comes back as `_id`."""
        return await self._collections[projection].find(dict(query)).limit(limit).to_list(None)

    async def number(self, series: str, floor: int) -> int:
        """See `Documents.number`."""
        return await self._numbers.next(series, floor)
