"""The fault table of an append: what the sender is told, what repeating the command id answers, what is recorded.

Every row appends the second event of a stream while the store breaks, sends the same command again once it is
mended, and goes on with the third. Whatever happened: each event is recorded exactly once, without a gap, in
one chain.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal
from uuid import uuid4

import pytest

import shared.eventlog.mongo as log_module
from services.cli.embedded import EmbeddedServers, MongoServer
from shared.errors import Unavailable
from shared.eventlog.mongo import MongoLog
from shared.eventlog.port import Recorded, Unnumbered
from tests.support.breaking import Breaking, Rule
from tests.support.logs import DRIVERS, Opened, check, everything, opened, unit_registered

SETTLE = 2.0
TIMEOUT = 0.7
Told = Literal["recorded", "outcome-unknown"]

pytestmark = pytest.mark.servers


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ten seconds in which an append must be settled, shortened; the drivers' time-outs with them."""
    monkeypatch.setattr(log_module, "SETTLE_SECONDS", SETTLE)


async def told(append: asyncio.Task[Recorded]) -> Told:
    """What the sender of an append learns."""
    try:
        await append
    except Unavailable as unavailable:
        assert unavailable.code == "outcome-unknown"
        assert unavailable.details["command"]
        return "outcome-unknown"
    return "recorded"


@dataclass
class Attempt:
    """The append that the fault falls into, and the log around it."""

    log: MongoLog
    first: Recorded
    event: Unnumbered
    sent: asyncio.Task[Recorded]


async def begun(log: MongoLog, break_it: Callable[[], Any]) -> Attempt:
    """A stream with one event, and its second on the way while the store breaks."""
    first = await log.append(unit_registered("unit/a"))
    event = unit_registered("unit/a", 2, prev=first, command=str(uuid4()))
    break_it()
    return Attempt(log, first, event, asyncio.create_task(log.append(event)))


async def settled(attempt: Attempt, answered: Told) -> None:
    """After the mending: the same command again, the next event, and the log as it must be."""
    __tracebackhide__ = True
    again = await attempt.log.append(attempt.event)
    if answered == "recorded":
        assert again == await attempt.sent, "the answer of then"
    third = await attempt.log.append(unit_registered("unit/a", 3, prev=again))

    events = await everything(attempt.log)
    assert events == [attempt.first, again, third]
    check(events)


# --- on the wire ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A fault on the wire, and what the sender is told."""

    fault: str
    break_it: Callable[[Breaking], object]
    told: Told


def writes_then_silence(store: Breaking) -> None:
    store.on("insert", "log", "done, answer lost")
    store.on("find", "log", "never reached it")


def writes_without_majority_then_silence(store: Breaking) -> None:
    store.on("insert", "log", "done, not durable")
    store.on("find", "log", "never reached it")


ROWS = [
    Row("an error, once", lambda s: s.on("insert", "log", "refused", 1), "recorded"),
    Row("errors only", lambda s: s.on("insert", "log", "refused"), "outcome-unknown"),
    Row("the write never arrived, once", lambda s: s.on("insert", "log", "never reached it", 1), "recorded"),
    Row("the write never arrives", lambda s: s.on("insert", "log", "never reached it"), "outcome-unknown"),
    Row("written, the answer lost once", lambda s: s.on("insert", "log", "done, answer lost", 1), "recorded"),
    Row("written, every answer lost", lambda s: s.on("insert", "log", "done, answer lost"), "recorded"),
    Row("written, then silence", writes_then_silence, "outcome-unknown"),
    Row("written, not by a majority", lambda s: s.on("insert", "log", "done, not durable", 1), "recorded"),
    Row("written, not by a majority, then silence", writes_without_majority_then_silence, "outcome-unknown"),
    Row("the look-up fails once", lambda s: (
        s.on("insert", "log", "done, answer lost", 2), s.on("find", "log", "refused", 1)), "recorded"),
]  # fmt: skip


@pytest.fixture(params=DRIVERS)
async def broken(request: pytest.FixtureRequest, mongo_url: str, database: str) -> AsyncIterator[Broken]:
    async with (
        Breaking(mongo_url) as store,
        opened(store.url, database, request.param, timeout=TIMEOUT) as found,
    ):
        yield Broken(store, found)


