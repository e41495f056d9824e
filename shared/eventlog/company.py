"""Who else writes a log: every process of a service says in its database that it is here, and whether it is busy.

Collection `writers`: `{_id: process, busy, at, every}`. A busy process, and one in company, says so once a second; one
that is alone and at rest every five. Whoever has work to do after a rest asks first (`known`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from time import monotonic
from typing import Any

from shared.singleflight import SingleFlight
from shared.store.mongo import Database, PyMongoError
from shared.waiting import noticed

HEARTBEAT_SECONDS = 1.0
RESTING_SECONDS = 5.0
MISSED = 3
"""Who was silent for so many heartbeats is taken for gone."""
FORGOTTEN_SECONDS = 60.0

Beat = Mapping[str, Any]
"""What a process said of itself last: `{busy, at, every}`."""


class Company:
    """The other processes of this service, as far as this one knows. `busy()` says whether it writes itself."""

    def __init__(self, database: Database, process: str, busy: Callable[[], bool]) -> None:
        self._writers = database["writers"]
        self._process = process
        self._busy = busy
        self.is_there = False
        """Whether another process is alive and may write."""
        self.others = 0
        """How many others are busy writing."""
        self._beaten_at = float("-inf")
        self._said_busy = False
        self.more: list[Callable[[], None]] = []
        """Told when others have come, or have begun to write."""
        self._call = asyncio.Event()
        self._stopping = False
        self._flight = SingleFlight()

    async def known(self) -> bool:
        """Whether another process may write, as of the last two heartbeats or of now."""
        if monotonic() - self._beaten_at > 2 * HEARTBEAT_SECONDS:
            await self._flight.run("beat", self._beat)
        return self.is_there

    def work_begins(self) -> None:
        """After a rest, say at once that there is a busy process here; once, whether it is heard or not."""
        if not self._said_busy:
            self._said_busy = True
            self._call.set()

    def call(self) -> None:
        """Say at once that we are here, and hear who else is."""
        self._call.set()

    def stop(self) -> None:
        """Beat no more."""
        self._stopping = True
        self._call.set()

    async def leave(self) -> None:
        """Nobody needs to wait for us any more."""
        with suppress(PyMongoError):
            await self._writers.delete_one({"_id": self._process})

    async def beat_for_ever(self) -> None:
        """The heartbeat, until `stop`."""
        while not self._stopping:
            self._call.clear()
            with suppress(PyMongoError):
                await self._flight.run("beat", self._beat)
            if self._stopping:
                return
            # Who loses races says at once that it is here; who wins them hears it with the next beat.
            await noticed(self._call, self._every())

    def _every(self) -> float:
        return HEARTBEAT_SECONDS if self.is_there or self._busy() else RESTING_SECONDS

    async def _beat(self) -> None:
        self._said_busy = self._busy()
        said = {"busy": self._said_busy, "every": self._every()}
        await self._writers.update_one(
            {"_id": self._process}, {"$set": said, "$currentDate": {"at": True}}, upsert=True
        )
        beats = {d["_id"]: d for d in await self._writers.find({}).to_list(None)}
        self._beaten_at = monotonic()
        if (own := beats.pop(self._process, None)) is None:
            return  # after a long sleep: another process took us for gone
        there = alive(beats, own["at"])
        before = self.is_there, self.others
        self.is_there, self.others = bool(there), sum(bool(beats[name].get("busy")) for name in there)
        if self.is_there > before[0] or self.others > before[1]:
            for tell in self.more:
                tell()
        if gone := [name for name, beat in beats.items() if _silent(beat, own["at"]) > FORGOTTEN_SECONDS]:
            await self._writers.delete_many({"_id": {"$in": gone}})


def alive(beats: Mapping[Any, Beat], now: datetime) -> list[Any]:
    """Who of these is not taken for gone, at this time of the store."""
    return [name for name, beat in beats.items() if _silent(beat, now) < patience(beat)]


def patience(beat: Beat) -> float:
    """Whoever beats like this is taken for gone after so many seconds without another."""
    return MISSED * float(beat.get("every", HEARTBEAT_SECONDS))


def _silent(beat: Beat, now: datetime) -> float:
    return (now - beat["at"]).total_seconds()
