"""Events get their places beforehand, and keep them only if it comes out so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from shared.eventlog.numbering import Numbering, Placed
from shared.eventlog.port import Unnumbered
from shared.eventlog.waiting import Waiting


@pytest.fixture
def three() -> Iterator[list[Waiting]]:
    loop = asyncio.new_event_loop()
    yield [Waiting(_event(), loop.create_future()) for _ in range(3)]
    loop.close()


def _event() -> Unnumbered:
    return Unnumbered(
        {
            "type": "vn.gov.danang.dvk.registry.ModelRegistered.v1",
            "subject": f"model/{uuid4()}",
            "streamversion": 1,
            "commandid": str(uuid4()),
            "data": {},
        },
        bytes(32),
    )


def _clock(*seconds: int) -> Callable[[], str]:
    left = iter(seconds)
    return lambda: f"2026-01-05T00:00:{next(left):02}.000000Z"


def _places(placed: list[Placed]) -> list[tuple[int, str]]:
    return [(one.event.position, one.event.time[17:19]) for one in placed]


def _say_their_places(placed: list[Placed]) -> bool:
    return all(
        (one.document["_id"], one.document["time"], one.document["event"].encode(), one.document["leaf"])
        == (one.event.position, one.event.time, one.event.raw, one.event.leaf)
        and one.waiting.event.command == one.document["command"]
        for one in placed
    )


def test_who_was_placed_ahead_keeps_that_place_and_who_came_since_follows(three: list[Waiting]) -> None:
    numbering = Numbering(_clock(1, 2))
    numbering.place_ahead(three[:2], 7)
    placed = numbering.place(three, 7)
    assert _places(placed) == [(8, "01"), (9, "01"), (10, "02")] and _say_their_places(placed)


@pytest.mark.parametrize("came", ["the head is another", "another event is later", "another order"])
def test_what_came_out_otherwise_is_placed_anew(three: list[Waiting], came: str) -> None:
    numbering = Numbering(_clock(1, 2))
    numbering.place_ahead(three, 7)
    batch, head = list(three), 7
    match came:
        case "the head is another":
            head = 8
        case "another event is later":
            numbering.saw("2026-01-05T00:00:01.500000Z")
        case _:
            batch.reverse()
    placed = numbering.place(batch, head)
    assert _places(placed) == [(head + n, "02") for n in (1, 2, 3)] and _say_their_places(placed)
    assert [one.waiting for one in placed] == batch


def test_time_does_not_run_back_although_the_clock_does(three: list[Waiting]) -> None:
    numbering = Numbering(_clock(5, 3, 1))
    numbering.place_ahead(three[:1], 0)
    assert _places(numbering.place(three[:2], 0)) == [(1, "05"), (2, "05")]
    assert _places(numbering.place(three[2:], 2)) == [(3, "05")]


def test_who_was_placed_ahead_and_did_not_come_gives_his_place_away(three: list[Waiting]) -> None:
    numbering = Numbering(_clock(1, 2, 3))
    numbering.place_ahead(three[:2], 0)
    assert _places(numbering.place(three[1:], 0)) == [(1, "02"), (2, "02")]
