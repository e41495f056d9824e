"""Days and periods: when something is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.contracts.registry import PolicyPublished
from shared.contracts.values import DocumentRef


def day_of(year: int, month_day: str) -> date:
    """The day `MM-DD` of a year."""
    return date.fromisoformat(f"{year}-{month_day}")


@dataclass(frozen=True)
class Filing:
    """Whether a registration of a year came in time, and whether its day was only said afterwards."""

    late: bool = False
    backdated: bool = False


def filed(
    on: date, recorded: date, year: int, document: DocumentRef | None, policy: PolicyPublished | None
) -> Filing:
    """How a registration of `year` stands to that year's deadline ("ngay từ đầu năm", C-CITY-1).

    Late is what lies after the deadline, and what was recorded after it though it says otherwise, unless the
    registration document is attached and bears it out.
    """
    if policy is None:
        return Filing()
    deadline = day_of(year, policy.registration_deadline)
    if on > deadline:
        return Filing(late=True)
    if recorded <= deadline:
        return Filing()
    return Filing(late=document is None or document.evidence is None, backdated=True)


def reported_late(on: date, period: str, policy: PolicyPublished | None) -> bool:
    """True when a unit's report comes after the day it was due; a report in between is never late."""
    if policy is None or len(period) == len("2027-06-30"):
        return False
    due = policy.half_year_due if period.endswith("-H1") else policy.year_due
    return on > day_of(int(period[:4]), due)
