"""Entries of the ledger become part of the histories of all whom they concern, with the buckets they need at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from services.reporting.facts.entry import Entry
from services.reporting.ledger.buckets import Buckets
from services.reporting.ledger.ledger import Ledger
from shared.errors import CorruptHistory
from shared.tlog.membership import Told, belongs, came_of, concerns, corrected
from shared.tlog.subjects import NotTheNext, take


class Taking:
    """Takes entries of the ledger into the tree, with the buckets they need at hand."""

    def __init__(self, buckets: Buckets, ledger: Ledger) -> None:
        self._buckets = buckets
        self._ledger = ledger

    async def take(self, entries: Sequence[Entry]) -> None:
        """The next entries; CorruptHistory when one does not follow the last of its stream."""
        told: list[tuple[Told, list[str]]] = []
        for entry in entries:
            event = told_of(entry)
            told.append((event, _named(event)))
            await self._buckets.slices.turn()
        await self._buckets.load(name for _, named in told for name in named)
        fresh: dict[str, Told] = {}
        for event, named in told:
            await self._buckets.slices.turn()
            earlier = await self._earlier(event, fresh)
            fresh[event.id] = event
            await self._load_what_it_reaches(named if earlier is None else named + _named(earlier))
            try:
                take(event, self._buckets.find, lambda _, _ident, found=earlier: found)
            except NotTheNext as wrong:
                raise CorruptHistory(f"ledger {event.number}: {wrong}") from None

    async def _load_what_it_reaches(self, named: Iterable[str]) -> None:
        await self._buckets.load(named)
        await self._buckets.load(
            also for name in named if (known := self._buckets.peek(name)) for also in known.also
        )

    async def _earlier(self, event: Told, fresh: Mapping[str, Told]) -> Told | None:
        """The event that this one corrects, which stands in the same stream."""
        if (wanted := corrected(event.name, event.data)) is None:
            return None
        if wanted in fresh:
            return fresh[wanted]
        own = self._buckets.peek(event.stream)
        part = None if own is None else own.parts.get((event.log, event.stream))
        entries = await self._ledger.entries(part.numbers if part is not None else [])
        return next((told_of(entry) for entry in entries if entry.event.id == wanted), None)


def told_of(entry: Entry) -> Told:
    """An entry of the ledger as the tree of subjects needs it."""
    return Told.of(entry.event.envelope, entry.event.leaf, entry.n)


def _named(event: Told) -> list[str]:
    """The subjects whose part an event may change by what it says itself."""
    return [
        event.stream,
        *belongs(event.stream, event.name, event.data),
        *(stream for _, stream in came_of(event.stream, event.name, event.data)),
        *concerns(event.stream, event.name, event.data),
    ]
