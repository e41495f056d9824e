"""The record of all heads over a real store: made anew or half made before, it is the same and can be proven."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

import services.reporting.ledger.heads as heads_module
from services.reporting.ledger.heads import HeadsOfAll
from services.reporting.ledger.ledger import Ledger
from shared.contracts.reporting import RecordHeads
from shared.eventlog.port import Recorded
from shared.store import mongo
from shared.tlog.bundle import head_line
from shared.tlog.merkle import leaf_hash, root, verify_inclusion
from tests.support.bundles import heads_of
from tests.support.lives import City, Source

TODAY = date(2027, 1, 1)


class Telling:
    """Takes the place of the own log: what is asked for is recorded, unless it is told to die first."""

    def __init__(self) -> None:
        self.source = Source(
            "reporting", iter(f"00000000-0000-7000-8000-{n:012}" for n in range(9999)).__next__
        )
        self.by_command: dict[str, Recorded] = {}
        self.dies = False

    async def record(self, command: RecordHeads, command_id: str) -> None:
        if self.dies:
            raise ConnectionError("died before it was said")
        if command_id not in self.by_command:
            data = {"on": TODAY.isoformat(), **command.model_dump(mode="json", exclude_none=True)}
            told = self.source.tell("witnessed-log/all", "HeadsRecorded", data, "2027-01-01T00:00:00.000000Z")
            self.by_command[command_id] = told

    async def recorded(self, command_id: str) -> Recorded | None:
        return self.by_command.get(command_id)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of four lines, so that a small city has many."""
    monkeypatch.setattr(heads_module, "LEVEL", 2)
    monkeypatch.setattr(heads_module, "LINES", 4)


@pytest.fixture(params=["motor", "pymongo"])
async def handle(request: pytest.FixtureRequest, mongo_url: str, database: str) -> AsyncIterator[Any]:
    client = mongo.connect(mongo_url, request.param)
    yield mongo.database(client, database)
    await mongo.close(client)


def city() -> list[Recorded]:
    town = City(11)
    town.found(6)
    town.live(days=300, acts=120)
    return town.registry.events


async def opened(handle: Any, telling: Telling) -> tuple[Ledger, HeadsOfAll]:
    ledger = Ledger(handle, lambda: "2027-01-01T00:00:00.000000Z")
    await ledger.start()
    return ledger, HeadsOfAll(handle, ledger, telling.record, telling.recorded, lambda: TODAY)


async def prove(event: Recorded) -> bytes:
    return b"proof of " + event.id.encode()


async def must_hold(heads: HeadsOfAll, events: list[Recorded]) -> None:
    """The newest record is of exactly these events, and every head of them can be proven."""
    __tracebackhide__ = True
    lines = heads_of(events)
    newest = await heads.newest()
    assert newest is not None
    assert (newest.size, newest.count) == (len(events), len(lines))
    assert newest.root == root([leaf_hash(line) for line in lines])
    made = await heads.proofs(events, prove)
    assert made is not None and made.proof.startswith(b"proof of ")
    assert sorted(head_line(one.stream, one.version, one.leaf) for one in made.proofs) == lines
    for one in made.proofs:
        line = head_line(one.stream, one.version, one.leaf)
        verify_inclusion(one.index, newest.count, leaf_hash(line), one.path, newest.root)


async def test_an_empty_ledger_has_no_heads(handle: Any) -> None:
    _, heads = await opened(handle, Telling())

    assert await heads.renew() is None
    assert await heads.proofs([], prove) is None


async def test_every_record_is_of_the_whole_ledger_then(handle: Any) -> None:
    telling = Telling()
    ledger, heads = await opened(handle, telling)
    events = city()
    for end in (3, 4, 30, 77, len(events)):
        at = await ledger.head()
        await ledger.append("registry", events[at:end])
        event = await heads.renew()

        assert event is not None and event.data["size"] == end
        await must_hold(heads, events[:end])
    assert await handle["heads"].count_documents({"n": {"$exists": True}}) == -(-len(heads_of(events)) // 4)


async def test_when_nothing_but_the_record_came_since_there_is_no_other(handle: Any) -> None:
    telling = Telling()
    ledger, heads = await opened(handle, telling)
    await ledger.append("registry", city()[:20])
    first = await heads.renew()
    await ledger.append("reporting", telling.source.events)

    assert await heads.renew() == first
    await ledger.append("registry", city()[20:21])
    assert await heads.renew() != first


async def test_a_record_that_was_made_and_not_said_is_said(handle: Any) -> None:
    telling = Telling()
    ledger, heads = await opened(handle, telling)
    await ledger.append("registry", city()[:20])
    telling.dies = True
    with pytest.raises(ConnectionError):
        await heads.renew()
    assert await heads.proofs(city()[:20], prove) is None

    telling.dies = False
    _, again = await opened(handle, telling)
    event = await again.renew()

    assert event is not None and event.data["size"] == 20
    await must_hold(again, city()[:20])


async def test_a_process_that_died_while_making_it_leaves_nothing_wrong(
    handle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling = Telling()
    ledger, heads = await opened(handle, telling)
    await ledger.append("registry", city()[:40])
    await heads.renew()
    await ledger.append("registry", city()[40:90])
    end = heads_module.Pages.end

    async def dies(pages: heads_module.Pages) -> None:
        if pages.frontier.size >= 12:
            raise ConnectionError("died on the fourth page")
        await end(pages)

    monkeypatch.setattr(heads_module.Pages, "end", dies)
    with pytest.raises(ConnectionError):
        await heads.renew()
    monkeypatch.setattr(heads_module.Pages, "end", end)
    await must_hold(heads, city()[:40])

    await ledger.append("registry", city()[90:95])
    await heads.renew()
    await must_hold(heads, city()[:95])
