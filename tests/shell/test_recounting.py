"""What the read models say is held against the ledger: every number, card and fact that is not in it is named."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import numpy as np
import orjson
import pytest

from services.reporting.facts.entity import runs_of
from services.reporting.facts.entry import Entry
from services.reporting.figures.scope import CITY, Scope
from services.reporting.ledger.ledger import Ledger
from services.reporting.queries import recounting as recountings
from services.reporting.queries.baseline import beside
from services.reporting.queries.recounting import Recounting
from services.reporting.store.chunks import read, written
from services.reporting.store.known import Known
from services.reporting.store.queries import Reads
from services.reporting.store.readmodels import ReadModels
from services.reporting.store.recount import Recount
from services.reporting.store.rows import ROWS
from shared.store import mongo
from tests.support.asking import everything_of
from tests.support.ledgers import fill
from tests.support.lives import City
from tests.support.reporting import reporting
from tests.support.service import Site, until

Books = tuple[Ledger, ReadModels]


@pytest.fixture
async def books(mongo_url: str, filled: str) -> AsyncIterator[Books]:
    client = mongo.connect(mongo_url, "pymongo")
    yield await everything_of(client, filled)
    await mongo.close(client)


@pytest.mark.parametrize("scope", [CITY, Scope(unit="20194"), Scope(bloc="Khối 1")])
@pytest.mark.parametrize("rules", [1, 2])
async def test_a_summary_counted_apart_is_the_summary_of_the_read_models(
    books: Books, scope: Scope, rules: int
) -> None:
    ledger, models = books

    async def root(size: int) -> bytes:
        return size.to_bytes(32, "big")

    recount, reads = Recount(), Reads(models, ledger, root)
    await recount.take(await ledger.read(0, 10_000))
    for size in (models.book.at // 2, models.book.at - 1):
        for name, cut_off in (
            ("2026", None),
            ("2027", "2027-05-31"),
            ("2027-H1", None),
            ("final-2030", None),
        ):
            known = Known(models.book, size)
            shown = await reads.summary(
                known, name, scope=scope, cut_off=cut_off, baseline=beside(), rules=rules
            )

            assert recount.summary(shown, beside()) == shown


async def test_read_models_that_nobody_touched_are_what_the_ledger_gives(books: Books) -> None:
    ledger, models = books

    assert await Recounting(models, ledger).look() is None


async def test_a_look_that_ends_takes_no_count_from_a_publication_that_waits_for_it(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, models = books
    looked_at, looking, over = models.book.at // 2, asyncio.Event(), asyncio.Event()

    async def nothing_changed(*_: object) -> None:
        looking.set()
        await over.wait()

    async def read(after: int, limit: int) -> Sequence[Entry]:
        if after >= looked_at and not over.is_set():  # the publication's count: the look ends while it reads
            over.set()
            await look
        return await ledger.read(after, limit)

    counted = Recount()
    await counted.take(await ledger.read(0, 10_000))

    async def root(size: int) -> bytes:
        return bytes.fromhex(str(counted.root(size)))

    monkeypatch.setattr(recountings, "book_changed", nothing_changed)
    monkeypatch.setattr(recountings, "LARGE", 0)
    reads, known = Reads(models, ledger, root), Known(models.book, models.book.at)
    shown = await reads.summary(known, "2026", scope=CITY, cut_off=None, baseline=beside(), rules=2)
    recounting: Any = Recounting(
        SimpleNamespace(book=SimpleNamespace(at=looked_at), differs=None),  # pyright: ignore[reportArgumentType]
        SimpleNamespace(read=read),  # pyright: ignore[reportArgumentType]
    )
    look = asyncio.create_task(recounting.look())
    await looking.wait()

    await recounting.must_be(shown)

    assert look.done()


async def test_what_was_counted_is_gone_with_the_count_and_waits_for_nobody_who_looks_for_cycles(
    books: Books,
) -> None:
    recount = Recount()
    await recount.take(await books[0].read(0, 100))
    seldom_looked_for = weakref.ref(recount)  # Python looks for cycles seldom, in a service more seldom still

    del recount

    assert seldom_looked_for() is None


async def a_figure(book: Any) -> None:
    """A number of a chunk, and the digest that goes with it."""
    document = await book.figures.collection.find_one({"_id": 0})
    draft = read("figures", document, ROWS)
    values = np.array(draft.columns["value"])
    values[3] += 40
    changed = type(draft)({**draft.columns, "value": values}, draft.names)
    await book.figures.collection.replace_one({"_id": 0}, written(0, document["before"], changed))


async def a_chunk(book: Any) -> None:
    """A number of a chunk without its digest."""
    document = await book.findings.collection.find_one({"_id": 0})
    body = bytes(document["columns"])
    await book.findings.collection.update_one({"_id": 0}, {"$set": {"columns": body[:-1] + b"\7"}})


async def a_card(book: Any) -> None:
    await book.things["model"].update_one(
        {"card.field": "economy"}, {"$set": {"card.field": "culture_society"}}
    )


async def a_fact(book: Any) -> None:
    [document, *_] = await book.things["unit"].find({"facts": {"$exists": True}}).to_list(None)
    facts = runs_of(document, "facts")
    facts[0][5]["name"] = "Phường khác"
    await book.things["unit"].update_one({"_id": document["_id"]}, {"$set": {"facts": [orjson.dumps(facts)]}})


async def a_thing_more(book: Any) -> None:
    document = await book.things["model"].find_one({"card": {"$exists": True}})
    await book.things["model"].insert_one({**document, "_id": f"model/{uuid4()}"})


async def a_thing_less(book: Any) -> None:
    await book.things["recognition"].delete_one({"card": {"$exists": True}})


@pytest.mark.parametrize(
    ("tamper", "place"),
    [(a_figure, "figures"), (a_chunk, "findings"), (a_card, "model/"), (a_fact, "unit/"),
     (a_thing_more, "model/"), (a_thing_less, "recognition/")],
)  # fmt: skip
async def test_what_is_changed_in_the_store_is_named_with_what_the_ledger_gives(
    mongo_url: str, database: str, town: City, tamper: Callable[[Any], Awaitable[None]], place: str
) -> None:
    client = mongo.connect(mongo_url, "pymongo")
    ledger, models = await everything_of(client, database)
    for entry in town.ledger()[:700]:
        await ledger.append(entry.source, [entry.event])
    await models.catch_up()
    recounting = Recounting(models, ledger)
    assert await recounting.look() is None
    await tamper(models.book)

    found = await recounting.look()

    assert found is not None and found["place"].startswith(place), found
    assert found["expected"] != found["found"]
    assert (await models.status())["differs"] == found
    await models.rebuild()
    assert "differs" not in await models.status() and await recounting.look() is None
    await mongo.close(client)


async def test_a_figure_that_no_event_gives_is_not_published_and_is_an_alarm(
    mongo_url: str, fresh_nats_url: str, tmp_path: Any
) -> None:
    site = Site(tmp_path, mongo_url, fresh_nats_url, f"t{uuid4().hex[:10]}")
    town = City(3)
    town.found(4)
    town.live(days=200, acts=60)
    head = await fill(site, town.order)
    client = mongo.connect(mongo_url, "pymongo")
    _, models = await everything_of(client, f"{site.prefix}_reporting")
    await models.catch_up()
    await a_figure(models.book)
    await mongo.close(client)

    async with reporting(site) as doors:
        await until(lambda: _at(doors, head))
        refused = await doors.post(
            "/summaries/final-2030/publish?cut_off=2026-10-15", {}, role="approver", unit="ban-tgdv"
        )
        await until(lambda: _alarmed(doors))

    assert (refused.status_code, refused.json()["code"]) == (409, "figures.differ"), refused.text
    assert refused.json()["place"].startswith("figures.")


async def _at(doors: Any, head: int) -> bool:
    return (await doors.get("/readmodels")).json()["position"] >= head


async def _alarmed(doors: Any) -> bool:
    told = (await doors.get("/health/ready", role="operator")).json()
    return "figures.differ" in [alarm["code"] for alarm in told["alarms"]]
