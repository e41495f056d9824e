"""Histories as they are asked for over HTTP: between two dates, and of every kind of thing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest

from shared import mongo
from tests.support import stack
from tests.support.asking import Asking, asking_about, everything_of
from tests.support.console import fill
from tests.support.lives import City

CITY = timezone(timedelta(hours=7))


@pytest.fixture(scope="module")
def town() -> City:
    town = City(11)
    town.found(8)
    town.live(days=500, acts=260)
    return town


@pytest.fixture(scope="module")
def filled(servers: stack.Servers, mongo_url: str, town: City) -> Iterator[str]:
    """The name of a database that holds the town's ledger, each entry received when it was recorded."""
    name = f"test_{uuid4().hex[:12]}"

    async def folded() -> None:
        await fill(mongo_url, name, town)
        client = mongo.connect(mongo_url, "pymongo")
        _, models = await everything_of(client, name)
        await models.catch_up()
        await mongo.close(client)

    asyncio.run(folded())
    yield name
    stack.drop_databases(servers, name)


@pytest.fixture
async def asking(mongo_url: str, filled: str, town: City) -> AsyncIterator[Asking]:
    async with asking_about(town, mongo_url, filled) as door:
        yield door


def day_of(entry: Any) -> str:
    """The day in the city on which an entry was received."""
    return datetime.fromisoformat(entry.received).astimezone(CITY).date().isoformat()


def size_on(entries: list[Any], day: str) -> int:
    """How long the ledger was at the end of a day in the city."""
    return sum(day_of(entry) <= day for entry in entries)


def a_long_life(entries: list[Any]) -> str:
    """The model of which most is told."""
    models = [entry.event.data["model"] for entry in entries if "model" in entry.event.data]
    return max(sorted(set(models)), key=models.count)


# --- between two dates --------------------------------------------------------------------------------


async def test_a_date_means_the_ledger_at_the_end_of_that_day_in_the_city(asking: Asking) -> None:
    model = a_long_life(asking.entries)
    whole = await asking.get(f"/histories/model/{model}")
    for entry in (asking.entries[line["ledger"] - 1] for line in whole["events"]):
        day = day_of(entry)
        size = size_on(asking.entries, day)
        by_day = await asking.get(f"/histories/model/{model}", at=day)

        assert by_day["ledger_size"] == size >= entry.n
        assert by_day == await asking.get(f"/histories/model/{model}", at=size)
        assert by_day == await asking.get(f"/histories/model/{model}", as_of=day)


async def test_what_changed_between_two_dates_is_what_changed_between_their_ledger_sizes(
    asking: Asking,
) -> None:
    model = a_long_life(asking.entries)
    path = f"/histories/model/{model}"
    lines = (await asking.get(path))["events"]
    first, last = (day_of(asking.entries[lines[place]["ledger"] - 1]) for place in (0, -2))
    begin, end = (size_on(asking.entries, day) for day in (first, last))
    between = await asking.get(path, since=first, at=last)
    states = [(await asking.get(path, at=size))["state"] for size in (begin, end)]

    assert between == await asking.get(path, since=begin, at=end)
    assert (between["since"], between["ledger_size"]) == (begin, end)
    assert [line["ledger"] for line in between["events"]] == [
        line["ledger"] for line in lines if begin < line["ledger"] <= end
    ]
    for name, change in between["changed"].items():
        assert [change.get(side) for side in ("from", "to")] == [state.get(name) for state in states]
    assert {name for name in states[1] if states[0].get(name) != states[1][name]} - {"from"} <= set(
        between["changed"]
    )
    assert between["events"]


async def test_nothing_changed_after_the_day_that_is_asked_about_last(asking: Asking) -> None:
    path = f"/histories/model/{a_long_life(asking.entries)}"
    day = day_of(asking.entries[-1])
    shown = await asking.get(path, since=day, at=day)

    assert (shown["changed"], shown["events"]) == ({}, [])


async def test_what_an_actor_did_between_two_dates_is_told_alone(asking: Asking) -> None:
    whole = (await asking.get("/histories/actors/approver", limit=500))["events"]
    middle = day_of(asking.entries[whole[len(whole) // 2]["ledger"] - 1])
    before = await asking.get("/histories/actors/approver", at=middle, limit=500)
    after = await asking.get("/histories/actors/approver", since=middle, limit=500)

    assert [*before["events"], *after["events"]] == whole
    assert before["total"] and after["total"] == len(after["events"]) > 0


@pytest.mark.parametrize("where", ["/histories/model/{model}", "/histories/actors/approver"])
@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"since": "2026-02-30"}, "date.malformed"),
        ({"since": "2026-1-1"}, "date.malformed"),
        ({"since": "2026-01-01T10:00"}, "date.malformed"),
        ({"at": "2026-13-01"}, "date.malformed"),
        ({"as_of": "01/02/2026"}, "date.malformed"),
        ({"as_of": "9999-12-31T23:59:59-23:59"}, "date.malformed"),
        ({"since": "yesterday"}, "query.malformed"),
        ({"since": "-1"}, "query.malformed"),
        ({"since": "2019-12-31"}, "date.too-early"),
        ({"at": "1900-01-01"}, "date.too-early"),
        ({"as_of": "1999-12-31"}, "date.too-early"),
        ({"since": "2026-01-04"}, "date.before-ledger"),
        ({"at": "2026-01-04"}, "date.before-ledger"),
        ({"as_of": "2026-01-04T10:00:00+07:00"}, "date.before-ledger"),
        ({"since": "2028-01-01"}, "date.in-future"),
        ({"at": "2028-01-01"}, "date.in-future"),
        ({"as_of": "2028-01-01T00:00:00+07:00"}, "date.in-future"),
        ({"since": "1000000"}, "at.beyond-ledger"),
        ({"since": "20", "at": "10"}, "since.after-at"),
        ({"since": "2026-06-01", "at": "2026-05-01"}, "since.after-at"),
    ],
)
async def test_a_day_that_cannot_be_asked_about_is_refused_with_the_reason(
    asking: Asking, where: str, params: dict[str, str], code: str
) -> None:
    path = where.format(model=a_long_life(asking.entries))
    assert await asking.problem(path, **params) == (422, code)


@pytest.mark.parametrize("suffix", ["pdf", "csv", "bundle"])
async def test_what_is_put_on_file_always_holds_the_whole_history(asking: Asking, suffix: str) -> None:
    path = f"/histories/model/{a_long_life(asking.entries)}.{suffix}"
    assert await asking.problem(path, since="1") == (422, "since.in-json-only")
