"""The loops the tests run on leave nothing to the garbage collector."""

from __future__ import annotations

import asyncio
import gc
import socket
import warnings
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from tests.support.loops import Loops


@pytest.mark.thorough
def test_a_driver_that_is_cancelled_while_it_connects_leaves_no_socket_behind() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=200) as silent, warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)

        async def connecting(turns: int) -> None:
            port = silent.getsockname()[1]
            client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
                f"mongodb://127.0.0.1:{port}/?directConnection=true"
            )
            async with client:
                asking = asyncio.create_task(client.admin.command("ping"))
                for _ in range(turns):
                    await asyncio.sleep(0)
                asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

        for turns in range(30):
            loop = Loops().new_event_loop()
            loop.run_until_complete(connecting(turns))
            loop.close()
        gc.collect()
