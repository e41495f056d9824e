"""What a log promises, tried on memory and on MongoDB with both drivers: if it holds on memory only, the fake lies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from pymongo import ReadPreference
from pymongo.errors import DuplicateKeyError

from shared.errors import ClaimTaken, CommandReused, Conflict, Unavailable
from shared.eventlog.memory import MemoryLog
from shared.eventlog.mongo import MongoLog
from shared.eventlog.port import Log, Recorded
from shared.process.settings import Driver
from shared.tlog.canonical import canonical
from shared.tlog.merkle import leaf_hash
from tests.support.appending import append_at_once
from tests.support.logs import (
    DRIVERS,
    OTHER_REQUEST,
    REQUEST,
    Opened,
    check,
    everything,
    now,
    opened,
    unit_registered,
)

KINDS = ("memory", *(pytest.param(driver, marks=pytest.mark.servers) for driver in DRIVERS))


OpenLog = Callable[..., Awaitable[Log]]


@pytest.fixture(params=KINDS)
async def open_log(request: pytest.FixtureRequest) -> AsyncIterator[OpenLog]:
    """Opens the log of this test; again as another process of the service, or as the same one after a restart."""
    in_memory: list[MemoryLog] = []
    async with AsyncExitStack() as ends:

        async def open_it(clock: Callable[[], str] = now) -> Log:
            if request.param == "memory":
                in_memory.append(in_memory[0] if in_memory else MemoryLog(clock))
                return in_memory[0]
            url, name = request.getfixturevalue("mongo_url"), request.getfixturevalue("database")
            return (await ends.enter_async_context(opened(url, name, request.param, clock=clock))).log

        yield open_it


@pytest.fixture
async def log(open_log: OpenLog) -> Log:
    return await open_log()


@pytest.fixture(params=DRIVERS)
async def on_mongo(request: pytest.FixtureRequest, mongo_url: str, database: str) -> AsyncIterator[Opened]:
    async with opened(mongo_url, database, request.param) as found:
        yield found


async def grown(log: Log, stream: str, events: int) -> list[Recorded]:
    """A stream with a history."""
    history: list[Recorded] = []
    for version in range(1, events + 1):
        last = history[-1] if history else None
        history.append(await log.append(unit_registered(stream, version, prev=last)))
    return history


# --- places --------------------------------------------------------------------------------------


async def test_positions_have_no_gap_however_many_append_at_once(log: Log) -> None:
    appended = await asyncio.gather(*(log.append(unit_registered()) for _ in range(300)))

    assert sorted(event.position for event in appended) == list(range(1, 301))
    found = await everything(log)
    assert {event.raw for event in found} == {event.raw for event in appended}
    assert await log.head() == 300
    check(found)


async def test_a_stream_counts_its_own_versions(log: Log) -> None:
    history = await grown(log, "unit/a", 3)
    await log.append(unit_registered("unit/b"))
    history.append(await log.append(unit_registered("unit/a", 4, prev=history[-1])))

    assert await log.stream("unit/a") == history
    assert [event.version for event in await log.stream("unit/a", after=2)] == [3, 4]
    assert [event.position for event in await log.stream("unit/b")] == [4]


async def test_an_unknown_stream_has_no_events(log: Log) -> None:
    await log.append(unit_registered("unit/a"))

    assert list(await log.stream("unit/nobody")) == []


async def test_a_taken_version_is_a_conflict_and_leaves_nothing(log: Log) -> None:
    history = await grown(log, "unit/a", 2)

    with pytest.raises(Conflict):
        await log.append(unit_registered("unit/a", 2))

    assert await log.stream("unit/a") == history
    assert (await log.append(unit_registered())).position == 3


async def test_of_many_for_one_version_one_is_recorded(log: Log) -> None:
    answers = await asyncio.gather(
        *(log.append(unit_registered("unit/a", 1)) for _ in range(20)), return_exceptions=True
    )

    [won] = [answer for answer in answers if isinstance(answer, Recorded)]
    assert all(isinstance(answer, Conflict) for answer in answers if answer is not won)
    assert await everything(log) == [won]


async def test_an_answer_holds_the_bytes_that_are_stored_and_their_leaf(log: Log) -> None:
    event = unit_registered(name="Phường Hải Vân – “Dân vận khéo” \u20ab \U0001f33e")
    placed = await log.append(event)

    assert placed.raw == canonical({**event.envelope, "position": 1, "time": placed.time})
    assert placed.leaf == leaf_hash(placed.raw)
    [read] = await everything(log)
    assert (read.raw, read.leaf) == (placed.raw, placed.leaf)


# --- commands ------------------------------------------------------------------------------------


async def test_a_command_sent_again_gets_the_answer_of_then(log: Log) -> None:
    command = str(uuid4())
    [then, *_] = [
        await log.append(unit_registered("unit/a", 1, command=command)),
        *await grown(log, "unit/b", 3),
    ]

    again = await log.append(unit_registered("unit/a", 1, command=command))
    on_a_newer_version = await log.append(unit_registered("unit/a", 2, command=command))
    on_another_stream = await log.append(unit_registered("unit/c", 1, command=command))

    assert again == on_a_newer_version == on_another_stream == then
    assert await log.head() == 4


async def test_a_command_sent_twice_at_once_is_recorded_once(log: Log) -> None:
    command = str(uuid4())

    answers = await asyncio.gather(
        *(log.append(unit_registered(f"unit/{n % 3}x", 1, command=command)) for n in range(12))
    )

    assert len({answer.raw for answer in answers}) == 1
    assert await log.head() == 1


async def test_a_command_id_is_not_lent_to_another_request(log: Log) -> None:
    command = str(uuid4())
    await log.append(unit_registered("unit/a", 1, command=command))

    for stream, version in (("unit/a", 1), ("unit/a", 2), ("unit/b", 1)):
        with pytest.raises(CommandReused):
            await log.append(unit_registered(stream, version, command=command, request=OTHER_REQUEST))

    assert await log.head() == 1


async def test_the_log_tells_what_a_command_led_to(log: Log) -> None:
    placed = await log.append(unit_registered())

    assert await log.by_command(placed.command) == (placed, REQUEST)
    assert await log.by_command(str(uuid4())) is None


# --- claims --------------------------------------------------------------------------------------


async def test_a_claim_is_held_by_one_stream(log: Log) -> None:
    await log.append(unit_registered("unit/a", claim="name:hải vân"))

    with pytest.raises(ClaimTaken):
        await log.append(unit_registered("unit/b", claim="name:hải vân"))
    with pytest.raises(ClaimTaken):
        await log.append(unit_registered("unit/a", 2, claim="name:hải vân"))
    await log.append(unit_registered("unit/b", claim="name:sơn trà"))
    await log.append(unit_registered("unit/c"))
    await log.append(unit_registered("unit/d"))

    assert await log.holders(["name:hải vân", "name:sơn trà", "name:nobody"]) == {
        "name:hải vân": "unit/a",
        "name:sơn trà": "unit/b",
    }
    assert await log.holders([]) == {}
    assert await log.head() == 4


async def test_of_many_for_one_claim_one_is_recorded(log: Log) -> None:
    answers = await asyncio.gather(
        *(log.append(unit_registered(claim="dossier:1:recognition:1")) for _ in range(20)),
        return_exceptions=True,
    )

    [won] = [answer for answer in answers if isinstance(answer, Recorded)]
    assert all(isinstance(answer, ClaimTaken) for answer in answers if answer is not won)
    assert await log.holders(["dossier:1:recognition:1"]) == {"dossier:1:recognition:1": won.stream}


async def test_a_refused_event_does_not_hold_up_those_beside_it(log: Log) -> None:
    await log.append(unit_registered("unit/a", claim="taken"))
    command = str(uuid4())
    await log.append(unit_registered("unit/b", command=command))
    mixed = [
        unit_registered(),
        unit_registered("unit/a", 1),
        unit_registered(),
        unit_registered(claim="taken"),
        unit_registered(command=command),
        unit_registered(command=command, request=OTHER_REQUEST),
        unit_registered(),
    ]

    answers = await asyncio.gather(*(log.append(event) for event in mixed), return_exceptions=True)

    assert [type(answer) for answer in answers] == [
        Recorded, Conflict, Recorded, ClaimTaken, Recorded, CommandReused, Recorded,
    ]  # fmt: skip
    check(await everything(log))
    assert await log.head() == 5


# --- reading -------------------------------------------------------------------------------------


async def test_reading_starts_after_a_position_and_ends_at_the_head(log: Log) -> None:
    await asyncio.gather(*(log.append(unit_registered()) for _ in range(260)))

    assert [e.position for e in await log.read(0, 5)] == [1, 2, 3, 4, 5]
    assert [e.position for e in await log.read(258)] == [259, 260]
    assert list(await log.read(260)) == []
    assert list(await log.read(5000)) == []
    assert len(await log.read(0)) == 256


# --- time ----------------------------------------------------------------------------------------


async def test_time_does_not_run_back_when_the_clock_does(open_log: OpenLog) -> None:
    stamps = [f"2027-01-04T08:00:0{s}.000000Z" for s in (5, 3, 4, 6)]
    coming = iter(stamps)
    log = await open_log(lambda: next(coming))

    times = [(await log.append(unit_registered())).time for _ in stamps]

    assert times == [stamps[0], stamps[0], stamps[0], stamps[3]]


# --- several processes, and restarts --------------------------------------------------------------


async def test_two_processes_share_one_log(open_log: OpenLog) -> None:
    one, two = await open_log(), await open_log()
    command = str(uuid4())

    first = await one.append(unit_registered("unit/a", command=command, claim="held"))

    assert await two.append(unit_registered("unit/a", command=command, claim="held")) == first
    assert (await two.append(unit_registered("unit/a", 2, prev=first))).position == 2
    with pytest.raises(Conflict):
        await one.append(unit_registered("unit/a", 2))
    with pytest.raises(ClaimTaken):
        await two.append(unit_registered(claim="held"))
    await asyncio.gather(*(each.append(unit_registered()) for each in (one, two) * 20))
    assert await one.head() == await two.head() == 42
    check(await everything(one))


async def test_time_does_not_run_back_where_one_process_has_a_slower_clock(open_log: OpenLog) -> None:
    fast = await open_log(lambda: "2027-01-04T08:00:09.000000Z")
    await fast.append(unit_registered())
    slow = await open_log(lambda: "2027-01-04T08:00:01.000000Z")

    assert (await slow.append(unit_registered())).time == "2027-01-04T08:00:09.000000Z"


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_restarted_service_continues_its_log(driver: Driver, mongo_url: str, database: str) -> None:
    async with opened(mongo_url, database, driver, clock=lambda: "2027-01-04T08:00:09.000000Z") as before:
        history = await grown(before.log, "unit/a", 5)
    async with opened(mongo_url, database, driver, clock=lambda: "2027-01-04T08:00:01.000000Z") as after:
        assert after.log.known_head == 5
        again = await after.log.append(unit_registered("unit/a", 3, command=history[2].command))
        sixth = await after.log.append(unit_registered("unit/a", 6, prev=history[4]))
        found = await everything(after.log)

    assert again == history[2]
    assert found == [*history, sixth]
    check(found)


async def test_what_waits_when_a_service_stops_is_still_written(on_mongo: Opened) -> None:
    waiting = [asyncio.create_task(on_mongo.log.append(unit_registered())) for _ in range(50)]
    await asyncio.sleep(0)

    await on_mongo.log.stop()

    assert sorted(event.position for event in await asyncio.gather(*waiting)) == list(range(1, 51))
    with pytest.raises(Unavailable, match="stopping"):
        await on_mongo.log.append(unit_registered())


async def test_a_caller_that_goes_away_does_not_take_its_event_back(on_mongo: Opened) -> None:
    impatient = asyncio.create_task(on_mongo.log.append(unit_registered("unit/a")))
    await asyncio.sleep(0)
    impatient.cancel()
    await on_mongo.log.append(unit_registered())

    assert len(await on_mongo.log.stream("unit/a")) == 1


async def test_a_log_that_is_started_twice_writes_once(on_mongo: Opened) -> None:
    before = asyncio.all_tasks()
    await on_mongo.log.start()

    assert asyncio.all_tasks() == before
    assert (await on_mongo.log.append(unit_registered())).position == 1


# --- how it is stored -----------------------------------------------------------------------------


async def test_every_write_and_read_is_of_a_majority_and_journaled(on_mongo: Opened) -> None:
    for collection in (on_mongo.log._log, on_mongo.database["places"], on_mongo.database["signed"]):
        concern = collection.write_concern.document
        assert (concern["w"], concern["j"]) == ("majority", True)
        assert collection.read_concern.level == "majority"
        assert collection.read_preference == ReadPreference.PRIMARY


async def test_a_document_is_the_canonical_text_and_copies_of_its_members(on_mongo: Opened) -> None:
    plain = await on_mongo.log.append(unit_registered("unit/a"))
    claiming = await on_mongo.log.append(unit_registered("unit/b", claim="held"))

    for event, more in ((plain, {}), (claiming, {"claim": "held"})):
        assert await on_mongo.database["log"].find_one({"_id": event.position}) == {
            "_id": event.position,
            "stream": event.stream,
            "version": 1,
            "type": event.type,
            "time": event.time,
            "command": event.command,
            "request": REQUEST,
            "event": event.raw.decode(),
            "leaf": event.leaf,
            **more,
        }


async def test_the_store_itself_refuses_a_second_place_command_or_claim(on_mongo: Opened) -> None:
    await on_mongo.log.append(unit_registered("unit/a", claim="held"))
    stored = await on_mongo.database["log"].find_one({"_id": 1})
    other = {**stored, "_id": 2, "stream": "unit/b", "command": str(uuid4()), "claim": "other"}

    for taken in ({"_id": 1}, {"stream": "unit/a"}, {"command": stored["command"]}, {"claim": "held"}):
        with pytest.raises(DuplicateKeyError):
            await on_mongo.database["log"].insert_one({**other, **taken})
    await on_mongo.database["log"].insert_one(other)


SIZES = [*range(18), *(31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 300, 511, 512, 513)]


@pytest.mark.parametrize("driver", DRIVERS)
async def test_the_head_of_a_log_of_any_size_is_found(driver: Driver, mongo_url: str, database: str) -> None:
    async with opened(mongo_url, database, driver, start=False) as grower:
        stale = grower.log
        stored = 0
        for size in SIZES:
            more = [
                {"_id": n, "stream": f"unit/{n}", "version": 1, "command": str(n), "time": f"t{n:05}"}
                for n in range(stored + 1, size + 1)
            ]
            if more:
                await grower.database["log"].insert_many(more)
            stored = size
            new = MongoLog(grower.database, now, "new")
            assert await new.head() == size
            if size % 3 == 0:  # a process that knows an older head finds the new one too
                assert await stale.head() == size


# --- real processes -------------------------------------------------------------------------------


async def test_replicas_under_full_load_take_turns(mongo_url: str, database: str) -> None:
    shares = await asyncio.to_thread(append_at_once, mongo_url, database, DRIVERS, seconds=3.0)

    async with opened(mongo_url, database) as found:
        events = await everything(found.log)
    check(events)
    told = [position for share in shares for position in share]
    assert len(told) == len(set(told)), "two processes were given the same position"
    assert set(told) == {event.position for event in events}, "what was acknowledged is what is recorded"
    fewest, most = sorted(len(share) for share in shares)
    assert fewest * 4 >= most, f"{fewest} events against {most}"
