"""The read models over a real store: what the books say is what the ledger says, whatever happened meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pytest

import services.reporting.store.readmodels as readmodels_module
from services.reporting.facts.entry import Entry
from services.reporting.figures import summary
from services.reporting.figures.scope import Scope
from services.reporting.ledger.ledger import Ledger
from services.reporting.store.generation import Book, Overtaken
from services.reporting.store.queries import Reads
from services.reporting.store.readmodels import ReadModels
from shared.ending import end
from shared.errors import Malformed, Unavailable
from shared.store import mongo
from tests.reporting.oracle import Oracle
from tests.support.lives import City

CLOCK = "2027-12-31T00:00:00.000000Z"


@dataclass
class Desk:
    """Reporting without its doors."""

    client: Any
    database: Any
    ledger: Ledger
    models: ReadModels
    reads: Reads
    town: City

    async def fill(self, entries: list[Entry]) -> None:
        for source, events in groupby((entry.event for entry in entries), key=lambda event: event.service):
            await self.ledger.append(source, list(events))


async def root(size: int) -> bytes:
    return size.to_bytes(32, "big")


@pytest.fixture(scope="module")
def town() -> City:
    town = City(11)
    town.found(8)
    town.live(days=560, acts=260)
    return town


@pytest.fixture(params=["motor", "pymongo"])
async def desk(
    request: pytest.FixtureRequest, mongo_url: str, database: str, town: City
) -> AsyncIterator[Desk]:
    client = mongo.connect(mongo_url, request.param)
    handle = mongo.database(client, database)
    ledger = Ledger(handle, lambda: CLOCK)
    await ledger.start()
    models = ReadModels(client, handle, ledger)
    await models.start()
    yield Desk(client, handle, ledger, models, Reads(models, ledger, root), town)
    await mongo.close(client)


def same(shown: dict[str, Any], counted: dict[str, Any]) -> None:
    assert {k: v for k, v in shown.items() if v} == {k: v for k, v in counted.items() if v}


async def test_the_books_say_what_the_ledger_says_at_every_size(desk: Desk) -> None:
    entries = desk.town.ledger()
    await desk.fill(entries)

    assert await desk.models.catch_up() == len(entries)

    for size in (0, 20, len(entries) // 3, len(entries) // 2, len(entries)):
        known = await desk.reads.known(at=str(size))
        for name in ("2026", "2027-H1", "final-2030", "2026-03-03..2026-09-20"):
            asked = await desk.reads.question(known, name)
            counted = Oracle(entries, size, CLOCK).figures(
                asked.period.start,
                asked.period.cut_off,
                asked.period.years,
            )
            same(summary.figures(asked)["whole"], counted)


async def test_a_published_summary_is_the_same_after_more_events_and_a_rebuild(desk: Desk) -> None:
    entries = desk.town.ledger()
    half = len(entries) // 2
    await desk.fill(entries[:half])
    await desk.models.catch_up()
    then = await desk.reads.summary(await desk.reads.known(), "2026")

    await desk.fill(entries[half:])
    await desk.models.catch_up()
    later = await desk.reads.summary(await desk.reads.known(at=str(half)), "2026")
    progress = await desk.models.rebuild()
    rebuilt = await desk.reads.summary(await desk.reads.known(at=str(half)), "2026")

    assert later == then == rebuilt
    assert progress.differences == 0
    assert desk.models.book.generation == progress.generation == 2


async def test_what_came_while_a_rebuild_ended_is_taken_in_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for interval in ("LOOK_SECONDS", "ALONE_LOOK_SECONDS"):
        monkeypatch.setattr(readmodels_module, interval, 600.0)
    entries = desk.town.ledger()
    await desk.fill(entries)
    running = asyncio.create_task(desk.models.run())
    assert await desk.models.wait_applied(len(entries), 60)
    read, rebuilding = desk.ledger.read, True

    async def as_it_was_before(after: int, limit: int = 256) -> list[Entry]:
        return [entry for entry in await read(after, limit) if not rebuilding or entry.n <= 100]

    def compared(*_: Any) -> int:
        nonlocal rebuilding
        rebuilding = False
        return 0

    monkeypatch.setattr(desk.ledger, "read", as_it_was_before)
    monkeypatch.setattr(readmodels_module, "differences", compared)
    await desk.models.rebuild()

    assert await desk.models.wait_applied(len(entries), 60)
    running.cancel()


async def test_two_processes_apply_each_entry_once(desk: Desk) -> None:
    entries = desk.town.ledger()
    await desk.fill(entries)
    other = Book(desk.client, desk.database, 1)
    await other.start()

    async def follow(book: Book) -> int:
        lost = 0
        while book.at < len(entries):
            try:
                await book.apply(await desk.ledger.read(book.at, 37))
            except (Overtaken, mongo.PyMongoError):
                lost += 1
                await book.look()
        return lost

    await asyncio.gather(follow(desk.models.book), follow(other))

    known = await desk.reads.known()
    asked = await desk.reads.question(known, "final-2030")
    same(
        summary.figures(asked)["whole"],
        Oracle(entries, len(entries), CLOCK).figures(
            asked.period.start, asked.period.cut_off, asked.period.years
        ),
    )


async def test_a_thing_whose_event_cannot_be_applied_is_held_and_the_rest_goes_on(desk: Desk) -> None:
    town = City(3)
    town.found(6)
    model = town.register(field="economy", on="2026-01-05")
    bad = town.tell(
        town.registry, f"model/{model.id}", "InspectionRecorded", {"model": model.id, "on": "2026-01-06"}
    )
    other = town.register(field="economy", on="2026-01-05")
    town.of(other, "ModelReceived", "2026-01-05")
    await desk.fill(town.ledger())

    await desk.models.catch_up()

    status = await desk.models.status()
    (held,) = status["held"]
    (place,) = [entry.n for entry in town.ledger() if entry.event.id == bad.id]
    assert (held["thing"], held["n"], held["type"]) == (f"model/{model.id}", place, bad.type)
    assert "kind" in held["reason"]
    asked = await desk.reads.question(await desk.reads.known(), "2026")
    assert summary.figures(asked)["whole"]["models.received"] == 1


async def test_the_transaction_of_a_process_that_was_killed_is_ended_by_the_next(desk: Desk) -> None:
    entries = desk.town.ledger()[:30]
    await desk.fill(entries)
    dead = Book(desk.client, desk.database, 1)
    await dead.start()
    written = asyncio.Event()

    async def never_ending(session: Any) -> None:
        await dead.places.update_one({"_id": dead.place}, {"$set": {"seen": True}}, session=session)
        written.set()
        await asyncio.Event().wait()

    dying = asyncio.create_task(dead.transactions.run(never_ending))
    await written.wait()

    async with asyncio.timeout(15):  # the store itself would take a minute
        assert await desk.models.catch_up() == len(entries)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)


async def test_what_a_killed_process_left_open_in_the_store_delays_and_does_not_stop(desk: Desk) -> None:
    entries = desk.town.ledger()[:30]
    await desk.fill(entries)
    started = await mongo.plain(desk.client.start_session())
    async with started as left_open, await mongo.plain(left_open.start_transaction()):
        place = {"_id": desk.models.book.place}
        await desk.models.book.places.update_one(place, {"$set": {"seen": True}}, session=left_open)
        running = asyncio.create_task(desk.models.run())
        async with asyncio.timeout(20):
            while "reason" not in (meanwhile := await desk.models.status()):
                await asyncio.sleep(0.05)
        await mongo.plain(left_open.abort_transaction())

    reached = await desk.models.wait_applied(len(entries), 20)
    running.cancel()

    assert meanwhile["state"] != "stopped" and meanwhile["position"] == 0, meanwhile
    assert "TransientTransactionError" in meanwhile["reason"] or "WriteConflict" in meanwhile["reason"]
    assert reached, await desk.models.status()


async def test_a_reason_goes_when_the_store_answers_again_though_nothing_new_comes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> int:
        raise Unavailable("store-away")

    with monkeypatch.context() as broken:
        broken.setattr(desk.ledger, "head", away)
        running = asyncio.create_task(desk.models.run())
        async with asyncio.timeout(20):
            while "reason" not in await desk.models.status():
                await asyncio.sleep(0.05)
    async with asyncio.timeout(20):
        while "reason" in await desk.models.status():
            await asyncio.sleep(0.05)
    await end(running)


async def test_books_that_are_being_filled_again_do_not_pass_for_everything(desk: Desk) -> None:
    entries = desk.town.ledger()[:30]
    await desk.fill(entries)
    models = ReadModels(desk.client, desk.database, desk.ledger)
    await models.start()
    reads = Reads(models, desk.ledger, root)

    with pytest.raises(Unavailable) as refused:
        await reads.known()
    await models.catch_up()

    assert (refused.value.code, refused.value.details) == ("not-yet", {"reached": {"ledger": 0}})
    assert (await reads.known()).size == len(entries)


async def test_a_size_beyond_the_ledger_is_refused(desk: Desk) -> None:
    with pytest.raises(Malformed) as refused:
        await desk.reads.known(at="1")
    assert refused.value.code == "at.beyond-ledger"


async def test_a_bloc_to_which_nobody_belonged_a_year_earlier_has_no_period_before(desk: Desk) -> None:
    town = City(12)
    town.found(4)
    town.tell(town.registry, "unit/20194", "UnitAmended",
              {"on": "2027-02-01", "unit": "20194", "emulation_bloc": "Khối 9", "reason": "Sắp xếp"})  # fmt: skip
    await desk.fill(town.ledger())
    await desk.models.catch_up()
    known = await desk.reads.known()

    new = await desk.reads.summary(known, "2027", scope=Scope(bloc="Khối 9"))
    old = await desk.reads.summary(known, "2027", scope=Scope(bloc="Khối 2"))
    assert "previous" not in new and "20194" in new["figures"]["by_unit"]
    assert old["previous"]["period"] == "2026"


@pytest.mark.parametrize(
    "spoilt", ["a number is another", "a chunk is missing", "an older chunk stands there"]
)
async def test_what_is_not_as_it_was_written_is_found_and_not_shown(desk: Desk, spoilt: str) -> None:
    entries = desk.town.ledger()
    await desk.fill(entries)
    chunks = desk.models.book.figures.collection
    await desk.models.book.apply(await desk.ledger.read(0, 60))
    older = await chunks.find_one({"_id": 0})
    await desk.models.catch_up()
    then = await desk.reads.summary(await desk.reads.known(), "2026")
    newest = max([chunk["_id"] async for chunk in chunks.find({})])
    match spoilt:
        case "a number is another":
            columns = bytearray((await chunks.find_one({"_id": 0}))["columns"])
            columns[-8] ^= 1
            await chunks.update_one({"_id": 0}, {"$set": {"columns": bytes(columns)}})
        case "a chunk is missing":
            await chunks.delete_one({"_id": newest})
        case _:
            await chunks.replace_one({"_id": 0}, older)

    models = ReadModels(desk.client, desk.database, desk.ledger)
    await models.start()
    reads = Reads(models, desk.ledger, root)
    with pytest.raises(Unavailable) as refused:
        await reads.known()
    running = asyncio.create_task(models.run())
    async with asyncio.timeout(10):
        while (await models.status())["state"] != "stopped":
            await asyncio.sleep(0.01)
    stopped = await models.status()
    await models.rebuild()
    rebuilt = await reads.summary(await reads.known(), "2026")
    running.cancel()

    assert refused.value.code == "readmodels.damaged"
    assert "Damaged" in stopped["reason"]
    assert rebuilt == then


async def test_a_proposal_tells_of_its_dossier_though_they_are_heard_of_in_different_batches(
    desk: Desk,
) -> None:
    town = City(31)
    town.found(4)
    model = town.register()
    town.tell(town.registry, "replication/r", "ReplicationProposed", {
        "on": town.today, "replication": "r", "model": model.id, "unit": model.unit, "scope": "city", "targets": [],
        "model_name": model.name, "field": model.field, "known": {}}, unit=model.unit)  # fmt: skip
    dossier = town.open_dossier(model, "replication", "city", "r")
    town.judged(dossier, "DossierAccepted")
    town.complete(dossier)
    for entry in town.ledger():
        await desk.fill([entry])
        await desk.models.catch_up()

    known = await desk.reads.known()
    card = await desk.reads.card(known, "replication", "r")
    assert card is not None and card["appraisal"] == dossier.id
