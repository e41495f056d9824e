"""The broker as a test sees it: connections, what a stream holds, and waiting until something is so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any

import nats
import nats.errors
import nats.js.errors
from nats.aio.client import Client

from shared.eventlog.port import Recorded


async def until(claim: Callable[[], bool | Awaitable[bool]], within: float = 30.0) -> None:
    """Wait until the claim holds; its last failure is raised when it does not within so many seconds."""
    __tracebackhide__ = True
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while True:
        failure: Exception | None = None
        try:
            so = claim()
            if await so if isawaitable(so) else so:
                return
        except (nats.errors.Error, nats.js.errors.Error, OSError) as away:
            failure = away
        if loop.time() > end:
            raise AssertionError(f"not so within {within:.0f} s") from failure
        await asyncio.sleep(0.02)


@asynccontextmanager
async def connected(url: str, **options: Any) -> AsyncGenerator[Client]:
    """A connection that comes back by itself, as the services' do."""

    async def silent(error: Exception) -> None:
        """Losing the connection is what these tests are about."""

    client = await nats.connect(
        url,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.1,
        connect_timeout=3,
        error_cb=silent,
        **options,
    )
    try:
        yield client
    finally:
        await client.close()


async def held(client: Client, stream: str) -> list[bytes]:
    """The bodies that a stream holds, by sequence from 1."""
    js = client.jetstream(timeout=3)
    last = (await js.stream_info(stream)).state.last_seq
    return [(await js.get_msg(stream, sequence)).data or b"" for sequence in range(1, last + 1)]


async def holds(client: Client, stream: str, events: Sequence[Recorded]) -> bool:
    """Whether the stream holds these events, byte for byte, at their positions."""
    js = client.jetstream(timeout=3)
    if (await js.stream_info(stream)).state.last_seq != len(events):
        return False
    return await held(client, stream) == [event.raw for event in events]
