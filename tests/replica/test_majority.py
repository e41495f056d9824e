"""What no majority has is not acknowledged, not read, and not part of the log when the set takes it back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from time import monotonic
from typing import Any

import pytest
from pymongo import ReadPreference, WriteConcern
from pymongo.errors import PyMongoError

import shared.eventlog.mongo as log_module
from services.registry.app import SERVICE
from shared.errors import Unavailable
from shared.eventlog.port import Recorded
from shared.process.running import application, assemble
from tests.support.logs import DRIVERS, Opened, check, everything, opened, unit_registered
from tests.support.mongods import Mongod, ReplicaSet
from tests.support.service import Site, until

SETTLE = 3.0


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "SETTLE_SECONDS", SETTLE)


@pytest.fixture(params=DRIVERS)
async def found(request: pytest.FixtureRequest, three: ReplicaSet, database: str) -> AsyncIterator[Opened]:
    async with opened(three.url, database, request.param, timeout=2.0) as store:
        yield store


async def alone(three: ReplicaSet) -> Mongod:
    """Freeze both secondaries: the primary is alone, and does not know it for a second."""
    primary = await asyncio.to_thread(three.primary)
    for other in await asyncio.to_thread(three.secondaries):
        await asyncio.to_thread(other.freeze)
    return primary


async def told(append: asyncio.Task[Recorded]) -> str:
    try:
        await append
    except Unavailable as unavailable:
        return unavailable.code
    return "recorded"


async def test_without_a_majority_nothing_is_acknowledged_and_with_it_again_the_same_command_is(
    found: Opened, three: ReplicaSet
) -> None:
    first = await found.log.append(unit_registered("unit/a"))
    await alone(three)
    second = unit_registered("unit/a", 2, prev=first)
    began = monotonic()
    assert await told(asyncio.create_task(found.log.append(second))) == "outcome-unknown"
    assert monotonic() - began < SETTLE + 3

    await asyncio.to_thread(three.repair)
    again = await found.log.append(second)
    third = await found.log.append(unit_registered("unit/a", 3, prev=again))
    events = await everything(found.log)
    assert events == [first, again, third]
    check(events)


async def test_a_majority_that_comes_back_in_time_only_delays(found: Opened, three: ReplicaSet) -> None:
    first = await found.log.append(unit_registered("unit/a"))
    await alone(three)
    sent = asyncio.create_task(found.log.append(unit_registered("unit/a", 2, prev=first)))
    await asyncio.sleep(0.5)
    await asyncio.to_thread(three.repair)
    if await told(sent) == "recorded":
        assert await everything(found.log) == [first, sent.result()]
    else:
        check(await everything(found.log))


async def test_what_only_the_primary_has_is_not_read(found: Opened, three: ReplicaSet) -> None:
    rows = found.database["rows"]
    await rows.insert_one({"_id": 1})
    await alone(three)
    single = rows.with_options(write_concern=WriteConcern(w=1, j=True))
    await single.insert_one({"_id": 2})

    assert [d["_id"] for d in await rows.find({}).to_list(None)] == [1]
    await asyncio.to_thread(three.repair)
    await until(lambda: _has(rows, 2))


async def _has(rows: Any, id: int) -> bool:
    return await rows.find_one({"_id": id}) is not None


async def test_what_the_set_takes_back_was_never_part_of_the_log(found: Opened, three: ReplicaSet) -> None:
    first = await found.log.append(unit_registered("unit/a"))
    primary = await asyncio.to_thread(three.primary)
    others = await asyncio.to_thread(three.secondaries)
    for other in others:  # killed: one that is only frozen finds the write in its wires when it goes on
        await asyncio.to_thread(other.kill)
    lost = unit_registered("unit/lost")
    assert await told(asyncio.create_task(found.log.append(lost))) == "outcome-unknown"
    written = await asyncio.to_thread(at_two, primary, found)
    assert written is not None, "the primary wrote it and nobody else did"
    await asyncio.to_thread(primary.kill)
    for other in others:
        await asyncio.to_thread(other.start)
    await asyncio.to_thread(three.primary)

    second = await _appended(found, lambda: unit_registered("unit/b"))
    assert second.position == 2, "the place of what was taken back is free"
    await asyncio.to_thread(three.repair)  # the old primary rolls back what it alone has
    again = await found.log.append(lost)
    events = await everything(found.log)
    check(events)
    assert events == [first, second, again]
    assert written["command"] == lost.command
    await until(lambda: holds(primary, found, second.command))


async def holds(member: Mongod, found: Opened, command: str) -> bool:
    with suppress(PyMongoError):  # while it rolls back it answers nobody
        held = await asyncio.to_thread(at_two, member, found)
        return held is not None and held["command"] == command
    return False


def at_two(member: Mongod, found: Opened) -> dict[str, Any] | None:
    """What this member alone holds at the second place."""
    with member.client() as direct:
        log = direct[found.database.name].get_collection(
            "log", read_preference=ReadPreference.SECONDARY_PREFERRED
        )
        return log.find_one({"_id": 2})


async def _appended(found: Opened, event: Callable[[], Any]) -> Recorded:
    wanted = event()
    while True:
        try:
            return await found.log.append(wanted)
        except Unavailable:
            await asyncio.sleep(0.2)


async def test_no_write_is_repeated_behind_our_back(found: Opened) -> None:
    assert found.client.options.retry_writes is False


async def test_a_service_waits_for_a_majority_and_says_so(
    three: ReplicaSet, tmp_path: Any, nats_url: str
) -> None:
    for member in await asyncio.to_thread(three.secondaries):
        await asyncio.to_thread(member.kill)
    site = Site(tmp_path / "site", three.url, nats_url, "waits")
    running = assemble(site.settings("registry"), SERVICE)
    app = application(running)
    async with app.router.lifespan_context(app):
        await until(lambda: running.gate.unfit is not None)
        assert running.gate.unfit is not None and running.gate.unfit.code == "store.no-majority"
        await asyncio.to_thread(three.repair)
        await until(lambda: running.gate.unfit is None and running.relay.state == "running")
