"""A log that came out of a backup takes no commands and signs nothing until an operator has looked at it.

`dvk restore` leaves a mark in `places`: `{_id: "restored", backup, made, restored}`. What happened after the backup is
not here, and whoever saw it may be away too: going on at once would give other events the same places, and a second
history a signature. This holds the relay's log back beside `guard.py`, which asks others what they have seen of it. The
mark stays, with who accepted it and why; `dvk restore-log` and `dvk verify` come before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog

from shared.errors import Unavailable
from shared.store.mongo import AWAY, Database

RESTORED = "restored"
LOOK_SECONDS = 2.0

logger = structlog.get_logger("dvk.guard")


class Restored:
    """Knows the mark of one service's database. Nothing is held back while there is none."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """`now()` is the machine's time: when somebody accepted."""
        self._database = database
        self._now = now
        self._mark: dict[str, Any] | None = None

    def trouble(self) -> Unavailable | None:
        """Why nothing is recorded and nothing signed; None once it was accepted."""
        if self._mark is None:
            return None
        return Unavailable("log.restored", 30, backup=self._mark["backup"], made=self._mark["made"])

    def must_be_accepted(self) -> None:
        """Raise Unavailable("log.restored") until an operator has accepted."""
        if (trouble := self.trouble()) is not None:
            raise trouble

    async def look(self) -> None:
        """Read the mark; raises what the driver raises when away."""
        found = await self._database["places"].find_one({"_id": RESTORED, "accepted": {"$exists": False}})
        if found is not None and self._mark is None:
            logger.critical("restored from a backup: no commands, no signatures", backup=found["backup"])
        self._mark = found

    async def watch(self) -> None:
        """Look again while it is not accepted: another replica may have been told."""
        while self._mark is not None:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(*AWAY):
                await self.look()

    async def accept(self, by: str, reason: str) -> bool:
        """Go on from what is here; False when there was nothing to accept. Durable on return."""
        said = {"accepted": {"by": by, "reason": reason, "at": self._now()}}
        done = await self._database["places"].update_one(
            {"_id": RESTORED, "accepted": {"$exists": False}}, {"$set": said}
        )
        await self.look()
        if done.modified_count:
            logger.critical("what was restored is accepted", by=by, reason=reason)
        return bool(done.modified_count)
