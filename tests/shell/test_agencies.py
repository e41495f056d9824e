"""An agency on the real broker: it gets exactly its events, however long it was away, and nothing else opens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
import nats.js.errors
import pytest
from nats.aio.client import Client

from services.cli.agencies.nkey import Key
from services.cli.agencies.place import Place
from services.cli.agencies.register import Agency
from services.cli.agencies.trying import Visitor, not_allowed, what_it_may, what_it_may_not
from services.cli.agencies.verb import MOST_SUBJECTS
from services.cli.broker import Broker
from services.cli.embedded import EmbeddedServers
from services.cli.main import main
from services.cli.places import DataDir
from services.reporting.facts.entry import Entry
from services.reporting.feed.broadcasting import STREAM, Broadcast
from services.reporting.feed.public import FACTS
from services.reporting.ledger.ledger import Ledger, source_log
from shared.contracts.catalog import SERVICES
from shared.eventlog.port import Recorded
from shared.store import mongo
from tests.shell.test_feed import decided
from tests.shell.test_histories import received
from tests.support import stack
from tests.support.service import until

pytestmark = pytest.mark.servers


class City:
    """A broker with its secrets, the ledger of a city behind it, and the operator's verbs."""

    def __init__(self, directory: Path, mongo_url: str) -> None:
        self.directory = directory
        self.servers = EmbeddedServers(directory)
        self.entries: Sequence[Entry] = decided().ledger()
        self.database = f"test_{uuid4().hex[:12]}"
        self.client = mongo.connect(mongo_url, "pymongo")
        handle = mongo.database(self.client, self.database)
        self.ledger = Ledger(handle, lambda: "2028-01-01T00:00:00.000000Z")
        self.log = source_log(handle, "awards")
        self.taken = 0

    @classmethod
    @asynccontextmanager
    async def begun(cls, directory: Path, servers: stack.Servers, mongo_url: str) -> AsyncGenerator[City]:
        """One whose NATS runs; it and the city's database are gone afterwards."""
        found = cls(directory, mongo_url)
        found.start()
        yield found
        found.servers.kill()
        await mongo.close(found.client)
        stack.drop_databases(servers, found.database)

    def start(self) -> None:
        """NATS runs, and the verbs find it."""
        self.servers.nats.start()
        nobody = dict.fromkeys((*SERVICES, "mongo"), "http://127.0.0.1:9")
        running = {**nobody, "nats": self.servers.nats.url, "pids": {"nats": self.servers.nats.pid}}
        DataDir(self.directory).running.write_text(json.dumps(running))

    async def live(self, entries: int) -> None:
        """So many more of the city's events come into the ledger."""
        await received(self.client, self.database, self.entries[self.taken : self.taken + entries])
        self.taken += entries

    @property
    def public(self) -> list[Recorded]:
        """The public events that the ledger holds."""
        events = [entry.event for entry in self.entries[: self.taken] if entry.source == "awards"]
        return [e for e in events if e.name in FACTS or e.data.get("corrected_type") in FACTS]

    def run(self, *words: str) -> int:
        """One verb of the operator."""
        return main(["agency", *words, "--data-dir", str(self.directory)])

    async def does(self, *words: str) -> int:
        """The same, beside what runs here: a verb has a loop of its own."""
        return await asyncio.to_thread(self.run, *words)

    def agency(self, name: str) -> Agency:
        """As it is registered."""
        return self.broker.agencies()[name]

    @property
    def broker(self) -> Place:
        return Place(DataDir(self.directory), self.servers.nats.url, self.servers.nats.pid)

    def key(self, name: str) -> Key:
        """The key that the agency was given."""
        return Key.parse((self.directory / "agencies" / name / f"{name}.nk").read_text())

    async def reads(self, name: str, most: int = 10_000) -> list[bytes]:
        """What the agency fetches and acknowledges, until nothing comes."""
        visitor = await Visitor().enter(Broker(self.servers.nats.address), name, self.key(name))
        found: list[bytes] = []
        inbox = f"_INBOX_{name}.".encode()
        consumer = await visitor.jetstream().pull_subscribe_bind(name, STREAM, inbox_prefix=inbox)
        with suppress(TimeoutError):
            while len(found) < most:
                for message in await consumer.fetch(min(100, most - len(found)), timeout=0.5):
                    found.append(message.data)
                    await message.ack_sync()
        await visitor.close()
        assert visitor.refusals == []
        return found

    @asynccontextmanager
    async def reporting(self) -> AsyncGenerator[tuple[Broadcast, Client]]:
        """The part of reporting that publishes."""
        url = self.servers.nats_url("reporting")
        client = await nats.connect(url, inbox_prefix="_INBOX_reporting", reconnect_time_wait=0.1)
        await self.ledger.start()
        broadcast = Broadcast(self.log, self.ledger, lambda: client, 1)
        task = asyncio.create_task(broadcast.run())
        try:
            yield broadcast, client
        finally:
            task.cancel()
            await client.close()

    async def published(self) -> None:
        """All public events of the ledger are on the broker."""
        async with self.reporting() as (broadcast, client):
            await until(lambda: self.is_there(broadcast, client), 60)

    async def is_there(self, broadcast: Broadcast, client: Client) -> bool:
        with suppress(nats.js.errors.NotFoundError):
            state = (await client.jetstream().stream_info(STREAM)).state
            return state.messages == len(self.public) and (await broadcast.status())["state"] == "running"
        return False


