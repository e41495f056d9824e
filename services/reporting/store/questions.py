"""Figures as known at a ledger size: questions of a period, their cells, rows and records."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from services.reporting.facts.city import City, city
from services.reporting.figures import periods, summary, unit_reports
from services.reporting.figures.behind import Record
from services.reporting.figures.changes import Row
from services.reporting.figures.question import Cells, Question, units_of
from services.reporting.figures.quota import BUILT
from services.reporting.figures.scope import CITY, Scope
from services.reporting.figures.versions import RULES, row_keys
from services.reporting.ledger.ledger import Ledger
from services.reporting.store.known import Asking, Known
from services.reporting.store.lives import Lives
from services.reporting.store.lru import Recent
from services.reporting.store.readmodels import ReadModels
from services.reporting.store.rows import Cell, Place, Rows, Span, Sums, Wanted

QUESTIONS = 8
"""Questions that are remembered, with some five megabytes each."""

Root = Callable[[int], Awaitable[bytes]]
"""The root of the ledger's tree at a size."""


class Questions(Lives):
    """What is counted for a period."""

    def __init__(self, models: ReadModels, ledger: Ledger, root: Root) -> None:
        super().__init__(models, ledger)
        self._root = root
        self._questions: Recent[Question] = Recent(QUESTIONS)

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
