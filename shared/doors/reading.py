"""Current states and events of single things, folded from the own log, for those who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.commands.states import Kept, fold
from shared.contracts.message import UUID
from shared.errors import NotAllowed, Unknown
from shared.eventlog.port import Recorded
from shared.evidence.named import files_in_json
from shared.people.file_names import without_names
from shared.reference import access
from shared.reference.authority import Actor
from shared.wiring import Aggregate

if TYPE_CHECKING:
    from shared.process.running import Running


class Reading:
    """Answers `GET /<collection>/<id>` and `…/events` of one service."""

    def __init__(self, running: Running) -> None:
        self._running = running

    async def view(self, aggregate: Aggregate, key: str, version: int | None, actor: Actor) -> dict[str, Any]:
        """The state now, or as it was at a version; `<noun>.unknown`, `not-allowed`.

        Persons have their names beside their ids. Who may not see the thing sees its public part as it is now, where
        it has one.
        """
        events = await self._history(aggregate, key)
        shown = self._fold(aggregate, events, None)
        try:
            await self._must_see(aggregate, shown, actor)
        except NotAllowed:
            part = await self._public(aggregate, events[0].stream, shown)
            if part is None or version is not None or not self._sees_public(aggregate, actor):
                raise
            return part
        if version is not None:
            if not 1 <= version <= len(events):
                raise Unknown(f"{aggregate.noun}.unknown", version=version, streamversion=len(events))
            shown = self._fold(aggregate, events, version)
        return await self._running.names.shown(shown, events)

    async def events(self, aggregate: Aggregate, key: str, actor: Actor) -> list[bytes]:
        """All events of the stream, canonical bytes, oldest first."""
        events = await self._history(aggregate, key)
        shown = self._fold(aggregate, events, None)
        await self._must_see(aggregate, shown, actor)
        return [event.raw for event in events]

    async def sees(self, stream: str, actor: Actor) -> bool:
        """True when the actor may read the thing of this stream."""
        noun, _, key = stream.partition("/")
        aggregate = self._running.service.aggregate_of(noun)
        try:
            await self._must_see(
                aggregate, self._fold(aggregate, await self._history(aggregate, key), None), actor
            )
        except NotAllowed:
            return False
        return True

    async def shows(self, stream: str, sha256: str) -> bool:
        """True when the public part of the thing of this stream names this file."""
        aggregate = self._running.service.aggregate_of(stream.partition("/")[0])
        if aggregate.public is None:
            return False
        shown = self._fold(aggregate, await self._history(aggregate, stream.partition("/")[2]), None)
        part = await self._public(aggregate, stream, shown)
        return part is not None and any(file.sha256 == sha256 for file in files_in_json(part))

    async def _public(
        self, aggregate: Aggregate, stream: str, shown: dict[str, Any]
    ) -> dict[str, Any] | None:
        if aggregate.public is None:
            return None
        part = await aggregate.public(stream.partition("/")[2], shown, await self._running.look())
        return without_names(part)

    async def _history(self, aggregate: Aggregate, key: str) -> list[Recorded]:
        if UUID.fullmatch(lowered := key.lower()):
            key = lowered  # as commands take it
        events = await self._running.log.stream(f"{aggregate.noun}/{key}")
        if not events:
            raise Unknown(f"{aggregate.noun}.unknown")
        return events

    @staticmethod
    def _fold(aggregate: Aggregate, events: list[Recorded], version: int | None) -> dict[str, Any]:
        kept = fold(aggregate.decider, Kept(aggregate.decider.initial), events[:version])
        shown = aggregate.view(kept.state) or {}
        return {**shown, "stream": events[0].stream, "streamversion": kept.version}

    async def _must_see(self, aggregate: Aggregate, shown: dict[str, Any], actor: Actor) -> None:
        owners = await aggregate.owners(shown, self._running.look)
        await self._running.access.must_see(actor, aggregate.noun, owners)

    @staticmethod
    def _sees_public(aggregate: Aggregate, actor: Actor) -> bool:
        """Whether the role sees what everybody may know of such a thing."""
        return any(
            access.cell(aggregate.noun, seat, "standing") == "public"
            for seat in access.SEATS
            if seat.role == actor.role
        )
