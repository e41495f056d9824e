"""Holds the machine's clock against the database's, and at a start against when this service last ran."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import structlog

from shared import metrics
from shared.process.clock import Apart, Clock
from shared.store.mongo import Database, PyMongoError

LOOK_SECONDS = 5.0
SIGN_SECONDS = 60.0
SILENCE = timedelta(days=60)
"""Off for longer, a service asks whether the clock is right rather than believe that so much time went by."""
SIGN = "clock"

logger = structlog.get_logger("dvk.clock")


class ClockWatch:
    """Looks every few seconds, and leaves a sign of life with the machine's time once a minute."""

    def __init__(self, clock: Clock, database: Database, silence: timedelta = SILENCE) -> None:
        self._clock = clock
        self._database = database
        self._silence = silence
        self._last_run: datetime | None = None
        self._since_last_run: Apart | None = None
        self._was_believed = False
        self._signed_at = float("-inf")
        self._told: Apart | None = None

    async def start(self) -> None:
        """Compare with the last sign of life, and look for the first time; raises what the driver raises when away."""
        found = await self._database["places"].find_one({"_id": SIGN})
        if found is not None:
            self._last_run = datetime.fromisoformat(found["machine"])
        await self.look()

    def _held_against(self, last: datetime) -> Apart | None:
        silent = self._clock.machine() - last
        if silent < -timedelta(seconds=self._clock.most_apart) or silent > self._silence:
            return Apart(silent.total_seconds(), "when this service last ran")
        return None

    async def look(self) -> None:
        """Hold it against the database's clock, once."""
        if not self._was_believed:
            # Set right since this process began, it is not held against where it stood then.
            self._clock.begin_anew()
            self._since_last_run = None if self._last_run is None else self._held_against(self._last_run)
        began = monotonic()
        answer: dict[str, Any] = await self._database.client.admin.command("hello")
        there = answer.get("localTime")
        apart = 0.0
        if isinstance(there, datetime):
            there = there if there.tzinfo is not None else there.replace(tzinfo=UTC)
            apart = (self._clock.machine() - there).total_seconds() - (monotonic() - began) / 2
        metrics.CLOCK_APART.set(round(apart, 3))
        if abs(apart) > self._clock.most_apart:
            self._clock.elsewhere = Apart(apart, "the database's clock")
        else:
            if self._clock.is_trusted():
                self._since_last_run = None
            self._clock.elsewhere = self._since_last_run
        found = self._clock.apart()
        metrics.CLOCK_OK.set(found is None)
        if (found is None) != (self._told is None):
            if found is None:
                logger.warning("the clock is believed again")
            else:
                logger.critical("the clock is not believed", seconds=found.seconds, against=found.against)
        self._told = found
        self._was_believed = self._was_believed or found is None
        if found is None and monotonic() - self._signed_at > SIGN_SECONDS:
            await self._sign()

    async def _sign(self) -> None:
        said = {"machine": self._clock.machine().astimezone(UTC).isoformat()}
        await self._database["places"].update_one({"_id": SIGN}, {"$set": said}, upsert=True)
        self._signed_at = monotonic()

    async def watch(self) -> None:
        """Look again for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(PyMongoError):
                await self.look()
