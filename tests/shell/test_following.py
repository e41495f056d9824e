"""Followers: everything once and in order, whatever is repeated, lost, killed or poisonous."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence, Set
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date
from random import Random, random
from typing import Any, ClassVar
from uuid import uuid4

import httpx
import nats.js.client
import nats.js.errors
import pytest
from nats.aio.client import Client

import shared.following.broker as following
from shared.commands.handling import Handler
from shared.commands.states import States
from shared.contracts import catalog
from shared.contracts.registry import UnitRegistered
from shared.errors import Unknown
from shared.eventlog.memory import MemoryLog
from shared.eventlog.port import Recorded, recorded
from shared.following.broker import BrokerFeed
from shared.following.feeds import Feed, OwnFeed, Peer
from shared.following.follower import Follower
from shared.following.policies import PolicyApply
from shared.following.projections import ProjectionApply, collection_name, fact_of
from shared.following.sharing import SharedFeed
from shared.following.together import Together
from shared.process.settings import Driver
from shared.relaying.relay import Relay
from shared.relaying.streams import stream_config
from shared.tlog.canonical import canonical
from shared.wiring import Fact, Projection
from tests.support.breaking import Breaking
from tests.support.courier import connected, until
from tests.support.feeds import Listed, Repeating
from tests.support.logs import DRIVERS, Opened, check, everything, now, opened, unit_registered
from tests.support.small_services import APPRAISAL, ASKING, CARDS, fold_card, units_projection

UNITS = units_projection()


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "IDLE_SECONDS", 0.2)


async def told(names: Sequence[str]) -> list[Recorded]:
    """What a registry says: one unit of each name."""
    log = MemoryLog(now)
    return [await log.append(unit_registered(f"unit/u{n}", name=name)) for n, name in enumerate(names)]


def folded(projection: Projection, *logs: Sequence[Recorded]) -> dict[str, dict[str, Any]]:
    """What the documents of a projection must be: a pure fold, one log after the other."""
    documents: dict[str, dict[str, Any]] = {}
    for event in (event for log in logs for event in log):
        fact = fact_of(event)
        for key in projection.keys(fact):
            documents[key] = projection.fold(key, documents.get(key), fact)
    return documents


async def stored(found: Opened, projection: Projection) -> dict[str, dict[str, Any]]:
    """What the documents are."""
    return {d.pop("_id"): d for d in await found.database[collection_name(projection)].find({}).to_list(None)}


def by_name(fact: Fact) -> Sequence[str]:
    """The units of one name share a card, so that events meet in it."""
    return [str(getattr(fact.event, "name", ""))]


def projecting(
    found: Opened, projection: Projection, feed: Feed, together: Together | None = None
) -> Follower:
    name = f"{collection_name(projection)}:{feed.source}"
    together = together or Together(found.client, found.database, name)
    apply = ProjectionApply(projection, feed.source, found.database, together)
    return Follower(f"projection:{projection.name}", feed, apply)


@asynccontextmanager
async def at_work(*followers: Follower) -> AsyncGenerator[None]:
    for follower in followers:
        follower.start()
    try:
        yield
    finally:
        await asyncio.gather(*(follower.stop() for follower in followers))


@pytest.fixture(params=DRIVERS)
async def found(request: pytest.FixtureRequest, mongo_url: str, database: str) -> AsyncIterator[Opened]:
    """The database of the service that follows."""
    async with opened(mongo_url, database, request.param) as store:
        yield store


@pytest.fixture
async def on_motor(mongo_url: str, database: str) -> AsyncIterator[Opened]:
    async with opened(mongo_url, database) as store:
        yield store


# --- projections: repeated, killed, twice at once ---------------------------------------------------


async def test_what_is_told_again_is_not_applied_again(found: Opened) -> None:
    events = await told([f"name {n}" for n in range(40)])
    follower = projecting(found, UNITS, Repeating("registry", events))

    async with at_work(follower):
        await until(lambda: follower.status.position == 40)
        await asyncio.sleep(0.2)
        assert follower.status.state == "running"
    assert await stored(found, UNITS) == folded(UNITS, events)


async def test_a_follower_that_is_ended_anywhere_goes_on_from_its_place(found: Opened) -> None:
    events = await told([f"name {n}" for n in range(60)])
    while (await stored(found, UNITS)) != folded(UNITS, events):
        follower = projecting(found, UNITS, Listed("registry", events, portion=3))
        async with at_work(follower):
            await asyncio.sleep(0.03 + 0.05 * random())


@dataclass(frozen=True)
class Row:
    """Where the store breaks while a batch is applied."""

    fault: str
    break_it: Callable[[Breaking], object]


FOLLOWING_ROWS = [
    Row("reading the documents fails", lambda s: s.on("find", "p_units_1", "never reached it", 1)),
    Row("writing the documents fails", lambda s: s.on("update", "p_units_1", "never reached it", 1)),
    Row("written, the answer lost", lambda s: s.on("update", "p_units_1", "done, answer lost", 1)),
    Row("the checkpoint does not move", lambda s: s.on("update", "places", "never reached it", 1)),
    Row("the checkpoint moved, the answer lost", lambda s: s.on("update", "places", "done, answer lost", 1)),
    Row("the commit never arrives", lambda s: s.on("commitTransaction", 1, "never reached it", 2)),
    Row("committed, the answer lost", lambda s: s.on("commitTransaction", 1, "done, answer lost", 2)),
    Row("the store says no", lambda s: s.on("update", "places", "refused", 1)),
]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("row", FOLLOWING_ROWS, ids=lambda row: row.fault)
async def test_a_batch_is_applied_once_wherever_the_store_breaks(
    row: Row, driver: Driver, mongo_url: str, database: str
) -> None:
    events = await told([f"name {n % 4}" for n in range(12)])
    feed = Listed("registry", events, portion=4, limit=4)
    async with Breaking(mongo_url) as store, opened(store.url, database, driver, start=False) as behind:
        follower = projecting(behind, UNITS, feed)
        async with at_work(follower):
            await until(lambda: follower.status.position == 4)
            row.break_it(store)
            feed.happened(12)
            await until(lambda: follower.status.position == 12)
            assert follower.status.state == "running"
        assert await stored(behind, UNITS) == folded(UNITS, events)


async def test_a_process_that_dies_within_a_transaction_does_not_hold_up_the_next(
    found: Opened, mongo_url: str, database: str
) -> None:
    events = await told([f"name {n % 4}" for n in range(12)])
    async with Breaking(mongo_url) as store, opened(store.url, database, start=False) as behind:
        commit = store.on("commitTransaction", 1, "held")
        dying = projecting(behind, UNITS, Listed("registry", events))
        dying.start()
        await commit.reached.wait()  # the transaction is open, and its owner will not be heard of again
        async with at_work(follower := projecting(found, UNITS, Listed("registry", events))):
            await until(lambda: follower.status.position == 12, within=20)
        assert await stored(found, UNITS) == folded(UNITS, events)
        commit.release()
        await dying.stop()
    assert await stored(found, UNITS) == folded(UNITS, events)


async def test_two_replicas_of_a_follower_apply_everything_once(
    found: Opened, mongo_url: str, database: str
) -> None:
    events = await told([f"name {n % 10}" for n in range(120)])
    async with opened(mongo_url, database) as other:
        replicas = [
            projecting(found, UNITS, Listed("registry", events, portion=3)),
            projecting(other, UNITS, Listed("registry", events, portion=4)),
        ]
        async with at_work(*replicas):
            await until(lambda: any(replica.status.position == 120 for replica in replicas))
            assert all(replica.status.state != "stopped" for replica in replicas)
    assert await stored(found, UNITS) == folded(UNITS, events)


async def test_two_replicas_of_all_projections_neither_stop_each_other_nor_apply_twice(
    found: Opened, mongo_url: str, database: str
) -> None:
    """One event after the other, to both at once, and a fold that takes nothing twice: the fence comes before it."""
    events = await told([f"name {n % 3}" for n in range(30)])
    projections = [Projection(f"cards{n}", ("registry",), by_name, fold_card) for n in range(4)]
    async with opened(mongo_url, database) as other:
        feeds = [Listed("registry", events, portion=1, limit=0) for _ in range(2)]
        replicas = [
            projecting(store, projection, feed, together)
            for store, feed in zip((found, other), feeds, strict=True)
            for together in [Together(store.client, store.database, "projections")]
            for projection in projections
        ]
        async with at_work(*replicas):
            for position in range(1, 31):
                for feed in feeds:
                    feed.happened(position)
                await asyncio.sleep(0.01 * random())
            await until(lambda: all(replica.status.position == 30 for replica in replicas))
            assert {replica.status.state for replica in replicas} == {"running"}
    for projection in projections:
        assert await stored(found, projection) == folded(projection, events)


async def test_who_writes_together_is_not_stopped_by_anothers_poison(found: Opened) -> None:
    events = await told(["one", "two", "poison", "four"])
    together = Together(found.client, found.database, "projections")
    feed = Listed("registry", events, portion=1, limit=0)
    well = [Projection(f"cards{n}", ("registry",), by_name, fold_card) for n in range(3)]
    followers = [projecting(found, one, feed, together) for one in (*well, units_projection(lambda: True))]

    async with at_work(*followers):
        for position in (1, 2, 3, 4):
            feed.happened(position)
            await until(lambda: all(f.status.position >= min(position, 2) for f in followers))  # noqa: B023
        await until(lambda: all(f.status.position == 4 for f in followers[:3]))
        assert [f.status.state for f in followers] == ["running"] * 3 + ["stopped"]
        assert followers[3].status.failed_at == 3
    for one in well:
        assert await stored(found, one) == folded(one, events)
    assert await stored(found, UNITS) == folded(UNITS, events[:2])


async def test_what_several_write_together_is_one_transaction(mongo_url: str, database: str) -> None:
    events = await told([f"name {n}" for n in range(5)])
    async with Breaking(mongo_url) as store, opened(store.url, database, start=False) as behind:
        together = Together(behind.client, behind.database, "projections")
        feed = Listed("registry", events, portion=5, limit=0)
        projections = [Projection(f"cards{n}", ("registry",), by_name, fold_card) for n in range(5)]
        followers = [projecting(behind, one, feed, together) for one in projections]
        commits = store.on("commitTransaction", 1, "done, answer lost", times=0)
        async with at_work(*followers):
            await until(lambda: all(f.status.state == "running" for f in followers))
            await asyncio.sleep(0.1)
            feed.happened(5)
            await until(lambda: all(f.status.position == 5 for f in followers))
        assert commits.seen == 1


async def test_two_sources_give_the_same_documents_in_any_order(on_motor: Opened) -> None:
    registry = await told([f"name {n}" for n in range(30)])
    appraisal = await asked_about(on_motor, registry)
    expected = folded(CARDS, registry, appraisal)

    for seed in range(4):
        projection = Projection(f"cards{seed}", CARDS.sources, CARDS.keys, CARDS.fold)
        feeds = [Listed("registry", registry, limit=0), Listed("appraisal", appraisal, limit=0)]
        followers = [projecting(on_motor, projection, feed) for feed in feeds]
        chance = Random(seed)
        heads = [0, 0]
        async with at_work(*followers):
            while heads != [30, 30]:
                which = chance.randrange(2) if seed > 1 else int(heads[seed] == 30) ^ seed
                heads[which] = min(heads[which] + 10, 30)
                feeds[which].happened(heads[which])
                await followers[which].wait_for(heads[which], 10)
        assert await stored(on_motor, projection) == expected


# --- policies: each command once --------------------------------------------------------------------


class NoDocuments:
    """A service that keeps nothing of others."""

    async def known(self) -> dict[str, int]:
        return {}

    async def beyond(self, projections: Set[str], known: Mapping[str, int]) -> dict[str, int]:
        return {}


class NoMemories:
    """A service without memories."""

    async def current(self) -> None:
        """There is nothing to be current."""

    async def look(self) -> bool:
        """States are read again."""
        return False


async def nothing_to_see() -> Any:
    raise NotImplementedError


async def caught_up(wanted: Mapping[str, int], seconds: float) -> Mapping[str, int]:
    return wanted


def asking(log: Any, database: Any, feed: Feed) -> Follower:
    """The policy of the small appraisal service, along a feed."""
    documents: Any = NoDocuments()
    memories: Any = NoMemories()
    handler = Handler(
        APPRAISAL,
        log,
        States(log),
        documents,
        memories,
        today=lambda: date(2026, 11, 2),
        new_id=lambda: str(uuid4()),
    )
    apply = PolicyApply(ASKING, APPRAISAL, handler, database, caught_up, nothing_to_see)
    return Follower(f"policy:{ASKING.name}", feed, apply)


async def asked_about(found: Opened, events: Sequence[Recorded]) -> list[Recorded]:
    """What the appraisal has recorded once it has asked about all of these: each fact led to one command."""
    async with at_work(
        follower := asking(found.log, found.database, Listed("registry", events, portion=200))
    ):
        await until(lambda: follower.status.position == len(events))
    return await once_each(found, events)


async def once_each(found: Opened, events: Sequence[Recorded]) -> list[Recorded]:
    asked = await everything(found.log)
    check(asked)
    assert sorted(e.envelope["causationid"] for e in asked) == sorted(e.id for e in events)
    assert {e.envelope["correlationid"] for e in asked} == {e.command for e in events}
    assert {e.envelope["actor"] for e in asked} == {"policy:ask-about-units"}
    return asked


async def test_a_policy_asks_once_although_it_is_told_twice(found: Opened) -> None:
    events = await told([f"name {n}" for n in range(20)])
    follower = asking(found.log, found.database, Repeating("registry", events))

    async with at_work(follower):
        await until(lambda: follower.status.position == 20)
        await asyncio.sleep(0.2)
    await once_each(found, events)


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_policy_that_dies_between_its_command_and_its_checkpoint_asks_once(
    driver: Driver, mongo_url: str, database: str
) -> None:
    events = await told([f"name {n}" for n in range(6)])
    async with Breaking(mongo_url) as store, opened(store.url, database, driver) as dying:
        checkpoint = store.on("update", "places", "held")
        async with at_work(asking(dying.log, dying.database, Listed("registry", events))):
            await checkpoint.reached.wait()  # the first command is recorded, its checkpoint will not be
        async with opened(mongo_url, database, driver) as found:
            assert await found.log.head() == 1
            await asked_about(found, events)
        checkpoint.release()


async def test_two_replicas_of_a_policy_ask_once(found: Opened, mongo_url: str, database: str) -> None:
    events = await told([f"name {n}" for n in range(30)])
    async with opened(mongo_url, database) as other:
        replicas = [
            asking(found.log, found.database, Listed("registry", events, portion=3)),
            asking(other.log, other.database, Listed("registry", events, portion=4)),
        ]
        async with at_work(*replicas):
            await until(lambda: any(replica.status.position == 30 for replica in replicas))
    await once_each(found, events)


# --- poison -----------------------------------------------------------------------------------------


async def test_a_poisonous_event_stops_its_follower_only_and_says_why(found: Opened) -> None:
    events = await told(["one", "two", "three", "four", "poison", "six", "seven"])
    poisoned = True
    poisonous = units_projection(lambda: poisoned)
    cards = Projection("cards", ("registry",), CARDS.keys, CARDS.fold)
    hurt = projecting(found, poisonous, Listed("registry", events, portion=20))
    well = projecting(found, cards, Listed("registry", events, portion=20))

    async with at_work(hurt, well):
        await until(lambda: hurt.status.state == "stopped" and well.status.position == 7)
        assert hurt.status.shown(7) == {
            "name": "projection:units",
            "source": "registry",
            "state": "stopped",
            "position": 4,
            "head": 7,
            "lag": 3,
            "reason": "ValueError: this one cannot be swallowed",
            "failed_at": 5,
        }
        assert await stored(found, UNITS) == folded(UNITS, events[:4]), "everything before it is applied"
        hurt.retry("somebody")
        await asyncio.sleep(0.2)
        assert hurt.status.state == "stopped", "still poisonous"
        poisoned = False
        hurt.retry("somebody")
        await until(lambda: hurt.status.position == 7)
        assert hurt.status.state == "running"
        assert hurt.status.reason is None
    assert await stored(found, UNITS) == folded(UNITS, events)
    assert await stored(found, cards) == folded(cards, events)


def written_by_a_newer_one(event: Recorded) -> Recorded:
    """The same event in a version that this program does not have."""
    return recorded(canonical({**event.envelope, "type": event.type.replace(".v1", ".v9")}))


class UnitRegisteredOfTomorrow(UnitRegistered):
    """What the newer program has."""

    shape: ClassVar[int] = 9


@pytest.mark.parametrize("kind", ["projection", "policy"])
async def test_an_event_of_a_newer_version_stops_its_follower_loudly_and_it_goes_on_after_the_upgrade(
    kind: str, on_motor: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = await told(["one", "two", "three", "four"])
    events[2] = written_by_a_newer_one(events[2])

    def begun() -> Follower:
        feed = Listed("registry", events, portion=20)
        return (
            projecting(on_motor, UNITS, feed)
            if kind == "projection"
            else asking(on_motor.log, on_motor.database, feed)
        )

    async with at_work(older := begun()):
        await until(lambda: older.status.state == "stopped")
        shown = older.status.shown(4)
        assert (shown["position"], shown["failed_at"], shown["lag"]) == (2, 3, 2), "nothing is passed over"
        assert "UnitRegistered.v9" in shown["reason"] and "written by a newer one" in shown["reason"]

    monkeypatch.setitem(catalog.events_of("registry"), ("UnitRegistered", 9), UnitRegisteredOfTomorrow)
    try:
        async with at_work(newer := begun()):
            await until(lambda: newer.status.position == 4)
            assert (newer.status.state, newer.status.reason) == ("running", None)
    finally:
        for each in (catalog.kind_of, vars(catalog)["_newest"]):
            each.cache_clear()


async def test_only_the_event_that_stopped_a_follower_can_be_skipped(found: Opened) -> None:
    events = await told(["one", "poison", "three"])
    hurt = projecting(found, units_projection(lambda: True), Listed("registry", events))

    async with at_work(hurt):
        await until(lambda: hurt.status.state == "stopped")
        for position in (1, 3):
            with pytest.raises(Unknown):
                await hurt.skip(position)
        await hurt.skip(2)
        await until(lambda: hurt.status.position == 3)
    assert await stored(found, UNITS) == folded(UNITS, [events[0], events[2]])


async def test_a_gap_inside_a_batch_stops_a_follower(on_motor: Opened) -> None:
    events = await told([f"name {n}" for n in range(9)])
    follower = projecting(on_motor, UNITS, Listed("registry", [*events[:4], *events[5:]], portion=9))

    async with at_work(follower):
        await until(lambda: follower.status.state == "stopped")
        assert follower.status.reason == "position 6 came where 5 was due"
        assert follower.status.position == 0


# --- along the broker -------------------------------------------------------------------------------


@dataclass
class Courier:
    """A registry whose log is relayed, a connection to the broker, and the owner's answers over HTTP."""

    log: Opened
    client: Client
    peer: Peer
    asked: list[str]
    relay: Relay

    def feed(self) -> BrokerFeed:
        return BrokerFeed("registry", lambda: self.client, self.peer)

    async def tell(self, events: int) -> list[Recorded]:
        await asyncio.gather(*(self.log.log.append(unit_registered()) for _ in range(events)))
        return await everything(self.log.log)

    async def relayed(self) -> None:
        await until(lambda: self.relay.relayed == self.log.log.known_head)


