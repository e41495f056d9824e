"""The data keys of persons, in a database of their own that all four services share.

One document per person, in collection `keys`:

    { _id: <person id>, number, kek, key: <wrapped data key>, sealed,
      origin, stream, event, pointer, command, service, unit?, lookup?, made, pending?: true }

`lookup` is a keyed hash of the folded name, by which a person is found who asks for it by name; its key is in no
database. `sealed` is the text that stands in the event, so that a name opens without the log that holds it; the event
is the truth, and its seal opens with this key or somebody changed one of them. `pending` stays until the event
was found in its log. Erasing leaves `{ _id, number, origin, stream, event, service, erased }`, where `erased` is
the position of PersonErased in the registry's log. The follower that erases keeps its place here too (collection
`places`), so that a key store restored from a backup is erased anew by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from pymongo import ReplaceOne, UpdateOne

from shared.errors import Unavailable
from shared.following.checkpoints import Places
from shared.people.keyring import Wrapped
from shared.people.sealing import Place
from shared.store import mongo
from shared.store.mongo import AWAY, Database, PyMongoError

AT_ONCE = 256

logger = structlog.get_logger("dvk.people")


@dataclass(frozen=True)
class Held:
    """What the key store holds of one person. After erasing `wrapped`, `sealed` and `pointer` are gone."""

    person: str
    number: int
    origin: str
    stream: str
    event: str
    service: str
    command: str | None = None
    pointer: str | None = None
    sealed: str | None = None
    wrapped: Wrapped | None = None
    unit: str | None = None
    lookup: str | None = None
    erased: int | None = None

    @property
    def place(self) -> Place | None:
        """Where the seal stands in the log; None after erasing."""
        return None if self.pointer is None else Place(self.origin, self.stream, self.event, self.pointer)


class KeyStore:
    """Keeps, finds and destroys. Everything raises Unavailable("keys-away") while the store does not answer."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._keys = database["keys"]
        self.places = Places(database["places"])

    async def close(self) -> None:
        """Let go of the connection."""
        await mongo.close(self.database.client)

    async def start(self) -> None:
        """Make the indexes."""
        async with answering():
            for member in ("pending", "kek", "erased", "lookup"):
                await self._keys.create_index(member, sparse=True, name=member)

    async def keep(self, rows: Sequence[Held], made: datetime) -> None:
        """Store keys before the event that names their persons is written; durable on return.

        If we die after this, nobody knows these persons: the keys are swept after a day.
        """
        documents = [_document(row, made) for row in rows]
        async with answering():
            await self._keys.bulk_write([ReplaceOne({"_id": d["_id"]}, d, upsert=True) for d in documents])

    async def held(self, persons: Iterable[str]) -> dict[str, Held]:
        """What is held of these persons; those that nobody ever named are left out."""
        async with answering():
            found = await self._keys.find({"_id": {"$in": sorted(set(persons))}}).to_list(None)
        return {d["_id"]: _held(d) for d in found}

    async def destroy(self, person: str, position: int) -> None:
        """Destroy a person's key, and remember that it was erased; also when no key is held (any more)."""
        gone = dict.fromkeys(
            ("kek", "key", "sealed", "pointer", "command", "unit", "lookup", "made", "pending"), ""
        )
        async with answering():
            await self._keys.update_one(
                {"_id": person}, {"$set": {"erased": position}, "$unset": gone}, upsert=True
            )

    async def called(self, lookups: Sequence[str]) -> list[Held]:
        """The persons who are found by one of these."""
        async with answering():
            found = await self._keys.find({"lookup": {"$in": list(lookups)}}).to_list(None)
        return [_held(d) for d in found]

    # --- tending --------------------------------------------------------------------------------

    async def pending(self, service: str, before: datetime) -> list[Held]:
        """Keys of a service that were made before this moment and whose event nobody has looked for yet."""
        query = {"pending": True, "service": service, "made": {"$lt": before}}
        async with answering():
            return [_held(d) for d in await self._keys.find(query).limit(AT_ONCE).to_list(None)]

    async def confirm(self, persons: Sequence[str]) -> None:
        """Their event is in its log."""
        async with answering():
            await self._keys.update_many({"_id": {"$in": list(persons)}}, {"$unset": {"pending": ""}})

    async def sweep(self, persons: Sequence[str]) -> None:
        """No event names them: take their keys away."""
        async with answering():
            await self._keys.delete_many({"_id": {"$in": list(persons)}, "pending": True})

    async def under(self, keks: Sequence[str]) -> dict[str, Wrapped]:
        """The data keys that are wrapped under one of these keys, by person."""
        async with answering():
            found = await self._keys.find({"kek": {"$in": list(keks)}}, {"kek": 1, "key": 1}).to_list(None)
        return {d["_id"]: Wrapped(d["kek"], bytes(d["key"])) for d in found}

    async def wrap_anew(self, rows: Sequence[tuple[str, Wrapped, Wrapped]]) -> None:
        """Replace (person, old, new) wrappings, but not where somebody else did or the person was erased."""
        changes = [
            UpdateOne(
                {"_id": person, "kek": old.kek, "key": old.key}, {"$set": {"kek": new.kek, "key": new.key}}
            )
            for person, old, new in rows
        ]
        for start in range(0, len(changes), AT_ONCE):
            async with answering():
                await self._keys.bulk_write(changes[start : start + AT_ONCE], ordered=False)

    async def unfindable(self) -> list[str]:
        """Persons with a key who cannot be found by name: named before they could be."""
        query = {"key": {"$exists": True}, "lookup": {"$exists": False}}
        async with answering():
            return [d["_id"] for d in await self._keys.find(query, {"_id": 1}).to_list(None)]

    async def find_by(self, lookups: Mapping[str, str]) -> None:
        """From now on these persons are found so, unless they were erased meanwhile."""
        changes = [
            UpdateOne({"_id": person, "key": {"$exists": True}}, {"$set": {"lookup": lookup}})
            for person, lookup in lookups.items()
        ]
        for start in range(0, len(changes), AT_ONCE):
            async with answering():
                await self._keys.bulk_write(changes[start : start + AT_ONCE], ordered=False)

    async def erased(self) -> dict[str, int]:
        """Everybody whose key was destroyed, and the position that the store gives as the reason."""
        async with answering():
            found = await self._keys.find({"erased": {"$exists": True}}, {"erased": 1}).to_list(None)
        return {d["_id"]: int(d["erased"]) for d in found}


