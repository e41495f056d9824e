"""The directory says what the store says: after writing, after another process wrote, after a new start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

import services.reporting.books as books_module
from services.reporting.books import Book
from services.reporting.directory import CHOSEN, Shelf, fitting, ordered
from services.reporting.domain.entry import Entry
from services.reporting.domain.thing import card_at
from shared import mongo
from tests.support.lives import City


@pytest.fixture(params=["motor", "pymongo"])
async def client(request: pytest.FixtureRequest, mongo_url: str) -> AsyncIterator[Any]:
    client = mongo.connect(mongo_url, request.param)
    yield client
    await mongo.close(client)


def entries() -> list[Entry]:
    town = City(21)
    town.found(8)
    town.live(days=300, acts=150)
    return town.ledger()


async def opened(client: Any, database: str) -> Book:
    book = Book(client, mongo.database(client, database), 1)
    await book.start()
    return book


def kept(book: Book) -> dict[str, Any]:
    """Everything the directory knows, by thing."""
    everything = {
        f"{kind}/{row.ident}": (row.since, row.first, dict(row.members))
        for kind, shelf in book.directory.shelves.items()
        for row in shelf.look(10**9, lambda members: True).rows
    }
    return dict(sorted(everything.items()))


async def must_agree(book: Book, at: int) -> None:
    """What is kept is what stands in the store."""
    __tracebackhide__ = True
    assert book.directory.at == at
    stored: dict[str, Any] = {}
    for kind, members in CHOSEN.items():
        for document in await book.things[kind].find({"card": {"$exists": True}}).to_list(None):
            card = document["card"]
            chosen = {
                m: tuple(card[m]) if isinstance(card[m], list) else card[m] for m in members if m in card
            }
            if "search" in chosen:
                chosen["search"] = f" {chosen['search']}"
            stored[document["_id"]] = (document["from"], document["first"], chosen)
    assert kept(book) == dict(sorted(stored.items()))


async def test_what_is_written_is_known_and_a_new_start_knows_the_same(client: Any, database: str) -> None:
    told = entries()
    book = await opened(client, database)
    for at in range(0, len(told), 40):
        await book.apply(told[at : at + 40])

    await must_agree(book, len(told))
    await must_agree(await opened(client, database), len(told))


@pytest.mark.parametrize("remembered", [512, 2], ids=["little was missed", "too much was missed"])
async def test_what_another_process_wrote_is_learnt(
    client: Any, database: str, monkeypatch: pytest.MonkeyPatch, remembered: int
) -> None:
    monkeypatch.setattr(books_module, "REMEMBERED", remembered)
    told = entries()
    writer, reader = await opened(client, database), await opened(client, database)
    for at in range(0, 120, 20):
        await writer.apply(told[at : at + 20])
        if at % 60 == 40:
            await reader.look()
            await must_agree(reader, at + 20)


async def test_of_what_changed_since_only_the_store_knows_what_it_was(client: Any, database: str) -> None:
    told = entries()
    book = await opened(client, database)
    await book.apply(told)
    half = len(told) // 2
    shelf = book.directory.shelves["model"]
    found = shelf.look(half, lambda members: True)
    documents = await book.things["model"].find({}).to_list(None)
    then = {card["id"] for document in documents if (card := card_at(document, half)) is not None}

    assert {row.ident for row in found.rows} | set(found.changed) == then
    assert found.changed and not {row.ident for row in found.rows} & set(found.changed)
    assert all(row.since <= half for row in found.rows)


def test_members_words_and_units_choose() -> None:
    members = {"unit": "a", "field": "economy", "recognised": ("city",), "search": " nuoi heo dat"}

    for where, circles, words, fits in [
        ({}, [], [], True),
        ({"field": "economy", "recognised": "city"}, [frozenset("a")], ["heo", "nuoi"], True),
        ({"field": "culture_society"}, [], [], False),
        ({"recognised": "grassroots"}, [], [], False),
        ({"year": 2026}, [], [], False),
        ({}, [frozenset("b")], [], False),
        ({}, [frozenset("ab"), frozenset("b")], [], False),
        ({}, [], ["eo"], False),
    ]:
        assert fitting(where, circles, ("unit",), words)(members) is fits


def test_the_order_is_that_of_the_members_then_of_the_ids() -> None:
    shelf = Shelf(("supplement", "model_name"))
    for ident, supplement, name in [("c", 10, "B"), ("a", 2, "B"), ("b", 2, "B"), ("d", 2, "A")]:
        shelf.put(ident, {"supplement": supplement, "model_name": name}, 1, 1)
    rows = shelf.look(1, lambda members: True).rows

    assert [row.ident for row in ordered(rows, ("supplement", "model_name"), 3)] == ["d", "a", "b"]
    assert [row.ident for row in ordered(rows, ("supplement",), 9)] == ["a", "b", "d", "c"]
