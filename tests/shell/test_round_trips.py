"""What a command asks of the store: the batch's insert and nothing else; a no asks no more than a yes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from shared.commands.answering import Answer
from shared.commands.handling import Envelope, Handler
from shared.commands.memories import LogMemories
from shared.commands.states import Kept, States, fold
from shared.contracts.message import Command
from shared.contracts.registry import AmendUnit, RegisterUnit
from shared.errors import Refused
from shared.eventlog.memory import MemoryLog
from shared.following.projections import MongoDocuments
from shared.reference.authority import OPERATOR, Actor
from tests.support.breaking import Breaking
from tests.support.logs import Opened, now, opened, unit_registered
from tests.support.small_services import REGISTRY, UNIT


@dataclass
class Deciding:
    """The small registry's handler over a log whose commands are counted on their way to the store."""

    log: Opened
    handler: Handler
    memories: LogMemories
    store: Breaking

    async def send(self, command: Command, id: str | None = None) -> Answer:
        row = REGISTRY.row(type(command).__name__)
        assert row is not None
        made = id or str(uuid4())
        who = Actor("op", OPERATOR)
        return await self.handler.handle(
            row, command, Envelope(made, id is not None, who, b"\x01" * 32, made)
        )

    async def asked(self, *commands: Command, id: str | None = None) -> Counter[str]:
        """What deciding these, one after the other, asked of the log."""
        before = Counter(self.store.asked)
        for command in commands:
            with suppress(Refused):
                await self.send(command, id)
        return Counter(
            {what: number for what, number in (self.store.asked - before).items() if "log" in what}
        )


def deciding(log: Opened, store: Breaking) -> Deciding:
    states = States(log.log)
    memories = LogMemories({}, log.log, states)
    documents = MongoDocuments([], log.database)
    handler = Handler(
        REGISTRY, log.log, states, documents, memories,
        today=lambda: date(2026, 11, 2), new_id=lambda: str(uuid4()),
    )  # fmt: skip
    return Deciding(log, handler, memories, store)


@pytest.fixture
async def alone(mongo_url: str, database: str) -> AsyncIterator[Deciding]:
    async with Breaking(mongo_url) as store, opened(store.url, database) as log:
        await asyncio.sleep(0.2)  # the first look and heartbeat are over
        yield deciding(log, store)


def named(unit: str, name: str) -> RegisterUnit:
    return RegisterUnit(unit=unit, name=name, kind="commune_committee")


async def test_a_command_asks_for_its_insert_and_nothing_else(alone: Deciding) -> None:
    creating = [named(f"u{n}", f"name {n}") for n in range(20)]
    amending = [AmendUnit(unit=f"u{n}", name="another", reason="x") for n in range(20)]

    asked = await alone.asked(*creating, *amending)
    looks = asked.pop("find log", 0)  # after a rest the store first shows our last event
    assert asked == {"insert log": 40}
    assert looks <= 4


async def test_a_refusal_asks_no_more_than_a_yes(alone: Deciding) -> None:
    await alone.send(named("u1", "name"))

    assert await alone.asked(*[named("u1", "name")] * 10) == {"find log": 10}
    assert await alone.asked(AmendUnit(unit="u1", name="name", reason="x")) == {"find log": 1}, "already so"


async def test_those_who_are_refused_at_once_share_a_look(alone: Deciding) -> None:
    for n in range(40):
        await alone.send(named(f"u{n}", "name"))

    before = alone.store.asked["find log"]
    answers = await asyncio.gather(
        *(alone.send(named(f"u{n}", "name")) for n in range(40)), return_exceptions=True
    )
    assert all(isinstance(answer, Refused) for answer in answers)
    assert alone.store.asked["find log"] - before <= 3


async def test_a_no_knows_what_another_process_wrote_a_moment_before(
    alone: Deciding, mongo_url: str, database: str
) -> None:
    """Also where this one does not know yet that there is another."""
    await alone.send(named("u1", "name"))
    async with opened(mongo_url, database) as other:
        beside = deciding(other, alone.store)
        for n in range(10):
            await beside.send(AmendUnit(unit="u1", name=f"name {n}", reason="x"))
            answer = await alone.send(AmendUnit(unit="u1", name=f"name {n}", reason="x"))
            assert not answer.changed, "it is so already, and the other did it"
            assert answer.recorded.data["name"] == f"name {n}"
            with pytest.raises(Refused, match=r"stream\.other-version"):
                await alone.send(AmendUnit(unit="u1", name="y", reason="x", if_version=n + 1))


async def test_a_state_that_was_overtaken_is_not_kept_any_more() -> None:
    log = MemoryLog(now)
    first = await log.append(unit_registered("unit/u1"))
    second = await log.append(amended(first.leaf.hex()))
    states = States(log)
    states.seen(first)
    states.seen(second)  # before whoever appended the first came to put its state down

    states.put("unit/u1", fold(UNIT.decider, Kept(UNIT.decider.initial), [first]))

    assert (await states.get(UNIT.decider, "unit/u1", fresh=False)).version == 2


def amended(prev: str) -> Any:
    event = unit_registered("unit/u1", 2)
    envelope = {
        **event.envelope, "prev": prev, "type": "vn.gov.danang.dvk.registry.UnitAmended.v1",
        "data": {"on": "2026-11-02", "unit": "u1", "name": "another", "reason": "x"},
    }  # fmt: skip
    return type(event)(envelope, event.request)
