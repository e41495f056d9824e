"""Histories as they are asked for over HTTP: between two dates, and of every kind of thing."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any
from uuid import uuid4

import orjson
import pytest
import pytest_asyncio

from services.reporting.documents.report import Lang
from services.reporting.facts.entry import Entry
from services.reporting.facts.history import lines
from services.reporting.ledger.ledger import Ledger
from services.reporting.queries import histories
from services.reporting.queries.owning import KINDS
from shared.contracts.catalog import SERVICES, events_of
from shared.contracts.words import words
from shared.store import mongo
from tests.support import stack
from tests.support.asking import Asking, asking_about, everything_of
from tests.support.bundles import in_order, recorded
from tests.support.every import EVERY, town_of_every_event
from tests.support.lives import City

pytestmark = pytest.mark.asyncio(loop_scope="module")

CITY = timezone(timedelta(hours=7))


def lived() -> City:
    """A city that has lived for sixteen months."""
    town = City(11)
    town.found(8)
    town.live(days=500, acts=260)
    return town


@pytest.fixture(scope="module")
def town() -> City:
    return lived()


@contextmanager
def folded(servers: stack.Servers, mongo_url: str, town: City) -> Generator[str]:
    """The name of a database that holds a town's ledger, each entry received when it was recorded."""
    name = f"test_{uuid4().hex[:12]}"

    async def fold() -> None:
        client = mongo.connect(mongo_url, "pymongo")
        await received(client, name, town.ledger())
        _, models = await everything_of(client, name)
        await models.catch_up()
        await mongo.close(client)

    asyncio.run(fold())
    yield name
    stack.drop_databases(servers, name)


async def received(client: Any, name: str, entries: Sequence[Entry]) -> None:
    """Put these entries at the end of the ledger."""
    now = [""]
    ledger = Ledger(mongo.database(client, name), lambda: now[0])
    await ledger.start()
    for entry in entries:
        now[0] = entry.received
        await ledger.append(entry.source, [entry.event])


@pytest.fixture(scope="module")
def filled(servers: stack.Servers, mongo_url: str, town: City) -> Iterator[str]:
    with folded(servers, mongo_url, town) as name:
        yield name


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asking(mongo_url: str, filled: str, town: City) -> AsyncIterator[Asking]:
    async with asking_about(town, mongo_url, filled) as door:
        yield door


@pytest.fixture(scope="module")
def of_every_event(servers: stack.Servers, mongo_url: str) -> Iterator[str]:
    with folded(servers, mongo_url, town_of_every_event()) as name:
        yield name


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def every(mongo_url: str, of_every_event: str) -> AsyncIterator[Asking]:
    async with asking_about(town_of_every_event(), mongo_url, of_every_event) as door:
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


async def test_what_an_actor_did_is_told_the_same_page_by_page_and_only_a_part_of_it_is_at_hand(
    every: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "TOGETHER", 5)
    acts: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in every.entries:
        acts[str(entry.event.envelope["actor"])].append(entry)
    pointing = 0
    for actor, entries in acts.items():
        told: list[dict[str, Any]] = []
        while len(told) < len(entries):
            answer = await every.get(f"/histories/actors/{actor}", limit=7, offset=len(told))
            assert answer["total"] == len(entries)
            told += answer["events"]
        for line in told:
            line.pop("about", None)
        assert told == orjson.loads(orjson.dumps(lines(entries)))
        pointing += sum("corrected_by" in line or "ledger" in line.get("corrects", {}) for line in told)
    assert pointing > 1


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


# --- whose history an event stands in -----------------------------------------------------------------


def things_of(entries: Sequence[Entry]) -> list[str]:
    """Everything that has a history, of which these entries tell."""
    things = {entry.event.stream for entry in entries}
    things |= {
        f"commendation/{e.event.data['commendation']}" for e in entries if "commendation" in e.event.data
    }
    return sorted(thing for thing in things if thing.partition("/")[0] in KINDS)


async def test_the_table_of_whose_history_an_event_stands_in_has_every_event_of_the_catalogue() -> None:
    there = {(service, name) for service in SERVICES for name, _ in events_of(service)}
    assert there - {(row.service, row.name) for row in EVERY} == set(), "add it to tests/support/every.py"
    assert {(row.service, row.name) for row in EVERY} - there == set()
    assert {thing.partition("/")[0] for row in EVERY for thing in row.things} == KINDS


async def test_every_event_stands_in_the_history_of_everything_it_concerns_and_of_nothing_else(
    every: Asking,
) -> None:
    found: list[set[str]] = [set() for _ in EVERY]
    for thing in sorted({thing for row in EVERY for thing in row.things}):
        history = await every.get(f"/histories/{thing}")
        numbers = [line["ledger"] for line in history["events"]]
        assert numbers == sorted(set(numbers))
        for n in numbers:
            found[n - 1].add(thing)
    for row, things in zip(EVERY, found, strict=True):
        assert things == row.things, f"{row.name} of {row.stream}"


