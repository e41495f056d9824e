"""What the broker brings: no more of it than is looked at soon, all of it and in order."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from shared.following.broker import MOST_ARRIVED, Arrivals


async def test_while_nobody_looks_at_what_came_the_rest_of_the_stream_waits_elsewhere() -> None:
    arrivals = Arrivals()

    async def bring() -> None:
        for number in range(3 * MOST_ARRIVED):
            await arrivals.take(cast(Any, number))

    bringing = asyncio.create_task(bring())
    while not arrivals.messages:
        await asyncio.sleep(0)
    assert len(arrivals.messages) == MOST_ARRIVED

    seen: list[Any] = []
    while await arrivals.come(1.0):
        seen.append(arrivals.next())
        if len(seen) == 3 * MOST_ARRIVED:
            break
    assert seen == list(range(3 * MOST_ARRIVED)) and bringing.done()