@asynccontextmanager
async def answering() -> AsyncIterator[None]:
    """Unavailable("keys-away") when the store does not answer, or does not say whether it did as asked."""
    try:
        yield
    except PyMongoError as away:
        if not isinstance(away, AWAY):
            logger.warning("the key store did not do as asked", error=type(away).__name__)
        raise Unavailable("keys-away") from away


def _document(row: Held, made: datetime) -> dict[str, Any]:
    assert row.wrapped is not None
    document: dict[str, Any] = {
        "_id": row.person,
        "number": row.number,
        "kek": row.wrapped.kek,
        "key": row.wrapped.key,
        "sealed": row.sealed,
        "origin": row.origin,
        "stream": row.stream,
        "event": row.event,
        "pointer": row.pointer,
        "command": row.command,
        "service": row.service,
        "made": made,
        "pending": True,
    }
    if row.unit is not None:
        document["unit"] = row.unit
    if row.lookup is not None:
        document["lookup"] = row.lookup
    return document


def _held(d: dict[str, Any]) -> Held:
    return Held(
        person=d["_id"],
        number=int(d.get("number", 0)),
        origin=d.get("origin", ""),
        stream=d.get("stream", ""),
        event=d.get("event", ""),
        service=d.get("service", ""),
        command=d.get("command"),
        pointer=d.get("pointer"),
        sealed=d.get("sealed"),
        wrapped=Wrapped(d["kek"], bytes(d["key"])) if "key" in d else None,
        unit=d.get("unit"),
        lookup=d.get("lookup"),
        erased=d.get("erased"),
    )
