"""What the read models say, held against the ledger: before anything is published, and slowly, again and again.

The ledger is folded in memory apart from all that is stored (`store/recount.py`). What differs from it is an alarm of
this service (`figures.differ`) until a later look finds it right, or the read models were built anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

import orjson
import structlog

from services.reporting.facts.entity import Thing, facts_of, runs_of, versions_of
from services.reporting.facts.projections import noun_of
from services.reporting.ledger.ledger import BATCH, Ledger
from services.reporting.queries.baseline import beside
from services.reporting.store.chunks import Chunks, Damaged
from services.reporting.store.generation import Book
from services.reporting.store.readmodels import ReadModels
from services.reporting.store.recount import Recount, first_changed, first_difference
from services.reporting.store.rows import Rows
from services.reporting.store.things import all_of
from services.reporting.store.threads import Threads
from shared.errors import Refused, Unavailable
from shared.singleflight import outlived
from shared.slices import SELDOM, Slices

DIFFER = "figures.differ"
PATIENCE_SECONDS = 20.0
"""A publication waits so long for its count; the count goes on, and who asks again finds it further."""
SOONEST_SECONDS, LEISURE = 60.0, 100.0
"""A look comes after a minute, or a hundred times as long after the last as that took."""
LARGE = 20_000
"""Things from which on a count is forgotten after the look, and made anew for the next."""
AT_ONCE = 4
"""Entries that are counted at once: some milliseconds."""

logger = structlog.get_logger("dvk.figures")

Difference = dict[str, Any]
"""`place`, `expected`, `found`: where what is kept is not what the ledger gives."""


class Recounting:
    """Counts the ledger apart from the read models; `models.differs` is what the last look found."""

    def __init__(self, models: ReadModels, ledger: Ledger) -> None:
        self._models = models
        self._ledger = ledger
        self._recount = Recount()
        self._turn = asyncio.Lock()
        self._counting: dict[int, asyncio.Task[Recount]] = {}

    async def must_be(self, document: Mapping[str, Any]) -> None:
        """Raise Refused("figures.differ") unless this summary is what the ledger gives; Unavailable while counting."""
        recount = await self._counted_soon(int(document["ledger_size"]))
        async with self._turn:  # nothing is counted on under the summary
            there = await asyncio.to_thread(
                lambda: first_difference(recount.summary(document, beside()), document)
            )
        if there is not None:
            place, expected, found = there
            self._models.differs = {"place": place, "expected": expected, "found": found}
            logger.critical("a summary is not what the ledger gives", **self._models.differs)
            raise Refused(DIFFER, place=place, expected=expected, found=found)

    async def _counted_soon(self, size: int) -> Recount:
        task = self._counting.get(size)
        if task is None:
            task = self._counting[size] = asyncio.create_task(self._counted(size), name="recount")
            task.add_done_callback(lambda _: self._counting.pop(size, None))
        try:
            return await asyncio.wait_for(outlived(task), PATIENCE_SECONDS)
        except TimeoutError:
            raise Unavailable("not-yet", retry_after=30, counted=self._recount.at, ledger=size) from None

    async def _counted(self, size: int) -> Recount:
        """A count that has taken this entry."""
        async with self._turn:
            recount, slices = (
                self._recount,
                Slices(),
            )  # this one to the end, though a look forget it meanwhile
            while recount.at < size:
                entries = await self._ledger.read(recount.at, min(BATCH, size - recount.at))
                if not entries:
                    raise Unavailable("not-yet", ledger=recount.at)
                for at in range(0, len(entries), AT_ONCE):
                    await recount.take(entries[at : at + AT_ONCE])
                    slices.rest = 0.0 if self._counting else SELDOM  # a publication may wait for it
                    await slices.turn()
            return recount

    async def watch(self) -> None:
        """Look for ever, and seldom."""
        pause = SOONEST_SECONDS
        while True:
            await asyncio.sleep(pause)
            began = monotonic()
            await self.look()
            pause = max(SOONEST_SECONDS, (monotonic() - began) * LEISURE)

    async def look(self) -> Difference | None:
        """Hold the book that answers against the ledger; what differs first, told and kept for the alarm."""
        book = self._models.book
        size = book.at
        recount = await self._counted(size)
        found = await book_changed(book, recount, size)
        if book is not self._models.book:
            return None  # built anew meanwhile: nobody asks the old one any more
        if found is not None and found != self._models.differs:
            logger.critical("read models are not what the ledger gives", **found)
        self._models.differs = found
        if len(recount.things) > LARGE:
            self._recount = Recount()
        return found


async def book_changed(book: Book, recount: Recount, size: int) -> Difference | None:
    """The first of what a book keeps that was not counted so, as known at a size: rows, then cards and facts."""
    kept = {"figures": Rows(), "findings": Rows(), "threads": Threads()}
    counted = {"figures": recount.figures, "findings": recount.findings, "threads": recount.threads}
    for name, chunks in book.chunks.items():
        try:
            await Chunks(chunks.collection, kept[name]).load(0)
        except Damaged as damaged:
            return {"place": name, "expected": "as written", "found": str(damaged)}
        for columns in (kept[name], chunks.columns):
            if (there := first_changed(columns, counted[name], size)) is not None:
                n, expected, found = there
                return {"place": f"{name}, ledger {n}", "expected": expected, "found": found}
    return await things_changed(book, recount, size)


async def things_changed(book: Book, recount: Recount, size: int) -> Difference | None:
    """The first thing of a book whose cards or facts are not those that were counted, as known at a size."""
    slices = Slices(SELDOM)
    lacking: dict[str, set[str]] = {noun: set() for noun in book.things}
    for thing in list(recount.things):  # who publishes may count on meanwhile
        await slices.turn()
        if (noun := noun_of(thing)) in lacking:
            lacking[noun].add(thing)
    for noun, collection in book.things.items():
        async for page in all_of(collection):
            for document in page:
                await slices.turn()
                lacking[noun].discard(document["_id"])
                if (found := _changed(recount, document["_id"], document, size)) is not None:
                    return found
        for thing in lacking[noun]:
            await slices.turn()
            if (found := _changed(recount, thing, {}, size)) is not None:
                return found
    return None


def _changed(recount: Recount, thing: str, document: Mapping[str, Any], size: int) -> Difference | None:
    counted, kept = _of_thing(recount.things.get(thing) or Thing(), size), _of_document(document, size)
    if (wrong := first_difference(counted, kept)) is None:
        return None
    place, expected, found = wrong
    return {"place": f"{thing} {place}", "expected": str(expected), "found": str(found)}


def _of_thing(thing: Thing, size: int) -> dict[str, Any]:
    return _told(thing.versions, [fact.stored() for fact in thing.facts], thing.also, size)


def _of_document(document: Mapping[str, Any], size: int) -> dict[str, Any]:
    facts = [fact.stored() for fact in facts_of(document)]
    return _told(versions_of(document), facts, runs_of(document, "also"), size)


def _told(
    versions: Sequence[Sequence[Any]],
    facts: Sequence[Sequence[Any]],
    also: Sequence[Sequence[int]],
    size: int,
) -> dict[str, Any]:
    cards = {str(since): card for since, card in versions if since <= size}
    known = {str(fact[0]): list(fact) for fact in facts if fact[0] <= size}
    told = {"cards": cards, "facts": known, "also": sorted(list(each) for each in also if each[1] <= size)}
    return orjson.loads(orjson.dumps(told))  # one spelling, whether it was stored or not
