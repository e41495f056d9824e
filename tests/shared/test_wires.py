"""The wires of the outside journeys: what passes, what does not, and that nothing of them is left open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.journeys.outside.wires import PARTS, Frames, Wire, Wires
from tests.support.wires import wire


@pytest.fixture
async def base_port() -> AsyncIterator[int]:
    """Somebody who repeats what it is told, where the registry of this base port would be."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1] - PARTS["registry"]
    server.close()


def to_registry(wires: Wires) -> Wire:
    return next(each for each in wires.all if each.name == "awards → registry")


async def test_what_is_held_comes_when_the_wire_is_well_again_and_what_is_cut_does_not(
    base_port: int,
) -> None:
    with Wires(base_port, 1) as wires:
        between = to_registry(wires)
        async with wire(between.port) as (reader, writer):
            writer.write(b"one")
            assert await reader.readexactly(3) == b"one"
            wires.become(between, "held")
            writer.write(b"two")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await reader.readexactly(3)
            wires.become(between, "well")
            assert await reader.readexactly(3) == b"two"
            wires.become(between, "cut")
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)


def test_messages_of_nats_are_told_from_what_only_goes_along() -> None:
    said = b"PING\r\nPUB a 5\r\nhe\r\nl\r\nHMSG b 1 4 6\r\nheadxx\r\n+OK\r\n"
    frames = Frames()
    found = [one for at in range(len(said)) for one in frames.of(said[at : at + 1])]
    assert b"".join(part for part, _ in found) == said
    assert [carries for _, carries in found] == [False, True, True, False]
