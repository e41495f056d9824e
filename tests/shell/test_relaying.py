"""The relay: the broker's sequence is the log's position, whatever happens to the broker; a past is never rewritten."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from random import random
from typing import Any

import httpx
import pytest
from nats.aio.client import Client

import shared.relaying.guard as guarding
import shared.relaying.relay as relaying
from services.cli.embedded import EmbeddedServers, NatsServer
from shared.errors import Refused, Unavailable
from shared.eventlog.port import Recorded
from shared.following.feeds import Peer
from shared.relaying.guard import Gate, Guard
from shared.relaying.relay import Diverged, Relay
from shared.relaying.streams import stream_config
from tests.support.courier import connected, held, holds, until
from tests.support.logs import Opened, check, everything, opened, unit_registered

STREAM = "REGISTRY"


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(relaying, "ACK_SECONDS", 2.0)
    monkeypatch.setattr(guarding, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(guarding, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(guarding, "PATIENCE_SECONDS", 1.0)


@pytest.fixture
async def found(mongo_url: str, database: str) -> AsyncIterator[Opened]:
    async with opened(mongo_url, database) as the_log:
        yield the_log


@pytest.fixture
def broker(embedded_servers: Callable[..., EmbeddedServers]) -> NatsServer:
    """A broker of the test's own, to be killed and wiped."""
    servers = embedded_servers(guarded=False)
    servers.nats.start()
    return servers.nats


@pytest.fixture
async def client(broker: NatsServer) -> AsyncIterator[Client]:
    async with connected(broker.url) as connection:
        yield connection


@asynccontextmanager
async def a_relay(found: Opened, client: Client, **more: Any) -> AsyncGenerator[Relay]:
    def connection() -> Client:
        if not client.is_connected:
            raise Unavailable("broker-away")
        return client

    relay = Relay("registry", found.log, connection, random, **more)
    relay.start()
    try:
        yield relay
    finally:
        await relay.stop()


async def appended(found: Opened, events: int) -> list[Recorded]:
    return list(await asyncio.gather(*(found.log.append(unit_registered()) for _ in range(events))))


async def the_broker_holds_the_log(client: Client, found: Opened) -> None:
    """The broker holds the log, byte for byte and number for number."""
    events = await everything(found.log)
    await until(lambda: holds(client, STREAM, events))


# --- same order, same numbers -----------------------------------------------------------------------


async def test_the_sequence_is_the_position_and_the_body_the_canonical_bytes(
    found: Opened, client: Client
) -> None:
    await appended(found, 30)
    async with a_relay(found, client) as relay:
        await the_broker_holds_the_log(client, found)
        await until(lambda: relay.relayed == 30 and relay.state == "running")

    for event in await everything(found.log):
        message = await client.jetstream().get_msg(STREAM, event.position)
        assert message.subject == "dvk.registry.unit.UnitRegistered"
        assert message.headers is not None
        assert message.headers["Nats-Msg-Id"] == event.id
        assert message.headers["Content-Type"] == "application/cloudevents+json"


async def test_what_another_process_appends_is_relayed_too(
    found: Opened, client: Client, mongo_url: str, database: str
) -> None:
    async with opened(mongo_url, database) as other, a_relay(found, client):
        for _ in range(5):
            await other.log.append(unit_registered())
            await found.log.append(unit_registered())
        await the_broker_holds_the_log(client, found)


async def test_any_number_of_relays_may_run(
    found: Opened, client: Client, mongo_url: str, database: str
) -> None:
    async with AsyncExitStack() as all_of_them:
        relays = [await all_of_them.enter_async_context(a_relay(found, client))]
        for _ in range(2):
            other = await all_of_them.enter_async_context(opened(mongo_url, database))
            connection = await all_of_them.enter_async_context(connected(str(client.connected_url.netloc)))
            relays.append(await all_of_them.enter_async_context(a_relay(other, connection)))
        for _ in range(10):
            await appended(found, 20)
        await the_broker_holds_the_log(client, found)
        await until(lambda: all(relay.relayed == 200 and relay.state == "running" for relay in relays))
        subscriptions = len(client._subs)
        for _ in range(10):
            await appended(found, 2)
        await the_broker_holds_the_log(client, found)
        assert len(client._subs) == subscriptions, "a lost race costs no subscription"


# --- the broker breaks ------------------------------------------------------------------------------


async def test_a_broker_that_is_killed_in_the_middle_gets_the_rest_later(
    found: Opened, client: Client, broker: NatsServer
) -> None:
    async with a_relay(found, client):
        appending = asyncio.create_task(appended(found, 150))
        await until(lambda: found.log.known_head > 0)
        broker.kill()
        await appending
        await appended(found, 20)
        broker.start()
        await the_broker_holds_the_log(client, found)


