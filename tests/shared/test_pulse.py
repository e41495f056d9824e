"""Nobody waits for a store that fell silent, and nobody is hurried by one that is only slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import monotonic

import pytest

from shared.errors import Unavailable
from shared.store import pulse as pulses
from shared.store.pulse import Pulse

SILENT, GRACE = 0.3, 0.2


@dataclass
class Member:
    """A server as the driver describes it."""

    last_update_time: float = 0.0
    is_writable: bool = True


@dataclass
class Heard:
    """What a driver has heard of its servers."""

    members: list[Member] = field(default_factory=lambda: [Member()])

    @property
    def topology_description(self) -> Heard:
        return self

    def server_descriptions(self) -> dict[str, Member]:
        return {str(number): member for number, member in enumerate(self.members)}

    async def speak(self, seconds: float, who: int = 0) -> None:
        """Say for so long that a server is there."""
        until = monotonic() + seconds
        while monotonic() < until:
            self.members[who].last_update_time = monotonic()
            await asyncio.sleep(0.01)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def pulse(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pulse]:
    monkeypatch.setattr(pulses, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(pulses, "SILENT_SECONDS", SILENT)
    monkeypatch.setattr(pulses, "GRACE_SECONDS", GRACE)
    listened = Pulse(heard)
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
    async with pulse.listening():
        await heard.speak(4 * SILENT)

    assert not pulse.is_silent


async def test_a_member_that_takes_no_writes_does_not_speak_for_one_that_does(
    pulse: Pulse, heard: Heard
) -> None:
    heard.members.append(Member(is_writable=False))
    speaking = asyncio.create_task(heard.speak(60, who=1))

    assert await waiting(pulse) == "store-away"
    speaking.cancel()


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
    speaking = asyncio.create_task(heard.speak(60))
    while pulse.is_silent:
        await asyncio.sleep(0.01)

    async with pulse.listening():
        await asyncio.sleep(3 * SILENT)
    speaking.cancel()


async def test_a_time_out_of_somebody_elses_is_not_taken_for_silence(pulse: Pulse) -> None:
    with pytest.raises(TimeoutError):
        async with pulse.listening():
            raise TimeoutError("a neighbour's")
