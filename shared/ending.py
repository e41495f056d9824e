"""Ending background tasks for good."""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN_SECONDS = 2.0


async def end(*tasks: asyncio.Future[Any] | None) -> None:
    """Cancel these tasks until they have ended.

    Once is not always enough: `asyncio.wait_for` of Python 3.11 loses a cancellation that arrives together with
    what it waits for, and a loop that lost it would go on for ever.
    """
    alive = {task for task in tasks if task is not None}
    while alive:
        for task in alive:
            task.cancel()
        ended, alive = await asyncio.wait(alive, timeout=AGAIN_SECONDS)
        for task in ended:
            if not task.cancelled():
                task.exception()
