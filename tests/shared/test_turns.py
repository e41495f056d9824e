"""Turns at documents: users in turn, however much one of them asks for, and nobody's turn is lost."""

from __future__ import annotations

import asyncio

import pytest

from shared import passing
from shared.errors import TooMany
from shared.reference.authority import Actor
from shared.turns import MOST_WAITING, Turns


class Making:
    """Documents in the making, one at a time; each is ended by the test."""

    def __init__(self, at_once: int = 1) -> None:
        self.turns = Turns(at_once)
        self.begun: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def _make(self, user: str, name: str, end: asyncio.Event) -> None:
        with passing.through("http", "10.0.0.7"):
            passing.is_of(Actor(user, "auditor"))
            async with self.turns:
                self.begun.append(name)
                await end.wait()

    async def asks(self, user: str, name: str) -> tuple[asyncio.Task[None], asyncio.Event]:
        end = asyncio.Event()
        task = asyncio.create_task(self._make(user, name, end))
        await asyncio.sleep(0)
        return task, end


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_asks_for_much_waits_for_those_who_ask_for_little() -> None:
    making = Making()
    wishes = [await making.asks("lan", f"lan {n}") for n in range(4)]
    wishes += [await making.asks("hoa", "hoa 1"), await making.asks("mai", "mai 1")]
    for _, end in wishes:
        end.set()
    await asyncio.gather(*(task for task, _ in wishes))
    assert making.begun == ["lan 0", "lan 1", "hoa 1", "mai 1", "lan 2", "lan 3"]


async def test_so_many_are_made_at_once() -> None:
    making = Making(2)
    wishes = [await making.asks("lan", f"lan {n}") for n in range(3)]
    assert making.begun == ["lan 0", "lan 1"]
    wishes[1][1].set()
    await settle()
    assert making.begun == ["lan 0", "lan 1", "lan 2"]
    for _, end in wishes:
        end.set()
    await asyncio.gather(*(task for task, _ in wishes))


async def test_one_user_has_so_many_waiting_and_no_more_and_others_are_not_touched() -> None:
    making = Making()
    wishes = [await making.asks("lan", f"lan {n}") for n in range(1 + MOST_WAITING)]
    task, _ = await making.asks("lan", "one too many")
    with pytest.raises(TooMany, match="too-many-documents") as refused:
        await task
    assert (refused.value.status, refused.value.retry_after) == (429, 10)
    wishes.append(await making.asks("hoa", "hoa 1"))
    for _, end in wishes:
        end.set()
    await asyncio.gather(*(task for task, _ in wishes))
    assert making.begun[2] == "hoa 1" and len(making.begun) == MOST_WAITING + 2


async def test_who_goes_away_while_waiting_loses_no_turn() -> None:
    making = Making()
    first, end = await making.asks("lan", "lan 0")
    waiting, _ = await making.asks("hoa", "hoa 1")
    last, last_end = await making.asks("mai", "mai 1")
    waiting.cancel()
    await settle()
    end.set()
    await settle()
    assert making.begun == ["lan 0", "mai 1"]
    last_end.set()
    await asyncio.gather(first, last)


async def test_who_goes_away_as_the_turn_comes_hands_it_on() -> None:
    making = Making()
    _, end = await making.asks("lan", "lan 0")
    waiting, _ = await making.asks("hoa", "hoa 1")
    last, last_end = await making.asks("mai", "mai 1")
    end.set()
    await asyncio.sleep(0)
    waiting.cancel()
    await settle()
    assert "mai 1" in making.begun
    last_end.set()
    await last
