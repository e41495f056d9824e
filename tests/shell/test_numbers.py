"""Reference numbers from the store: each once, in order, and nobody waits for another's time-out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest

from shared.following.projections import MongoDocuments
from shared.process.settings import Driver
from shared.store import mongo
from shared.store.mongo import AWAY
from tests.support.breaking import Breaking
from tests.support.logs import DRIVERS

TIMEOUT = 0.7


@pytest.fixture
async def store(mongo_url: str) -> AsyncIterator[Breaking]:
    async with Breaking(mongo_url) as found:
        yield found


@pytest.fixture(params=DRIVERS)
async def documents(
    request: pytest.FixtureRequest, store: Breaking, database: str
) -> AsyncIterator[MongoDocuments]:
    driver: Driver = request.param
    client = mongo.connect(store.url, driver, timeout=TIMEOUT)
    yield MongoDocuments([], mongo.database(client, database))
    await mongo.close(client)


async def test_numbers_asked_for_at_once_are_given_once_each_and_without_a_gap(
    documents: MongoDocuments,
) -> None:
    given = await asyncio.gather(*(documents.number("2026", 7) for _ in range(50)))

    assert sorted(given) == list(range(8, 58))
    assert await documents.number("2027", 0) == 1
    assert await documents.number("2026", 100) == 101


async def test_numbers_that_go_quickly_come_from_larger_blocks(
    store: Breaking, documents: MongoDocuments
) -> None:
    assert await documents.number("2026", 0) == 1
    given = [await documents.number("2026", number) for number in range(1, 1 + 16 + 64 + 256)]

    assert given == list(range(2, 2 + 16 + 64 + 256))
    store.on("findAndModify", "numbers", "never reached it")
    more = [await documents.number("2026", 0) for _ in range(255)]
    assert more == list(range(338, 338 + 255)), "nobody had to ask the store"


async def test_many_who_wait_for_a_number_wait_for_one_time_out_together(
    store: Breaking, documents: MongoDocuments
) -> None:
    assert await documents.number("2026", 0) == 1  # the way to the store is open
    store.on("update", "numbers", "held")
    began = monotonic()
    answers = await asyncio.gather(*(documents.number("2027", 0) for _ in range(20)), return_exceptions=True)

    assert all(isinstance(answer, AWAY) for answer in answers)
    assert monotonic() - began < 3 * TIMEOUT
    store.repair()
    assert await documents.number("2027", 0) in (1, 17)
