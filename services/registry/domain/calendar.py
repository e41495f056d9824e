"""Days and periods: when a step may lie, and when something is late."""

from __future__ import annotations

from datetime import date

from shared.contracts.registry import PolicyPublished
from shared.errors import Refused


def not_before(on: date, since: date) -> None:
    """Raise `date.before-previous-step` when an act would lie before what made it possible."""
    if on < since:
        raise Refused("date.before-previous-step", on=on.isoformat(), previous=since.isoformat())


def day_of(year: int, month_day: str) -> date:
    """The day `MM-DD` of a year."""
    return date.fromisoformat(f"{year}-{month_day}")


def registered_late(on: date, year: int, policy: PolicyPublished | None) -> bool:
    """True when a model of `year` is registered after that year's deadline (C-CITY-1)."""
    return policy is not None and on > day_of(year, policy.registration_deadline)


def reported_late(on: date, period: str, policy: PolicyPublished | None) -> bool:
    """True when a unit's report comes after the day it was due; a report in between is never late."""
    if policy is None or len(period) == len("2027-06-30"):
        return False
    due = policy.half_year_due if period.endswith("-H1") else policy.year_due
    return on > day_of(int(period[:4]), due)
