"""The read models of a ledger, kept in memory: what the store keeps, without the store."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

from services.reporting.facts.city import city
from services.reporting.facts.entry import Entry
from services.reporting.facts.facts import Fact, known_at
from services.reporting.facts.projections import fact_of, link_after, linking, lives_of
from services.reporting.facts.spelling import city_day
from services.reporting.figures import periods, unit_reports
from services.reporting.figures.changes import Row, rows
from services.reporting.figures.question import Cells, Question
from services.reporting.figures.scope import CITY, Scope
from services.reporting.figures.versions import RULES
from services.reporting.store.rows import Rows, Span


class Book:
    """The read models of a ledger, kept in memory: lives, rows, columns."""

    def __init__(self, entries: list[Entry]) -> None:
        self.received = [entry.received for entry in entries]
        self.lives: dict[str, list[Fact]] = {}
        self.rows: list[Row] = []
        self.columns = Rows()
        links: dict[str, dict[str, str]] = {}
        for entry in entries:
            linked = linking(entry)
            link = links[linked] = link_after(links.get(linked, {}), entry)
            for life in lives_of(link, entry):
                facts, fact = self.lives.setdefault(life, []), fact_of(entry)
                self.rows += rows(life, facts, fact)
                facts.append(fact)
        self.columns.write(self.rows)

    def cells_by_rows(self, size: int, start: str, cut_off: str) -> Cells:
        cells: Cells = Counter()
        for row in self.rows:
            if row.n <= size and row.eff <= cut_off and (row.flow >= start or not row.flow):
                cells[row.unit, row.field, row.key, row.sub] += row.value
        return cells

    def cells_by_columns(self, size: int, start: str, cut_off: str) -> Cells:
        return self.columns.cells(size, Span(start, cut_off))

    def asked(
        self, name: str, size: int, scope: Scope = CITY, cut_off: str | None = None, rules: int = RULES
    ) -> Question:
        """A period's question as known at a size, as `Reads` puts it together from the store."""
        known = {life: known_at(facts, size) for life, facts in self.lives.items()}
        policies = periods.Policies(known.get("policy/scheme", []), rules)
        period = periods.period(name, policies, cut_off)
        units = [facts for life, facts in known.items() if life.startswith("unit/")]
        cells = self.cells_by_columns(size, period.start, period.cut_off)
        assert +cells == +self.cells_by_rows(size, period.start, period.cut_off)
        asked = unit_reports.asked_for(period, policies)
        told = (
            unit_reports.report(facts) for life, facts in known.items() if life.startswith("unit-report/")
        )
        names = {*asked.names, *unit_reports.due_in(period, policies)}
        reports = [report for report in told if report is not None and report.period in names]
        return Question(
            period, city(units, period.cut_off), policies, cells, scope, reports=reports, asked=asked,
            outside=unit_reports.outside(reports, asked), rules=rules, built=cells,
            heard=city_day(self.received[size - 1]) if size else "", cities=cache(lambda day: city(units, day)),
        )  # fmt: skip


def same(shown: dict[str, Any], counted: dict[str, Any]) -> None:
    """Every figure that is shown is what was counted; a figure of one that the other lacks is nothing."""
    __tracebackhide__ = True
    different = {key: (shown.get(key), counted.get(key, 0)) for key in {*shown, *counted}
                 if (shown.get(key) or 0) != (counted.get(key) or 0)}  # fmt: skip
    assert different == {}, "figure: (shown, counted by the oracle)"
