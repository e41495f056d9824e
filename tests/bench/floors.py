"""The least that a piece of work costs with the servers, drivers and libraries that ours stands on: no door, no process
of ours beside. Each gives CPU time for one operation: `own_cpu_ms` of this process, and of a server under its name."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any

import httpx
import nats
import orjson
from nats.js.api import PubAck

from services.cli.broker import Broker
from services.cli.embedded.servers import EmbeddedServers
from services.cli.talking import System
from services.cli.verifying.reading import Web, documents, messages, opened
from shared import SERVICES
from shared.contracts.subjects import subject_of
from shared.eventlog.mongo import BATCH, MongoLog
from shared.eventlog.numbering import document_of
from shared.eventlog.port import Unnumbered
from shared.process.settings import Driver
from shared.relaying.publishing import CONTENT_TYPE
from shared.store import mongo
from shared.tlog.merkle import leaf_hash
from tests.bench.parts import APPENDERS, events, fresh_stream, stamp
from tests.bench.usage import cpu_ms

ROUNDS = 3
EVENTS = 4096
WRITES = 300
PAGE = 1000
WANTED = {"event": 1, "received": 1, "trace": 1}
Pids = dict[str, int]


@dataclass
class Cost:
    """What so many operations cost, in all the rounds of one measurement together."""

    pids: Pids
    """The servers that are looked at, by name."""
    done: int = 0
    seconds: float = 0.0
    own: float = 0.0
    theirs: dict[str, float] = field(default_factory=dict[str, float])

    @contextmanager
    def of(self, operations: int) -> Generator[None]:
        """Count what the block costs."""
        before = {name: cpu_ms(pid) for name, pid in self.pids.items()}
        begun, cpu = perf_counter(), process_time()
        yield
        self.own += (process_time() - cpu) * 1000
        self.seconds += perf_counter() - begun
        self.done += operations
        for name, pid in self.pids.items():
            self.theirs[name] = self.theirs.get(name, 0.0) + cpu_ms(pid) - before[name]

    def each(self) -> dict[str, Any]:
        """For one operation."""
        theirs = {f"{name}_cpu_ms": round(ms / self.done, 4) for name, ms in self.theirs.items()}
        return {
            "per_second": round(self.done / self.seconds),
            "own_cpu_ms": round(self.own / self.done, 4),
            **theirs,
        }


# --- appending ------------------------------------------------------------------------------------


async def appending(servers: EmbeddedServers, driver: Driver) -> dict[str, Any]:
    """The log beside what it cannot do without, in turns: `raw` inserts of documents that are made already; `ahead`,
    the same inserts, each batch numbered and hashed while the one before it is at the store; `encoding`, that numbering
    and hashing alone; `callers`, one task that waits for one answer for each event, and nothing else."""
    client = mongo.connect(servers.mongo.url, driver, timeout=30)
    store = {"store": servers.mongo.pid or 0}
    costs = {
        "raw": Cost(store),
        "ahead": Cost(store),
        "encoding": Cost({}),
        "callers": Cost({}),
        "log": Cost(store),
    }
    for turn in range(ROUNDS):
        await _raw(await _fresh(client, f"floor_raw_{turn}"), costs["raw"])
        await _ahead(await _fresh(client, f"floor_ahead_{turn}"), costs["ahead"])
        _encoded(costs["encoding"])
        await _callers(costs["callers"])
        await _log(mongo.database(client, f"floor_log_{turn}"), costs["log"])
    await mongo.close(client)
    return {name: cost.each() for name, cost in costs.items()}


async def _fresh(client: mongo.Client, name: str) -> mongo.Database:
    """A database with the indexes of a log, and none of its tasks."""
    database = mongo.database(client, name)
    log = MongoLog(database, stamp, "bench")
    await log.start()
    await log.stop()
    return database


def _documents(some: Sequence[Unnumbered], first: int) -> list[dict[str, Any]]:
    return [document_of(one, one.numbered(n, stamp())) for n, one in enumerate(some, start=first)]


async def _raw(database: mongo.Database, cost: Cost) -> None:
    made = _documents(events(EVENTS), 1)
    with cost.of(EVENTS):
        for start in range(0, EVENTS, BATCH):
            await database["log"].insert_many(made[start : start + BATCH], ordered=True)


async def _ahead(database: mongo.Database, cost: Cost) -> None:
    some = events(EVENTS)
    with cost.of(EVENTS):
        batch = _documents(some[:BATCH], 1)
        for start in range(BATCH, EVENTS + BATCH, BATCH):
            inserting = asyncio.ensure_future(database["log"].insert_many(batch, ordered=True))
            await asyncio.sleep(0)  # it is on its way
            batch = _documents(some[start : start + BATCH], start + 1)
            await inserting


def _encoded(cost: Cost) -> None:
    some = events(EVENTS)
    with cost.of(EVENTS):
        _documents(some, 1)


async def _callers(cost: Cost) -> None:
    """As many tasks as the log has appenders, each waiting for an answer that comes for a whole batch at once."""
    loop, queue, left = asyncio.get_running_loop(), deque[asyncio.Future[None]](), iter(range(EVENTS))

    async def caller() -> None:
        for _ in left:
            queue.append(answer := loop.create_future())
            await answer

    with cost.of(EVENTS):
        tasks = [asyncio.create_task(caller()) for _ in range(APPENDERS)]
        while not all(task.done() for task in tasks):
            await asyncio.sleep(0)
            for _ in range(min(BATCH, len(queue))):
                queue.popleft().set_result(None)
        await asyncio.gather(*tasks)


async def _log(database: mongo.Database, cost: Cost) -> None:
    log = MongoLog(database, stamp, "bench")
    await log.start()
    waiting = iter(events(EVENTS))

    async def appender() -> None:
        for one in waiting:
            await log.append(one)

    with cost.of(EVENTS):
        await asyncio.gather(*(appender() for _ in range(APPENDERS)))
    await log.stop()


async def writing(servers: EmbeddedServers, driver: Driver) -> dict[str, Any]:
    """One document at a time, each durable on a majority before the next: milliseconds that the store takes."""
    client = mongo.connect(servers.mongo.url, driver, timeout=30)
    database = await _fresh(client, "floor_writes")
    made, took = _documents(events(WRITES), 1), list[float]()
    for one in made:
        begun = perf_counter()
        await database["log"].insert_one(one)
        took.append((perf_counter() - begun) * 1000)
    await mongo.close(client)
    took.sort()
    return {"p50_ms": round(took[WRITES // 2], 2), "p99_ms": round(took[int(WRITES * 0.99)], 2)}


# --- what crosses -----------------------------------------------------------------------------------


async def crossing(servers: EmbeddedServers) -> dict[str, Any]:
    """A message of the registry's: published with others on their way, and received by somebody who follows."""
    broker = {"broker": servers.nats.pid or 0}
    costs = {"publish": Cost(broker), "receive": Cost(broker)}
    connection = await nats.connect(servers.nats_url("registry"), inbox_prefix="_INBOX_registry")
    made = [one.numbered(n, stamp()) for n, one in enumerate(events(EVENTS), start=1)]
    for _ in range(ROUNDS):
        js = await fresh_stream(connection)
        with costs["publish"].of(EVENTS):
            flying: list[asyncio.Future[PubAck]] = []
            for one in made:
                headers = {"Nats-Msg-Id": one.id, "Nats-Expected-Last-Sequence": str(one.position - 1),
                           "Content-Type": CONTENT_TYPE}  # fmt: skip
                flying.append(await js.publish_async(subject_of(one.envelope), one.raw, headers=headers))
            await asyncio.gather(*flying)
        with costs["receive"].of(EVENTS):
            async for _sequence, body in messages(Broker(servers.nats.url), "registry"):
                orjson.loads(body)
    await connection.drain()
    return {name: cost.each() for name, cost in costs.items()}


