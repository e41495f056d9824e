"""What a service does about a store it may not trust: it takes no commands, says why, and ends when that stays so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Protocol

import structlog

from shared.errors import Unavailable
from shared.relaying.guard import Gate
from shared.store.mongo import PyMongoError

LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 20.0
"""So long readiness says what is wrong with the store, and a store that is mended meanwhile is taken."""
PASSES = "store.no-majority"
"""An outage and no setting: it is waited for however long it lasts."""

logger = structlog.get_logger("dvk.store")


class Look(Protocol):
    """One thing that has to be right before anything is written."""

    async def look(self) -> Unavailable | None:
        """What is wrong, if anything."""
        ...

    def changed(self) -> bool:
        """Whether it is time to look again."""
        ...


class StoreWatch:
    """Keeps the gate closed while one of these stores is not fit for what is to be written into it."""

    def __init__(self, gate: Gate, looks: Sequence[Look]) -> None:
        self._gate = gate
        self._looks = looks
        self.end: Callable[[], None] = lambda: None
        """Ends this process; `given_up` then says why."""
        self.given_up: Unavailable | None = None
        self.found_fit = False
        """Nothing is written into a store before it was found fit, and while it is not."""

    async def until_fit(self) -> None:
        """Return when nothing is wrong with the store. Raises what the driver raises while nothing answers."""
        until = monotonic() + PATIENCE_SECONDS
        while (wrong := await self._wrong()) is not None:
            self.found_fit = False
            if self._gate.unfit is None or self._gate.unfit.code != wrong.code:
                logger.critical("the store may not be trusted with the log", code=wrong.code, **wrong.details)
            self._gate.unfit = wrong
            if wrong.code != PASSES and monotonic() > until and self.given_up is None:
                self.given_up = wrong
                self.end()
            await asyncio.sleep(LOOK_SECONDS)
        if self._gate.unfit is not None:
            logger.info("the store is fit again")
        self._gate.unfit = None
        self.found_fit = True

    async def watch(self) -> None:
        """Look again whenever another server answers, or the same one as something else; for ever.

        What is known of servers is in the driver's memory: as long as nothing changes there, nothing is asked.
        """
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if any(look.changed() for look in self._looks):
                try:
                    await self.until_fit()
                except PyMongoError as away:
                    logger.info("the store does not answer", error=type(away).__name__)

    async def _wrong(self) -> Unavailable | None:
        for look in self._looks:
            if (wrong := await look.look()) is not None:
                return wrong
        return None
