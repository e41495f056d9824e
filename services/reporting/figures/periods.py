"""Periods: from which business date to which cut-off a summary counts.

`YYYY` runs from the day after the previous year's cut-off (2026: from 2026-01-01) to the year's cut-off, `YYYY-H1`
from the same start to the half-year's; both cut-offs come from the policy in force on 1 January of that year.
`interim-2028` and `final-2030` are the scheme's two reviews; `2026-01-01..2027-06-30` is any range.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from services.reporting.facts.facts import Fact
from services.reporting.facts.spelling import FIRST_DAY, iso_date
from services.reporting.figures.versions import RULES
from shared.contracts import registry
from shared.errors import Malformed, Unknown
from shared.reference import defaults

FIRST_YEAR, LAST_YEAR = 2026, 2035
LAST_DAY = "2035-12-31"
NO_POLICY = 0
"""The version of the defaults that hold while no policy is in force."""

Policy = Mapping[str, Any]

DATES_OF_RULES_1 = {
    "half_year_cut_off": "06-15",
    "half_year_due": "06-30",
    "year_cut_off": "10-15",
    "year_due": "12-15",
}
"""What rules 1 took a year's dates to be where no policy is in force; what was published by them goes by these."""


def default_policy(rules: int) -> Policy:
    """What holds while no policy is in force: the terms that the scheme is begun with (local policy, not its text)."""
    dates = DATES_OF_RULES_1 if rules == 1 else {}
    return {**defaults.default_policy(), **dates, "version": NO_POLICY, "effective_from": FIRST_DAY}


class Policies:
    """The policies known at a ledger size, and which was in force when."""

    def __init__(self, facts: Sequence[Fact], rules: int = RULES) -> None:
        self._published = [dict(fact.data) for fact in facts if fact.kind is registry.PolicyPublished]
        self._default = default_policy(rules)

    def in_force(self, on: str) -> Policy:
        """The highest version with effective_from ≤ `on`; the defaults while there is none."""
        fitting = [policy for policy in self._published if policy["effective_from"] <= on]
        return max(fitting, key=lambda policy: policy["version"], default=self._default)

    def has(self, number: int) -> bool:
        """True when a policy of this version was published."""
        return any(policy["version"] == number for policy in self._published)

    def version(self, number: int, on: str) -> Policy:
        """The policy of this version, which a case pinned; where it pinned none, the one in force on a date."""
        found = (policy for policy in self._published if policy["version"] == number)
        return next(found, None) or self.in_force(on)

    def of_year(self, year: int) -> Policy:
        """The policy in force on 1 January of a year, which sets its cut-offs and due dates."""
        return self.in_force(f"{year}-01-01")

    def due_dates(self, year: int) -> dict[str, str]:
        """By name (`2027-H1`, `2027`), when the reports of a year are due."""
        policy = self.of_year(year)
        return {f"{year}-H1": f"{year}-{policy['half_year_due']}", f"{year}": f"{year}-{policy['year_due']}"}

    def year_cut_off(self, year: int) -> str:
        """The business date at which a year's figures are cut."""
        return f"{year}-{self.of_year(year)['year_cut_off']}"

    def start_of(self, year: int) -> str:
        """The first business date that counts for a year."""
        if year == FIRST_YEAR:
            return f"{FIRST_YEAR}-01-01"
        return (date.fromisoformat(self.year_cut_off(year - 1)) + timedelta(days=1)).isoformat()


@dataclass(frozen=True)
class Period:
    """A period as it was asked for, with the dates it means."""

    name: str
    kind: Literal["half", "year", "review", "range"]
    start: str
    cut_off: str
    years: tuple[int, ...]
    """The years whose building quota is looked at."""
    policy_version: int


def period(name: str, policies: Policies, cut_off: str | None = None) -> Period:
    """The dates that a period's name means under these policies; `cut_off` moves its end.

    Raises Unknown("period.unknown"), Malformed("date.malformed" | "cut-off.before-start" |
    "cut-off.too-late" | "period.backwards").
    """
    found = _named(name, policies)
    if cut_off is None:
        return found
    end = iso_date(cut_off, "cut_off")
    if end < found.start:
        raise Malformed("cut-off.before-start", start=found.start, cut_off=end)
    if end > LAST_DAY:
        raise Malformed("cut-off.too-late", last=LAST_DAY, cut_off=end)
    years = found.years
    if found.kind in ("review", "range"):
        years = _years(found.start, end)
    return Period(found.name, found.kind, found.start, end, years, found.policy_version)


def _named(name: str, policies: Policies) -> Period:
    if match := re.fullmatch(r"(\d{4})(-H1)?", name, re.ASCII):
        year = int(match[1])
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Unknown("period.unknown", period=name)
        policy = policies.of_year(year)
        start, version = policies.start_of(year), policy["version"]
        if match[2]:
            return Period(name, "half", start, f"{year}-{policy['half_year_cut_off']}", (year,), version)
        return Period(name, "year", start, f"{year}-{policy['year_cut_off']}", (year,), version)
    if name in ("interim-2028", "final-2030"):
        start, end = "2026-01-01", "2028-06-30" if name == "interim-2028" else "2030-12-31"
        return Period(name, "review", start, end, _years(start, end), policies.in_force(end)["version"])
    if match := re.fullmatch(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", name, re.ASCII):
        start, end = iso_date(match[1], "period"), iso_date(match[2], "period")
        if end < start:
            raise Malformed("period.backwards", period=name)
        if start < FIRST_DAY or end > LAST_DAY:
            raise Unknown("period.unknown", period=name)
        return Period(name, "range", start, end, _years(start, end), policies.in_force(end)["version"])
    raise Unknown("period.unknown", period=name[:64])


def previous(of: Period, policies: Policies, cut_off: str | None = None) -> Period | None:
    """The same period a year before; none for reviews and ranges, nor before the scheme's first year."""
    if of.kind not in ("half", "year") or of.years[0] == FIRST_YEAR:
        return None
    name = f"{of.years[0] - 1}{of.name[4:]}"
    return period(name, policies, year_before(cut_off) if cut_off is not None else None)


def with_the_year_before(name: str, policies: Policies, cut_off: str | None) -> tuple[Period, Period | None]:
    """A period, and the same a year before if there is one; raises as `period` does."""
    found = period(name, policies, cut_off)
    if cut_off == period(name, policies).cut_off:
        cut_off = None  # said or not, it is the same summary: the period before has its own cut-off
    return found, previous(found, policies, cut_off)


def year_before(day: str) -> str:
    """The same day a year earlier; 28 February for a 29th."""
    return f"{int(day[:4]) - 1:04}{'-02-28' if day[4:] == '-02-29' else day[4:]}"


def _years(start: str, end: str) -> tuple[int, ...]:
    return tuple(range(int(start[:4]), int(end[:4]) + 1))
