"""Bare connections of the tests, and their end: nothing of them outlives the loop they were made in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def wire(
    port: int, host: str = "127.0.0.1", limit: int = 2**16
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to read from and write to; ended with the block."""
    reader, writer = await asyncio.open_connection(host, port, limit=limit)
    try:
        yield reader, writer
    finally:
        await end(writer)


async def end(*writers: asyncio.StreamWriter, within: float = 1.0) -> None:
    """End connections: what was written leaves if the other side takes it within these seconds."""
    for writer in writers:
        writer.close()
    for writer in writers:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(within):
                await writer.wait_closed()
    for writer in writers:
        writer.transport.abort()
    await asyncio.sleep(0)  # an aborted transport closes its socket in the next turn of the loop
