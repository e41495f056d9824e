"""What reporting adds to a service: the ledger with its own tree, and the witness of the other logs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog
from fastapi import APIRouter, Request, Response

from services.reporting.feed import feeding
from services.reporting.ledger.bundles import Bundles
from services.reporting.ledger.finding import find
from services.reporting.ledger.ledger import Diverged, Ledger, Missing
from services.reporting.ledger.outside import Source
from services.reporting.ledger.own_key import ledger_key
from services.reporting.ledger.recording import Recorder
from services.reporting.ledger.shortened import Shortened
from services.reporting.ledger.vouching import Entries, must_be_vouched, must_come_after_what_it_counts
from services.reporting.ledger.witness import Witness
from services.reporting.notices import wiring as notices
from services.reporting.queries import routes
from services.reporting.queries.context import Context, Who
from services.reporting.queries.papers import Desk
from services.reporting.queries.persons import Persons
from services.reporting.queries.publishing import Publisher
from services.reporting.queries.recounting import Recounting
from services.reporting.store.queries import Reads
from services.reporting.store.readmodels import ReadModels
from services.reporting.store.renewing import Renewal
from services.reporting.witnessing import witnessing
from shared import SERVICES
from shared.doors import logs as log_routes
from shared.doors.http import json_answer
from shared.doors.openapi import told
from shared.errors import NotAllowed, Unavailable, Unknown
from shared.eventlog.port import Recorded
from shared.eventlog.signing import Signer
from shared.eventlog.tree import Tree
from shared.following.checkpoints import MovedElsewhere
from shared.following.follower import Follower
from shared.process.alarms import Alarm
from shared.process.own_keys import keys_of
from shared.process.replaced_keys import handovers_of
from shared.process.running import Running
from shared.reference.access import OPEN
from shared.reference.authority import Actor, Units

TREE_SECONDS = 5.0

logger = structlog.get_logger("dvk.reporting")


class LedgerApply:
    """Takes one source's events into the ledger; the ledger itself is the checkpoint (see `following.Apply`)."""

    def __init__(
        self, ledger: Ledger, source: str, recorder: Recorder | None = None, own: Entries | None = None
    ) -> None:
        """`recorder` puts a divergence on record; without it the follower only stops.

        `own` reads the source's own log: nothing enters that is not in it. None where the events come from there.
        """
        self._ledger = ledger
        self._source = source
        self._recorder = recorder
        self._own = own

    async def checkpoint(self) -> int:
        """See `Apply.checkpoint`."""
        return await self._ledger.checkpoint(self._source)

    async def apply(self, events: Sequence[Recorded]) -> None:
        """See `Apply.apply`. Other bytes than the ledger has at a position stop this follower for good reason."""
        if self._own is not None:
            await must_be_vouched(self._source, events, self._own)
        else:
            must_come_after_what_it_counts(await self._ledger.head(), events)
        try:
            await self._ledger.append(self._source, events)
        except Missing as missing:
            raise MovedElsewhere from missing
        except Diverged as diverged:
            if self._recorder is not None:
                await self._recorder.divergence(
                    self._source, diverged.position, diverged.expected, diverged.found
                )
            raise

    async def skip(self, position: int) -> None:
        """A ledger with a hole proves nothing."""
        raise Unknown("follower.not-stopped-there", position=position)


class LedgerLog:
    """The ledger as the tree reads it: number n is leaf n - 1."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def read(self, after: int, limit: int = 256) -> list[Recorded]:
        """The events after a ledger number, in ledger order."""
        return [entry.event for entry in await self._ledger.read(after, limit)]


class LedgerTreeFollower:
    """Grows the ledger's tree as the ledger grows."""

    def __init__(self, ledger: Ledger, tree: Tree) -> None:
        self._ledger = ledger
        self._tree = tree

    async def run(self) -> None:
        """Follow for ever."""
        size = await self._tree.checkpoint()
        log = LedgerLog(self._ledger)
        while True:
            if self._ledger.known_head > size and (events := await log.read(size)):
                await self._tree.apply(events)
                size += len(events)
            else:
                await self._ledger.wait_beyond(size, 2.0)


def extend(running: Running) -> None:
    """Give a running service everything that makes it reporting."""
    ledger = Ledger(running.database, running.clock.sure_stamp)
    tree = Tree(running.database, LedgerLog(ledger), "ledger_tiles")
    signer = Signer(
        ledger_key(f"{running.settings.log_prefix}/ledger", keys_of(running.settings)["log"].seed),
        tree,
        running.database,
        lambda: tree.size,
        "ledger_signed",
        running.restored.must_be_accepted,
    )
    recorder = Recorder(running.service, running.handler, running.log)
    for source in SERVICES:
        own = None if source == running.service.name else running.peers[source].entries
        apply = LedgerApply(ledger, source, recorder, own)
        feed = ledger.feeds[source] = running.feed(source)
        running.followers.append(Follower("ledger", feed, apply))
    shortened = Shortened(ledger, signer, running.restored.trouble)
    running.starting += [ledger.start, shortened.look]
    running.background.append(("ledger-tree", LedgerTreeFollower(ledger, tree).run))
    running.routers.append(_ledger_positions(ledger))
    served = _served(running, ledger, tree, signer)
    running.routers.append(log_routes.router(served))
    vouching = witnessing(running, ledger, recorder, Source(signer.checkpoint, tree, served.handovers))
    if vouching is not None:
        running.background.append(("shortened", partial(shortened.tell, vouching[0].forgot)))
    _read_models(running, ledger, tree, vouching)


