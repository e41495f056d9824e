"""The ledger: gapless in both numberings, whoever appends and whatever happens on the way."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from time import monotonic
from typing import Any

import pytest

from services.cli.verifying.beside import hole_wrongs
from services.reporting.composition import LedgerLog
from services.reporting.ledger.finding import find
from services.reporting.ledger.ledger import Diverged, Ledger, Missing
from services.reporting.ledger.shortened import Shortened
from shared.errors import CorruptHistory, Unavailable
from shared.eventlog.port import Recorded
from shared.eventlog.signing import Signer
from shared.eventlog.tree import Tree
from shared.store import mongo
from shared.store.mongo import BulkWriteError
from shared.tlog.merkle import leaf_hash
from shared.tlog.note import LOG, SigningKey
from tests.support.lives import City

T = "2026-06-01T00:00:0{}.000000Z"


@pytest.fixture(scope="module")
def town() -> City:
    town = City(1)
    town.found(6)
    town.live(days=300, acts=150)
    return town


@pytest.fixture(params=["motor", "pymongo"])
async def handle(request: pytest.FixtureRequest, mongo_url: str, database: str) -> AsyncIterator[Any]:
    client = mongo.connect(mongo_url, request.param)
    yield mongo.database(client, database)
    await mongo.close(client)


@pytest.fixture
async def ledger(handle: Any) -> Ledger:
    return await opened(handle)


async def opened(handle: Any, clock: Callable[[], str] = lambda: T.format(0)) -> Ledger:
    ledger = Ledger(handle, clock)
    await ledger.start()
    return ledger


async def documents(handle: Any) -> list[dict[str, Any]]:
    return sorted(await handle["ledger"].find({}).to_list(None), key=lambda d: d["_id"])


def must_be_whole(found: Sequence[dict[str, Any]], *sources: Sequence[Recorded]) -> None:
    """Every event once, byte for byte, no gaps in either numbering, leaves of the bytes, time never back."""
    __tracebackhide__ = True
    assert [d["_id"] for d in found] == list(range(1, len(found) + 1))
    for events in sources:
        own = [d for d in found if events and d["source"] == events[0].service]
        assert [d["position"] for d in own] == [event.position for event in events]
        assert [d["event"].encode() for d in own] == [event.raw for event in events]
    assert len(found) == sum(len(events) for events in sources)
    assert all(bytes(d["leaf"]) == leaf_hash(d["event"].encode()) for d in found)
    assert [d["received"] for d in found] == sorted(d["received"] for d in found)
    assert all(d.keys() == {"_id", "source", "position", "received", "event", "leaf"} for d in found)


async def test_events_are_kept_byte_for_byte_in_the_order_they_came(
    handle: Any, ledger: Ledger, town: City
) -> None:
    await ledger.append("registry", town.registry.events[:5])
    await ledger.append("appraisal", town.appraisal.events[:2])

    assert await ledger.append("registry", town.registry.events[5:7]) == 7
    must_be_whole(await documents(handle), town.registry.events[:7], town.appraisal.events[:2])
    read = await ledger.read(3, 4)
    assert [(entry.n, entry.source, entry.position) for entry in read] == [
        (4, "registry", 4), (5, "registry", 5), (6, "appraisal", 1), (7, "appraisal", 2),
    ]  # fmt: skip
    assert [entry.n for entry in await (await opened(handle)).read(7)] == [8, 9]
    assert [entry.n for entry in await ledger.entries([9, 2, 2, 77])] == [2, 9]
    assert await ledger.head() == 9


async def test_what_is_there_already_is_passed_over(handle: Any, ledger: Ledger, town: City) -> None:
    await ledger.append("registry", town.registry.events[:5])

    assert await ledger.append("registry", town.registry.events[2:8]) == 8
    assert await ledger.append("registry", town.registry.events[:8]) == 8
    must_be_whole(await documents(handle), town.registry.events[:8])


async def test_other_bytes_at_a_position_are_a_divergence(handle: Any, ledger: Ledger, town: City) -> None:
    await ledger.append("registry", town.registry.events[:5])
    known = town.registry.events[3]
    forged = Recorded(raw := known.raw.replace(b"2026", b"2025", 1), leaf_hash(raw))

    with pytest.raises(Diverged) as diverged:
        await ledger.append("registry", [town.registry.events[2], forged])

    seen = diverged.value
    assert (seen.source, seen.position, seen.expected, seen.found) == (
        "registry", 4, known.leaf.hex(), forged.leaf.hex(),
    )  # fmt: skip
    must_be_whole(await documents(handle), town.registry.events[:5])


async def test_a_hole_is_never_written(handle: Any, ledger: Ledger, town: City) -> None:
    await ledger.append("registry", town.registry.events[:5])

    with pytest.raises(Missing) as missing:
        await ledger.append("registry", town.registry.events[6:9])
    with pytest.raises(CorruptHistory):
        await ledger.append("registry", [town.registry.events[5], town.registry.events[7]])
    with pytest.raises(CorruptHistory):
        await ledger.append("registry", town.appraisal.events[:1])

    assert (missing.value.source, missing.value.position) == ("registry", 6)
    must_be_whole(await documents(handle), town.registry.events[:5])


async def test_received_never_goes_back(handle: Any, town: City) -> None:
    times = iter((5, 3, 7))
    ledger = await opened(handle, lambda: T.format(next(times)))
    for event in town.registry.events[:3]:
        await ledger.append("registry", [event])

    assert [d["received"] for d in await documents(handle)] == [T.format(5), T.format(5), T.format(7)]
    late = await opened(handle, lambda: T.format(1))
    await late.append("registry", town.registry.events[3:4])
    assert (await documents(handle))[-1]["received"] == T.format(7)
    assert [await ledger.size_as_of(T.format(second)) for second in (4, 5, 6, 7)] == [0, 2, 2, 4]


async def test_many_sources_and_many_processes_append_at_once(handle: Any, town: City) -> None:
    sources = [source.events for source in (town.registry, town.appraisal, town.awards)]

    async def follow(ledger: Ledger, events: Sequence[Recorded], seed: int) -> None:
        rng = random.Random(seed)
        while (done := await ledger.checkpoint(events[0].service)) < len(events):
            await ledger.append(events[0].service, events[done : done + rng.randrange(1, 24)])

    processes = [await opened(handle) for _ in range(3)]
    await asyncio.gather(
        *(follow(ledger, events, seed) for seed, ledger in enumerate(processes) for events in sources)
    )

    must_be_whole(await documents(handle), *sources)
    for ledger in processes:
        assert await ledger.head() == sum(map(len, sources))


class Stumbling:
    """A collection whose insert goes wrong now and then: before it happens, after it happened, or half way."""

    def __init__(self, collection: Any, seed: int) -> None:
        self._collection = collection
        self._rng = random.Random(seed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collection, name)

    async def insert_many(self, batch: list[dict[str, Any]], **options: Any) -> Any:
        luck = self._rng.random()
        if luck < 0.25:
            raise mongo.AWAY[0]("it never happened")
        if luck < 0.5:
            await self._collection.insert_many(batch[: len(batch) // 2 + 1], **options)
            raise mongo.AWAY[0]("some of it happened and the answer was lost")
        if luck < 0.6:
            await self._collection.insert_many(batch, **options)
            wrong = {"writeErrors": [], "writeConcernErrors": [{"code": 64}], "nInserted": len(batch)}
            raise BulkWriteError(wrong)
        return await self._collection.insert_many(batch, **options)


@pytest.mark.parametrize("seed", range(3))
async def test_lost_answers_leave_no_hole_and_nothing_twice(handle: Any, town: City, seed: int) -> None:
    events = town.registry.events
    ledgers = [await opened(handle), await opened(handle)]
    for number, ledger in enumerate(ledgers):
        ledger._rows.collection = Stumbling(ledger._rows.collection, seed * 2 + number)

    async def follow(ledger: Ledger) -> None:
        while (done := await ledger.checkpoint("registry")) < len(events):
            await ledger.append("registry", events[done : done + 40])

    await asyncio.gather(*(follow(ledger) for ledger in ledgers))

    must_be_whole(await documents(handle), events)


async def test_a_store_that_stays_away_is_said_to_be_away(
    handle: Any, ledger: Ledger, town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        database = handle

        def __getattr__(self, name: str) -> Any:
            async def away(*_: Any, **__: Any) -> Any:
                raise mongo.AWAY[0]("away")

            return away

        def find(self, *_: Any, **__: Any) -> Any:
            return self

        sort = limit = find

    monkeypatch.setattr("services.reporting.ledger.ledger.SETTLE_SECONDS", 0.05)
    await ledger.append("registry", town.registry.events[:2])
    store, ledger._rows.collection = ledger._rows.collection, Away()

    with pytest.raises(Unavailable):
        await ledger.append("registry", town.registry.events[2:4])

    ledger._rows.collection = store
    assert await ledger.append("registry", town.registry.events[2:4]) == 4
    must_be_whole(await documents(handle), town.registry.events[:4])


async def test_an_event_is_found_by_its_id_which_grows_with_time(ledger: Ledger) -> None:
    town = City(9)
    rng, made = random.Random(4), iter(range(1, 10_000))

    def grown() -> str:
        """An id of about its place: two made at once may be written in either order."""
        place = next(made) * 8 + rng.randrange(40)
        return f"{place:08x}-0000-7000-a000-{rng.getrandbits(48):012x}"

    town.registry._ids = grown
    town.found(6)
    town.live(days=300, acts=300)
    events = town.registry.events
    await ledger.append("registry", events)

    assert len(events) > 150
    for event in (events[0], events[-1], *rng.sample(events, 20)):
        found = await find(ledger, "registry", event.id)
        assert found is not None and found.event.raw == event.raw
    assert await find(ledger, "registry", "ffffffff-0000-7000-a000-000000000000") is None
    assert await find(ledger, "awards", events[0].id) is None


async def told_of(ledger: Ledger, signer: Signer, *, held_back: bool = False) -> list[tuple[int, str, str]]:
    """What a process that begins with this ledger puts on record."""
    found: list[tuple[int, str, str]] = []

    async def tell(*what: Any) -> None:
        found.append(what)

    shortened = Shortened(ledger, signer, lambda: True if held_back else None)
    await shortened.look()
    await shortened.tell(tell)
    return found


async def test_entries_that_were_signed_and_are_gone_are_put_on_record(
    handle: Any, ledger: Ledger, town: City
) -> None:
    events = town.registry.events[:5]
    await ledger.append("registry", events)
    tree = Tree(handle, LedgerLog(ledger), "ledger_tiles")
    await tree.apply(events)
    key = SigningKey("dvk.test/ledger", LOG, bytes(32))
    await Signer(key, tree, handle, lambda: 5, "ledger_signed").checkpoint()

    signer = Signer(key, tree, handle, lambda: 5, "ledger_signed")
    assert await told_of(await opened(handle), signer) == []
    await handle["ledger"].delete_many({"_id": {"$gt": 3}})
    again = await opened(handle)
    assert await told_of(again, signer) == [(4, "ledger of 5 entries", "ledger of 3 entries")]
    assert await told_of(again, signer, held_back=True) == [], "out of a backup that signed meanwhile"
    await again.append("registry", events)
    assert await told_of(again, signer) == [], "they came again, and it is on record that they had gone"


async def test_a_document_that_is_missing_before_others_is_named_at_its_number(
    handle: Any, ledger: Ledger, town: City
) -> None:
    await ledger.append("registry", town.registry.events[:5])
    assert await hole_wrongs(handle, "ledger", "ledger", 5) == []
    await handle["ledger"].delete_many({"_id": {"$in": [2, 3]}})
    [wrong] = await hole_wrongs(handle, "ledger", "ledger", 1)
    assert (wrong.log, wrong.position, wrong.expected, wrong.found) == ("ledger", 2, "_id 2", "_id 4")
    assert await hole_wrongs(handle, "ledger", "ledger", 3) == [], "it came meanwhile"


async def test_an_entry_that_somebody_took_away_is_not_asked_for_without_a_rest(
    handle: Any, ledger: Ledger, town: City
) -> None:
    await ledger.append("registry", town.registry.events[:5])
    taken = await handle["ledger"].find_one({"_id": 3})
    await handle["ledger"].delete_one({"_id": 3})
    again = await opened(handle)

    async def looked(after: int) -> tuple[list[int], float]:
        found, began = [entry.n for entry in await again.read(after)], monotonic()
        await again.wait_beyond(after, 0.3)
        return found, monotonic() - began

    assert (await looked(1))[0] == [2]
    found, rested = await looked(2)
    assert found == [] and rested > 0.2
    await handle["ledger"].insert_one(taken)
    found, rested = await looked(2)
    assert found == [3, 4, 5] and rested < 0.2