@pytest.fixture
async def place(tmp_path: Path, servers: stack.Servers, mongo_url: str) -> AsyncIterator[City]:
    async with City.begun(tmp_path / "data", servers, mongo_url) as found:
        yield found


async def test_three_weeks_offline_it_gets_exactly_what_happened_meanwhile(place: City) -> None:
    half = len(place.entries) // 2
    await place.live(half)
    await place.published()
    assert await place.does("add", "so-noi-vu") == 0
    before = [event.raw for event in place.public]
    assert await place.reads("so-noi-vu") == before

    place.servers.nats.kill()  # the broker's own bad day, while the agency is away
    place.start()
    await place.live(len(place.entries) - half)
    away = place.public[len(before) :]
    assert away[-1].time[:7] > away[0].time[:7], "it was away for longer than a month"
    await place.published()

    assert await place.reads("so-noi-vu", most=5) == [event.raw for event in away[:5]]
    assert await place.reads("so-noi-vu") == [event.raw for event in away[5:]]
    assert await place.reads("so-noi-vu") == []
    async with place.reporting() as (_, client):
        config = (await client.jetstream().stream_info(STREAM)).config
        assert (config.max_age, config.max_msgs, config.max_bytes) == (0, -1, -1), "nothing gets too old"
    operator = await nats.connect(place.servers.nats.url)
    info = await operator.jetstream().consumer_info(STREAM, "so-noi-vu")
    assert info.config.inactive_threshold in (None, 0), "however long it is away, its place is kept"
    await operator.close()


Wanted = Callable[[Recorded], bool]
CHOICES: list[tuple[list[str], Wanted]] = [
    (["--levels", "city"], lambda e: e.data["level"] == "city"),
    (["--fields", "economy,culture_society"], lambda e: e.data.get("field") in ("economy", "culture_society")),
    (["--events", "ModelRecognised"], lambda e: "ModelRecognised" in (e.name, e.data.get("corrected_type"))),
    (["--events", "ModelListed,ModelDelisted", "--levels", "city"],
     lambda e: e.data["level"] == "city"
     and e.data.get("corrected_type", e.name) in ("ModelListed", "ModelDelisted")),
]  # fmt: skip


async def test_it_gets_what_it_chose_from_where_it_chose(place: City) -> None:
    await place.live(len(place.entries))
    await place.published()
    middle = next(event for event in place.public if event.time >= "2026-08-10")
    beginnings: list[tuple[list[str], Wanted]] = [
        (["--from", str(middle.position)], lambda e: e.position >= middle.position),
        (["--from", middle.time], lambda e: e.time >= middle.time),
        (["--from", "2026-09-01"], lambda e: e.time >= "2026-08-31T17:00"),
        (["--units", middle.data["unit"]], lambda e: e.data.get("unit") == middle.data["unit"]),
    ]
    for number, (words, wanted) in enumerate([*CHOICES, *beginnings]):
        name = f"agency-{number}"
        assert await place.does("add", name, *words) == 0
        found = await place.reads(name)
        assert found and found == [event.raw for event in place.public if wanted(event)], words

    assert await place.does("rewind", "agency-0", "--from", str(middle.position)) == 0
    again = [e.raw for e in place.public if e.data["level"] == "city" and e.position >= middle.position]
    assert await place.reads("agency-0") == again