# --- reading again ----------------------------------------------------------------------------------


async def ledger_read(url: str, driver: Driver, store: int) -> dict[str, Any]:
    """The entries of the ledger out of the store with the driver, a thousand at a time, and parsed: no folding."""
    client, cost, entries = mongo.connect(url, driver, timeout=30), Cost({"store": store}), 0
    ledger, at = mongo.database(client, "dvk_reporting")["ledger"], 0
    with cost.of(0):
        while found := await ledger.find({"_id": {"$gt": at, "$lte": at + PAGE}}, WANTED).to_list(None):
            for one in found:
                orjson.loads(one["event"])
            entries, at = entries + len(found), at + PAGE
    cost.done = entries
    await mongo.close(client)
    return {"entries": entries, **cost.each()}


async def copies_read(system: System, url: str, broker: Broker, pids: Pids) -> dict[str, Any]:
    """Every copy of every event brought here and hashed, and nothing compared: logs and ledger over HTTP, the streams
    of the broker, the documents of the store; `read` lines for so many `entries` of logs and ledger."""
    cost, entries, read = Cost(pids), 0, 0
    with cost.of(0):
        async with httpx.AsyncClient(timeout=60.0, verify=system.verify) as http:
            webs = [Web(system, service, "/log", http) for service in SERVICES]
            for web in (*webs, Web(system, "reporting", "/ledger", http)):
                async for lines in web.pages():
                    entries += len([leaf_hash(line) for line in lines])
        read = entries
        async with opened(url) as client:
            for service in SERVICES:
                async for _, body in messages(broker, service):
                    read += bool(leaf_hash(body))
                async for _, kept in documents(mongo.database(client, f"dvk_{service}"), "log"):
                    read += bool(leaf_hash(kept["event"].encode()))
            async for _, kept in documents(mongo.database(client, "dvk_reporting"), "ledger"):
                read += bool(leaf_hash(kept["event"].encode()))
    cost.done = entries
    return {"entries": entries, "read": read, **cost.each()}
