"""The data keys of persons, in a database of their own that all four services share.

One document per person, in collection `keys`:

    { _id: <person id>, number, epoch, key: <data key, wrapped under the epoch key>, sealed,
      origin, stream, event, pointer, command, service, unit?, lookup?, made, pending?: true, was? }

`epoch` is the id of a key that lies in a file (`epochs`), so that it can be destroyed. Collection `epochs` names those
that are closed: `{ _id: <epoch> }`. Keys that are older than epochs were wrapped under a key-encryption key (`kek`);
that key is what they `was` under before they got an epoch, and opens what backups and operation log hold of them.
`lookup` is a hash of the folded name under the epoch key, by which a person is found who asks for it by name.
`sealed` is the text that stands in the event, so that a name opens without the log that holds it; the event
is the truth, and its seal opens with this key or somebody changed one of them. `pending` stays until the event
was found in its log. Erasing leaves `{ _id, number, origin, stream, event, service, erased, was? }`, where `erased` is
the position of PersonErased in the registry's log; `epoch` stays beside it until the epoch key is destroyed. The
follower that erases keeps its place here too (collection `places`), so that a key store restored from a backup is
erased anew by itself.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
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
    epoch: str | None = None
    """The epoch of the data key; once erased, only while that epoch's key may still be there."""
    was: str | None = None
    """The key-encryption key that the data key itself was wrapped under, before there were epochs."""

    @property
    def place(self) -> Place | None:
        """Where the seal stands in the log; None after erasing."""
        return None if self.pointer is None else Place(self.origin, self.stream, self.event, self.pointer)


class KeyStore:
    """Keeps, finds and destroys. Everything raises Unavailable("keys-away") while the store does not answer."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._keys = database["keys"]
        self._epochs = database["epochs"]
        self.places = Places(database["places"])

    async def close(self) -> None:
        """Let go of the connection."""
        await mongo.close(self.database.client)

    async def start(self) -> None:
        """Make the indexes."""
        async with answering():
            for member in ("pending", "kek", "epoch", "erased", "lookup"):
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

    async def erase(self, person: str, position: int, was: str | None) -> None:
        """Remember that a person was erased, and take away all that opened the name but the epoch, whose key is to be
        destroyed next (`forgotten`); also when no key is held (any more)."""
        gone = dict.fromkeys(
            ("kek", "key", "sealed", "pointer", "command", "unit", "lookup", "made", "pending"), ""
        )
        said = {"erased": position, **({} if was is None else {"was": was})}
        async with answering():
            await self._keys.update_one({"_id": person}, {"$set": said, "$unset": gone}, upsert=True)

    async def forgotten(self, person: str) -> None:
        """The epoch key of an erased person is destroyed."""
        async with answering():
            await self._keys.update_one(
                {"_id": person, "erased": {"$exists": True}}, {"$unset": {"epoch": ""}}
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

    async def before_epochs(self) -> list[Held]:
        """Some of the persons whose data key is wrapped under a key-encryption key itself."""
        async with answering():
            return [
                _held(d)
                for d in await self._keys.find({"kek": {"$exists": True}}).limit(AT_ONCE).to_list(None)
            ]

    async def members(self, epoch: str) -> list[Held]:
        """The persons whose data key is wrapped under this epoch key."""
        async with answering():
            found = await self._keys.find({"epoch": epoch, "key": {"$exists": True}}).to_list(None)
        return [_held(d) for d in found]

    async def in_use(self) -> list[str]:
        """The epochs that data keys are wrapped under."""
        async with answering():
            return sorted(await self._keys.distinct("epoch"))

    async def moved(self, rows: Sequence[tuple[Held, Wrapped, str | None]]) -> None:
        """Persons as they were found, each with its data key under another epoch and what it is found by from now on;
        not where somebody else did so or the person was erased."""
        changes = [UpdateOne(*_move(row, new, lookup)) for row, new, lookup in rows]
        for start in range(0, len(changes), AT_ONCE):
            async with answering():
                await self._keys.bulk_write(changes[start : start + AT_ONCE], ordered=False)

    async def close_epoch(self, epoch: str) -> None:
        """From now on nothing new is wrapped under it; durable on return."""
        async with answering():
            await self._epochs.update_one({"_id": epoch}, {"$set": {"closed": True}}, upsert=True)

    async def closed_of(self, epochs: Iterable[str]) -> set[str]:
        """Those of these epochs that are closed."""
        async with answering():
            found = await self._epochs.find({"_id": {"$in": sorted(set(epochs))}}).to_list(None)
        return {d["_id"] for d in found}

    async def erased(self) -> dict[str, int]:
        """Everybody whose key was destroyed, and the position that the store gives as the reason."""
        async with answering():
            found = await self._keys.find({"erased": {"$exists": True}}, {"erased": 1}).to_list(None)
        return {d["_id"]: int(d["erased"]) for d in found}


@asynccontextmanager
async def answering() -> AsyncGenerator[None]:
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
        "epoch": row.wrapped.under,
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


def _move(row: Held, new: Wrapped, lookup: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    assert row.wrapped is not None
    is_old = row.epoch is None
    said = {
        "epoch": new.under,
        "key": new.key,
        **({} if lookup is None else {"lookup": lookup}),
        **({"was": row.wrapped.under} if is_old else {}),
    }
    gone = {**({"lookup": ""} if lookup is None else {}), **({"kek": ""} if is_old else {})}
    return {"_id": row.person, "key": row.wrapped.key}, {"$set": said, **({"$unset": gone} if gone else {})}


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
        wrapped=Wrapped(d.get("epoch") or d["kek"], bytes(d["key"])) if "key" in d else None,
        unit=d.get("unit"),
        lookup=d.get("lookup"),
        erased=d.get("erased"),
        epoch=d.get("epoch"),
        was=d.get("was"),
    )
