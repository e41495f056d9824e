"""What a summary is asked for, with all that is known for the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from services.reporting.facts.city import City
from services.reporting.figures.award_figures import NO_UNIT
from services.reporting.figures.periods import Period, Policies, Policy
from services.reporting.figures.scope import CITY, Scope
from services.reporting.figures.unit_reports import NOTHING, Asked, Report
from services.reporting.figures.versions import RULES

Cells = Counter[tuple[str, str, str, str]]
"""(unit, field, key, sub) → the sum of the rows of a period."""


@dataclass(frozen=True)
class Question:
    """What a summary is asked for, by which rules it is counted, and all that is known for the answer.

    `built` are the cells of the building quota of all units, whatever the scope; `reports` those of units that are
    asked for, `outside` those that reach out of the period; `criteria` and `forms` the codes of all that are known;
    `heard` the day in the city on which the newest entry that is known came, after which nothing can be missing.
    """

    period: Period
    city: City
    policies: Policies
    cells: Cells
    scope: Scope = CITY
    criteria: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    reports: Sequence[Report] = ()
    asked: Asked = NOTHING
    outside: Sequence[str] = ()
    rules: int = RULES
    built: Cells = field(default_factory=Cells)
    heard: str = ""
    cities: Callable[[str], City] | None = None
    """The units as they stood on a day; as they stand at the cut-off when nobody can tell."""
    answer: dict[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)
    """The figures, once they have been counted."""

    @cached_property
    def units(self) -> frozenset[str] | None:
        """The units that count; None for the whole city."""
        return units_of(self.scope, self.city, self.rules)

    def city_on(self, day: str) -> City:
        """The units as they stood on a day."""
        return self.city if self.cities is None else self.cities(day)

    def judged_on(self, year: int) -> str:
        """The day whose tree and policy the building quota of a year is judged by: its last, or the cut-off."""
        return min(f"{year}-12-31", self.period.cut_off)

    def judged_by(self, year: int) -> tuple[City, Policy]:
        """The tree and the policy that the building quota of a year is judged by (since rules 2)."""
        day = self.judged_on(year)
        return self.city_on(day), self.policies.in_force(day)

    def home(self, unit: str) -> str:
        """The unit for which something counts: what is no unit's is the city committee's (since rules 2)."""
        if unit != NO_UNIT or self.rules == 1:
            return unit
        return self.city.committee or unit


def units_of(scope: Scope, city: City, rules: int) -> frozenset[str] | None:
    """The units that count in a scope, None for all; with the city committee's counts what is no unit's.

    Raises Unknown("unit.unknown" | "bloc.unknown"), Refused("unit.merged").
    """
    found = scope.units(city)
    return found if found is None or rules == 1 or city.committee not in found else found | {NO_UNIT}