@pytest.fixture
async def courier(mongo_url: str, database: str, fresh_nats_url: str) -> AsyncIterator[Courier]:
    async with AsyncExitStack() as ends:
        log = await ends.enter_async_context(opened(mongo_url, f"{database}_registry"))
        client = await ends.enter_async_context(connected(fresh_nats_url))
        asked: list[str] = []

        async def owner(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path)
            if request.url.path == "/log/head":
                return httpx.Response(200, json={"position": await log.log.head()})
            first, limit = int(request.url.params["from"]), int(request.url.params["limit"])
            lines = [event.raw + b"\n" for event in await log.log.read(first - 1, limit)]
            return httpx.Response(200, content=b"".join(lines))

        http = httpx.AsyncClient(transport=httpx.MockTransport(owner), base_url="http://registry")
        relay = Relay("registry", log.log, lambda: client, random)
        relay.start()
        ends.push_async_callback(relay.stop)
        yield Courier(log, client, Peer("registry", http), asked, relay)


def delivering(monkeypatch: pytest.MonkeyPatch, deliver: Callable[[Any, Any], Any]) -> None:
    """Every message goes through `deliver(callback, message)`: to be repeated, dropped or delayed."""
    subscribe = nats.js.client.JetStreamContext.subscribe

    async def with_faults(self: Any, subject: str, *, cb: Any, **options: Any) -> Any:
        async def faulty(message: Any) -> None:
            await deliver(cb, message)

        return await subscribe(self, subject, cb=faulty, **options)

    monkeypatch.setattr(nats.js.client.JetStreamContext, "subscribe", with_faults)