@dataclass
class Broken:
    """A log behind a store that breaks on request."""

    store: Breaking
    found: Opened


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.fault)
async def test_whatever_happens_on_the_wire_an_append_is_done_once(row: Row, broken: Broken) -> None:
    attempt = await begun(broken.found.log, lambda: row.break_it(broken.store))
    began = monotonic()
    answered = await told(attempt.sent)
    took = monotonic() - began

    assert answered == row.told
    assert took < SETTLE + 1, "a sender is not kept waiting"
    broken.store.repair()
    await settled(attempt, answered)


async def test_a_write_that_arrives_after_the_sender_was_told_is_the_one_that_counts(broken: Broken) -> None:
    attempt = await begun(broken.found.log, lambda: broken.store.on("insert", "log", "held"))

    assert await told(attempt.sent) == "outcome-unknown"
    assert await broken.found.log.head() == 1
    broken.store.repair()
    while await broken.found.log.head() == 1:
        await asyncio.sleep(0.01)
    await settled(attempt, "outcome-unknown")


async def test_a_write_that_arrives_between_two_look_ups_is_no_conflict_with_itself(broken: Broken) -> None:
    store, log = broken.store, broken.found.log
    rules: list[Rule] = []
    attempt = await begun(log, lambda: rules.append(store.on("insert", "log", "held", 2)))
    by_place = store.on("find", "log", "held", 1, where=lambda body: "stream" in body["filter"])

    await by_place.reached.wait()  # it was looked for by its command id, and is not there
    rules[0].release()
    while await log.by_command(attempt.event.command) is None:
        await asyncio.sleep(0.01)
    by_place.release()

    assert await told(attempt.sent) == "recorded"
    await settled(attempt, "recorded")


async def test_who_comes_while_another_write_is_unanswered_does_not_wait_twice_as_long(
    broken: Broken,
) -> None:
    log, began = broken.found.log, monotonic()
    attempt = await begun(log, lambda: writes_then_silence(broken.store))
    await asyncio.sleep(0.1)
    late = asyncio.create_task(log.append(unit_registered("unit/b", command=str(uuid4()))))

    assert [await told(attempt.sent), await told(late)] == ["outcome-unknown"] * 2
    assert monotonic() - began < SETTLE + 1
    broken.store.repair()
    await settled(attempt, "outcome-unknown")


async def test_what_was_in_one_batch_is_settled_one_by_one(broken: Broken) -> None:
    commands = [str(uuid4()) for _ in range(40)]
    events = [unit_registered(command=command) for command in commands]
    broken.store.on("insert", "log", "done, answer lost", 1)
    broken.store.on("insert", "log", "never reached it", 1)

    answers = await asyncio.gather(*(broken.found.log.append(event) for event in events))
    again = await asyncio.gather(*(broken.found.log.append(event) for event in events))

    assert answers == again
    found = await everything(broken.found.log)
    assert sorted(event.command for event in found) == sorted(commands)
    check(found)


# --- the store's own process -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def own_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    own = EmbeddedServers(tmp_path_factory.mktemp("to-break"), guarded=False)
    own.mongo.start()
    yield own
    own.mongo.thaw()
    own.kill()


@pytest.fixture(params=DRIVERS)
async def on_own(request: pytest.FixtureRequest, own_servers: EmbeddedServers) -> AsyncIterator[Opened]:
    own_servers.mongo.start()
    async with opened(own_servers.mongo.url, f"x{uuid4().hex[:8]}", request.param, timeout=TIMEOUT) as found:
        yield found
    own_servers.mongo.thaw()  # also when a test failed before it did


@pytest.fixture
def mongo(own_servers: EmbeddedServers) -> MongoServer:
    return own_servers.mongo


async def test_a_store_that_freezes_for_a_moment_only_delays(mongo: MongoServer, on_own: Opened) -> None:
    attempt = await begun(on_own.log, mongo.freeze)
    await asyncio.sleep(TIMEOUT + 0.3)  # longer than the driver waits for one answer
    mongo.thaw()

    assert await told(attempt.sent) == "recorded"
    await settled(attempt, "recorded")


