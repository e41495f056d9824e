"""Whose eyes a file is for: those of who may read a thing that names it, and of the place that brought it.

The same is asked of who wants the bytes and of who names the file in a command: naming is no way to come to read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from shared.doors.reading import Reading
from shared.errors import NotAllowed
from shared.evidence.named import File
from shared.evidence.namings import Namings
from shared.reference import access
from shared.reference.access import Relation
from shared.reference.authority import OPERATOR, Actor

if TYPE_CHECKING:
    from shared.process.running import Running

KIND = "file"
MOST_THINGS = 1000


class SeenFiles:
    """Answers for the files of one service."""

    def __init__(self, running: Running, named: Namings) -> None:
        self._running = running
        self._named = named
        self._reading = Reading(running)

    async def by(self, actor: Actor, sha256: str) -> bool:
        """True when the actor may have the file of this hash, and so may name it."""
        units = await self._running.access.units([actor.unit] if actor.unit is not None else [])
        seat = access.seat_of(actor, units)
        if access.cell(KIND, seat, "other") == "whole":
            return True
        near = await self._nearest(actor, sha256)
        return access.cell(KIND, seat, near) == "whole"

    async def is_owner(self, actor: Actor, sha256: str) -> bool:
        """True for operators, and for the account that brought the file and the place for which it did."""
        return actor.role == OPERATOR or await self._brought(actor, sha256) in ("self", "own")

    async def must_see(self, actor: Actor, files: Iterable[File]) -> None:
        """`not-allowed` naming a file that the actor may not have; our own policies carry what others named."""
        if actor.is_policy:
            return
        for file in sorted(files, key=lambda one: one.sha256):
            await self.must_have(actor, file.sha256)

    async def must_have(self, actor: Actor, sha256: str) -> None:
        """`not-allowed` for a file that the actor may not have."""

        async def judged() -> None:
            if not await self.by(actor, sha256):
                raise NotAllowed("not-allowed", sha256=sha256)

        await self._running.access.surely(judged)

    async def _nearest(self, actor: Actor, sha256: str) -> Relation:
        """What the file is to the actor: what the nearest is of whoever brought it and of whatever names it."""
        near = await self._brought(actor, sha256)
        if near in ("self", "own"):
            return near
        standing = False
        for stream in await self._named.things(sha256, MOST_THINGS):
            if await self._reading.sees(stream, actor):
                return "own"
            standing = standing or await self._reading.shows(stream, sha256)
        return "standing" if standing else "other"

    async def _brought(self, actor: Actor, sha256: str) -> Relation:
        brought = await self._running.files.brought_by(sha256)
        accounts, places = [by for by, _ in brought], [unit for _, unit in brought]
        units = await self._running.access.units([one for one in (actor.unit, *places) if one is not None])
        return access.relation(actor, places, units, by=accounts)