def _read_models(
    running: Running, ledger: Ledger, tree: Tree, vouching: tuple[Witness, Bundles] | None
) -> None:
    """What is folded from the ledger, the questions it answers, and building it anew."""
    company = running.log.company
    company.more.append(ledger.look)
    models = ReadModels(running.client, running.database, ledger, lambda: not company.is_there)

    async def root(size: int) -> bytes:
        until = asyncio.get_running_loop().time() + TREE_SECONDS
        while tree.size < size:
            if asyncio.get_running_loop().time() > until:
                raise Unavailable("not-yet", tree=tree.size)
            await asyncio.sleep(0.01)
        return await tree.root(size)

    running.starting.append(models.start)
    running.background += [("readmodels", models.run), ("renewal", Renewal(models).watch)]
    running.also_followed.append(models.status)
    reads = Reads(models, ledger, root)
    who = _visitors(running, reads)
    recounting = Recounting(models, ledger)
    running.background.append(("recounting", recounting.watch))
    publisher = Publisher(
        running.service,
        running.gateway,
        running.handler,
        running.log,
        running.database,
        recounting.must_be,
    )
    desk = Desk(Persons(running.names), running.settings.templates, partial(find, ledger))
    witness, bundles = vouching or (None, None)
    doing = routes.Doing(publisher, desk)
    context = Context(reads, models, who, partial(_today, running), bundles, partial(_alarms, running))
    running.routers.append(routes.router(context, lambda: running.followed.heads(frozenset(SERVICES)), doing))
    notices.add(running, context)
    running.routers.append(_rebuilding(running, models))
    units = _unit_names(reads)
    feeding.extend(running, ledger, units, None if witness is None else witness.proof)


def _today(running: Running) -> str:
    return running.clock.today().isoformat()


async def _alarms(running: Running) -> list[Alarm]:
    return await running.health.alarms(running.gate.closed)


def _unit_names(reads: Reads) -> Callable[[str], Awaitable[bool]]:
    async def is_unit(name: str) -> bool:
        return name in (await reads.city(await reads.known())).cards

    return is_unit


def _visitors(running: Running, reads: Reads) -> Who:
    """Who asks a question; units are those of the read models, as they stand now.

    A question may say what it has to know first (`after`), and the reader's own unit may be just that.
    """

    async def units(_names: Sequence[str]) -> Units:
        return (await reads.city(await reads.known())).units

    running.access.units = units

    async def who(request: Request) -> Actor:
        actor = await running.access.bearer(request.headers.get("authorization"))
        try:
            await running.access.must_stand(actor)
        except NotAllowed:
            if not (after := request.query_params.getlist("after")):
                raise
            await reads.known(after=after)
            await running.access.must_stand(actor)
        return actor

    return who


def _rebuilding(running: Running, models: ReadModels) -> APIRouter:
    routes = APIRouter(tags=["running"])
    building: list[asyncio.Task[object]] = []

    @routes.post("/rebuild", status_code=202, openapi_extra=told(access="upkeep"))
    async def rebuild(request: Request) -> Response:
        """Build the read models anew from the ledger, beside those that answer; `GET /rebuild` tells how it goes."""
        await running.access.reader(request, "upkeep")
        if not building or building[-1].done():
            building[:] = [asyncio.create_task(models.rebuild(), name="rebuild")]
        return json_answer(await models.status(), 202)

    @routes.get("/rebuild", openapi_extra=told(access="readmodels"))
    async def progress(request: Request) -> Response:
        """How the last rebuild goes or went: running, and the row of the read models in `/followers`."""
        await running.access.reader(request, "readmodels")
        failure = building[-1].exception() if building and building[-1].done() else None
        shown = {"running": bool(building) and not building[-1].done(), **await models.status()}
        if failure is not None:
            shown["failure"] = f"{type(failure).__name__}: {failure}"
        return json_answer(shown)

    return routes


def _ledger_positions(ledger: Ledger) -> APIRouter:
    routes = APIRouter(tags=["log"])

    @routes.get("/ledger/positions", openapi_extra=told(access=OPEN, schema={"type": "object"}))
    async def positions() -> Response:
        """How far each service's log is held here: what a service compares its own head with."""
        held = await asyncio.gather(*(ledger.checkpoint(source) for source in SERVICES))
        return json_answer(dict(zip(SERVICES, held, strict=True)))

    return routes


def _served(running: Running, ledger: Ledger, tree: Tree, signer: Signer) -> log_routes.Served:
    async def entries(after: int, limit: int) -> list[bytes]:
        return [entry.event.raw for entry in await ledger.read(after, limit)]

    async def lines(after: int, limit: int) -> list[bytes]:
        return [
            b'{"ledger":%d,"event":%s}' % (entry.n, entry.event.raw)
            for entry in await ledger.read(after, limit)
        ]

    handovers = partial(handovers_of, running.database, "ledger")
    return log_routes.Served("/ledger", tree, signer, ledger.head, entries, lines, running.access, handovers)
