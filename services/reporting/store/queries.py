"""Reading the books: any figure, list and history as known at a ledger size. Nothing here scans the ledger."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from services.reporting.facts.city import City, city
from services.reporting.facts.entity import card_at, facts_of, runs_of
from services.reporting.facts.entry import Entry
from services.reporting.facts.facts import Fact, known_at
from services.reporting.facts.projections import ABOUT_MODELS, TOLD_WHOLE, noun_of, numbers_of
from services.reporting.facts.spelling import city_day, instant, is_moment, whole
from services.reporting.figures import periods, summary, unit_reports
from services.reporting.figures.behind import Record
from services.reporting.figures.cards import Card
from services.reporting.figures.changes import Row
from services.reporting.figures.question import Cells, Question, units_of
from services.reporting.figures.quota import BUILT
from services.reporting.figures.scope import CITY, Scope
from services.reporting.figures.unit_reports import Report
from services.reporting.figures.versions import RULES, row_keys
from services.reporting.ledger.ledger import Ledger
from services.reporting.store.choosing import Fits
from services.reporting.store.index import Row as Chosen
from services.reporting.store.index import Shelf
from services.reporting.store.known import Asking, History
from services.reporting.store.known import Known as Known
from services.reporting.store.lru import Recent
from services.reporting.store.readmodels import ReadModels
from services.reporting.store.rows import Cell, Place, Rows, Span, Sums, Wanted
from services.reporting.store.things import by_ids
from shared.contracts.catalog import SERVICES
from shared.errors import Malformed, Unavailable

PATIENCE_SECONDS = 5.0
QUESTIONS = 8
"""Questions that are remembered, with some five megabytes each."""
POLICY = "policy/scheme"
FORMS = "forms/scheme"
WITHOUT_FACTS = {"facts": 0, "held": 0, "also": 0}

Root = Callable[[int], Awaitable[bytes]]
"""The root of the ledger's tree at a size."""


