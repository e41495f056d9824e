"""What keeps the files in order while a service runs: withdrawn ones are gone, and so are those that nobody ever used.

A file that was sent and that nothing names is first put out of use: from then on no command can name it, and whoever
had just been told that it is here has ten minutes to be recorded. Only then its bytes go; sent again, it is in use.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog

from shared.evidence.files import Files
from shared.evidence.namings import Namings
from shared.store.mongo import Database

UNUSED_FOR = timedelta(days=1)
OUT_OF_USE_FOR = timedelta(minutes=10)
LOOK_SECONDS = 30.0
SWEEP_SECONDS = 600.0
AT_ONCE = 256

logger = structlog.get_logger("dvk.evidence")


class Tending:
    """Keeps the files of one service in order; `now()` is the machine's time."""

    def __init__(
        self, files: Files, namings: Namings, database: Database, now: Callable[[], datetime]
    ) -> None:
        self._files = files
        self._namings = namings
        self._entries = database["evidence.files"]
        self._now = now

    async def run(self, whole: Callable[[], bool]) -> None:
        """For ever. `whole()` is True while the log is, and all of it has been looked through for names of files: only
        then it is known that nothing names one."""
        sweep_at = monotonic()
        while True:
            await asyncio.to_thread(self._files.keys.wrap_anew)
            await self.withdrawn()
            if monotonic() >= sweep_at and whole():
                await self.sweep()
                sweep_at = monotonic() + SWEEP_SECONDS
            await asyncio.sleep(LOOK_SECONDS)

    async def withdrawn(self) -> int:
        """Take away what was withdrawn and is still here, after a crash or out of a backup; how many there were."""
        there = [sha256 for sha256 in await self._files.withdrawn() if await self._files.has_left(sha256)]
        for sha256 in there:
            await self._files.remove(sha256)
            logger.info("a withdrawn file was taken away", sha256=sha256)
        return len(there)

    async def sweep(self) -> int:
        """Take away what was sent a day ago and nothing names, and what broken uploads left; how many there were."""
        await self._look_for_names()
        gone = 0
        over = {"metadata.unused": {"$lt": self._now() - OUT_OF_USE_FOR}}
        for sha256 in await self._ids(over):
            if await self._namings.things(sha256, 1):
                await self._say(sha256, {"$set": {"metadata.used": True}, "$unset": {"metadata.unused": ""}})
                continue
            if (await self._entries.delete_one({"_id": sha256, **over})).deleted_count:
                await self._files.remove(sha256)
                gone += 1
        gone += await self._broken_off()
        if gone:
            logger.info("files that nothing names were taken away", count=gone)
        return gone

    async def _look_for_names(self) -> None:
        """Of what was sent a day ago, say which is in use, and put the rest out of it."""
        new = {"metadata.used": {"$exists": False}, "metadata.unused": {"$exists": False}}
        before = {"uploadDate": {"$lt": self._now() - UNUSED_FOR}, **new}
        while ids := await self._ids(before):
            for sha256 in ids:
                named = bool(await self._namings.things(sha256, 1))
                said = {"metadata.used": True} if named else {"metadata.unused": self._now()}
                await self._say(sha256, {"$set": said}, before)

    async def _broken_off(self) -> int:
        """Keys of a day ago whose file never came, or has gone but for what a crash left."""
        day = (self._now() - UNUSED_FOR).timestamp() * 1e9
        keys, gone = self._files.keys, 0
        old = [id for id in await asyncio.to_thread(keys.ids) if (at := keys.stamp(id)) and at[0] < day]
        for start in range(0, len(old), AT_ONCE):
            asked = old[start : start + AT_ONCE]
            found = await self._entries.find({"_id": {"$in": asked}}, {"_id": 1}).to_list(None)
            for sha256 in sorted({*asked} - {one["_id"] for one in found}):
                await self._files.remove(sha256)
                gone += 1
        return gone

    async def _ids(self, query: Mapping[str, Any]) -> Sequence[str]:
        found = await self._entries.find(query, {"_id": 1}).limit(AT_ONCE).to_list(None)
        return [one["_id"] for one in found]

    async def _say(
        self, sha256: str, change: Mapping[str, Any], still: Mapping[str, Any] | None = None
    ) -> None:
        await self._entries.update_one({"_id": sha256, **(still or {})}, change)
