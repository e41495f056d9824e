"""Nobody waits for a store that fell silent, and nobody is hurried by one that is only slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import monotonic

import pytest

from shared.errors import Unavailable
from shared.store import pulse as pulses
from shared.store.pulse import Pulse

SILENT, GRACE = 0.3, 0.2


@dataclass
class Heard:
    """A store that answers or does not when it is asked whether it is there."""

    speaks: bool = False
    fails: bool = False
    asked: int = 0

    async def ping(self) -> None:
        self.asked += 1
        if self.fails:
            raise ConnectionError("no server takes writes")
        while not self.speaks:
            await asyncio.sleep(0.01)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def pulse(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pulse]:
    monkeypatch.setattr(pulses, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(pulses, "SILENT_SECONDS", SILENT)
    monkeypatch.setattr(pulses, "GRACE_SECONDS", GRACE)
    listened = Pulse(heard.ping)
    watching = asyncio.create_task(listened.watch())
    yield listened
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def waiting(pulse: Pulse, command: str | None = None) -> str:
    """The code that somebody is told who would wait for a minute."""
    try:
        async with pulse.listening(command):
            await asyncio.sleep(60)
    except Unavailable as away:
        return away.code
    return "waited"


async def test_all_who_wait_are_let_go_at_once_when_the_store_falls_silent(pulse: Pulse) -> None:
    began = monotonic()

    told = await asyncio.gather(*(waiting(pulse) for _ in range(40)), waiting(pulse, "c-1"))

    assert told == ["store-away"] * 40 + ["outcome-unknown"], "of a command nobody knows what became of it"
    assert monotonic() - began < 10


async def test_a_store_that_says_it_is_there_may_take_its_time(pulse: Pulse, heard: Heard) -> None:
    heard.speaks = True
    async with pulse.listening():
        await asyncio.sleep(4 * SILENT)

    assert heard.asked > 1
    assert not pulse.is_silent


async def test_a_store_of_which_no_member_takes_writes_is_silent(pulse: Pulse, heard: Heard) -> None:
    heard.fails = True

    assert await waiting(pulse) == "store-away"


async def test_a_store_is_asked_only_while_somebody_waits_for_it(pulse: Pulse, heard: Heard) -> None:
    heard.speaks = True
    await asyncio.sleep(SILENT)
    assert heard.asked == 0, "nobody waits"

    async with pulse.listening():
        await asyncio.sleep(SILENT)
    await asyncio.sleep(0.2)
    asked = heard.asked
    await asyncio.sleep(SILENT)
    assert heard.asked == asked > 0


async def test_while_it_is_silent_what_needs_nothing_of_it_is_done_and_nothing_else_waits(
    pulse: Pulse,
) -> None:
    await waiting(pulse)
    assert pulse.is_silent

    async with pulse.listening():
        pass
    assert [await waiting(pulse), await waiting(pulse, "c-1")] == ["store-away", "outcome-unknown"]


async def test_a_store_that_is_heard_again_is_waited_for_again(pulse: Pulse, heard: Heard) -> None:
    await waiting(pulse)
    heard.speaks = True
    while pulse.is_silent:
        await asyncio.sleep(0.01)

    async with pulse.listening():
        await asyncio.sleep(3 * SILENT)


async def test_a_time_out_of_somebody_elses_is_not_taken_for_silence(pulse: Pulse) -> None:
    with pytest.raises(TimeoutError):
        async with pulse.listening():
            raise TimeoutError("a neighbour's")
