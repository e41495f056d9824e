"""Calendar months between days, and the last day of what was rated."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta


def plus_months(day: str, months: int) -> str:
    """The same day so many months later; the last day of a month too short for it."""
    begin = date.fromisoformat(day)
    year, month = divmod(begin.year * 12 + begin.month - 1 + months, 12)
    return date(year, month + 1, min(begin.day, monthrange(year, month + 1)[1])).isoformat()


def months_less(start: str, end: str, rests: Iterable[tuple[str, str]]) -> int:
    """Whole calendar months from one day to another, the days of rests (from, until) left out; never below none."""
    begin, until = date.fromisoformat(start), date.fromisoformat(end)
    for since, resumed in rests:
        rested = min(date.fromisoformat(resumed), until) - max(
            date.fromisoformat(since), date.fromisoformat(start)
        )
        begin += max(rested, timedelta())
    months = max((until.year - begin.year) * 12 + until.month - begin.month, 0)
    return months - 1 if months and plus_months(begin.isoformat(), months) > end else months


def period_end(kind: str, period: str) -> str:
    """The last day of a rated period: `2026`, `2026-Q3` or `2025-2030`."""
    match kind:
        case "quarter":
            year, month = int(period[:4]), int(period[-1]) * 3
            return f"{year}-{month:02}-{monthrange(year, month)[1]}"
        case "term":
            return f"{period[-4:]}-12-31"
        case _:
            return f"{period[:4]}-12-31"
