"""A row without gaps is asked for in one way, and MongoDB and its stand-in give the same answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.store import asking, embedded, mongo

ROWS = 700


@pytest.fixture
async def rows(mongo_url: str, database: str) -> AsyncIterator[Any]:
    client = mongo.connect(mongo_url, "motor")
    found = mongo.database(client, database)["rows"]
    await found.insert_many([{"_id": n, "of": "odd" if n % 2 else "even", "place": (n + 1) // 2, "x": f"{n}"}
                             for n in range(1, ROWS + 1)])  # fmt: skip
    await found.create_index([("of", 1), ("place", 1)], unique=True)
    yield found
    await mongo.close(client)


@pytest.fixture(params=["as MongoDB", "as its stand-in"], autouse=True)
def habits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "stands_in", lambda database: request.param == "as its stand-in")


@pytest.mark.parametrize(("numbers", "there"), [
    (range(1, 257), range(1, 257)),
    (range(690, 946), range(690, 701)),
    (range(701, 800), range(0)),
    (range(5, 5), range(0)),
])  # fmt: skip
async def test_consecutive_numbers_come_as_far_as_they_are_there(
    rows: Any, numbers: range, there: range
) -> None:
    found = await asking.by_numbers(rows, numbers, {"x": 1})
    assert found == {n: {"_id": n, "x": f"{n}"} for n in there}


async def test_numbers_within_a_part_of_the_row_are_those_of_that_part(rows: Any) -> None:
    found = await asking.by_numbers(rows, range(340, 360), {"x": 1}, "place", {"of": "odd"})
    assert sorted(found) == list(range(340, 351))
    assert found[350]["x"] == "699"


async def test_without_names_of_members_whole_documents_come(rows: Any) -> None:
    found = await asking.by_numbers(rows, range(7, 8), None)
    assert found == {7: {"_id": 7, "of": "odd", "place": 4, "x": "7"}}


async def test_any_number_of_ids_is_asked_for_at_once(rows: Any) -> None:
    wanted = [*range(1, ROWS + 1, 3), 9999]
    assert sorted(await asking.by_ids(rows, wanted, {"x": 1})) == wanted[:-1]
    assert await asking.by_ids(rows, [], {"x": 1}) == {}


@pytest.mark.parametrize("start", [0, 1, 2, 350, 699, 700])
async def test_the_last_of_a_row_is_found_from_anywhere(rows: Any, start: int) -> None:
    assert await asking.last(rows, start, {"x": 1}) == {"_id": ROWS, "x": f"{ROWS}"}


async def test_beyond_the_end_and_in_an_empty_row_there_is_no_last(rows: Any) -> None:
    assert await asking.last(rows, ROWS + 1, {"x": 1}) is None
    assert await asking.last(rows.database["nothing"], 0, {"x": 1}) is None


async def test_the_last_of_a_part_is_that_of_the_part(rows: Any) -> None:
    found = await asking.last(rows, 1, {}, "place", {"of": "odd"})
    assert found is not None and found["place"] == 350


async def test_what_may_be_there_once_is_there_once_and_may_be_absent(rows: Any) -> None:
    once = rows.database["once"]
    await asking.unique_where_present(once, "claim")
    await asking.unique_where_present(once, "claim")
    await once.insert_many([{}, {}, {"claim": "a"}])
    with pytest.raises(mongo.DuplicateKeyError):
        await once.insert_one({"claim": "a"})


async def test_a_log_of_before_keeps_the_index_it_has(rows: Any) -> None:
    once = rows.database["before"]
    await once.create_index("claim", unique=True, sparse=True, name="claim")
    await asking.unique_where_present(once, "claim")
    await once.insert_one({"claim": "a"})
    with pytest.raises(mongo.DuplicateKeyError):
        await once.insert_one({"claim": "a"})


async def test_holders_of_claims_are_looked_up_in_the_index(rows: Any) -> None:
    once = rows.database["looked-up"]
    await asking.unique_where_present(once, "claim")
    await once.insert_many([{"claim": f"{n}"} for n in range(50)])
    explained = await once.find({"claim": {"$in": ["3", "4", "none"]}}).explain()
    assert "COLLSCAN" not in str(explained["queryPlanner"]["winningPlan"])
