"""Scorecards: what each unit owed in a year and what it did, cut at 31 December.

Quota, inspections, recognitions and what others adopted count the models of the unit and of those below it; adoptions
of its own and documents are those of the unit and units below it; reports are the unit's own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.reporting.facts.city import City
from services.reporting.facts.facts import Fact
from services.reporting.figures.periods import Policy
from services.reporting.figures.question import Cells
from services.reporting.figures.quota import Demand, built_of, demands
from services.reporting.figures.versions import RULES, figure_of
from shared.contracts import registry
from shared.contracts.figures import INSPECTIONS

DOCUMENTS = ("resolution", "plan", "programme", "criteria", "assignment", "estimate")
RECOGNISED = ("city", "grassroots")
MODELS = ("registered_new", "registered_maintained", "received")
OUTCOMES = ("adopted", "succeeded", "failed")
COUNTED = frozenset({
    *(f"inspections.{kind}" for kind in INSPECTIONS), *(f"recognised.{level}" for level in RECOGNISED),
    *(f"replication.{outcome}" for outcome in OUTCOMES),
    *(f"models.{name}" for name in MODELS), "recognised.revoked",
})  # fmt: skip

Place = tuple[str, str]
"""(figure, field)"""


@dataclass
class Tally:
    """What was counted for one unit and those below it."""

    counts: Counter[Place] = field(default_factory=Counter[Place])
    adopted_here: int = 0
    documents: Counter[str] = field(default_factory=Counter[str])

    def of(self, figure: str) -> int:
        """The figure over all fields."""
        return sum(value for (name, _), value in self.counts.items() if name == figure)

    def by_field(self, figure: str) -> dict[str, int]:
        """The figure by field, fields with none left out."""
        return {name: value for (of, name), value in sorted(self.counts.items()) if of == figure and value}


@dataclass(frozen=True)
class Year:
    """Everything known about a year that scorecards are made of."""

    year: int
    on: str
    """The day on which one looks: what is due later is not overdue."""
    city: City
    policy: Policy
    """In force on 1 January: when reports are due."""
    judged_by: Policy
    """In force on 31 December: the building quota."""
    cells: Cells
    reports: Mapping[str, Sequence[Fact]]
    """By `<unit>:<span>`: the facts of a report known, as corrected."""

    @property
    def cut_off(self) -> str:
        """Nothing after it counts."""
        return f"{self.year}-12-31"

    def spans(self) -> dict[str, str]:
        """The reports that a year asks for, and when each is due."""
        policy = self.policy
        return {
            f"{self.year}-H1": f"{self.year}-{policy['half_year_due']}",
            f"{self.year}": f"{self.year}-{policy['year_due']}",
        }


def scorecards(of: Year, units: Iterable[str]) -> list[dict[str, Any]]:
    """The scorecards of these units, in their order."""
    built, asked = built_of(of.cells, RULES), of.city.there()
    owed: defaultdict[str, list[Demand]] = defaultdict(list)
    for demand in demands(of.judged_by["building_quota"], of.city, asked, built, of.year):
        owed[demand.unit].append(demand)
    tallies = _tallies(of)
    return [_card(of, unit, owed.get(unit, []), tallies.get(unit, Tally())) for unit in units]


def _tallies(of: Year) -> dict[str, Tally]:
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for (unit, name, row_key, sub), value in of.cells.items():
        if (key := figure_of(row_key, RULES)) in COUNTED:
            for above in of.city.chain(unit):
                found[above].counts[key, name] += value
        elif key == "replication.units":
            for above in of.city.chain(sub):
                found[above].adopted_here += value
    for unit in of.city.cards:
        if (report := newest_report(of, unit)) is not None:
            kinds = Counter(str(document["kind"]) for document in report["documents"])
            for above in of.city.chain(unit):
                found[above].documents += kinds
    return found


def newest_report(of: Year, unit: str) -> dict[str, Any] | None:
    """What the unit reported of the year: its year's report, which covers the half-year too, else the half-year's."""
    for span in (f"{of.year}", f"{of.year}-H1"):
        if (made := reported(of.reports.get(f"{unit}:{span}", ()), of.cut_off)) is not None:
            return made
    return None


def reported(facts: Iterable[Fact], cut_off: str) -> dict[str, Any] | None:
    """A unit's report as it stood at a cut-off; None when nothing had been reported."""
    made: dict[str, Any] | None = None
    for fact in facts:
        if fact.on > cut_off:
            continue
        if fact.kind is registry.UnitReportSubmitted:
            made = {**fact.data, "submitted_on": fact.on}
        elif fact.kind is registry.UnitReportAmended and made is not None:
            made |= fact.data
    return made


def _card(of: Year, unit: str, owed: Sequence[Demand], tally: Tally) -> dict[str, Any]:
    card = of.city.cards[unit]
    quota = [_quota(demand) for demand in owed]
    members = {
        "unit": unit, "name": card.name, "unit_kind": card.kind, "area": card.area, "tags": list(card.tags),
        "quota": quota, "quota_met": all(line["met"] for line in quota) if quota else None,
        "missing": sum(line["missing"] for line in quota) if quota else None,
        "models": {name: tally.of(f"models.{name}") for name in MODELS},
        "documents": {kind: tally.documents[kind] for kind in DOCUMENTS},
        "reports": reports_of(of, unit),
        "inspections": {kind: tally.of(f"inspections.{kind}") for kind in INSPECTIONS},
        "recognised": {
            **{level: tally.of(f"recognised.{level}") for level in RECOGNISED},
            "by_field": _added(tally.by_field(f"recognised.{level}") for level in RECOGNISED),
            "revoked": tally.of("recognised.revoked"),
        },
        "adoptions": {
            "by_the_unit": tally.adopted_here,
            "of_its_models": {outcome: tally.of(f"replication.{outcome}") for outcome in OUTCOMES},
        },
    }  # fmt: skip
    return {name: value for name, value in members.items() if value is not None}


def _added(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    return dict(sum((Counter(part) for part in parts), Counter[str]()))


def _quota(demand: Demand) -> dict[str, Any]:
    line = {
        "field": demand.field, "counts": demand.counts, "minimum": demand.minimum, "have": demand.have,
        "missing": max(0, demand.minimum - demand.have), "met": demand.met,
    }  # fmt: skip
    return {name: value for name, value in line.items() if value is not None}


def reports_of(of: Year, unit: str) -> list[dict[str, Any]]:
    """The reports a unit owes for the year, each on_time, late, overdue (none, and the day is past) or due.

    They are owed by units of the policy's reporting kinds; what another unit reported is shown too, owed by nobody.
    """
    card = of.city.cards[unit]
    owes = card.kind in of.policy["reporting_unit_kinds"] and not card.closed
    lines: list[dict[str, Any]] = []
    for span, due_on in of.spans().items():
        made = reported(of.reports.get(f"{unit}:{span}", ()), of.cut_off)
        if made is not None:
            state = "on_time" if made["submitted_on"] <= due_on else "late"
            lines.append(
                {"period": span, "due_on": due_on, "state": state, "submitted_on": made["submitted_on"]}
            )
        elif owes:
            state = "overdue" if due_on < of.on else "due"
            lines.append({"period": span, "due_on": due_on, "state": state})
    return lines
