"""What was told of things, as known at a ledger size: their facts, entries and cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.reporting.facts import said
from services.reporting.facts.city import City, city
from services.reporting.facts.entity import card_at, facts_of, runs_of
from services.reporting.facts.entry import Entry
from services.reporting.facts.facts import Fact, known_at, of_kind
from services.reporting.facts.projections import ABOUT_MODELS, TOLD_WHOLE, noun_of, numbers_of
from services.reporting.facts.spelling import city_day
from services.reporting.figures import periods, unit_reports
from services.reporting.figures.cards import Card
from services.reporting.figures.unit_reports import Report
from services.reporting.figures.versions import RULES
from services.reporting.ledger.ledger import Ledger
from services.reporting.store.known import FORMS, POLICY, History, Known
from services.reporting.store.lru import Recent
from services.reporting.store.readmodels import ReadModels
from services.reporting.store.sizes import Sizes
from services.reporting.store.things import by_ids

WITHOUT_FACTS = {"facts": 0, "held": 0, "also": 0}


class Lives(Sizes):
    """Facts, entries and cards of things, each as it was known; the ledger is not scanned for any."""

    def __init__(self, models: ReadModels, ledger: Ledger) -> None:
        super().__init__(models, ledger)
        self._units: Recent[dict[str, list[Fact]]] = Recent(8)

    async def thing(self, known: Known, thing: str) -> dict[str, Any] | None:
        """A thing as it is stored."""
        collection = known.book.things.get(noun_of(thing))
        documents = [] if collection is None else await by_ids(collection, [thing])
        return documents[0] if documents else None

    async def life(self, known: Known, thing: str) -> list[Fact]:
        """All facts of a life known at the size, as corrected by then."""
        document = await self.thing(known, thing)
        return [] if document is None else known_at(facts_of(document), known.size)

    async def lives_of(self, known: Known, things: Iterable[str]) -> dict[str, list[Fact]]:
        """The facts of these lives known at the size, as corrected by then; those nobody knows are left out."""
        documents = await self._documents(known, things)
        lives = {d["_id"]: known_at(facts_of(d), known.size) for d in documents}
        return {thing: facts for thing, facts in lives.items() if facts}

    async def _documents(
        self, known: Known, things: Iterable[str], projection: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        by_noun: dict[str, list[str]] = {}
        for thing in sorted(set(things)):
            by_noun.setdefault(noun_of(thing), []).append(thing)
        return [
            document
            for noun, ids in by_noun.items()
            for document in await by_ids(known.book.things[noun], ids, projection)
        ]

    async def lives(self, known: Known, kind: str) -> dict[str, list[Fact]]:
        """The lives of all things of a kind of which there are few (units, criteria sets)."""
        documents = await known.book.things[kind].find({}).to_list(None)
        found = {d["_id"]: known_at(facts_of(d), known.size) for d in documents}
        return {thing: facts for thing, facts in found.items() if facts}

    async def units(self, known: Known) -> dict[str, list[Fact]]:
        """The lives of all units; those of the sizes asked for last are remembered."""
        key = f"{known.book.place}/{known.size}"
        if (found := self._units.get(key)) is None:
            self._units.put(key, found := await self.lives(known, "unit"))
        return found

    async def city(self, known: Known, on: str | None = None) -> City:
        """The units as they stood on a business date (None: by everything known), and as they stand now."""
        newest = await self.units(Known(known.book, known.book.at))
        return city((await self.units(known)).values(), on, newest.values())

    async def city_then(self, known: Known, name: str, cut_off: str | None) -> City:
        """The units as they stood at the cut-off of a period."""
        period = periods.period(name, await self.policies(known), cut_off)
        return await self.city(known, period.cut_off)

    async def policies(self, known: Known, rules: int = RULES) -> periods.Policies:
        """The policies known at the size, and what a version of the rules goes by where none is in force."""
        return periods.Policies(await self.life(known, POLICY), rules)

    async def heard(self, known: Known) -> str:
        """The day in the city on which the newest entry known was received; nothing of a ledger without any."""
        newest = (await self.entries(known, [known.size])).get(known.size)
        return "" if newest is None else city_day(newest.received)

    async def reports_of(self, known: Known, names: Sequence[str]) -> list[Report]:
        """The reports of these periods as known at the size: read as they are, for there are few."""
        query = {"card.period": {"$in": list(names)}}
        documents = await known.book.things["unit-report"].find(query, {"facts": 1}).to_list(None)
        found = (unit_reports.report(known_at(facts_of(document), known.size)) for document in documents)
        return sorted((one for one in found if one is not None), key=lambda one: one.ref)

    async def forms(self, known: Known) -> dict[str, str]:
        """The forms of commendation known at the size, by code, each by its newest name."""
        facts = await self.life(known, FORMS)
        return {
            form.code: form.name for fact in of_kind(facts, said.FormsPublished) for form in fact.said.forms
        }

    async def unit_reports(
        self, known: Known, units: Iterable[str], spans: Iterable[str]
    ) -> dict[str, list[Fact]]:
        """The lives of the units' reports of these spans (`2027-H1`, `2027`), by `<unit>:<span>`."""
        ids = [f"unit-report/{unit}:{span}" for unit in units for span in spans]
        return {thing.partition("/")[2]: facts for thing, facts in (await self.lives_of(known, ids)).items()}

    async def _criteria(self, known: Known) -> frozenset[str]:
        sets = await self.lives(known, "criteria-set")
        return frozenset(
            item.code
            for facts in sets.values()
            for fact in of_kind(facts, said.CriteriaPublished)
            for item in fact.said.criteria
        )

    async def criteria(self, known: Known) -> dict[str, str]:
        """The words of all criteria known at the size, by code, each as its newest set has them."""
        sets = await self.lives(known, "criteria-set")
        numbers = [fact.n for facts in sets.values() for fact in facts]
        entries = await self.entries(known, numbers)
        return {
            item["code"]: item["text"]
            for n in sorted(entries)
            for item in entries[n].data.get("criteria", ())
        }

    async def history(self, known: Known, thing: str) -> History:
        """Everything that concerns a thing, as far as known: its entries in ledger order, and its card."""
        noun = noun_of(thing)
        life = root = await self.thing(known, thing)
        also = [n for n, since in runs_of(root or {}, "also") if since <= known.size]
        if noun not in ABOUT_MODELS | TOLD_WHOLE:
            held = None if root is None else root.get("held")
            told = await self.thread(known, thing, also)
            late = held is not None and held["n"] > known.size
            return History(told, None if root is None else card_at(root, known.size), None if late else held)
        if root is not None and noun in ABOUT_MODELS:
            life = await self.thing(known, root.get("life", thing))
        if root is None or life is None:
            return History([])
        facts = known_at(facts_of(life), known.size)
        numbers = numbers_of(thing, facts)
        held = life.get("held")
        if held is not None:
            waiting = await self._ledger.entries(n for n in held["waiting"] if n <= known.size)
            numbers += [e.n for e in waiting if thing in (life["_id"], e.event.stream)]
        entries = await self._ledger.entries([*numbers, *also])
        if held is not None and (held["n"] > known.size or not entries):
            held = None
        return History(entries, card_at(root, known.size), held)

    async def thread(self, known: Known, thing: str, also: Sequence[int] = (), after: int = 0) -> list[Entry]:
        """The entries of an actor, or of a stream that is no part of a life, and `also` these, in ledger order."""
        return await self._ledger.entries([*(n for n in self.numbers(known, thing) if n > after), *also])

    def numbers(self, known: Known, thing: str) -> list[int]:
        """Which entries those of a thread are, in ledger order."""
        return known.book.threads.columns.numbers(thing, known.size)

    async def entries(self, known: Known, numbers: Iterable[int]) -> dict[int, Entry]:
        """These entries of the ledger, as far as known, by number."""
        found = await self._ledger.entries(n for n in numbers if n <= known.size)
        return {entry.n: entry for entry in found}

    async def cards_about(self, known: Known, model: str) -> dict[str, list[Card]]:
        """The cards of everything that is about a model, by kind, as they were at the size."""
        streams = {fact.stream for fact in await self.life(known, f"model/{model}")}
        found: dict[str, list[Card]] = {}
        for kind in sorted(ABOUT_MODELS):
            ids = sorted(stream for stream in streams if noun_of(stream) == kind)
            documents = await by_ids(known.book.things[kind], ids, WITHOUT_FACTS)
            cards = [card for document in documents if (card := card_at(document, known.size)) is not None]
            found[kind] = sorted(cards, key=lambda card: (card["from"], card["id"]))
        return found

    async def cards_of(self, known: Known, things: Iterable[str]) -> dict[str, Card]:
        """The cards of these things as they were at the size; those nobody knows are left out."""
        documents = await self._documents(known, things, WITHOUT_FACTS)
        return {d["_id"]: card for d in documents if (card := card_at(d, known.size)) is not None}

    async def card(self, known: Known, kind: str, ident: str) -> Card | None:
        """One card as it was at the size."""
        document = await self.thing(known, f"{kind}/{ident}")
        return None if document is None else card_at(document, known.size)