async def test_events_come_by_the_broker_in_order(on_motor: Opened, courier: Courier) -> None:
    await courier.tell(20)
    follower = projecting(on_motor, UNITS, courier.feed())

    async with at_work(follower):
        events = await courier.tell(20)
        await until(lambda: follower.status.position == 40)
    assert await stored(on_motor, UNITS) == folded(UNITS, events)
    assert "/log/entries" not in courier.asked, "nobody had to ask the owner for events"


async def test_every_message_twice_changes_nothing(
    on_motor: Opened, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def twice(callback: Any, message: Any) -> None:
        await callback(message)
        await callback(message)

    delivering(monkeypatch, twice)
    events = await courier.tell(30)
    async with at_work(follower := projecting(on_motor, UNITS, courier.feed())):
        await until(lambda: follower.status.position == 30)
        events = await courier.tell(10)
        await until(lambda: follower.status.position == 40)
    assert await stored(on_motor, UNITS) == folded(UNITS, events)


async def test_a_follower_wakes_in_time_although_its_notice_was_lost(
    on_motor: Opened, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After however long a rest: within the longest pause by itself, and at once when somebody waits for it."""
    deaf = False

    async def when_it_hears(callback: Any, message: Any) -> None:
        if not deaf:
            await callback(message)

    monkeypatch.setattr(following, "MOST_IDLE_SECONDS", 1.5)
    delivering(monkeypatch, when_it_hears)
    await courier.tell(3)
    async with at_work(follower := projecting(on_motor, UNITS, SharedFeed(courier.feed()))):
        await until(lambda: follower.status.position == 3)
        await asyncio.sleep(2.5)  # it looks ever more seldom
        deaf = True
        await courier.tell(1)
        await asyncio.sleep(0.3)
        deaf = False
        await until(lambda: follower.status.position == 4, within=4)

        monkeypatch.setattr(following, "MOST_IDLE_SECONDS", 600)
        monkeypatch.setattr(following, "IDLE_SECONDS", 600)
        await courier.tell(1)
        await until(lambda: follower.status.position == 5)
        deaf = True
        await courier.tell(1)
        await courier.relayed()
        await asyncio.sleep(0.2)
        deaf = False
        assert follower.status.position == 5
        assert await follower.wait_for(6, 5)


async def test_what_was_lost_on_the_way_is_fetched_by_its_number(
    on_motor: Opened, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(7)

    async def now_and_then(callback: Any, message: Any) -> None:
        if chance.random() < 0.7:
            await callback(message)

    delivering(monkeypatch, now_and_then)
    events = await courier.tell(40)
    async with at_work(follower := projecting(on_motor, UNITS, courier.feed())):
        await until(lambda: follower.status.position == 40)
    assert await stored(on_motor, UNITS) == folded(UNITS, events)


async def test_what_the_broker_does_not_have_any_more_comes_from_its_owner(
    on_motor: Opened, courier: Courier
) -> None:
    events = await courier.tell(12)
    await courier.relayed()
    await courier.relay.stop()
    js = courier.client.jetstream()
    await js.delete_stream("REGISTRY")
    lenient = stream_config("registry")
    lenient.deny_delete = False

    async def made_anew() -> bool:
        with suppress(nats.js.errors.ServerError):  # while the broker clears away the files of the old one
            await js.add_stream(lenient)
            return True
        return False

    await until(made_anew)
    for event in events:
        await js.publish("dvk.registry.unit.UnitRegistered", event.raw)
    for gone in (1, 5, 6, 12):
        await js.delete_msg("REGISTRY", gone)

    async with at_work(follower := projecting(on_motor, UNITS, courier.feed())):
        await until(lambda: follower.status.position == 12)
    assert await stored(on_motor, UNITS) == folded(UNITS, events)
    assert "/log/entries" in courier.asked


async def test_a_gap_at_the_end_sends_no_message_and_is_found(on_motor: Opened, courier: Courier) -> None:
    await courier.tell(5)
    await courier.relayed()
    await courier.relay.stop()
    events = await courier.tell(3)  # the broker will not hear of these

    async with at_work(follower := projecting(on_motor, UNITS, courier.feed())):
        await until(lambda: follower.status.position == 8)
    assert await stored(on_motor, UNITS) == folded(UNITS, events)


async def test_a_consumer_that_was_deleted_is_made_again(on_motor: Opened, courier: Courier) -> None:
    await courier.tell(5)
    async with at_work(follower := projecting(on_motor, UNITS, courier.feed())):
        await until(lambda: follower.status.position == 5)
        js = courier.client.jetstream()
        for consumer in await js.consumers_info("REGISTRY"):
            await js.delete_consumer("REGISTRY", consumer.name)
        events = await courier.tell(5)
        await until(lambda: follower.status.position == 10)
    assert await stored(on_motor, UNITS) == folded(UNITS, events)


async def test_a_strangers_message_stops_a_follower_at_its_own_place(
    on_motor: Opened, courier: Courier
) -> None:
    await courier.tell(5)
    await courier.relayed()
    await courier.relay.stop()
    await courier.client.publish("dvk.registry.unit.UnitRegistered", b"not ours")

    async with at_work(follower := projecting(on_motor, UNITS, courier.feed())):
        await until(lambda: follower.status.state == "stopped")
        assert follower.status.failed_at == 6
        assert follower.status.reason == "REGISTRY sequence 6 holds what is no event"
        assert follower.status.position == 5, "the events before it are applied"


async def test_the_own_log_is_followed_across_processes(found: Opened, mongo_url: str, database: str) -> None:
    async with opened(mongo_url, database) as other:
        follower = projecting(found, UNITS, OwnFeed("registry", found.log))
        async with at_work(follower):
            for _ in range(5):
                await other.log.append(unit_registered())
                await found.log.append(unit_registered())
            await until(lambda: follower.status.position == 10)
        assert await stored(found, UNITS) == folded(UNITS, await everything(found.log))
