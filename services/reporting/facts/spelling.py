"""How dates, times and numbers are spelt in a question; whatever is spelt otherwise is Malformed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from shared.errors import Malformed

FIRST_DAY = "2020-01-01"
"""Nothing that is recorded happened before."""

OWN_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:[0-5]\d:[0-5]\d\.\d{6}Z", re.ASCII)
"""As a recording time is written."""
CITY_TIME = timezone(timedelta(hours=7))


def iso_date(text: str, where: str) -> str:
    """The date, checked: `YYYY-MM-DD` and a day that exists, not before 2020; else Malformed."""
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            raise ValueError(text)
        date.fromisoformat(text)
    except ValueError:
        raise Malformed("date.malformed", member=where, found=text[:32]) from None
    if text < FIRST_DAY:
        raise Malformed("date.too-early", member=where, found=text)
    return text


def whole(text: str, name: str) -> int:
    """A whole number from a query; Malformed otherwise."""
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise Malformed("query.malformed", parameter=name, found=text[:32])
    return int(text)


def is_moment(text: str) -> bool:
    """True for what begins as a date does: such a text means a day or a time, and never a number."""
    return re.match(r"\d{4}-", text, re.ASCII) is not None


def instant(text: str, name: str, today: str, at_its: str = "23:59:59.999999") -> str:
    """A date (its last moment in the city, unless told) or an RFC 3339 time, as a ledger's `received` is written.

    Malformed when it is spelt otherwise (`date.malformed`), lies before 2020 (`date.too-early`), or on a day that
    is still to come (`date.in-future`): what will be known then is not known yet.
    """
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            moment = datetime.fromisoformat(f"{text}T{at_its}").replace(tzinfo=CITY_TIME)
        else:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None or "T" not in text.upper():
                raise ValueError(text)
        stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        day = city_day(stamp)
    except (ValueError, OverflowError):
        raise Malformed("date.malformed", member=name, found=text[:32]) from None
    if day < FIRST_DAY:
        raise Malformed("date.too-early", member=name, found=text[:32])
    if day > today:
        raise Malformed("date.in-future", member=name, found=text[:32], today=today)
    return stamp


def city_day(time: str) -> str:
    """The day in the city (UTC+7) of an event's recording time."""
    return _day_of_hour(time[:13]) if OWN_TIME.fullmatch(time) else _day(time)


@lru_cache(64)
def _day_of_hour(hour: str) -> str:
    return _day(f"{hour}:00:00Z")


def _day(time: str) -> str:
    return datetime.fromisoformat(time).astimezone(CITY_TIME).date().isoformat()
