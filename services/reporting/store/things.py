"""Things in the store: one collection per noun, one document per thing; those used last are kept in memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from typing import Any

from pymongo import InsertOne, UpdateOne

from services.reporting.facts.entity import Thing, thing_from
from services.reporting.facts.projections import ABOUT_MODELS, OF_ROUNDS, OWN_LIVES, noun_of
from services.reporting.store.lru import Recent
from shared.store import asking
from shared.store.mongo import Collection, Database

NOUNS = sorted(OWN_LIVES | ABOUT_MODELS | OF_ROUNDS | {"event", "person"})
TOGETHER = 256
MOST = 10_000
"""Kept in memory: a model of eight events with all that was told of it takes some fifteen kilobytes."""

Write = InsertOne[dict[str, Any]] | UpdateOne


class Things:
    """The things of one book."""

    def __init__(self, database: Database, place: str) -> None:
        self.collections: dict[str, Collection] = {noun: database[f"{place}_{noun}"] for noun in NOUNS}
        self._recent: Recent[Thing] = Recent(MOST)
        self._prepared: Mapping[str, Thing] = {}
        """Those of the last batch, which is perhaps not in the store yet."""

    def forget(self) -> None:
        """Drop what is remembered: somebody else wrote, or a write failed half way."""
        self._recent.forget()
        self._prepared = {}

    def keep(self, things: Mapping[str, Thing]) -> None:
        """Remember these, as they are in the store or will be when the batch is written."""
        self._prepared = {thing: value for thing, value in things.items() if value.stored}
        for thing, value in self._prepared.items():
            self._recent.put(thing, value)

    async def load(self, things: Iterable[str]) -> dict[str, Thing]:
        """These things, those that are known."""
        known: dict[str, Thing] = {}
        absent: dict[str, list[str]] = {}
        for thing in set(things):
            if (value := self._prepared.get(thing) or self._recent.get(thing)) is not None:
                known[thing] = value
            elif (noun := noun_of(thing)) in self.collections:
                absent.setdefault(noun, []).append(thing)
        for noun, ids in absent.items():
            for document in await by_ids(self.collections[noun], sorted(ids)):
                known[document["_id"]] = thing_from(document)
        return known


def write_of(thing: str, value: Thing) -> Write:
    """What writes a thing, or what came to it since; it counts as stored then."""
    members, added = value.members(), value.added()
    if not value.stored:
        value.stored = True
        return InsertOne({"_id": thing, **members, **{name: [run] for name, run in added.items()}})
    update: dict[str, Any] = {"$set": members} if members else {}
    return UpdateOne({"_id": thing}, {**update, **({"$push": added} if added else {})})


async def all_of(collection: Collection) -> AsyncGenerator[list[dict[str, Any]]]:
    """All documents in the order of their ids, so many at a time; what comes meanwhile may be among them."""
    after = ""
    while page := await collection.find({"_id": {"$gt": after}}).sort("_id").limit(TOGETHER).to_list(None):
        yield page
        after = page[-1]["_id"]


async def by_ids(
    collection: Collection, ids: Sequence[Any], wanted: Mapping[str, int] | None = None
) -> list[dict[str, Any]]:
    """The documents of these ids that are there."""
    return list((await asking.by_ids(collection, ids, wanted)).values())