async def test_a_broker_whose_store_was_wiped_while_it_was_down_gets_everything_again(
    found: Opened, client: Client, broker: NatsServer
) -> None:
    async with a_relay(found, client):
        await appended(found, 40)
        await the_broker_holds_the_log(client, found)
        broker.kill()
        shutil.rmtree(broker.directory / "jetstream")
        await appended(found, 10)
        broker.start()
        await the_broker_holds_the_log(client, found)


async def test_a_broker_that_loses_its_stream_while_nothing_happens_gets_everything_again(
    found: Opened, client: Client
) -> None:
    async with a_relay(found, client):
        await appended(found, 40)
        await the_broker_holds_the_log(client, found)
        await client.jetstream().delete_stream(STREAM)
        await the_broker_holds_the_log(client, found)


@pytest.mark.parametrize("more", [0, 15], ids=["and nothing follows", "and more follows"])
async def test_a_broker_that_lost_its_newest_messages_is_healed(
    found: Opened, client: Client, broker: NatsServer, more: int
) -> None:
    async with a_relay(found, client):
        await appended(found, 20)
        await the_broker_holds_the_log(client, found)
        broker.stop()
        shutil.copytree(broker.directory / "jetstream", broker.directory / "yesterday")
        broker.start()
        await appended(found, 20)
        await the_broker_holds_the_log(client, found)
        broker.kill()
        shutil.rmtree(broker.directory / "jetstream")
        shutil.move(broker.directory / "yesterday", broker.directory / "jetstream")
        await appended(found, more)
        broker.start()
        await the_broker_holds_the_log(client, found)


async def test_a_broker_that_freezes_and_goes_on(found: Opened, client: Client, broker: NatsServer) -> None:
    async with a_relay(found, client):
        await appended(found, 10)
        broker.freeze()
        await appended(found, 30)
        await asyncio.sleep(relaying.ACK_SECONDS + 0.5)
        broker.thaw()
        await the_broker_holds_the_log(client, found)


# --- the broker contradicts -------------------------------------------------------------------------


async def test_other_bytes_at_a_place_stop_the_relay_and_not_the_commands(
    found: Opened, client: Client
) -> None:
    events = await appended(found, 5)
    await client.jetstream().add_stream(stream_config("registry"))
    for event in sorted(events, key=lambda e: e.position):
        body = event.raw if event.position != 5 else event.raw.replace("Hải Vân".encode(), "Sơn Trà".encode())
        await client.jetstream().publish("dvk.registry.unit.UnitRegistered", body)
    told: list[Diverged] = []

    async def tell(diverged: Diverged) -> None:
        told.append(diverged)

    async with a_relay(found, client, diverged=tell) as relay:
        await until(lambda: relay.state == "diverged")
        assert relay.reason is not None
        assert "position 5" in relay.reason
        assert [diverged.position for diverged in told] == [5]
        await appended(found, 3)
        await asyncio.sleep(0.3)
        assert len(await held(client, STREAM)) == 5, "nothing is published any more"
    check(await everything(found.log))


async def test_once_the_stream_is_taken_away_every_relay_publishes_the_log_anew(
    found: Opened, client: Client, mongo_url: str, database: str
) -> None:
    await appended(found, 5)
    await client.jetstream().add_stream(stream_config("registry"))
    for _ in range(7):
        await client.jetstream().publish("dvk.registry.unit.UnitRegistered", b"a stranger's")

    async with (
        a_relay(found, client) as relay,
        opened(mongo_url, database) as other,
        a_relay(other, client) as second,
    ):
        await until(lambda: relay.state == second.state == "diverged")
        with pytest.raises(Refused) as refused:
            relay.may_reset(6, await relay.broker_last())
        assert refused.value.code == "relay.not-exported"
        relay.may_reset(7, await relay.broker_last())
        await relay.reset()
        await relay.reset()  # an answer was lost and it is asked again
        await the_broker_holds_the_log(client, found)
        await until(lambda: relay.state == second.state == "running")
        await appended(found, 3)
        await the_broker_holds_the_log(client, found)
        with pytest.raises(Refused) as refused:
            relay.may_reset(8, await relay.broker_last())
        assert refused.value.code == "relay.not-diverged"


# --- a stream that lost other messages than its newest ------------------------------------------------


def lost_one(stream: str) -> tuple[str, bytes]:
    return f"$JS.API.STREAM.MSG.DELETE.{stream}", b'{"seq": 4}'


def lost_the_last(stream: str) -> tuple[str, bytes]:
    return f"$JS.API.STREAM.MSG.DELETE.{stream}", b'{"seq": 9}'


def lost_the_first(stream: str) -> tuple[str, bytes]:
    return f"$JS.API.STREAM.PURGE.{stream}", b'{"seq": 3}'


def lost_all(stream: str) -> tuple[str, bytes]:
    return f"$JS.API.STREAM.PURGE.{stream}", b"{}"