@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_every_kind_of_thing_has_a_history_to_read_and_to_put_on_file(
    every: Asking, lang: Lang
) -> None:
    seen = set[str]()
    for thing in things_of(every.entries):
        kind = thing.partition("/")[0]
        history = await every.get(f"/histories/{thing}", lang=lang)
        on_file = await every.http.get(f"/histories/{thing}.csv?lang={lang}", headers={"who": "auditor:ai"})
        seen.add(kind)

        assert (history["kind"], f"{kind}/{history['id']}") == (kind, thing)
        assert on_file.headers["Content-Language"] == lang
        for line in history["events"]:
            assert f"{line['source']}:{line['position']}" in on_file.text
            assert words(lang).things[kind] and words(lang).kinds[line["event"]] in on_file.text
    assert seen == KINDS


async def test_what_nobody_has_told_of_has_no_history_and_the_answer_says_of_which_kind(
    every: Asking,
) -> None:
    for kind in KINDS:
        for suffix in ("", ".csv", ".pdf", ".bundle"):
            path = f"/histories/{kind}/khong-co{suffix}"
            assert await every.problem(path) == (404, f"{kind}.unknown")
    assert await every.problem("/histories/dream/1") == (404, "history.unknown-kind")
    assert await every.problem("/histories/actors/khong-co") == (404, "actor.unknown")


async def test_every_line_says_who_when_where_it_is_logged_and_on_what_ground(every: Asking) -> None:
    for thing in things_of(every.entries):
        for line in (await every.get(f"/histories/{thing}"))["events"]:
            entry = every.entries[line["ledger"] - 1]
            told = entry.event
            assert (line["source"], line["position"]) == (told.service, told.position)
            assert line["entry"] == f"/log/entries?from={told.position}&limit=1"
            assert (line["on"], line["time"], line["received"]) == (
                told.data["on"],
                told.time,
                entry.received,
            )
            assert (line["actor"], line["role"]) == (told.envelope["actor"], told.envelope["actorrole"])
            assert line.get("unit") == told.envelope.get("actorunit")
            if "decision" in told.data:
                assert {"as": "decision", **told.data["decision"]} in line["documents"]
            for version in ("policy_version", "criteria_version", "forms_version"):
                assert line["under"].get(version) == told.data.get(version)


async def test_in_every_history_a_correction_and_what_it_corrects_point_at_each_other(every: Asking) -> None:
    corrections = set[str]()
    for thing in things_of(every.entries):
        lines = {line["ledger"]: line for line in (await every.get(f"/histories/{thing}"))["events"]}
        for n, line in lines.items():
            if line["event"] == "RecordCorrected":
                target = lines[line["corrects"]["ledger"]]
                assert n in target["corrected_by"]
                assert target["id"] == line["data"]["corrects"]
                corrections.add(thing.partition("/")[0])
    assert corrections >= {"model", "round", "commendation", "recognition", "unit-report", "unit", "adoption"}


async def test_every_history_is_what_the_record_of_heads_has_of_the_thing(every: Asking) -> None:
    """But for what became of a person whom it names: that is told of the person, in the record and its bundles."""
    subjects = recorded(every.town)
    for thing in things_of(every.entries):
        lines = (await every.get(f"/histories/{thing}"))["events"]
        told = in_order(every.entries[line["ledger"] - 1].event for line in lines)
        events = [event for event in told if not event.stream.startswith("person/") or event.stream == thing]
        assert [event.id for event in subjects.told_of(thing)] == [event.id for event in events], thing


# --- as known then --------------------------------------------------------------------------------------


@pytest.mark.parametrize("played", [town_of_every_event, lived])
async def test_a_history_as_known_then_is_what_was_answered_when_the_ledger_was_that_long(
    servers: stack.Servers, mongo_url: str, played: Callable[[], City]
) -> None:
    rng, town = Random(3), played()
    whole = town.shuffled(3)
    sizes = sorted({*rng.sample(range(1, len(whole)), 8), len(whole)})
    name, client = f"test_{uuid4().hex[:12]}", mongo.connect(mongo_url, "pymongo")
    then: dict[tuple[str, int], Any] = {}
    try:
        for done, size in zip([0, *sizes], sizes, strict=False):
            await received(client, name, whole[done:size])
            _, models = await everything_of(client, name)
            await models.catch_up()
            things = things_of(whole[:size])
            async with asking_about(town, mongo_url, name) as door:
                for thing in rng.sample(things, min(40, len(things))):
                    then[thing, size] = await door.get(f"/histories/{thing}")
        async with asking_about(town, mongo_url, name) as door:
            for (thing, size), answer in then.items():
                assert await door.get(f"/histories/{thing}", at=size) == answer
                first = answer["events"][0]["ledger"]
                assert (await door.problem(f"/histories/{thing}", at=first - 1))[0] == 404
    finally:
        await mongo.close(client)
        stack.drop_databases(servers, name)
