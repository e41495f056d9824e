"""One generation of the read models in MongoDB: what stands where, written in one transaction per batch.

`rm<g>` below is `rm<number>x<generation>`: the number is raised when what is folded or how it is stored changes, so
that a program never reads what another version wrote; generations are rebuilds of the same.

    rm<g>_<noun>   one document per thing: its card with the ledger entry from which it is true and its earlier
                   versions; which life it is part of; of a life, all its facts, and what holds it up if anything
                   does; and the entries told of other things that concern it
    rm<g>_person   the things in which a person was named: an erasure concerns them all
    rm<g>_event    whose each event of a round is, for the corrections that name the event only
    rm<g>_held     the lives that could not be folded further, and why
    rm<g>_threads  per actor, and per stream that is no part of a life: the numbers of its entries, 4,096 at most
    rm<g>_pages    figures: pages by stretch of business time and shard of units, for ledger sizes [`from`, `to`);
                   audit findings on pages of their own, `e<half-month>`
    rm<g>_ids      per kind that has lists: the things that began in each stretch of 512 entries, which is how the
                   directory finds them all without asking the store for everything at once
    rm<g>_changed  which things the last 512 batches changed: what another process needs for its directory
    readmodels     the checkpoint of each generation, and which of them answers

Things stand in one collection per noun and have next to no secondary indexes: each of them would nearly double what
writing a thing costs. The batch and its checkpoint are one transaction, and the checkpoint moves by compare-and-set:
of two processes that apply the same entries one loses, forgets what it knew, and goes on behind the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import InsertOne, ReplaceOne, UpdateOne

from services.reporting.facts.concerning import elsewhere
from services.reporting.facts.entry import Entry
from services.reporting.facts.projections import (
    ABOUT_MODELS,
    OF_ROUNDS,
    OWN_LIVES,
    Held,
    fact_of,
    link_after,
    linking,
    lives_of,
    noun_of,
    persons_in,
    threads_of,
)
from services.reporting.facts.thing import Thing, thing_from, versions_of
from services.reporting.figures import cards, exceptions, pages
from services.reporting.figures.changes import Row, rows
from services.reporting.store.index import Directory
from services.reporting.store.lru import Recent
from shared.store.mongo import Client, Collection, Database
from shared.store.transactions import Transactions

NUMBER = 9
"""The version of what is folded and how it is stored."""

NOUNS = sorted(OWN_LIVES | ABOUT_MODELS | OF_ROUNDS | {"event", "person"})
BLOCK = 4096
STRETCH = 512
ASKED_AT_ONCE = 32
REMEMBERED = 512


class Overtaken(Exception):
    """Another process has applied these entries; look at the checkpoint again."""


@dataclass
class Changes:
    """Everything a batch changes, gathered before anything is written."""

    things: dict[str, Thing] = field(default_factory=dict[str, Thing])
    changed: set[str] = field(default_factory=set[str])
    threads: dict[str, list[int]] = field(default_factory=dict[str, "list[int]"])
    rows: list[Row] = field(default_factory=list[Row])
    findings: list[Row] = field(default_factory=list[Row])
    held: list[Held] = field(default_factory=list[Held])

    def thing(self, thing: str) -> Thing:
        """The thing, to be changed."""
        self.changed.add(thing)
        return self.things.setdefault(thing, Thing())


class Book:
    """The read models of one generation: written here, read by `queries.py`."""

    def __init__(self, client: Client, database: Database, generation: int) -> None:
        self.generation = generation
        self.place = place = f"rm{NUMBER}x{generation}"
        self.places: Collection = database["readmodels"]
        self.transactions = Transactions(client, database, self.place)
        self.things: dict[str, Collection] = {noun: database[f"{place}_{noun}"] for noun in NOUNS}
        self.held: Collection = database[f"{place}_held"]
        self.threads: Collection = database[f"{place}_threads"]
        self.pages: Collection = database[f"{place}_pages"]
        self.ids: Collection = database[f"{place}_ids"]
        self.changed: Collection = database[f"{place}_changed"]
        self.directory = Directory()
        self._batches = 0
        self._things: Recent[Thing] = Recent(20_000)
        self._pages: Recent[pages.Sums | pages.Rows] = Recent(2_000)
        self.at = 0
        self.reached: dict[str, int] = {}

    async def start(self) -> None:
        """Make indexes and the checkpoint, and fill the directory."""
        await self.things["unit-report"].create_index("card.period", sparse=True)
        await self.pages.create_index([("bucket", 1), ("to", 1)])
        await self.places.update_one(
            {"_id": self.place}, {"$setOnInsert": {"at": 0, "reached": {}}}, upsert=True
        )
        await self.look()
        await self._fill()

    async def look(self) -> int:
        """The checkpoint as it stands in the store; what this process remembers is kept if it is its own."""
        place = await self.places.find_one({"_id": self.place})
        at = 0 if place is None else int(place["at"])
        if at != self.at:
            self.forget()
        self.at = at
        self.reached = {} if place is None else {name: int(p) for name, p in place["reached"].items()}
        self._batches = 0 if place is None else int(place.get("batches", 0))
        if -1 < self.directory.at < at:
            await self._learn(at)
        return self.at

    def forget(self) -> None:
        """Drop what is remembered of the documents."""
        self._things.forget()
        self._pages.forget()

    async def drop(self) -> None:
        """Take this generation away, checkpoint first."""
        await self.places.delete_one({"_id": self.place})
        others = (self.held, self.threads, self.pages, self.ids, self.changed)
        for collection in (*self.things.values(), *others):
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
        try:
            changes = await self._gather(entries)
            written = await self._turn_pages(changes)
            reached = {**self.reached, **{entry.source: entry.position for entry in entries}}
            await self._write(changes, written, entries[-1].n, reached)
        except BaseException:
            self.forget()  # what is remembered may be ahead of what is stored
            raise
        self.at, self.reached = entries[-1].n, reached
        for thing in changes.changed:
            self.directory.put(thing, changes.things[thing].versions)
        self.directory.at = self.at
        return changes.held

    async def _gather(self, entries: Sequence[Entry]) -> Changes:
        persons = {entry.n: persons_in(entry) for entry in entries}
        asked = {linking(entry) for entry in entries}.union(*persons.values())
        changes = Changes(await self._load_things(asked))
        about: list[tuple[Entry, list[str], Held | None]] = []
        for entry in entries:
            for thread in threads_of(entry):
                changes.threads.setdefault(f"{thread}|{entry.n // BLOCK}", []).append(entry.n)
            stream, linked = entry.event.stream, linking(entry)
            known = changes.things.get(linked)
            link = link_after({} if known is None else known.link, entry)
            if link and (known is None or link != known.link):
                changes.thing(linked).link = link
            try:
                about.append((entry, lives_of(link, entry), None))
            except Exception as wrong:
                about.append((entry, [stream], Held(stream, str(wrong), entry.n, entry.event.type)))
        wanted = {life for _, lives, _ in about for life in lives} - changes.things.keys()
        changes.things |= await self._load_things(wanted)
        changes.things |= await self._load_things(self._renamed(changes, about))
        for entry, lives, held in about:
            for person in persons[entry.n]:
                await self._name(changes, person, entry, lives)
            await self._tell_others(changes, entry, lives)
            for life in lives:
                self._live(changes, life, entry, held)
        return changes

    async def _tell_others(self, changes: Changes, entry: Entry, lives: Sequence[str]) -> None:
        """The entry stands in the history of what it concerns, too, where it is no fact."""
        event = entry.event
        before = changes.things[lives[0]].facts if lives and lives[0] in changes.things else []
        others = elsewhere(event.stream, event.name, event.data, before)
        if event.name == "PersonErased":
            person = changes.thing(event.stream)
            person.also.append([entry.n, entry.n])
            others |= set(person.link.get("things", "").split())
        others = {other for other in others if noun_of(other) in self.things}
        await self._have(changes, others)
        for adoption in [other for other in others if noun_of(other) == "adoption"]:
            if (model := changes.things[adoption].link.get("model")) is not None:
                others.add(f"model/{model}")
        await self._have(changes, others)
        for other in others.difference(lives, {event.stream}):
            changes.thing(other).also.append([entry.n, entry.n])

    async def _name(self, changes: Changes, person: str, entry: Entry, lives: Sequence[str]) -> None:
        """An entry names a person: an erasure concerns its things, whichever of both is heard of first."""
        known = changes.things[person] if person in changes.things else Thing()
        before = set(known.link.get("things", "").split())
        things = {thing for thing in (entry.event.stream, *lives) if noun_of(thing) in self.things} - before
        if not things:
            return
        changes.thing(person).link = {"things": " ".join(sorted(before | things))}
        await self._have(changes, things)
        for thing in things if known.also else ():
            changes.thing(thing).also += [[n, entry.n] for n, _ in known.also]

    async def _have(self, changes: Changes, things: set[str]) -> None:
        """Load those things that the batch has not touched yet; those nobody has told of are new."""
        absent = things - changes.things.keys()
        loaded = await self._load_things(absent) if absent else {}
        changes.things |= {thing: loaded.get(thing) or Thing() for thing in absent}

    @staticmethod
    def _renamed(changes: Changes, about: Sequence[tuple[Entry, list[str], Held | None]]) -> set[str]:
        """Things that are not in the batch but show a name, unit or field that an entry of it may change."""
        lives = {life for entry, lives, _ in about if entry.event.name in cards.RENAMING for life in lives}
        known = [changes.things[life] for life in lives if life in changes.things]
        return {fact.stream for life in known for fact in life.facts} - changes.things.keys()

    def _live(self, changes: Changes, thing: str, entry: Entry, held: Held | None) -> None:
        """Add one entry to a life; a life that cannot take it is held as it was, and the rest goes on."""
        life = changes.thing(thing)
        if life.held is not None:
            life.held = {**life.held, "waiting": [*life.held["waiting"], entry.n]}
            return
        try:
            if held is None:
                self._take(changes, thing, life, entry)
        except Exception as wrong:
            held = Held(thing, f"{type(wrong).__name__}: {wrong}", entry.n, entry.event.type)
        if held is not None:
            changes.held.append(held)
            life.held = {"reason": held.reason, "n": held.n, "type": held.type, "waiting": [entry.n]}

    @staticmethod
    def _take(changes: Changes, thing: str, life: Thing, entry: Entry) -> None:
        fact = fact_of(entry)
        after = [*life.facts, fact]
        new_rows = rows(thing, life.facts, fact)
        new_findings = rows(thing, life.facts, fact, exceptions.finding_cells(thing))
        shown = {other: cards.card(other, after) for other in cards.touched(fact, thing, after)}
        # Nothing is changed before all of it could be computed.
        changes.rows += new_rows
        changes.findings += new_findings
        for other, card in shown.items():
            if other == thing:
                life.show(card, entry.n)
            elif card is not None and changes.things.setdefault(other, Thing()).show(card, entry.n):
                changes.changed.add(other)
        life.facts.append(fact)

    async def _turn_pages(self, changes: Changes) -> list[dict[str, Any]]:
        """Write rows on their pages; every page that changed, and every one that was closed, as documents."""
        placed = [(slot, row) for row in changes.rows for slot in pages.slots_of(row)]
        placed += [(finding_slot(row), row) for row in changes.findings]
        opened = await self._load_pages({slot for slot, _ in placed})
        closed: list[dict[str, Any]] = []
        for slot, row in placed:
            page = opened.get(slot)
            if page is None:
                page = opened[slot] = pages.new_page(slot, row.n)
            if page.start < row.n and page.full():
                opened[slot] = page.next_page(row.n)
                closed.append(_page_document(f"{slot}|{page.start}", slot, page))
                page = opened[slot]
            page.add(row)
        for slot, page in opened.items():
            self._pages.put(slot, page)
        return [*closed, *(_page_document(slot, slot, page) for slot, page in opened.items())]

    async def _write(
        self, changes: Changes, page_documents: list[dict[str, Any]], at: int, reached: dict[str, int]
    ) -> None:
        new = {thing for thing in changes.changed if not changes.things[thing].stored}
        documents = {thing: changes.things[thing].document(thing) for thing in sorted(changes.changed)}
        thing_writes: dict[str, list[Any]] = {}
        begun: dict[str, list[str]] = {}
        for thing, document in documents.items():
            noun = noun_of(thing)
            write = InsertOne(document) if thing in new else _replace(document)
            thing_writes.setdefault(noun, []).append(write)
            if thing in new and noun in self.directory.shelves:
                begun.setdefault(noun, []).append(thing)
        held_writes = [
            _replace({"_id": held.thing, "reason": held.reason, "n": held.n, "type": held.type})
            for held in changes.held
        ]
        thread_writes = [
            UpdateOne({"_id": key}, {"$push": {"ns": {"$each": ns}}}, upsert=True)
            for key, ns in changes.threads.items()
        ]
        id_writes = [
            UpdateOne(
                {"_id": f"{noun}|{at // STRETCH}"}, {"$push": {"things": {"$each": things}}}, upsert=True
            )
            for noun, things in begun.items()
        ]
        page_writes = [_replace(page) for page in page_documents]
        slot = (self._batches + 1) % REMEMBERED
        batch = {"_id": slot, "before": self.at, "at": at, "things": sorted(documents)}

        async def work(session: Any) -> None:
            moved = await self.places.update_one(
                {"_id": self.place, "at": self.at},
                {"$set": {"at": at, "reached": reached}, "$inc": {"batches": 1}},
                session=session,
            )
            if moved.modified_count != 1:
                raise Overtaken
            for collection, writes in (
                *((self.things[noun], writes) for noun, writes in thing_writes.items()),
                (self.held, held_writes),
                (self.threads, thread_writes),
                (self.pages, page_writes),
                (self.ids, id_writes),
                (self.changed, [_replace(batch)]),
            ):
                if writes:
                    await collection.bulk_write(writes, ordered=True, session=session)

        # If we die in here nothing of the batch is visible; if the answer is lost, `look` tells what happened.
        await self.transactions.run(work)
        self._batches += 1
        for thing, value in changes.things.items():
            value.stored = value.stored or thing in changes.changed
            if value.stored:
                self._things.put(thing, value)

    # --- loading --------------------------------------------------------------------------------

    async def _load_things(self, things: set[str]) -> dict[str, Thing]:
        known = {thing: value for thing in things if (value := self._things.get(thing)) is not None}
        absent: dict[str, list[str]] = {}
        for thing in sorted(things - known.keys()):
            absent.setdefault(noun_of(thing), []).append(thing)
        for noun, ids in absent.items():
            if noun in self.things:
                for document in await by_ids(self.things[noun], ids):
                    known[document["_id"]] = thing_from(document)
        return known

    async def _load_pages(self, slots: set[str]) -> dict[str, pages.Sums | pages.Rows]:
        known = {slot: page for slot in slots if (page := self._pages.get(slot)) is not None}
        for document in await by_ids(self.pages, sorted(slots - known.keys())):
            known[document["_id"]] = page_of(document)
        return known


def finding_slot(row: Row) -> str:
    """The page that an audit finding goes on: by the half-month on which it is counted, apart from the figures."""
    return f"e{pages.half_month(row.flow)}|{pages.shard_of(row.unit)}"


def page_of(document: Mapping[str, Any]) -> pages.Sums | pages.Rows:
    """A page as it was stored."""
    return pages.page_from(document["bucket"], document["from"], document["to"], document["body"])


def _page_document(ident: str, slot: str, page: pages.Sums | pages.Rows) -> dict[str, Any]:
    bucket, _, shard = slot.partition("|")
    return {
        "_id": ident,
        "bucket": bucket,
        "shard": int(shard),
        "from": page.start,
        "to": page.end,
        "body": page.stored(),
    }


def _replace(document: dict[str, Any]) -> ReplaceOne[dict[str, Any]]:
    return ReplaceOne({"_id": document["_id"]}, document, upsert=True)


async def by_ids(
    collection: Collection,
    ids: Sequence[Any],
    projection: Mapping[str, Any] | None = None,
    session: Any = None,
) -> list[dict[str, Any]]:
    """The documents of these ids, in small runs: the embedded server compares each found with each asked for."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(ids), ASKED_AT_ONCE):
        query = {"_id": {"$in": list(ids[start : start + ASKED_AT_ONCE])}}
        found += await collection.find(query, projection, session=session).to_list(None)
    return found
