"""The primary is killed, frozen or sent away in the middle of every step, and nothing is lost, doubled or out of order.

Each step works on, over the replica set's address, while the primary breaks; then the set is whole again, what was
answered is there, and what was not answered is settled by sending it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import groupby
from random import random
from typing import Any

import pytest
from nats.aio.client import Client
from pymongo.errors import PyMongoError

from services.reporting.ledger.ledger import Ledger
from services.reporting.store.readmodels import ReadModels
from shared.ending import end
from shared.errors import Unavailable
from shared.eventlog.memory import MemoryLog
from shared.eventlog.port import Recorded, Unnumbered
from shared.relaying.relay import Relay
from tests.shell.test_following import UNITS, at_work, folded, projecting, stored
from tests.shell.test_ledger import documents, must_be_whole
from tests.support.courier import connected
from tests.support.feeds import Listed
from tests.support.lives import City
from tests.support.logs import DRIVERS, Opened, check, everything, now, opened, unit_registered
from tests.support.mongods import Mongod, ReplicaSet
from tests.support.service import until

SETTLED_SECONDS = 60.0
WORKERS = 8


def killed(primary: Mongod) -> None:
    primary.kill()


def frozen(primary: Mongod) -> None:
    primary.freeze()


def sent_away(primary: Mongod) -> None:
    with primary.client() as client, suppress(PyMongoError):
        client.admin.command("replSetStepDown", 5, force=True)


BREAKAGES = [killed, frozen, sent_away]


@pytest.fixture(params=DRIVERS)
async def found(request: pytest.FixtureRequest, three: ReplicaSet, database: str) -> AsyncIterator[Opened]:
    async with opened(three.url, database, request.param, timeout=3.0) as store:
        yield store


async def in_the_middle(three: ReplicaSet, break_it: Callable[[Mongod], None], work: Awaitable[Any]) -> Any:
    """Begin the work, break the primary while it goes on, mend the set two seconds later, and wait for the work."""
    going = asyncio.ensure_future(work)
    await asyncio.sleep(0.3)
    primary = await asyncio.to_thread(three.primary)
    await asyncio.to_thread(break_it, primary)
    await asyncio.sleep(2.0)
    await asyncio.to_thread(three.repair)
    return await asyncio.wait_for(going, SETTLED_SECONDS)


# --- append ------------------------------------------------------------------------------------------


class Senders:
    """Commands sent one after the other by several at once; what each was answered."""

    def __init__(self, found: Opened) -> None:
        self._found = found
        self.answered: list[Recorded] = []
        self.unanswered: list[Unnumbered] = []
        self.enough = asyncio.Event()

    async def send(self) -> None:
        """Send until told that it is enough."""
        await asyncio.gather(*(self._one() for _ in range(WORKERS)))

    async def _one(self) -> None:
        while not self.enough.is_set():
            event = unit_registered()
            try:
                self.answered.append(await self._found.log.append(event))
            except Unavailable as unavailable:
                assert unavailable.code == "outcome-unknown"
                self.unanswered.append(event)

    async def settle(self) -> None:
        """Send what was not answered again, and look at the log: each command once, everything as it was answered."""
        for event in self.unanswered:
            self.answered.append(await self._found.log.append(event))
        events = await everything(self._found.log)
        check(events)
        assert {event.command: event for event in self.answered} == {event.command: event for event in events}


@pytest.mark.parametrize("break_it", BREAKAGES)
async def test_what_was_acknowledged_is_there_once_when_the_primary_is(
    found: Opened, three: ReplicaSet, break_it: Callable[[Mongod], None]
) -> None:
    senders = Senders(found)

    async def work() -> None:
        going = asyncio.create_task(senders.send())
        await asyncio.sleep(5)
        senders.enough.set()
        await going

    await in_the_middle(three, break_it, work())
    assert len(senders.answered) > WORKERS
    await senders.settle()


async def test_two_writers_of_one_log_go_on_through_an_election(
    found: Opened, three: ReplicaSet, database: str
) -> None:
    async with opened(three.url, database, timeout=3.0) as other:
        both = [Senders(found), Senders(other)]

        async def work() -> None:
            going = [asyncio.create_task(each.send()) for each in both]
            await asyncio.sleep(5)
            for each in both:
                each.enough.set()
            await asyncio.gather(*going)

        await in_the_middle(three, killed, work())
        for each in both:
            for event in each.unanswered:
                each.answered.append(await found.log.append(event))
        events = await everything(found.log)
        check(events)
        answered = {event.command: event for each in both for event in each.answered}
        assert answered == {event.command: event for event in events}


# --- follow, relay, ledger ---------------------------------------------------------------------------


async def told(events: int) -> list[Recorded]:
    log = MemoryLog(now)
    return [await log.append(unit_registered(f"unit/u{n}", name=f"name {n % 20}")) for n in range(events)]


@pytest.mark.parametrize("break_it", [killed, frozen])
async def test_a_projection_applies_each_event_once(
    found: Opened, three: ReplicaSet, break_it: Callable[[Mongod], None]
) -> None:
    events = await told(400)
    follower = projecting(found, UNITS, Listed("registry", events, portion=2))
    async with at_work(follower):
        await in_the_middle(three, break_it, until(lambda: follower.status.position == 400, SETTLED_SECONDS))
        assert follower.status.state == "running"
    assert await stored(found, UNITS) == folded(UNITS, events)


@pytest.mark.parametrize("break_it", [killed, frozen])
async def test_the_relay_publishes_the_log_and_nothing_else(
    found: Opened, three: ReplicaSet, fresh_nats_url: str, break_it: Callable[[Mongod], None]
) -> None:
    async with connected(fresh_nats_url) as client:
        relay = Relay("registry", found.log, lambda: client, random)
        relay.start()
        try:
            senders = Senders(found)

            async def work() -> None:
                going = asyncio.create_task(senders.send())
                await asyncio.sleep(4)
                senders.enough.set()
                await going
                await senders.settle()
                await until(lambda: relay.relayed == found.log.known_head, SETTLED_SECONDS)

            await in_the_middle(three, break_it, work())
            assert relay.state == "running"
        finally:
            await relay.stop()
        assert await published(client) == [event.raw for event in await everything(found.log)]


async def published(client: Client) -> list[bytes]:
    js = client.jetstream()
    last = (await js.stream_info("REGISTRY")).state.last_seq
    return [(await js.get_msg("REGISTRY", number)).data or b"" for number in range(1, last + 1)]


@pytest.mark.parametrize("break_it", [killed, frozen])
async def test_the_ledger_takes_each_event_once(
    found: Opened, three: ReplicaSet, break_it: Callable[[Mongod], None]
) -> None:
    events = await told(600)
    ledger = Ledger(found.database, now)
    await ledger.start()

    async def work() -> None:
        for start in range(0, len(events), 3):
            await _appended(ledger, events[start : start + 3])

    await in_the_middle(three, break_it, work())
    must_be_whole(await documents(found.database), events)


async def _appended(ledger: Ledger, batch: Sequence[Recorded], source: str = "registry") -> None:
    while True:
        try:
            await ledger.append(source, batch)
        except (Unavailable, PyMongoError):  # appending the same again settles it
            await asyncio.sleep(0.1)
        else:
            return


# --- read models -------------------------------------------------------------------------------------


@pytest.mark.parametrize("break_it", [killed, frozen])
async def test_read_models_take_each_entry_once(
    found: Opened, three: ReplicaSet, break_it: Callable[[Mongod], None]
) -> None:
    town = City(5)
    town.found(6)
    town.live(days=300, acts=120)
    entries = town.ledger()
    ledger = Ledger(found.database, lambda: "2027-12-31T00:00:00.000000Z")
    await ledger.start()
    models = ReadModels(found.client, found.database, ledger)
    await models.start()
    running = asyncio.create_task(models.run())

    async def work() -> None:
        for source, events in groupby((entry.event for entry in entries), key=lambda event: event.service):
            await _appended(ledger, list(events), source)
        assert await models.wait_applied(len(entries), SETTLED_SECONDS)

    try:
        await in_the_middle(three, break_it, work())
        assert (await models.rebuild()).differences == 0, "a book that is made anew says the same"
    finally:
        await end(running)