LOSSES = {
    "one": (lost_one, 4),
    "the last": (lost_the_last, 9),
    "the first": (lost_the_first, 1),
    "all": (lost_all, 1),
}


@pytest.fixture
async def stream(client: Client) -> str:
    """A stream from which messages may be taken, as a full disk or a damaged file takes them."""
    config = replace(stream_config("registry"), deny_delete=False, deny_purge=False)
    await client.jetstream().add_stream(config)
    return STREAM


@pytest.mark.parametrize("at_rest", [True, False], ids=["while the relay is at rest", "while there is none"])
@pytest.mark.parametrize(("lose", "first"), LOSSES.values(), ids=LOSSES.keys())
async def test_a_stream_that_lost_messages_is_found_and_can_be_published_anew(
    found: Opened, client: Client, stream: str, lose: Any, first: int, at_rest: bool
) -> None:
    await appended(found, 9)
    async with a_relay(found, client) as relay:
        await until(lambda: relay.relayed == 9)
        if at_rest:
            await client.request(*lose(stream))
            await until(lambda: relay.state == "incomplete")
    if not at_rest:
        await client.request(*lose(stream))

    async with a_relay(found, client) as relay:
        await until(lambda: relay.state == "incomplete")
        assert relay.reason is not None and f"position {first} " in relay.reason
        await appended(found, 2)
        relay.may_reset(9, await relay.broker_last())
        await relay.reset()
        await the_broker_holds_the_log(client, found)
        await until(lambda: relay.state == "running")


async def test_bytes_changed_in_the_middle_are_found_in_a_while(
    found: Opened, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "SAMPLE_SECONDS", 0.1)
    monkeypatch.setattr(relaying, "LOOK_SECONDS", 0.1)
    events = sorted(await appended(found, 60), key=lambda e: e.position)
    await client.jetstream().add_stream(stream_config("registry"))
    for event in events:
        raw = b"not ours" if event.position == 23 else event.raw
        await client.jetstream().publish("dvk.registry.unit.UnitRegistered", raw)

    async with a_relay(found, client) as relay:
        await until(lambda: relay.state == "diverged")
        assert relay.reason is not None and "position 23" in relay.reason


async def test_a_strangers_message_in_the_next_place_is_found_while_nothing_happens(
    found: Opened, client: Client
) -> None:
    async with guarded(found, client) as (gate, relay):
        await appended(found, 5)
        await until(lambda: relay.relayed == 5)
        await client.publish("dvk.registry.unit.UnitRegistered", b"not ours")
        await until(lambda: relay.state == "diverged")
        assert relay.reason is not None
        assert "position 6" in relay.reason
        await until(lambda: is_open(gate))
        await appended(found, 2)
        await asyncio.sleep(0.3)
        assert is_open(gate), "divergence stops the relay, not the commands"


async def test_a_strangers_message_among_pipelined_ones_is_found_at_its_own_place(
    found: Opened, client: Client
) -> None:
    # What follows it in the pipeline expects the stranger's sequence, and the broker takes it.
    events = sorted(await appended(found, 12), key=lambda e: e.position)
    await client.jetstream().add_stream(stream_config("registry"))
    for event in events[:5]:
        await client.jetstream().publish("dvk.registry.unit.UnitRegistered", event.raw)
    relay = Relay("registry", found.log, lambda: client, random)
    place = await relay._agree()
    await client.jetstream().publish("dvk.registry.unit.UnitRegistered", b"not ours")

    with pytest.raises(Diverged) as diverged:
        await asyncio.wait_for(relay._publish_from(place), 10)

    assert diverged.value.position == 6


async def test_an_acknowledgement_of_another_place_does_not_count(found: Opened, client: Client) -> None:
    # The broker has seen the sixth event's id before: it would take the event for a repeated one.
    events = sorted(await appended(found, 6), key=lambda e: e.position)
    await client.jetstream().add_stream(stream_config("registry"))
    for event in events[:5]:
        headers = {"Nats-Msg-Id": events[5].id} if event.position == 5 else None
        await client.jetstream().publish("dvk.registry.unit.UnitRegistered", event.raw, headers=headers)

    async with a_relay(found, client) as relay:
        await until(lambda: relay.state == "diverged")
        assert relay.relayed == 5
        assert relay.reason is not None
        assert "position 6" in relay.reason


# --- the log is older than others remember ----------------------------------------------------------


def is_open(gate: Gate) -> bool:
    return gate.closed is None


def is_behind(gate: Gate) -> bool:
    return gate.closed is not None and gate.closed.code == "log.behind"


