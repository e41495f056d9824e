"""What a unit owes for a year (III.3.1, III.3.6, IV, V.2): plans, a resolution, criteria, assignments, reports, models.

Each is there or missing, with the records that show it. What the unit itself put on record counts, and the documents
that its reports of the year declare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.reporting.figures import due
from services.reporting.figures.kept_cards import years_of
from services.reporting.figures.periods import FIRST_YEAR, Policy
from shared.reference.authority import UnitCard

SCHEME_PLAN, PLAN, RESOLUTION, CRITERIA = "scheme_plan", "plan", "resolution", "criteria"
ASSIGNMENTS, INSPECTION_PLAN, ESTIMATE = "assignments", "inspection_plan", "estimate"
REGISTRATION, REPORT = "registration", "report"
KINDS = (
    SCHEME_PLAN, PLAN, RESOLUTION, CRITERIA, ASSIGNMENTS, INSPECTION_PLAN, ESTIMATE, REGISTRATION, REPORT,
)  # fmt: skip

SCHEME_YEARS = range(FIRST_YEAR, 2031)
PLANNING = ("plan", "programme")
PARTY = frozenset({"city_committee", "commission", "commune_committee", "bloc_committee", "organisation"})
"""Kinds of units that put the task in a resolution; the others put it in a programme or plan only (R-LEAD-1)."""
FROM_THE_BEGINNING = frozenset({PLAN, REGISTRATION})
"""What has to be there by the registration deadline: "ngay từ đầu năm" (C-CITY-1)."""

MOST = 20
"""So many records are named for one thing."""
Document = tuple[str, list[int], str]
"""(kind, the years it is for, the record that shows it)."""


@dataclass
class Shown:
    """The records that show what one unit has."""

    documents: list[Document] = field(default_factory=list[Document])
    criteria: list[str] = field(default_factory=list[str])
    assignments: list[str] = field(default_factory=list[str])
    inspection_plans: list[str] = field(default_factory=list[str])
    models: list[str] = field(default_factory=list[str])
    reports: dict[str, str] = field(default_factory=dict[str, str])
    """By period (`2027-H1`, `2027`): the report that was made of it."""


@dataclass(frozen=True)
class Owed:
    """One thing that a unit owes: what, the records that show it, by which day it has to be there (None: unsaid)."""

    what: str
    records: tuple[str, ...]
    due_on: str | None = None
    period: str | None = None

    @property
    def there(self) -> bool:
        """Whether anything shows it."""
        return bool(self.records)

    def seen(self, on: str) -> dict[str, Any]:
        """As one sees it on a day: there, missing, or, where its day has not passed, due."""
        waiting = self.due_on is not None and on <= self.due_on
        state = "there" if self.there else "due" if waiting else "missing"
        item = {"what": self.what, "period": self.period, "state": state, "due_on": self.due_on,
                "records": list(self.records[:MOST]) or None}  # fmt: skip
        return {name: value for name, value in item.items() if value is not None}


def declared(report: Mapping[str, Any], record: str) -> Iterator[Document]:
    """The documents that a unit's report declares."""
    for one in report.get("documents") or ():
        yield one["kind"], years_of(one["for"]), record


def owed(unit: UnitCard, year: int, shown: Shown, policy: Policy) -> list[Owed]:
    """Everything that a unit owes for a year, in the order of `KINDS`."""

    def issued(kinds: Iterable[str], fits: Callable[[list[int]], bool]) -> tuple[str, ...]:
        return tuple(record for kind, years, record in shown.documents if kind in kinds and fits(years))

    def of_year(years: list[int]) -> bool:
        return year in years

    def of_scheme(years: list[int]) -> bool:
        return set(SCHEME_YEARS) <= set(years)

    beginning = f"{year}-{policy['registration_deadline']}"
    found = {
        SCHEME_PLAN: issued(PLANNING, of_scheme) if year in SCHEME_YEARS else None,
        PLAN: issued(PLANNING, lambda years: of_year(years) and not of_scheme(years)),
        RESOLUTION: issued(("resolution",), of_year) if unit.kind in PARTY else None,
        CRITERIA: (*shown.criteria, *issued(("criteria",), of_year)),
        ASSIGNMENTS: (*shown.assignments, *issued(("assignment",), of_year)),
        INSPECTION_PLAN: (*shown.inspection_plans, *issued(("inspection_plan",), of_year)),
        ESTIMATE: issued(("estimate",), of_year),
        REGISTRATION: tuple(shown.models),
    }
    items = [
        Owed(what, records, beginning if what in FROM_THE_BEGINNING else None)
        for what, records in found.items()
        if records is not None
    ]
    for period, day in due.of_year(year, policy).items():
        made = shown.reports.get(period) or shown.reports.get(str(year))  # the year's contains the half-year
        items.append(Owed(REPORT, () if made is None else (made,), day, period))
    return items
