"""One generation of the read models in MongoDB: what stands where, written in one transaction per batch.

`rm<g>` below is `rm<number>x<generation>`: the number is raised when what is folded or how it is stored changes, so
that a program never reads what another version wrote; generations are rebuilds of the same.

    rm<g>_<noun>   one document per thing: its card with the ledger entry from which it is true and its earlier
                   versions; which life it is part of; of a life, all its facts, and what holds it up if anything
                   does; and the entries told of other things that concern it
    rm<g>_person   the things in which a person was named: an erasure concerns them all
    rm<g>_event    whose each event of a round is, for the corrections that name the event only
    rm<g>_held     the lives that could not be folded further, and why; the types of events that nothing here knows;
                   of each which version of the program found it so
    rm<g>_figures  the rows of all figures, of all time, in chunks of columns (see `chunks`); they are in memory, too
    rm<g>_findings the same of audit findings
    rm<g>_threads  the same of the entries of each actor, and of each stream that is no part of a life
    rm<g>_ids      per kind that has lists: the things that began in each stretch of 512 entries, which is how the
                   directory finds them all without asking the store for everything at once
    rm<g>_changed  which things the last 512 batches changed: what another process needs for its directory
    readmodels     the checkpoint of each generation, and which of them answers

Things stand in one collection per noun and have next to no secondary indexes: each of them would nearly double what
writing a thing costs. The batch and its checkpoint are one transaction, and the checkpoint moves first and by
compare-and-set: of two processes that apply the same entries one loses, forgets what it knew, and goes on behind the
other. One batch may be prepared while the one before it is being written; what is prepared is not answered from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import ReplaceOne, UpdateOne

from services.reporting.facts.entity import versions_of
from services.reporting.facts.entry import Entry
from services.reporting.facts.projections import Held, noun_of
from services.reporting.facts.spelling import FIRST_DAY
from services.reporting.figures.periods import LAST_DAY
from services.reporting.store.chunks import Chunks, Mark
from services.reporting.store.gathering import Changes, Gathering
from services.reporting.store.index import Directory
from services.reporting.store.rows import Rows, Span
from services.reporting.store.things import Things, by_ids, write_of
from services.reporting.store.threads import Threads
from shared import VERSION
from shared.store.mongo import Client, Collection, Database
from shared.store.transactions import Transactions

NUMBER = 15
"""The version of what is folded and how it is stored."""

STRETCH = 512
ASKED_AT_ONCE = 32
REMEMBERED = 512


class Overtaken(Exception):
    """Another process has applied these entries; look at the checkpoint again."""


@dataclass
class Batch:
    """Entries that are folded and not written yet: from which checkpoint to which, and everything that writes them."""

    before: int
    at: int
    number: int
    reached: dict[str, int]
    changes: Changes
    marks: dict[str, Mark]
    writes: list[tuple[Collection, list[Any]]] = field(default_factory=list[tuple[Collection, list[Any]]])


class Book:
    """The read models of one generation: written here, read by `queries.Reads`."""

    def __init__(self, client: Client, database: Database, generation: int) -> None:
        self.generation = generation
        self.place = place = place_of(generation)
        self.places: Collection = database["readmodels"]
        self.transactions = Transactions(client, database, self.place)
        self._stored = Things(database, place)
        self.things = self._stored.collections
        self.held: Collection = database[f"{place}_held"]
        self.figures = Chunks(database[f"{place}_figures"], Rows())
        self.findings = Chunks(database[f"{place}_findings"], Rows())
        self.threads = Chunks(database[f"{place}_threads"], Threads())
        self.chunks: dict[str, Chunks[Any]] = {
            "figures": self.figures, "findings": self.findings, "threads": self.threads,
        }  # fmt: skip
        self.ids: Collection = database[f"{place}_ids"]
        self.changed: Collection = database[f"{place}_changed"]
        self.directory = Directory()
        self._gathering = Gathering(self._stored)
        self._ahead = (0, 0, dict[str, int]())
        self.at = 0
        self.reached: dict[str, int] = {}

    async def start(self) -> None:
        """Make indexes and the checkpoint, and read what is kept in memory; raises Damaged."""
        await self.things["unit-report"].create_index("card.period", sparse=True)
        await self.places.update_one(
            {"_id": self.place}, {"$setOnInsert": {"at": 0, "reached": {}}}, upsert=True
        )
        await self.look()
        await self._fill()

    async def look(self) -> int:
        """The checkpoint as it stands in the store; what this process remembers is kept if it is its own.

        What is prepared and not written is forgotten. Raises Damaged.
        """
        place: dict[str, Any] = await self.places.find_one({"_id": self.place}) or {"at": 0, "reached": {}}
        at = int(place["at"])
        if at != self.at or self._ahead[0] != at:
            self.forget()
        if at != self.at:
            for name, chunks in self.chunks.items():
                await chunks.load(int(place.get("things", {}).get(name, 0)))
        self.at = at
        self.reached = {name: int(position) for name, position in place["reached"].items()}
        self._ahead = (at, int(place.get("batches", 0)), self.reached)
        if -1 < self.directory.at < at:
            await self._learn(at)
        return self.at

    def forget(self) -> None:
        """Drop what is remembered of the documents, and what is prepared."""
        self._stored.forget()
        for chunks in self.chunks.values():
            chunks.back()

    async def drop(self) -> None:
        """Take this generation away, checkpoint first."""
        await self.places.delete_one({"_id": self.place})
        chunks = (chunks.collection for chunks in self.chunks.values())
        for collection in (*self.things.values(), self.held, *chunks, self.ids, self.changed):
            await collection.drop()
        self.directory.clear()

    # --- the directory --------------------------------------------------------------------------

    async def _fill(self) -> None:
        """Read the directory, run by run; what is written meanwhile is newer than `at`, which every row tells.

        The embedded server builds an answer in memory before it sends the first of it: never ask it for all things.
        """
        self.directory.clear()
        at = self.at
        for kind, shelf in self.directory.shelves.items():
            wanted = {f"card.{member}": 1 for member in shelf.members} | {"from": 1, "past": 1}
            stretches = [f"{kind}|{number}" for number in range(at // STRETCH + 1)]
            for start in range(0, len(stretches), ASKED_AT_ONCE):
                begun = await by_ids(self.ids, stretches[start : start + ASKED_AT_ONCE])
                things = [thing for stretch in begun for thing in stretch["things"]]
                for document in await by_ids(self.things[kind], things, wanted):
                    self._stand(document)
        self.directory.at = at

    async def _learn(self, at: int) -> None:
        """Take in what another process wrote; all of it anew when that was too much to be remembered."""
        batches = {batch["before"]: batch for batch in await self.changed.find({}).to_list(None)}
        reached, things = self.directory.at, set[str]()
        while reached < at and (batch := batches.get(reached)) is not None:
            things |= set(batch["things"])
            reached = int(batch["at"])
        if reached < at:
            await self._fill()
            return
        for noun in {noun_of(thing) for thing in things} & self.directory.shelves.keys():
            ids = sorted(thing for thing in things if noun_of(thing) == noun)
            for document in await by_ids(self.things[noun], ids, {"facts": 0}):
                self._stand(document)
        self.directory.at = reached

    def _stand(self, document: Mapping[str, Any]) -> None:
        self.directory.put(document["_id"], versions_of(document))

    # --- applying -------------------------------------------------------------------------------

    async def apply(self, entries: Sequence[Entry]) -> list[Held]:
        """Apply the entries after the checkpoint and move it, at once or not at all; what had to be held.

        Raises Overtaken when another process has applied them.
        """
        return await self.write(await self.prepare(entries))

    async def prepare(self, entries: Sequence[Entry]) -> Batch:
        """Fold the next entries, after what is written or prepared; nobody sees them before they are written.

        Raises Overtaken when they are not the next ones any more.
        """
        if self._ahead[0] < 0:
            await self.look()
        before, batches, reached = self._ahead
        if entries[0].n != before + 1:
            raise Overtaken
        try:
            changes = await self._gathering.changes(entries)
            reached = {**reached, **{entry.source: entry.position for entry in entries}}
            batch = Batch(before, entries[-1].n, batches + 1, reached, changes, {})
            self._say_what_to_write(batch)
        except BaseException:
            self._back()
            raise
        self._ahead = (batch.at, batch.number, reached)
        self._stored.keep(changes.things)
        return batch

    def _say_what_to_write(self, batch: Batch) -> None:
        changes, at = batch.changes, batch.at
        things: dict[str, list[Any]] = {}
        begun: dict[str, list[str]] = {}
        for thing in sorted(changes.changed):
            noun, value = noun_of(thing), changes.things[thing]
            if not value.stored and noun in self.directory.shelves:
                begun.setdefault(noun, []).append(thing)
            things.setdefault(noun, []).append(write_of(thing, value))
        batch.writes += [(self.things[noun], writes) for noun, writes in things.items()]
        drafts = {
            "figures": self.figures.columns.write(changes.rows),
            "findings": self.findings.columns.write(changes.findings),
            "threads": self.threads.columns.write(changes.threads),
        }
        for name, chunks in self.chunks.items():
            batch.writes.append((chunks.collection, chunks.put(drafts[name])))
            batch.marks[name] = chunks.now()
        held = [{"_id": held.thing, **kept_of(held)} for held in changes.held]
        batch.writes.append((self.held, [_replace(one) for one in held]))
        batch.writes.append((self.ids, [
            UpdateOne({"_id": f"{noun}|{at // STRETCH}"}, {"$push": {"things": {"$each": some}}}, upsert=True)
            for noun, some in begun.items()
        ]))  # fmt: skip
        changed = {"before": batch.before, "at": at, "things": sorted(changes.changed)}
        batch.writes.append((self.changed, [_replace({"_id": batch.number % REMEMBERED, **changed})]))

    async def write(self, batch: Batch) -> list[Held]:
        """Write what was prepared, in the order in which it was; what had to be held.

        Raises Overtaken when another process has applied these entries.
        """
        things = {name: mark.sizes["n"] for name, mark in batch.marks.items()}
        moved = {"at": batch.at, "reached": batch.reached, "batches": batch.number, "things": things}

        async def work(session: Any) -> None:
            query = {"_id": self.place, "at": batch.before}
            if (await self.places.update_one(query, {"$set": moved}, session=session)).modified_count != 1:
                raise Overtaken
            for collection, writes in batch.writes:
                if writes:
                    await collection.bulk_write(writes, ordered=False, session=session)

        try:
            # If we die in here nothing of the batch is visible; if the answer is lost, `look` tells what happened.
            await self.transactions.run(work)
        except BaseException:
            self._back()  # what is remembered may be ahead of what is stored
            raise
        for name, mark in batch.marks.items():
            self.chunks[name].mark = mark
        self.at, self.reached = batch.at, batch.reached
        for thing, n, card in batch.changes.shown:
            self.directory.show(thing, n, card)
        self.directory.at = self.at
        return batch.changes.held

    def _back(self) -> None:
        self.forget()
        self._ahead = (-1, 0, self.reached)  # `look` says where to go on


def place_of(generation: int) -> str:
    """What its collections and its checkpoint are called by."""
    return f"rm{NUMBER}x{generation}"


def kept_of(held: Held) -> dict[str, Any]:
    """What is kept of what could not be taken, with the version of the program that found it so."""
    return {"reason": held.reason, "n": held.n, "type": held.type, "version": VERSION}


def differences(one: Book, other: Book) -> int:
    """How many sums of all time differ between two books at the size that both have reached."""
    size = min(one.at, other.at)
    first, second = (book.figures.columns.cells(size, Span(FIRST_DAY, LAST_DAY)) for book in (one, other))
    return sum(first[cell] != second[cell] for cell in {*first, *second})


def _replace(document: dict[str, Any]) -> ReplaceOne[dict[str, Any]]:
    return ReplaceOne({"_id": document["_id"]}, document, upsert=True)
