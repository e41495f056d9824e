"""Who must say something at once says what is known, and how old that is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import monotonic

import pytest

from shared import lastknown
from shared.lastknown import LastKnown

SHORT, LONG = 0.1, 1.5


@dataclass
class Server:
    """Answers with the number of the question; not while it is frozen."""

    asked: int = 0
    running: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self) -> int:
        self.asked += 1
        number = self.asked
        await self.running.wait()
        return number


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lastknown, "AFTER_TROUBLE_SECONDS", SHORT)


async def test_an_answer_is_told_until_it_is_old_and_then_asked_for_again() -> None:
    server = Server()
    server.running.set()
    known = LastKnown(server.answer, fresh=0.2, patience=LONG)

    assert ((await known.get()).value, (await known.get()).value) == (1, 1)
    await asyncio.sleep(0.25)
    assert (await known.get()).value == 2


async def test_what_hangs_is_asked_once_and_the_last_answer_is_told_with_its_age() -> None:
    server = Server()
    server.running.set()
    known = LastKnown(server.answer, fresh=0.0, patience=SHORT)
    await known.get()
    server.running.clear()

    told = [await known.get() for _ in range(3)][-1]

    assert (told.value, server.asked) == (1, 2)
    assert told.age is not None and told.age >= SHORT
    assert told.trouble is not None and "no answer" in told.trouble
    server.running.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (await known.get()).trouble is None


async def test_what_failed_the_last_time_is_not_waited_for_as_long_as_the_first() -> None:
    fails = True

    async def ask() -> int:
        if fails:
            raise OSError("cut off")
        await asyncio.sleep(60)
        return 1

    known = LastKnown(ask, patience=20)
    assert (await known.get()).trouble == "OSError: cut off"
    fails = False
    began = monotonic()
    assert (await known.get()).value is None
    assert monotonic() - began < 10