async def test_its_key_opens_its_own_consumer_and_nothing_else(place: City) -> None:
    await place.live(len(place.entries))
    await place.published()
    for name in ("so-noi-vu", "another"):
        assert await place.does("add", name) == 0
    agency, key, address = (
        place.agency("so-noi-vu"),
        place.key("so-noi-vu"),
        Broker(place.servers.nats.address),
    )

    assert await place.does("test", "so-noi-vu") == 0
    assert await what_it_may(address, agency, key) == []
    assert await what_it_may_not(address, agency, key) == (len(not_allowed("so-noi-vu")) + 2, [])
    assert len(not_allowed("so-noi-vu")) >= 20
    assert await place.reads("so-noi-vu"), "having been tried takes nothing from it"

    forged = await Visitor().enter(address, "so-noi-vu", key)
    request = b'{"batch": 100, "no_wait": true}'
    await forged.publish(
        "$JS.API.CONSUMER.MSG.NEXT.PUBLIC.so-noi-vu", request, reply="dvk.awards.listing.ModelListed"
    )
    await forged.flush()
    async with place.reporting() as (broadcast, client):
        await until(lambda: place.is_there(broadcast, client))
        assert (await broadcast.status())["state"] == "running"
    await forged.close()


async def test_another_key_shuts_out_the_one_before_and_keeps_the_place(place: City) -> None:
    await place.live(len(place.entries))
    await place.published()
    assert await place.does("add", "so-noi-vu") == 0
    first = await place.reads("so-noi-vu", most=3)
    old, agency, address = (
        place.key("so-noi-vu"),
        place.agency("so-noi-vu"),
        Broker(place.servers.nats.address),
    )
    inside = await Visitor().enter(address, "so-noi-vu", old)

    assert await place.does("rotate", "so-noi-vu") == 0

    await until(lambda: inside.is_closed)
    assert any("Authorization" in said for said in await what_it_may(address, agency, old))
    assert first + await place.reads("so-noi-vu") == [event.raw for event in place.public]

    assert await place.does("remove", "so-noi-vu") == 0
    assert any("Authorization" in said for said in await what_it_may(address, agency, place.key("so-noi-vu")))
    assert await place.does("test", "so-noi-vu") == 1


async def test_a_stream_that_was_lost_is_filled_again_the_same(place: City) -> None:
    await place.live(len(place.entries))
    await place.published()
    assert await place.does("add", "so-noi-vu") == 0
    async with place.reporting() as (broadcast, client):
        await client.jetstream().delete_stream(STREAM)
        await until(lambda: place.is_there(broadcast, client), 60)
    assert await place.does("provide") == 0
    assert await place.reads("so-noi-vu") == [event.raw for event in place.public]


async def test_two_who_publish_put_each_event_there_once(place: City) -> None:
    await place.live(len(place.entries) // 2)
    async with place.reporting(), place.reporting() as (broadcast, client):
        await place.live(len(place.entries))
        await until(lambda: place.is_there(broadcast, client), 60)
    assert await place.does("add", "so-noi-vu") == 0
    assert await place.reads("so-noi-vu") == [event.raw for event in place.public]


async def test_what_is_not_the_ledgers_stops_the_publishing_and_says_so(place: City) -> None:
    await place.live(len(place.entries) // 2)
    await place.published()
    async with place.reporting() as (broadcast, client):
        forged = place.public[-1].raw.replace(b'"specversion":"1.0"', b'"specversion":"1.1"')
        await client.jetstream().publish("dvk.public.ModelListed.recorded.city._._", forged)
        await until(lambda: _is(broadcast, "stopped"), 30)
        assert "is not awards:" in (await broadcast.status())["reason"]


async def _is(broadcast: Broadcast, state: str) -> bool:
    return bool((await broadcast.status())["state"] == state)


@pytest.mark.parametrize(
    "words",
    [
        ("add", "So-Noi-Vu"), ("add", "a.b"), ("add", "a*"), ("add",), ("add", "x" * 40), ("test", "nobody"),
        ("add", "vu", "--events", "RecognitionOpened"), ("add", "vu", "--levels", "ward"),
        ("add", "vu", "--units", "a.>"),
        ("add", "vu", "--fields", "none"), ("add", "vu", "--from", "2099-01-01"), ("add", "vu", "--from", "-5"),
        ("add", "vu", "--from", "gestern"), ("remove", "nobody"), ("rotate", "nobody"),
        ("add", "vu", "--units", ",".join(f"don-vi-{n}" for n in range(MOST_SUBJECTS + 1))),
    ],
    ids=str,
)  # fmt: skip
async def test_what_cannot_be_meant_changes_nothing(place: City, words: Sequence[str], capsys: Any) -> None:
    assert await place.does(*words) == 1
    assert place.broker.agencies() == {}
    assert "Unforeseen" not in capsys.readouterr().err
