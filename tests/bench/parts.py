"""What is measured with nothing but the servers: the log against raw inserts, the relay against raw publishes,
the ledger against reading the log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from statistics import median
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4

import httpx
import nats
import nats.js.errors
from nats.aio.client import Client as Nats

from services.cli.embedded.servers import EmbeddedServers
from services.reporting.composition import LedgerApply
from services.reporting.ledger.ledger import Ledger
from shared.contracts.subjects import subject_of
from shared.eventlog.mongo import BATCH, MongoLog
from shared.eventlog.numbering import document_of
from shared.eventlog.port import Recorded, Unnumbered
from shared.following.broker import BrokerFeed
from shared.following.feeds import Peer
from shared.following.follower import Follower
from shared.process.settings import Driver
from shared.relaying.publishing import CONTENT_TYPE
from shared.relaying.relay import Relay
from shared.relaying.streams import stream_config
from shared.store import mongo
from tests.bench.deciding import deciding_on, inspect, register
from tests.bench.others import document_per_stream, eventsourcing_on_sqlite

EVENTS = 4096
ROUNDS = 5
APPENDERS = 2 * BATCH
DECISIONS = 2000


def stamp() -> str:
    """Now, as it stands in an event."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event() -> Unnumbered:
    """A registration of ordinary length, about 1.3 kB."""
    model = str(uuid4())
    return Unnumbered(
        {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": "/dvk/registry",
            "type": "vn.gov.danang.dvk.registry.ModelRegistered.v1",
            "subject": f"model/{model}",
            "datacontenttype": "application/json",
            "streamversion": 1,
            "actor": "bench",
            "commandid": str(uuid4()),
            "data": {
                "on": "2026-01-05",
                "model": model,
                "unit": "20209",
                "name": "Ngôi nhà xanh, tuyến đường không rác",
                "content": "Thu gom, phân loại rác tái chế gây quỹ giúp học sinh khó khăn. " * 10,
            },
        },
        b"\x00" * 32,
    )


