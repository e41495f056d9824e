"""Waiting for what happens, and ever longer for what does not work."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

import pytest
from pymongo.errors import BulkWriteError

from shared.eventlog.gapless import surely_written
from shared.waiting import Bell, Pauses

DUPLICATE, OTHER = {"code": 11000}, {"code": 10107}


async def test_a_bell_wakes_everybody_who_waits_and_nobody_who_comes_later() -> None:
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    bell.ring()

    assert await asyncio.gather(*waiting) == [True, True]
    assert await bell.wait(0) is False


def test_pauses_grow_to_the_longest_until_something_worked() -> None:
    pauses = Pauses(0.1, 0.3)

    assert [pauses.next() for _ in range(4)] == [0.1, 0.2, 0.3, 0.3]
    pauses.begin_anew()
    assert pauses.next() == 0.1


async def test_no_pause_lasts_beyond_its_moment() -> None:
    began = monotonic()
    await Pauses(60, 60).rest(until=began)

    assert monotonic() - began < 30


@pytest.mark.parametrize(
    "details, stands",
    [
        ({"writeErrors": [DUPLICATE], "nInserted": 3}, 3),
        ({"writeErrors": [DUPLICATE]}, 0),
        ({"writeErrors": [DUPLICATE], "writeConcernErrors": [{"code": 64}], "nInserted": 3}, None),
        ({"writeErrors": [], "writeConcernErrors": [{"code": 64}], "nInserted": 3}, None),
        ({"writeErrors": [OTHER], "nInserted": 3}, None),
    ],
    ids=[
        "taken by another",
        "the first taken",
        "taken, and no majority",
        "no majority",
        "refused for a reason of its own",
    ],
)
def test_of_an_interrupted_insert_only_what_a_majority_holds_is_said_to_stand(
    details: dict[str, Any], stands: int | None
) -> None:
    assert surely_written(BulkWriteError(details)) == stands
