"""A newer version takes what an older one could not: the book is built anew, by itself, once the program knows more."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from services.reporting.store.readmodels import ReadModels
from shared import VERSION, number_of
from shared.contracts.catalog import knows
from shared.waiting import Pauses

LOOK_SECONDS = 5.0
PAUSES = 60.0, 3600.0
"""While an older version still writes beside this one it may leave the same again: not built anew all the time."""

logger = structlog.get_logger("dvk.readmodels")


def outgrown(held: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether this version may take what one found that was older, or that knew fewer types of events."""
    return any(
        knows(row["type"])
        if thing == row["type"]
        else number_of(row.get("version", "0")) < number_of(VERSION)
        for thing, row in held.items()
    )


class Renewal:
    """Looks after what the book that answers could not take."""

    def __init__(self, models: ReadModels) -> None:
        self._models = models
        self._pauses = Pauses(*PAUSES)
        self._seen: int | None = None

    async def watch(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if await self.look():
                await self._pauses.rest()

    async def look(self) -> bool:
        """Build the book anew where that helps and no other process is at it; True when it was built."""
        if not outgrown(self._models.held):
            return False
        at = await self._models.next_at()
        if at is not None and at != self._seen:
            self._seen = at  # somebody builds it, and comes on
            return False
        logger.warning("built anew: this version may take what another could not", version=VERSION)
        await self._models.rebuild()
        return True
