"""Days and months: how long something has lasted."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

Span = tuple[date, date | None]
"""From a day up to, and without, another; without an end it goes on."""


def plus_months(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole_months(start: date, end: date) -> int:
    """How many whole calendar months lie between two days; none when they are in the wrong order."""
    months = max((end.year - start.year) * 12 + end.month - start.month, 0)
    return months - 1 if months and plus_months(start, months) > end else months


def months_less(start: date, end: date, pauses: Iterable[Span]) -> int:
    """Whole calendar months from one day to another, the days of the pauses left out."""
    days = sum(max((min(until or end, end) - max(since, start)).days, 0) for since, until in pauses)
    return whole_months(start + timedelta(days=days), end)


def period_end(kind: str, period: str) -> date:
    """The last day of a rated period: `2026`, `2026-Q3` or `2025-2030`."""
    match kind:
        case "quarter":
            year, month = int(period[:4]), int(period[-1]) * 3
            return date(year, month, monthrange(year, month)[1])
        case "term":
            return date(int(period[-4:]), 12, 31)
        case _:
            return date(int(period[:4]), 12, 31)