class Bench:
    """The embedded servers, and databases and streams made for one measurement each."""

    def __init__(self, servers: EmbeddedServers, driver: Driver) -> None:
        self.servers = servers
        self._driver: Driver = driver

    async def log(self) -> dict[str, Any]:
        """Group commit against ordered `insert_many` of the same documents with the same indexes, in turns."""
        client = mongo.connect(self.servers.mongo.url, self._driver, timeout=30)
        raw, own = [], []
        for turn in range(ROUNDS):
            raw.append(await self._raw(client, f"bench_raw_{turn}"))
            own.append(await self._own(client, f"bench_log_{turn}"))
        await mongo.close(client)
        return {
            "raw_per_second": round(median(raw)),
            "log_per_second": round(median(own)),
            "share": round(median(own) / median(raw), 2),
        }

    async def deciding(self) -> dict[str, Any]:
        """Load, decide and append in one process, 64 tasks: RegisterModel, and inspections of what it registered."""
        client = mongo.connect(self.servers.mongo.url, self._driver, timeout=30)
        async with deciding_on(client, "bench_deciding") as send:
            await send([register(n) for n in range(64)])
            registering = await timed_with_cpu(lambda: send([register(n) for n in range(DECISIONS)]))
            models = send.models[:DECISIONS]
            inspecting = await timed_with_cpu(lambda: send([inspect(model) for model in models]))
        await mongo.close(client)
        return {
            name: {"per_second": round(DECISIONS / seconds), "cpu_ms": round(cpu * 1000 / DECISIONS, 2)}
            for name, (seconds, cpu) in (("register", registering), ("inspect", inspecting))
        }

    async def others(self) -> dict[str, Any]:
        """One document per stream on the same store, and pyeventsourcing on SQLite where it is."""
        client = mongo.connect(self.servers.mongo.url, self._driver, timeout=30)
        database = mongo.database(client, "bench_documents")
        found = {"document_per_stream": await document_per_stream(database, 4.0, 4)}
        await mongo.close(client)
        if (theirs := eventsourcing_on_sqlite()) is not None:
            found["eventsourcing_sqlite"] = theirs
        return found

    async def _raw(self, client: mongo.Client, name: str) -> float:
        database = mongo.database(client, name)
        log = MongoLog(database, stamp, "bench")
        await log.start()  # makes the same indexes
        await log.stop()
        documents = [document_of(e, e.numbered(n, stamp())) for n, e in enumerate(events(EVENTS), start=1)]
        begun = perf_counter()
        for start in range(0, EVENTS, BATCH):
            await database["log"].insert_many(documents[start : start + BATCH], ordered=True)
        return EVENTS / (perf_counter() - begun)

    async def _own(self, client: mongo.Client, name: str) -> float:
        log = MongoLog(mongo.database(client, name), stamp, "bench")
        await log.start()
        waiting = iter(events(EVENTS))

        async def appender() -> None:
            for one in waiting:
                await log.append(one)

        begun = perf_counter()
        await asyncio.gather(*(appender() for _ in range(APPENDERS)))
        spent = perf_counter() - begun
        await log.stop()
        return EVENTS / spent

    async def relay(self) -> dict[str, Any]:
        """The relay against pipelined JetStream publishes of the same messages, in turns; then the ledger."""
        client = mongo.connect(self.servers.mongo.url, self._driver, timeout=30)
        connection = await nats.connect(self.servers.nats_url("registry"), inbox_prefix="_INBOX_registry")
        raw, own = [], []
        log = MongoLog(mongo.database(client, "bench_relay"), stamp, "bench")
        await log.start()
        waiting = iter(events(EVENTS))

        async def appender() -> None:
            for one in waiting:
                await log.append(one)

        await asyncio.gather(*(appender() for _ in range(APPENDERS)))
        everything = await read_all(log)
        for _ in range(ROUNDS):
            raw.append(await self._publish(connection, everything))
            own.append(await self._relay(connection, log))
        followed = await self._follow(client, connection)
        read = await timed(lambda: read_all(log))
        await log.stop()
        await connection.drain()
        await mongo.close(client)
        return {
            "publish_per_second": round(median(raw)),
            "relay_per_second": round(median(own)),
            "share": round(median(own) / median(raw), 2),
            "ledger_per_second": round(EVENTS / followed),
            "read_per_second": round(EVENTS / read),
        }

    async def _publish(self, connection: Nats, everything: list[Recorded]) -> float:
        js = await fresh_stream(connection)
        begun = perf_counter()
        flying = []
        for one in everything:
            headers = {
                "Nats-Msg-Id": one.id,
                "Nats-Expected-Last-Sequence": str(one.position - 1),
                "Content-Type": CONTENT_TYPE,
            }
            flying.append(await js.publish_async(subject_of(one.envelope), one.raw, headers=headers))
        await asyncio.gather(*flying)
        return len(everything) / (perf_counter() - begun)

    async def _relay(self, connection: Nats, log: MongoLog) -> float:
        await fresh_stream(connection)
        relay = Relay("registry", log, lambda: connection, lambda: 0.5)
        begun = perf_counter()
        relay.start()
        while relay.relayed < EVENTS:
            await asyncio.sleep(0.002)
        spent = perf_counter() - begun
        await relay.stop()
        return EVENTS / spent

    async def _follow(self, client: mongo.Client, connection: Nats) -> float:
        """Seconds to take the whole stream from the broker into an empty ledger."""
        ledger = Ledger(mongo.database(client, "bench_ledger"), stamp)
        await ledger.start()
        async with httpx.AsyncClient(base_url="http://127.0.0.1:9") as nobody:
            feed = BrokerFeed("registry", lambda: connection, Peer("registry", nobody))
            follower = Follower("ledger", feed, LedgerApply(ledger, "registry"))

            async def follow() -> None:
                follower.start()
                if not await follower.wait_for(EVENTS, 120):
                    raise RuntimeError(f"the ledger came to {follower.status}")

            spent = await timed(follow)
            await follower.stop()
        return spent


def events(count: int) -> list[Unnumbered]:
    """So many events, each of its own stream."""
    return [event() for _ in range(count)]


async def read_all(log: MongoLog) -> list[Recorded]:
    """The whole log."""
    found: list[Recorded] = []
    while more := await log.read(len(found), BATCH):
        found.extend(more)
    return found


async def timed_with_cpu(work: Callable[[], Awaitable[Any]]) -> tuple[float, float]:
    """How many seconds it took, and how many of the processor's in this process."""
    cpu = process_time()
    seconds = await timed(work)
    return seconds, process_time() - cpu


async def timed(work: Callable[[], Awaitable[Any]]) -> float:
    """How many seconds it took."""
    begun = perf_counter()
    await work()
    return perf_counter() - begun


async def fresh_stream(connection: Nats) -> Any:
    """The registry's stream, empty; the broker may be clearing away the files of the old one for a moment."""
    js = connection.jetstream(timeout=30, publish_async_max_pending=1024)
    with suppress(nats.js.errors.NotFoundError):
        await js.delete_stream("REGISTRY")
    until = perf_counter() + 10
    while True:
        try:
            await js.add_stream(stream_config("registry"))
        except nats.js.errors.ServerError:
            if perf_counter() > until:
                raise
            await asyncio.sleep(0.1)
        else:
            return js