async def test_a_store_that_freezes_in_the_middle_of_a_write_and_goes_on(
    mongo: MongoServer, on_own: Opened
) -> None:
    attempt = await begun(on_own.log, lambda: None)
    await asyncio.sleep(0.002)  # the write may be on the wire, in the server, or done
    mongo.freeze()
    began = monotonic()
    answered = await told(attempt.sent)
    took = monotonic() - began
    mongo.thaw()

    assert took < SETTLE + 1
    await settled(attempt, answered)


async def test_a_store_that_freezes_too_long_leaves_the_outcome_unknown_until_it_is_asked_again(
    mongo: MongoServer, on_own: Opened
) -> None:
    attempt = await begun(on_own.log, mongo.freeze)

    assert await told(attempt.sent) == "outcome-unknown"
    others = [asyncio.create_task(on_own.log.append(unit_registered())) for _ in range(3)]
    assert {await told(other) for other in others} == {"outcome-unknown"}
    mongo.thaw()

    again = await asyncio.wait_for(on_own.log.append(attempt.event), 10)
    events = await everything(on_own.log)
    assert [event.command for event in events].count(attempt.event.command) == 1
    assert again in events
    check(events)


async def test_a_store_that_is_killed_and_comes_back_at_once(mongo: MongoServer, on_own: Opened) -> None:
    attempt = await begun(on_own.log, mongo.kill)
    await asyncio.to_thread(mongo.start)
    answered = await told(attempt.sent)

    await settled(attempt, answered)


async def test_a_store_that_is_killed_and_stays_away_until_the_sender_was_told(
    mongo: MongoServer, on_own: Opened
) -> None:
    attempt = await begun(on_own.log, mongo.kill)

    assert await told(attempt.sent) == "outcome-unknown"
    await asyncio.to_thread(mongo.start)
    await settled(attempt, "outcome-unknown")


async def test_an_older_database_in_the_place_of_ours_is_not_written_on(
    mongo: MongoServer, on_own: Opened
) -> None:
    await asyncio.gather(*(on_own.log.append(unit_registered()) for _ in range(5)))
    mongo.stop()
    shutil.rmtree(mongo.directory / "yesterday", ignore_errors=True)
    shutil.copytree(mongo.directory / "db", mongo.directory / "yesterday")
    mongo.start()
    for _ in range(3):
        await on_own.log.append(unit_registered())
    mongo.kill()
    shutil.rmtree(mongo.directory / "db")
    shutil.move(mongo.directory / "yesterday", mongo.directory / "db")

    waits = asyncio.create_task(on_own.log.append(unit_registered()))
    await asyncio.to_thread(mongo.start)
    with pytest.raises(Unavailable):  # to number on from the eighth would leave a gap
        await waits
    codes = {"outcome-unknown"}
    while codes == {"outcome-unknown"}:  # a store that was started just now may be too slow to answer in time
        with pytest.raises(Unavailable) as refused:
            await on_own.log.append(unit_registered())
        codes = {refused.value.code}
    assert codes == {"log.behind"}
    with pytest.raises(Unavailable, match=r"log\.behind"):
        await on_own.log.head()
    stored = await on_own.database["log"].find({}, {"_id": 1}).to_list(None)
    assert sorted(document["_id"] for document in stored) == [1, 2, 3, 4, 5]


async def test_under_load_a_store_that_is_killed_and_restarted_loses_and_doubles_nothing(
    mongo: MongoServer, on_own: Opened
) -> None:
    acknowledged: list[Recorded] = []
    sent: list[Unnumbered] = []
    ends = asyncio.Event()

    async def client() -> None:
        while not ends.is_set():
            sent.append(event := unit_registered())
            while True:
                try:
                    acknowledged.append(await on_own.log.append(event))
                    break
                except Unavailable:
                    await asyncio.sleep(0.05)  # the same command id again

    clients = [asyncio.create_task(client()) for _ in range(16)]
    for _ in range(2):
        await asyncio.sleep(0.5)
        mongo.kill()
        await asyncio.to_thread(mongo.start)
    ends.set()
    await asyncio.wait_for(asyncio.gather(*clients), 30)

    events = await everything(on_own.log)
    check(events)
    assert {event.command for event in events} == {event.command for event in sent}
    assert {event.raw for event in acknowledged} == {event.raw for event in events}
