"""What units report of themselves in a period, and whether they do: counted from the reports, never from pages.

A period asks for the reports of the years that lie within it, and for the half-year's of the last year that does
not. Of each unit and year the newest of these counts: the year's report, which covers the half-year, else the
half-year's. A report that reaches out of the period is named and not counted; one in between (a date) is in no sum.
When it was sent does not matter to the sums: a year's report is written after the year's cut-off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.facts.city import City
from services.reporting.facts.facts import Fact
from services.reporting.figures.periods import FIRST_YEAR, LAST_YEAR, Period, Policies
from shared.contracts import registry
from shared.contracts.figures import ACTIVITIES, DOCUMENTS, RESOURCES

STREAM = "unit-report/"


@dataclass(frozen=True)
class Report:
    """One unit's report as known: what it says by the keys of figures, and whether it came late."""

    unit: str
    period: str
    late: bool
    says: Mapping[str, int]

    @property
    def ref(self) -> str:
        """The thing it is."""
        return f"{STREAM}{self.unit}:{self.period}"


@dataclass(frozen=True)
class Asked:
    """The reports that a period asks for, and those that reach out of it."""

    inside: tuple[str, ...]
    outside: tuple[str, ...]

    @property
    def due(self) -> tuple[str, ...]:
        """Those that rules 1 waits for: of each year the year's, or the half-year's where the year's is not asked."""
        return tuple(name for name in self.inside if not name.endswith("-H1") or name[:4] not in self.inside)

    @property
    def names(self) -> tuple[str, ...]:
        """All that have to be looked at."""
        return self.inside + self.outside


NOTHING = Asked((), ())
"""No reports asked for."""


@dataclass(frozen=True)
class Item:
    """A part of a figure: so much for a unit, and the report it comes from (or that is missing)."""

    unit: str
    key: str
    value: int
    ref: str


def asked_for(period: Period, policies: Policies) -> Asked:
    """The names of the reports (`2027-H1`, `2027`) that lie within a period, and that overlap it otherwise."""
    inside: list[str] = []
    outside: list[str] = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        start = policies.start_of(year)
        ends = {f"{year}-H1": f"{year}-{policies.of_year(year)['half_year_cut_off']}",
                f"{year}": policies.year_cut_off(year)}  # fmt: skip
        for name, end in ends.items():
            if period.start <= start and end <= period.cut_off:
                inside.append(name)
            elif start <= period.cut_off and period.start <= end:
                outside.append(name)
    return Asked(tuple(inside), tuple(outside))


def report(facts: Iterable[Fact]) -> Report | None:
    """A report folded from its facts (as corrected); None while it is not submitted."""
    told: dict[str, Any] | None = None
    for fact in facts:
        if fact.kind is registry.UnitReportSubmitted:
            told = dict(fact.data)
        elif told is not None and fact.kind is registry.UnitReportAmended:
            told |= fact.data
    if told is None:
        return None
    says: Counter[str] = Counter()
    for name in ACTIVITIES:
        says[f"activities.{name}"] = told["activities"].get(name, 0)
    for document in told["documents"]:
        says[f"documents.{document['kind']}"] += 1
    for name in RESOURCES:
        says[f"resources.reported.{name}"] = told.get("funding", {}).get(name, 0)
    return Report(told["unit"], told["period"], bool(told["late"]), +says)


KEYS = (
    *(f"activities.{name}" for name in ACTIVITIES),
    *(f"documents.{kind}" for kind in DOCUMENTS),
    *(f"resources.reported.{name}" for name in RESOURCES),
)
"""The figures that reports say themselves."""


def chosen(reports: Iterable[Report], asked: Asked) -> list[Report]:
    """The newest report of each unit and year among those that the period asks for."""
    newest: dict[tuple[str, str], Report] = {}
    for one in sorted(reports, key=lambda one: (one.unit, one.period)):
        if one.period in asked.inside:
            held = newest.get((one.unit, one.period[:4]))
            if held is None or held.period.endswith("-H1"):
                newest[one.unit, one.period[:4]] = one
    return sorted(newest.values(), key=lambda one: (one.unit, one.period))


def said(reports: Iterable[Report], asked: Asked) -> list[Item]:
    """What the reports of a period say, report by report."""
    return [
        Item(one.unit, key, value, one.ref)
        for one in chosen(reports, asked)
        for key, value in one.says.items()
    ]


def kept_times(
    reports: Sequence[Report],
    period: Period,
    policies: Policies,
    city_on: Callable[[str], City],
    heard: str,
) -> list[Item]:
    """Of every report due in a period: whether it came in time or late, or is missing.

    Who owes it is a unit of a kind that reports (policy in force on 1 January of that year) and open on the day it is
    due. One that is not there is missing when that day lies before `heard`, the day of the newest of what is known;
    until then it is not counted at all.
    """
    found: list[Item] = []
    there = {(one.unit, one.period): one for one in reports}
    for name, due in due_in(period, policies).items():
        year = int(name[:4])
        kinds = policies.of_year(year)["reporting_unit_kinds"]
        asked = [card.unit for card in city_on(due).there() if card.kind in kinds]
        found += [
            _kept(unit, name, there.get((unit, name)))
            for unit in asked
            if (unit, name) in there or due < heard
        ]
    return found


def due_in(period: Period, policies: Policies) -> dict[str, str]:
    """The names of the reports whose due date lies in a period, each with it."""
    dates = (policies.due_dates(year) for year in range(FIRST_YEAR, LAST_YEAR + 1))
    return {name: due for of in dates for name, due in of.items() if period.start <= due <= period.cut_off}


def kept_times_of_periods(
    reports: Sequence[Report], asked: Asked, policies: Policies, city_on: Callable[[str], City]
) -> list[Item]:
    """The same by rules 1, of the reports of the years in a period: one not on record is missing once its year is
    over, though it be due later."""
    found: list[Item] = []
    there = {(one.unit, one.period): one for one in reports}
    for name in asked.due:
        year = int(name[:4])
        policy = policies.of_year(year)
        city = city_on(policies.due_dates(year)[name])
        asked_of = [card.unit for card in city.open_units() if card.kind in policy["reporting_unit_kinds"]]
        found += [_kept(unit, name, there.get((unit, name))) for unit in asked_of]
    return found


def _kept(unit: str, name: str, one: Report | None) -> Item:
    how = "missing" if one is None else "late" if one.late else "on_time"
    return Item(unit, f"reports.{how}", 1, f"{STREAM}{unit}:{name}")


def outside(reports: Iterable[Report], asked: Asked) -> list[str]:
    """The reports that reach out of the period: named, not counted."""
    return sorted(one.ref.removeprefix(STREAM) for one in reports if one.period in asked.outside)