class Reads:
    """Everything that queries ask of the read models."""

    def __init__(self, models: ReadModels, ledger: Ledger, root: Root) -> None:
        self._models = models
        self._ledger = ledger
        self._root = root
        self._questions: Recent[Question] = Recent(QUESTIONS)
        self._units: Recent[dict[str, list[Fact]]] = Recent(8)

    # --- as known at ------------------------------------------------------------------------------

    async def known(
        self, *, at: str | None = None, as_of: str | None = None, after: Sequence[str] = ()
    ) -> Known:
        """The ledger size that a question means, by `at` or `as_of` (see `size`); else the newest applied.

        `after` waits until what it names has been applied; it cannot go with `at` or `as_of`.
        """
        if after and (at is not None or as_of is not None):
            raise Malformed("after.with-at")
        if at is not None and as_of is not None:
            raise Malformed("at.with-as-of")
        if self._models.damaged is not None:
            raise Unavailable("readmodels.damaged", retry_after=60)
        if after:
            await self._wait_for(after)
        if at is None and as_of is None:
            if not self._models.current:
                raise Unavailable("not-yet", reached={"ledger": self._models.book.at})
            return Known(self._models.book, self._models.book.at)
        size = await self.size(at, "at") if at is not None else await self._size_on(as_of or "", "as_of")
        return Known(self._models.book, size)

    async def size(self, text: str, name: str) -> int:
        """The ledger size that `name=text` means: a size, or the size at the end of a day in the city, or at a time.

        Malformed when the ledger is not that long, the day is still to come or lies before 2020, or when nothing
        had been received by then.
        """
        if is_moment(text):
            return await self._size_on(text, name)
        return await self._applied(whole(text, name), name)

    async def _size_on(self, text: str, name: str) -> int:
        size = await self._ledger.size_as_of(instant(text, name, self._ledger.today()))
        if size == 0:
            raise Malformed("date.before-ledger", member=name, found=text[:32])
        return await self._applied(size, name)

    async def _applied(self, size: int, name: str) -> int:
        if size > self._models.book.at:
            if size > (head := await self._ledger.head()):
                raise Malformed("at.beyond-ledger", parameter=name, at=size, size=head)
            if not await self._models.wait_applied(size, PATIENCE_SECONDS):
                raise Unavailable("not-yet", reached={"ledger": self._models.book.at})
        return size

    async def _wait_for(self, after: Sequence[str]) -> None:
        wanted: dict[str, int] = {}
        for text in after:
            for one in text.split(","):
                match = re.fullmatch(r"([a-z]+):(\d{1,15})", one.strip(), re.ASCII)
                if match is None or match[1] not in SERVICES:
                    raise Malformed("after.malformed", found=one[:64])
                wanted[match[1]] = max(int(match[2]), wanted.get(match[1], 0))
        if not await self._models.wait_reached(wanted, PATIENCE_SECONDS):
            reached = self._models.book.reached
            raise Unavailable("not-yet", reached={name: reached.get(name, 0) for name in wanted})

    # --- lives ------------------------------------------------------------------------------------

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

    # --- figures ----------------------------------------------------------------------------------

    async def summary(
        self, known: Known, name: str, *, scope: Scope = CITY, cut_off: str | None = None,
        baseline: Sequence[Mapping[str, Any]] = (), rules: int = RULES,
    ) -> dict[str, Any]:  # fmt: skip
        """The summary of a period, as it is hashed and published, by these rules.

        A bloc to which nobody belonged a year earlier has no period before.
        """
        summary.calculation(rules)
        policies = await self.policies(known, rules)
        period, before = periods.with_the_year_before(name, policies, cut_off)
        if before is not None and scope.bloc is not None:
            then = await self.city(known, before.cut_off)
            before = before if then.of_bloc(scope.bloc) else None
        asked = Asking(policies, scope, rules)
        root = (await self._root(known.size)).hex()
        now = await self._question(known, period, asked)
        then = None if before is None else await self._question(known, before, asked)
        return await asyncio.to_thread(
            summary.document, now, size=known.size, root=root, before=then, baseline=baseline
        )

    async def question(
        self, known: Known, name: str, scope: Scope = CITY, cut_off: str | None = None
    ) -> Question:
        """A period's question without its answer: for figures, quotas, scorecards."""
        policies = await self.policies(known)
        period = periods.period(name, policies, cut_off)
        return await self._question(known, period, Asking(policies, scope, RULES))

    async def _question(self, known: Known, period: periods.Period, by: Asking) -> Question:
        """Those asked last are remembered with their figures: known at the same size, nothing of them can change."""
        key = f"{known.book.place}|{known.size}|{period}|{by.scope.spelled}|{by.rules}"
        if (found := self._questions.get(key)) is None:
            found = await self._asked(known, period, by)
            self._questions.put(key, found)
        return found

    async def _asked(self, known: Known, period: periods.Period, by: Asking) -> Question:
        units, policies = await self.units(known), by.policies
        cities: dict[str, City] = {}

        def city_on(day: str) -> City:
            if day not in cities:
                cities[day] = city(units.values(), day)
            return cities[day]

        at = city_on(period.cut_off)
        wanted = units_of(by.scope, at, by.rules)
        asked = unit_reports.asked_for(period, policies)
        names = {*asked.names, *unit_reports.due_in(period, policies)}
        reports = await self.reports_of(known, sorted(names))
        return Question(
            period=period,
            city=at,
            policies=policies,
            cells=self.cells(known, period.start, period.cut_off, wanted),
            scope=by.scope,
            criteria=await self._criteria(known),
            forms=frozenset(await self.forms(known)),
            reports=reports,
            asked=asked,
            outside=unit_reports.outside((r for r in reports if wanted is None or r.unit in wanted), asked),
            rules=by.rules,
            built=self._built(known, period, by.rules),
            heard=await self.heard(known),
            cities=city_on,
        )

    def _built(self, known: Known, period: periods.Period, rules: int) -> Cells:
        """What was built for the quota by all units, whatever the scope: those below one may have moved since."""
        keys = [row_key for key in BUILT for row_key in row_keys(key, rules)]
        span = Span(period.start, period.cut_off)
        return known.book.figures.columns.cells(known.size, span, Wanted(keys))

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
        return {form["code"]: form["name"] for fact in facts for form in fact.data.get("forms", ())}

    async def unit_reports(
        self, known: Known, units: Iterable[str], spans: Iterable[str]
    ) -> dict[str, list[Fact]]:
        """The lives of the units' reports of these spans (`2027-H1`, `2027`), by `<unit>:<span>`."""
        ids = [f"unit-report/{unit}:{span}" for unit in units for span in spans]
        return {thing.partition("/")[2]: facts for thing, facts in (await self.lives_of(known, ids)).items()}

    async def _criteria(self, known: Known) -> frozenset[str]:
        sets = await self.lives(known, "criteria-set")
        return frozenset(
            item["code"]
            for facts in sets.values()
            for fact in facts
            for item in fact.data.get("criteria", ())
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

    def cells(self, known: Known, start: str, cut_off: str, units: frozenset[str] | None = None) -> Cells:
        """The sums of a period by unit and field, of these units or all."""
        return known.book.figures.columns.cells(known.size, Span(start, cut_off), Wanted(units=units))

    def rows(
        self, known: Known, keys: Sequence[str], start: str, cut_off: str, units: frozenset[str] | None = None
    ) -> list[Row]:
        """What the figures of a period are made of, record by record and day by day: of these keys and units."""
        return known.book.figures.columns.rows(known.size, Span(start, cut_off), Wanted(keys, units))

    def records(
        self, known: Known, keys: Sequence[str], question: Question,
        place: Callable[[Cell], Place | None], most: int,
    ) -> tuple[int, list[Record]]:  # fmt: skip
        """How many records are behind rows of these keys, and the first so many of them by their names."""
        span = Span(question.period.start, question.period.cut_off)
        wanted = Wanted(keys, question.units)
        total, found = known.book.figures.columns.records(known.size, span, wanted, place, most)
        return total, sorted(Record(ref, *at, value) for ref, at, value in found)

    def months(
        self, known: Known, keys: Sequence[str], question: Question, fits: Callable[[Cell], bool]
    ) -> Counter[tuple[str, str]]:
        """What flowed in a period, month by month: (`2027-05`, key) → how much of the cells that fit."""
        span = Span(question.period.start, question.period.cut_off)
        return known.book.figures.columns.months(known.size, span, Wanted(keys, question.units), fits)

    def findings(
        self, known: Known, start: str, cut_off: str, units: Collection[str] | None, field: str | None
    ) -> tuple[Rows, Sums]:
        """The audit findings counted in a period by day, as known at the size; the value says how many are alike."""
        rows = known.book.findings.columns
        wanted = Wanted(units=units, fields=None if field is None else [field])
        return rows, rows.single(known.size, Span(start, cut_off), wanted)

    def acts(self, known: Known, years: Collection[int], wanted: Wanted) -> tuple[Rows, Sums]:
        """What flowed in these years as known at the size, of each by what has effect by its end."""
        rows = known.book.figures.columns
        return rows, rows.year_by_year(known.size, years, wanted)

    # --- histories --------------------------------------------------------------------------------

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

    async def thread(self, known: Known, thing: str, also: Sequence[int] = ()) -> list[Entry]:
        """The entries of an actor, or of a stream that is no part of a life, and `also` these, in ledger order."""
        numbers = known.book.threads.columns.numbers(thing, known.size)
        return await self._ledger.entries([*numbers, *also])

    async def entries(self, known: Known, numbers: Iterable[int]) -> dict[int, Entry]:
        """These entries of the ledger, as far as known, by number."""
        found = await self._ledger.entries(n for n in numbers if n <= known.size)
        return {entry.n: entry for entry in found}

    # --- lists ------------------------------------------------------------------------------------

    async def listed(
        self, known: Known, kind: str, fits: Fits, order: Sequence[str], offset: int, limit: int
    ) -> tuple[int, list[Card]]:
        """How many things of a kind fit as they were at the size, and the cards of one page of them in this order.

        See `fitting_rows` for `fits` and when it is Unavailable.
        """
        shelf = self._shelf(known, kind)
        total, rows = await shelf.page(known.size, fits, order, offset + limit)
        page = [f"{kind}/{row.ident}" for row in rows[offset:]]
        cards = await self.cards_of(known, page)
        return total, [cards[thing] for thing in page if thing in cards]

    def fitting_rows(self, known: Known, kind: str, fits: Fits) -> list[Chosen]:
        """The rows of all things of a kind that fit as they were at the size, in no order.

        `fits` judges the members that the directory keeps. Unavailable for the moment in which another process
        has written what this one has not taken in.
        """
        return self._shelf(known, kind).look(known.size, fits)

    @staticmethod
    def _shelf(known: Known, kind: str) -> Shelf:
        directory = known.book.directory
        if directory.at < known.size:
            raise Unavailable("not-yet", retry_after=1, reached={"ledger": directory.at})
        return directory.shelves[kind]

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


def must_stand(unit: str | None, at: City) -> None:
    """A unit that is asked for is known, and was not merged into another by then."""
    Scope(unit).units(at)