@asynccontextmanager
async def guarded(
    found: Opened,
    client: Client,
    ledger: Callable[[], int] = lambda: 0,
    end: Callable[[], None] = lambda: None,
) -> AsyncGenerator[tuple[Gate, Relay]]:
    """A relay and a guard at work; `ledger()` is how far reporting says it holds this log."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"registry": ledger()})

    witness = Peer(
        "reporting",
        httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://reporting"),
    )
    gate = Gate()
    async with a_relay(found, client) as relay:
        watching = asyncio.create_task(Guard(gate, found.log, relay, witness, "registry", end).watch())
        try:
            yield gate, relay
        finally:
            watching.cancel()


async def rolled_back(found: Opened, to: int) -> list[dict[str, Any]]:
    """Yesterday's database: what came after a position is gone. Gives what is gone."""
    log = found.database["log"]
    gone = [document async for document in log.find({}) if document["_id"] > to]
    await log.delete_many({"_id": {"$in": [document["_id"] for document in gone]}})
    return sorted(gone, key=lambda document: document["_id"])


async def test_a_database_older_than_the_broker_takes_no_commands_until_the_missing_events_are_back(
    found: Opened, client: Client, mongo_url: str, database: str
) -> None:
    await appended(found, 10)
    async with a_relay(found, client):
        await the_broker_holds_the_log(client, found)
    gone = await rolled_back(found, to=7)

    async with opened(mongo_url, database) as restored, guarded(restored, client) as (gate, relay):
        await until(lambda: is_behind(gate))
        with pytest.raises(Unavailable, match=r"log\.behind") as refused:
            gate()
        assert refused.value.details == {"position": 7, "seen": {"broker": 10}}
        await until(lambda: relay.state == "waiting")
        await restored.database["log"].insert_many(gone[:2])
        await asyncio.sleep(0.3)
        assert is_behind(gate), "two of three are not enough"
        await restored.database["log"].insert_many(gone[2:])
        await until(lambda: is_open(gate))
        await restored.log.append(unit_registered())
        await the_broker_holds_the_log(client, restored)


async def test_a_database_older_than_reportings_ledger_takes_no_commands(
    found: Opened, client: Client
) -> None:
    ledger = 0
    async with guarded(found, client, lambda: ledger) as (gate, _):
        await until(lambda: is_open(gate))
        ledger = 3
        await until(lambda: is_behind(gate))
        await appended(found, 3)
        await until(lambda: is_open(gate))


async def test_a_broker_that_is_slower_to_start_than_the_service_is_waited_for(
    found: Opened,
    client: Client,
    broker: NatsServer,
    mongo_url: str,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guarding, "PATIENCE_SECONDS", 30.0)
    await appended(found, 10)
    async with a_relay(found, client):
        await the_broker_holds_the_log(client, found)
    broker.kill()
    await rolled_back(found, to=7)  # and reporting's database with it: it knows nothing better

    async with opened(mongo_url, database) as restored, guarded(restored, client, lambda: 7) as (gate, _):
        await asyncio.sleep(1)
        assert gate.closed is not None and gate.closed.code == "starting"
        broker.start()
        await until(lambda: is_behind(gate))
        broker.kill()
        await asyncio.sleep(1)
        assert is_behind(gate), "who knew better is away, and still knows better"


async def test_a_broker_that_returns_with_a_newer_past_closes_the_gate(
    found: Opened, client: Client, broker: NatsServer, mongo_url: str, database: str
) -> None:
    await appended(found, 10)
    async with a_relay(found, client):
        await the_broker_holds_the_log(client, found)
    broker.kill()
    gone = await rolled_back(found, to=7)

    async with opened(mongo_url, database) as restored, guarded(restored, client) as (gate, _):
        await until(lambda: is_open(gate))  # nobody is there who knows better
        broker.start()
        await until(lambda: is_behind(gate))
        await restored.database["log"].insert_many(gone)
        await until(lambda: is_open(gate))


async def test_a_database_put_back_under_a_running_service_ends_it(found: Opened, client: Client) -> None:
    ended: list[bool] = []
    await appended(found, 10)
    async with guarded(found, client, end=lambda: ended.append(True)) as (gate, _):
        await until(lambda: is_open(gate))
        await rolled_back(found, to=7)
        await until(lambda: is_behind(gate))
        assert ended
        with pytest.raises(Unavailable, match=r"log\.behind"):
            await found.log.append(unit_registered())


async def test_a_log_that_took_other_events_in_the_meantime_has_diverged(
    found: Opened, client: Client, mongo_url: str, database: str
) -> None:
    await appended(found, 10)
    async with a_relay(found, client):
        await the_broker_holds_the_log(client, found)
    await rolled_back(found, to=7)

    async with opened(mongo_url, database) as restored:
        await appended(restored, 5)
        async with guarded(restored, client) as (gate, relay):
            await until(lambda: relay.state == "diverged")
            assert relay.reason is not None
            assert "position 10" in relay.reason
            await until(lambda: is_open(gate))
