"""Keys that took the place of others: their handovers as they are served, and the event that is recorded of each.

An operator replaces a key while the service stands still (`dvk keys`), and leaves in `places` which key it was, why,
and the handover. The service records that when it has started: once, however often it starts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shared.commands.handling import Envelope, Handler, asked_by_us
from shared.contracts.catalog import KeyReplaced
from shared.contracts.message import Command, Line, Text
from shared.process.own_keys import place_of
from shared.reference.authority import POLICY, Actor
from shared.relaying.once import Done, once
from shared.store.mongo import Database
from shared.tlog.handover import joined
from shared.wiring import Aggregate, CommandRow

OPERATOR = Actor("dvk:keys", POLICY)
NAMESPACE = uuid5(NAMESPACE_URL, "urn:dvk:keys")
LOOK_SECONDS = 60.0
KEYS = ("log", "ledger", "witness", "tokens")


class RecordReplacedKey(Command):
    """A key took the place of another; see `KeyReplaced`."""

    key: Line
    old: Line | None = None
    new: Line
    stolen: bool
    statement: Text | None = None
    reason: Line


def view(state: Done[str]) -> dict[str, Any] | None:
    """The keys that came after the first."""
    return {"keys": list(state.acts)} if state.acts else None


def _new(act: RecordReplacedKey | KeyReplaced) -> str:
    """No key comes twice."""
    return act.new


REPLACED = Aggregate("key", "/keys", once(KeyReplaced, _new), view)
RECORD = CommandRow(RecordReplacedKey, REPLACED, "/keys/{key}/replaced", frozenset(), internal=True)


async def handovers_of(database: Database, key: str) -> bytes:
    """The handovers that led to a key of this service, oldest first, as they are served."""
    return handovers_in(await database["places"].find_one({"_id": place_of(key)}))


def handovers_in(place: Mapping[str, Any] | None) -> bytes:
    """The same, of what a database keeps of a key."""
    return joined(str(each.get("handover") or "").encode() for each in _before(place))


class ReplacedKeys:
    """Records what an operator left of the keys of this service."""

    def __init__(self, database: Database, handler: Handler) -> None:
        self._places = database["places"]
        self._handler = handler

    async def watch(self) -> None:
        """Record what was left, and look again now and then."""
        while True:
            for key in KEYS:
                place = await self._places.find_one({"_id": place_of(key)})
                for command in replaced(key, place):
                    await self._record(command)
            await asyncio.sleep(LOOK_SECONDS)

    async def _record(self, command: RecordReplacedKey) -> None:
        command_id = str(uuid5(NAMESPACE, f"{command.key} {command.new}"))
        envelope = Envelope(command_id, True, OPERATOR, asked_by_us(command), command_id)
        await self._handler.handle(RECORD, command, envelope)


def replaced(key: str, place: Mapping[str, Any] | None) -> list[RecordReplacedKey]:
    """What is to be recorded of a place: each key, the one that came after it, and why."""
    before = _before(place)
    after = [*(each["is"] for each in before[1:]), place["is"]] if place and before else []
    return [
        RecordReplacedKey(
            key=key,
            old=each["is"],
            new=new,
            stolen=bool(each.get("stolen")),
            statement=each.get("handover"),
            reason=each["reason"],
        )
        for each, new in zip(before, after, strict=True)
        if each["is"] != new
    ]


def _before(place: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    return [] if place is None else list(place.get("before", ()))
