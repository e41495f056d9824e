"""The directory says what the store says: after writing, after another process wrote, after a new start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from random import Random
from typing import Any

import pytest

import services.reporting.store.generation as books_module
import services.reporting.store.index as index_module
from services.reporting.facts.entity import card_at
from services.reporting.facts.entry import Entry
from services.reporting.figures.cards import Card
from services.reporting.figures.lists import CHOSEN
from services.reporting.store.choosing import Fits, fitting
from services.reporting.store.generation import Book
from services.reporting.store.index import Shelf, Version, ordered
from services.reporting.store.orders import Order
from shared.store import mongo
from tests.support.holding import longest_call, watched_loop
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


def chosen(card: Card, members: Sequence[str]) -> dict[str, Any]:
    """What the directory is to keep of a card."""
    of = {m: tuple(card[m]) if isinstance(card[m], list) else card[m] for m in members if m in card}
    return of if "search" not in of else {**of, "search": f" {of['search']}"}


async def must_agree(book: Book, at: int) -> None:
    """What is kept is what stands in the store, as known at every so many sizes of the ledger."""
    __tracebackhide__ = True
    assert book.directory.at == at
    for kind, members in CHOSEN.items():
        documents = await book.things[kind].find({"card": {"$exists": True}}).to_list(None)
        for size in {0, 1, *range(0, at, 23), at - 1, at}:
            cards = {
                card["id"]: chosen(card, members)
                for document in documents
                if (card := card_at(document, size)) is not None
            }
            rows = book.directory.shelves[kind].look(size, lambda members: True)
            assert {row.ident: row.members for row in rows} == cards


async def test_what_is_written_is_known_and_a_new_start_knows_the_same(client: Any, database: str) -> None:
    told = entries()
    book = await opened(client, database)
    for at in range(0, len(told), 40):
        await book.apply(told[at : at + 40])

    await must_agree(book, len(told))
    await must_agree(await opened(client, database), len(told))


async def test_a_new_start_that_needs_many_runs_knows_the_same(
    client: Any, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books_module, "STRETCH", 16)
    monkeypatch.setattr(books_module, "ASKED_AT_ONCE", 3)
    told = entries()
    book = await opened(client, database)
    for at in range(0, len(told), 10):
        await book.apply(told[at : at + 10])

    assert await book.ids.count_documents({}) > 10
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


def test_what_was_shown_for_a_time_is_found_then_and_not_before_or_after() -> None:
    shelf = Shelf(("state", "recognised"))
    versions: list[Version] = [
        (5, {"state": "registered", "name": "A"}),
        (7, {"state": "registered", "name": "B"}),  # nothing that lists choose by
        (8, {"state": "received", "recognised": ["city"]}),
        (9, {"state": "received"}),
        (11, {"state": "ended", "recognised": ["city"]}),
    ]
    shelf.put("m", versions)

    for size, found in [
        (4, None), (5, {"state": "registered"}), (7, {"state": "registered"}),
        (8, {"state": "received", "recognised": ("city",)}), (9, {"state": "received"}), (10, {"state": "received"}),
        (11, {"state": "ended", "recognised": ("city",)}), (99, {"state": "ended", "recognised": ("city",)}),
    ]:  # fmt: skip
        assert [row.members for row in shelf.look(size, lambda members: True)] == (
            [] if found is None else [found]
        )
    assert shelf.look(8, fitting({"state": "received"})) and not shelf.look(
        11, fitting({"state": "received"})
    )


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


def test_what_is_chosen_by_values_at_once_is_what_is_chosen_one_by_one() -> None:
    chance, members = Random(7), ("unit", "level", "field", "waits", "search")
    at_once, one_by_one = Shelf(members, ("unit", "level", "field", "waits")), Shelf(members)
    for n in range(1, 600):
        card = {
            "unit": chance.choice("abcd"),
            "level": chance.sample(("city", "grassroots"), chance.randrange(3)),
            "search": chance.choice(("nuoi heo", "trong rau")),
            **({"field": chance.choice(("economy", "none"))} if chance.random() < 0.7 else {}),
            **({"waits": [{"what": "accept"}]} if chance.random() < 0.5 else {}),
        }
        for shelf in (at_once, one_by_one):
            shelf.show(f"m{n * 31 % 200}", n, card)

    ways: list[Fits] = [
        fitting(),
        fitting({"level": "city"}),
        fitting({"field": "economy", "unit": "a"}),
        fitting({}, [frozenset("ab"), frozenset("bc")], ("unit",)),
        fitting({}, [frozenset(("a", "none"))], ("unit", "field")),
        fitting(there=("waits",)),
        fitting({"level": "grassroots"}, words=["rau"], there=("field",)),
        fitting({"unit": "d"}).also(lambda members: "field" not in members),
        lambda members: members["unit"] == "b",
    ]
    for fits in ways:
        for size in (0, 1, 100, 300, 598, 599):
            found = [
                {row.ident: row.members for row in shelf.look(size, fits)} for shelf in (at_once, one_by_one)
            ]
            assert found[0] == found[1] and (size < 300 or found[0])


def test_the_order_is_that_of_the_members_then_of_the_ids() -> None:
    shelf = Shelf(("supplement", "model_name"))
    for ident, supplement, name in [("c", 10, "B"), ("a", 2, "B"), ("b", 2, "B"), ("d", 2, "A")]:
        shelf.put(ident, [(1, {"supplement": supplement, "model_name": name})])
    rows = shelf.look(1, lambda members: True)

    assert [row.ident for row in ordered(rows, ("supplement", "model_name"), 3)] == ["d", "a", "b"]
    assert [row.ident for row in ordered(rows, ("supplement",), 9)] == ["a", "b", "d", "c"]


@pytest.mark.parametrize("few", [0, 64], ids=["put in order anew", "one by one"])
@pytest.mark.parametrize("soon", [0, 10, 2_000], ids=["by orders kept", "by either", "by what is found"])
async def test_a_page_is_the_beginning_of_all_in_their_order_at_every_size(
    few: int, soon: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "FEW", few)
    monkeypatch.setattr(index_module, "SOON", soon)
    chance = Random(4)
    shelf = Shelf(("state", "sort"), ("state",))
    told: dict[str, list[Version]] = {}
    everything, received = fitting({}), fitting({"state": "received"}).also(lambda of: of["sort"] > "a")
    for n in range(1, 400):
        ident = f"m{chance.randrange(60)}"
        card = {"state": chance.choice(("registered", "received")), "sort": chance.choice("abcdef")}
        versions = told.setdefault(ident, [])
        if versions and chance.random() < 0.1:
            versions[-1] = (versions[-1][0], card)
        else:
            versions.append((n, card))
        shelf.show(ident, versions[-1][0], card)
        if n % 20 == 0:
            anew = Shelf(("state", "sort"))
            for each, cards in told.items():
                anew.put(each, cards)
            for size in (1, n // 2, n - 1, n):
                for fits in (everything, received):
                    rows = anew.look(size, fits)
                    total, page = await shelf.page(size, fits, ("sort",), 7)
                    assert (total, page) == (len(rows), ordered(rows, ("sort",), 7))


MANY = 30_000


def crowd(many: int) -> Shelf:
    """A shelf of so many things, in an order of their own, all there from entry 1 on."""
    shelf = Shelf(("state", "sort"))
    for n in range(many):
        shelf.put(
            f"m{n}", [(1, {"state": "received" if n % 3 else "registered", "sort": f"{n * 7919 % many:06}"})]
        )
    return shelf


@pytest.mark.parametrize("again", [False, True], ids=["a first order", "an order that is kept"])
async def test_what_is_written_while_a_page_is_made_stands_in_the_next(again: bool) -> None:
    shelf, received = crowd(3_000), fitting({"state": "received"})
    if again:
        await shelf.page(1, received, ("sort",), 5)
    before = shelf.look(1, received)
    made = asyncio.create_task(shelf.page(1, received, ("sort",), 50))
    for n in range(0, 3_000, 3):
        await asyncio.sleep(0)
        shelf.show(f"m{n}", 2 + n, {"state": "received", "sort": f"{n * 31 % 3_000:06}"})

    assert await made == (len(before), ordered(before, ("sort",), 50))
    for size in (1, 1_500, 3_000):
        rows = shelf.look(size, received)
        assert await shelf.page(size, received, ("sort",), 50) == (len(rows), ordered(rows, ("sort",), 50))


async def test_a_page_is_whole_though_all_is_forgotten_meanwhile() -> None:
    shelf, everything = crowd(3_000), fitting({})
    made = asyncio.create_task(shelf.page(1, everything, ("sort",), 5))
    await asyncio.sleep(0)
    shelf.clear()
    shelf.put("other", [(1, {"state": "received", "sort": "a"})])

    total, rows = await made
    assert (total, len(rows)) == (3_000, 5)
    assert [row.ident for row in (await shelf.page(1, everything, ("sort",), 5))[1]] == ["other"]


@pytest.mark.thorough
async def test_a_page_of_very_many_does_not_hold_the_loop() -> None:
    shelf = crowd(MANY)
    with watched_loop() as held:
        first = await shelf.page(1, fitting({"state": "received"}), ("sort",), 5)
        assert await shelf.page(1, fitting({"state": "received"}), ("sort",), 5) == first
    assert first[0] == MANY * 2 // 3
    held.must_be_short(0.5)


@pytest.mark.thorough
def test_no_step_of_an_order_holds_the_other_threads() -> None:
    order = Order()
    keys = {f"m{n}": (f"{n * 7919 % MANY:06}", f"m{n}") for n in range(MANY)}
    longest_call(lambda: order.sort(keys, keys.__getitem__)).must_be_short(0.5)
    assert order.idents == sorted(keys, key=keys.__getitem__)
