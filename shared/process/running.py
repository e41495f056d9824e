"""The life of a service process: settings, connections, followers, doors; ready, working, drained, gone.

Everything starts in the background, so that the health routes answer from the first moment; until the log
has been read and compared with what others hold of it, commands are answered 503 `starting`.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI
from nats.aio.client import Client as Nats

from shared import VERSION
from shared.commands.attempts import Looking, Sources
from shared.commands.handling import Handler
from shared.commands.memories import LogMemories
from shared.commands.states import States
from shared.doors import asyncapi, batch, followers, http, restored
from shared.doors import logs as log_routes
from shared.doors import nats as nats_door
from shared.doors.access import Access
from shared.doors.gateway import Gateway, Ids
from shared.doors.problems import Problems
from shared.doors.reading import Reading
from shared.ending import end
from shared.errors import Unavailable
from shared.eventlog.mongo import MongoLog
from shared.eventlog.signing import Signer
from shared.eventlog.tree import Tree
from shared.eventlog.wholeness import Wholeness
from shared.evidence.files import Files
from shared.following.broker import BrokerFeed
from shared.following.feeds import Feed, OwnFeed, Peer
from shared.following.follower import Follower, keep_trying
from shared.following.others import PROJECTION, Followed
from shared.following.policies import PolicyApply
from shared.following.projections import MongoDocuments, ProjectionApply
from shared.following.sharing import SharedFeed
from shared.following.together import Together
from shared.people.names import Names
from shared.process import revoking, visitors
from shared.process.clock import Clock
from shared.process.clock_watch import ClockWatch
from shared.process.courier import Courier
from shared.process.health import Health
from shared.process.ids import machine_time, new_id, new_person, unix_time
from shared.process.keeping import file_keys, keep_evidence
from shared.process.naming import names_of, tend_names
from shared.process.outside import broker_of, peers_of
from shared.process.own_keys import keys_of, looks_of
from shared.process.replaced_keys import ReplacedKeys, handovers_of
from shared.process.settings import Settings
from shared.process.store_watch import StoreWatch
from shared.relaying.guard import Gate, Guard, Troubles
from shared.relaying.relay import Relay
from shared.relaying.restored import Restored
from shared.store import mongo
from shared.store.pulse import Pulse
from shared.wiring import Service

logger = structlog.get_logger("dvk.running")


@dataclass
class Running:
    """One service process and all its parts, for those who extend it (reporting adds the ledger)."""

    settings: Settings
    service: Service
    clock: Clock
    client: mongo.Client
    database: mongo.Database
    log: MongoLog
    tree: Tree
    signer: Signer
    states: States
    documents: MongoDocuments
    memories: LogMemories
    names: Names
    files: Files
    handler: Handler
    gateway: Gateway
    access: Access
    problems: Problems
    gate: Gate
    restored: Restored
    """What came out of a backup and nobody has accepted yet."""
    wholeness: Wholeness
    """Whether the log is still the one that was written."""
    store_watch: StoreWatch
    relay: Relay
    broker: Courier
    peers: Mapping[str, Peer]
    together: Together
    """How what is kept of others is written."""
    followed: Followed
    """How far the others were followed, and how far they are."""
    routers: list[APIRouter] = field(default_factory=list[APIRouter])
    starting: list[Callable[[], Awaitable[None]]] = field(default_factory=list[Callable[[], Awaitable[None]]])
    """Awaited once the store answers, before anything follows or is answered."""
    background: list[tuple[str, Callable[[], Awaitable[None]]]] = field(
        default_factory=list[tuple[str, Callable[[], Awaitable[None]]]]
    )
    """Work that goes on for the life of the process; begun again when it fails."""
    also_followed: list[Callable[[], Awaitable[dict[str, Any]]]] = field(
        default_factory=list[Callable[[], Awaitable[dict[str, Any]]]]
    )
    """Further rows of `/followers`, of followers that are no `Follower` (reporting's read models)."""
    tasks: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])
    health: Health = field(init=False)
    _feeds: dict[str, Feed] = field(default_factory=dict[str, Feed])

    @property
    def followers(self) -> list[Follower]:
        """Whoever follows a log in this process."""
        return self.followed.followers

    def begin(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do this work in the background, again when it fails, until the process ends."""
        self.tasks.append(asyncio.create_task(keep_trying(work, name), name=name))

    def nats(self) -> Nats:
        """The connection to the broker; Unavailable while there is none."""
        try:
            connection = self.broker.connection
        except Exception as away:
            raise Unavailable("broker-away") from away
        if not connection.is_connected:
            raise Unavailable("broker-away")
        return connection

    def feed(self, source: str) -> Feed:
        """Where to read a source: the own log from the store, another's from the broker, once for all followers."""
        if source == self.service.name:
            return OwnFeed(source, self.log)
        if source not in self._feeds:
            self._feeds[source] = SharedFeed(BrokerFeed(source, self.nats, self.peers[source]))
        return self._feeds[source]

    async def look(self) -> Looking:
        """Reading as for a decision, of the newest that is known."""
        sources = Sources(self.log, self.states, self.documents, self.memories, self.names)
        return await Looking(sources, fresh=True).open()


Extend = Callable[[Running], None]


def assemble(settings: Settings, service: Service, extend: Extend | None = None) -> Running:
    """All parts of one service, wired together; nothing is connected yet."""
    apart, trusted_on = settings.clock_apart_seconds, settings.clock_trusted_on
    clock = Clock(machine_time, settings.clock_file, most_apart=apart, trusted_on=trusted_on)
    client = mongo.connect(settings.mongo_url, settings.mongo_driver)
    database = mongo.database(client, settings.mongo_database)
    log = MongoLog(database, clock.stamp, f"{os.getpid()}-{secrets.token_hex(4)}")
    states = States(log)
    peers = peers_of(settings)
    followed = Followed(lambda source: log.head() if source == service.name else peers[source].newest())
    documents = MongoDocuments(service.projections, database, followed)
    memories = LogMemories(service.memories, log, states)
    clock.last_recorded = lambda: log.last_time
    clock_watch = ClockWatch(clock, database)
    held_back = Restored(database, machine_time)
    wholeness = Wholeness(database, service.name)
    sound = Troubles(held_back.trouble, wholeness.trouble)
    gate = Gate(Troubles(sound.first, clock.trouble).first)
    names = names_of(settings, service, client, machine_time)
    files = Files(database, file_keys(settings, names), machine_time)
    handler = Handler(
        service,
        log,
        states,
        documents,
        memories,
        today=clock.today,
        new_id=new_id,
        gate=gate,
        people=names,
        evidence=files,
    )
    problems = Problems(service.problems)
    broker = broker_of(settings)
    tree, keys, pulse = Tree(database, log), keys_of(settings), Pulse(mongo.pinging(client))
    running: Running
    access = visitors.access_to(settings, service, unix_time, documents, lambda: running.look())
    relay = Relay(service.name, log, lambda: running.nats(), random.random, replicas=settings.nats_replicas)
    running = Running(
        settings=settings,
        service=service,
        clock=clock,
        client=client,
        database=database,
        log=log,
        tree=tree,
        signer=Signer(keys["log"], tree, database, lambda: relay.relayed, may_sign=sound.must_be_none),
        states=states,
        documents=documents,
        memories=memories,
        names=names,
        files=files,
        handler=handler,
        gateway=Gateway(service, handler, problems, followed.follow, pulse, Ids(new_id, new_person)),
        access=access,
        problems=problems,
        gate=gate,
        restored=held_back,
        wholeness=wholeness,
        store_watch=StoreWatch(gate, looks_of(settings, database, names, keys)),
        relay=relay,
        broker=broker,
        peers=peers,
        together=Together(client, database, "projections"),
        followed=followed,
    )
    _follow_others(running)
    tend_names(running)
    _heed_operators(running)
    keep_evidence(running, machine_time)
    guard = Guard(gate, log, relay, running.peers["reporting"], service.name, _end_process)
    running.starting += [clock_watch.start, held_back.look]
    running.background += [
        ("memories", memories.keep_current),
        ("guard", guard.watch),
        ("store", running.store_watch.watch),
        ("clock", clock_watch.watch),
        ("restored", held_back.watch),
    ]
    nats_door.listen(broker, running.gateway, access)
    running.routers += [
        batch.router(running.gateway, access),
        log_routes.router(_served_log(running)),
        followers.router(running),
        restored.router(running),
        asyncapi.router(running),
    ]
    if extend is not None:
        extend(running)
    running.health = Health(running)
    return running


def _follow_others(running: Running) -> None:
    """The tree, the projections and the policies, each with its own place."""
    own = running.service.name
    running.followers.append(Follower("tree", running.feed(own), running.tree))
    running.background.append(("wholeness", running.wholeness.watch))
    for projection in running.service.projections:
        for source in projection.sources:
            apply = ProjectionApply(projection, source, running.database, running.together)
            running.followers.append(Follower(f"{PROJECTION}{projection.name}", running.feed(source), apply))
    for policy in running.service.policies:
        apply = PolicyApply(
            policy, running.service, running.handler, running.database, running.followed.follow, running.look
        )
        running.followers.append(Follower(f"policy:{policy.name}", running.feed(policy.source), apply))


def _heed_operators(running: Running) -> None:
    """Tokens that were taken back are refused at our doors; keys that were replaced go on record."""
    revoking.heed(running)
    running.background.append(("keys", ReplacedKeys(running.database, running.handler).watch))


def _served_log(running: Running) -> log_routes.Served:
    async def entries(after: int, limit: int) -> Sequence[bytes]:
        return [event.raw for event in await running.log.read(after, limit)]

    handovers, of = partial(handovers_of, running.database, "log"), running
    return log_routes.Served("/log", of.tree, of.signer, of.log.head, entries, entries, of.access, handovers)


def application(running: Running) -> FastAPI:
    """The ASGI application of an assembled service; its lifespan is the service's life."""
    reading = Reading(running)
    doors = http.Doors(
        gateway=running.gateway,
        access=running.access,
        measures=running.settings.measures,
        problems=running.problems,
        view=reading.view,
        events=reading.events,
        ready=running.health.ready,
        metrics=running.health.metrics,
        routers=running.routers,
    )
    app = http.build(doors, f"Dân vận khéo: {running.service.name}", VERSION)
    app.router.lifespan_context = lambda _app: _lifespan(running)
    return app


@asynccontextmanager
async def _lifespan(running: Running) -> AsyncGenerator[None]:
    running.begin("pulse", running.gateway.pulse.watch)
    running.begin("start", lambda: _bring_up(running))
    running.begin("nats", running.broker.keep_open)
    try:
        yield
    finally:
        await _end(running)


async def _bring_up(running: Running) -> None:
    """From a store that answers and is fit to commands that are taken."""
    await running.store_watch.until_fit()
    await running.log.start()
    await running.documents.start()
    if await running.wholeness.look(running.memories.begin_with) is not None:
        running.gate.closed = running.wholeness.trouble()
    await running.memories.read_on()
    for start in running.starting:
        await start()
    for follower in running.followers:
        follower.start()
    running.relay.start()
    for name, work in running.background:
        running.begin(name, work)
    logger.info(
        "up", service=running.service.name, head=running.log.known_head, driver=running.settings.mongo_driver
    )


async def _end(running: Running) -> None:
    """Doors are closed by now: refuse what is left, write what waits, let go of everything."""
    running.gate.closed = Unavailable("stopping")
    await end(*running.tasks)
    await asyncio.gather(*(follower.stop() for follower in running.followers))
    await running.together.stop()
    await running.log.stop()
    with suppress(Exception):
        async with asyncio.timeout(3):  # what is not published now, the next relay publishes
            while running.relay.state == "running" and running.relay.relayed < running.log.known_head:  # noqa: ASYNC110 - another task's state, which nothing announces
                await asyncio.sleep(0.02)
    await running.relay.stop()
    with suppress(Exception):
        async with asyncio.timeout(3):
            await running.broker.stop()
    await running.names.store.close()
    await mongo.close(running.client)
    logger.info("down", service=running.service.name)


def _end_process() -> None:
    """End in order; whoever keeps this service alive starts it again."""
    os.kill(os.getpid(), signal.SIGTERM)
