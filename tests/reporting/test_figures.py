"""Every figure, as known at any size for any period and unit, is what the oracle counts from the events."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.reporting.domain import pages, periods, summary, unit_reports
from services.reporting.domain.changes import Row, rows
from services.reporting.domain.city import city
from services.reporting.domain.entry import Entry
from services.reporting.domain.facts import Fact, known_at
from services.reporting.domain.scope import Scope
from services.reporting.projections import fact_of, link_after, linking, lives_of
from shared.errors import Refused
from tests.reporting.oracle import Oracle
from tests.support.lives import POLICY, City


class Book:
    """The read models of a ledger, kept in memory: lives, rows, pages."""

    def __init__(self, entries: list[Entry]) -> None:
        self.lives: dict[str, list[Fact]] = {}
        self.rows: list[Row] = []
        self.pages: dict[str, list[pages.Sums | pages.Rows]] = {}
        links: dict[str, dict[str, str]] = {}
        for entry in entries:
            linked = linking(entry)
            link = links[linked] = link_after(links.get(linked, {}), entry)
            for life in lives_of(link, entry):
                facts, fact = self.lives.setdefault(life, []), fact_of(entry)
                self.write(rows(life, facts, fact))
                facts.append(fact)

    def write(self, changes: list[Row]) -> None:
        self.rows += changes
        for row in changes:
            for slot in pages.slots_of(row):
                book = self.pages.setdefault(slot, [pages.new_page(slot, row.n)])
                if book[-1].full() and book[-1].start < row.n:
                    book.append(book[-1].next_page(row.n))
                book[-1].add(row)

    def cells_by_rows(self, size: int, start: str, cut_off: str) -> summary.Cells:
        cells: summary.Cells = Counter()
        for row in self.rows:
            if row.n <= size and row.eff <= cut_off and (row.flow >= start or not row.flow):
                cells[row.unit, row.field, row.key, row.sub] += row.value
        return cells

    def cells_by_pages(self, size: int, start: str, cut_off: str) -> summary.Cells:
        cells: summary.Cells = Counter()
        plan = pages.plan(start, cut_off)
        for slot, book in self.pages.items():
            bucket = slot.partition("|")[0]
            if bucket not in plan.buckets:
                continue
            for page in book:
                stored = pages.page_from(bucket, page.start, page.end, page.stored())
                if page.start <= size and (isinstance(page, pages.Rows) or size < page.end):
                    pages.add_page(cells, bucket, stored, size, start, cut_off, plan)
        return cells

    def asked(self, name: str, size: int, unit: str | None, cut_off: str | None = None) -> summary.Question:
        known = {life: known_at(facts, size) for life, facts in self.lives.items()}
        policies = periods.Policies(known.get("policy/scheme", []))
        period = periods.period(name, policies, cut_off)
        at = city((facts for life, facts in known.items() if life.startswith("unit/")), period.cut_off)
        cells = self.cells_by_pages(size, period.start, period.cut_off)
        assert +cells == +self.cells_by_rows(size, period.start, period.cut_off)
        asked = unit_reports.asked_for(period, policies)
        told = (
            unit_reports.report(facts) for life, facts in known.items() if life.startswith("unit-report/")
        )
        reports = [report for report in told if report is not None and report.period in asked.names]
        units = [facts for life, facts in known.items() if life.startswith("unit/")]
        times = unit_reports.kept_times(reports, asked, policies, lambda day: city(units, day))
        return summary.Question(
            period, at, policies, cells, Scope(unit), items=[*unit_reports.said(reports, asked), *times], asked=asked,
            outside=unit_reports.outside(reports, asked),
        )  # fmt: skip


@cache
def played(seed: int) -> tuple[City, list[Entry], Book]:
    town = City(seed)
    town.found(9)
    town.live(days=560, acts=420)
    entries = town.ledger()
    return town, entries, Book(entries)


def same(shown: dict[str, Any], counted: dict[str, Any]) -> None:
    __tracebackhide__ = True
    different = {key: (shown.get(key), counted.get(key, 0)) for key in {*shown, *counted}
                 if (shown.get(key) or 0) != (counted.get(key) or 0)}  # fmt: skip
    assert different == {}, "figure: (shown, counted by the oracle)"


NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""A smaller seed is not a simpler city: what is shown is the first difference found."""

days = st.dates(min_value=periods.date(2026, 1, 1), max_value=periods.date(2027, 12, 31)).map(str)
names = st.one_of(
    st.sampled_from(["2026", "2027", "2026-H1", "2027-H1", "interim-2028", "final-2030"]),
    st.tuples(days, days).map(lambda pair: f"{min(pair)}..{max(pair)}"),
)


@settings(max_examples=60, deadline=None, phases=NO_SHRINKING)
@given(seed=st.integers(0, 3), name=names, part=st.floats(0, 1), data=st.data())
def test_every_figure_is_what_the_oracle_counts(
    seed: int, name: str, part: float, data: st.DataObject
) -> None:
    _, entries, book = played(seed)
    size = round(part * len(entries))
    units = [e.event.data["unit"] for e in entries[:size] if e.event.name == "UnitRegistered"]
    unit = data.draw(st.sampled_from([None, None, *units]))
    asked = book.asked(name, size, unit)
    oracle = Oracle(entries, size)
    if unit is not None and (heir := oracle.heir(oracle.units(asked.period.cut_off), unit)) != unit:
        with pytest.raises(Refused, match=r"unit\.merged") as refusal:
            summary.figures(asked)
        assert refusal.value.details["merged_into"] == heir
        return
    shown = summary.figures(asked)
    quota = POLICY["building_quota"]
    span = (asked.period.start, asked.period.cut_off, asked.period.years)

    same(shown["whole"], oracle.figures(*span, unit=unit, quota=quota))
    if unit is None:
        field = data.draw(st.sampled_from(sorted(shown["by_field"])))
        same(shown["by_field"][field], oracle.figures(*span, field=field, quota=quota))
    below = data.draw(st.sampled_from([None, *sorted(u for u in shown["by_unit"] if u != "unknown")]))
    if below is not None:
        same(shown["by_unit"][below], oracle.figures(*span, unit=below, quota=quota))


@settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
@given(seed=st.integers(0, 3), order=st.integers(0, 10**6), name=names)
def test_the_order_in_which_the_sources_arrive_changes_no_figure(seed: int, order: int, name: str) -> None:
    town, entries, book = played(seed)
    other = town.shuffled(order)

    assert summary.figures(Book(other).asked(name, len(other), None)) == summary.figures(
        book.asked(name, len(entries), None)
    )


@settings(max_examples=10, deadline=None, phases=NO_SHRINKING)
@given(seed=st.integers(0, 3), order=st.integers(0, 10**6), part=st.floats(0, 1), name=names)
def test_half_arrived_sources_are_counted_as_they_are(seed: int, order: int, part: float, name: str) -> None:
    town, _, _ = played(seed)
    entries = town.shuffled(order)
    size = round(part * len(entries))
    asked = Book(entries).asked(name, size, None)
    span = (asked.period.start, asked.period.cut_off, asked.period.years)
    published = any(entry.event.name == "PolicyPublished" for entry in entries[:size])
    quota = POLICY["building_quota"] if published else periods.DEFAULT_POLICY["building_quota"]

    same(summary.figures(asked)["whole"], Oracle(entries, size).figures(*span, quota=quota))
