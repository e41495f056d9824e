"""Counts, shares, periods and days as people read them, in Vietnamese and in English."""

from __future__ import annotations

import re
from datetime import date

from shared.contracts import words
from shared.contracts.words import Lang

IN_YEAR = re.compile(r"(\d\d)-(\d\d)")


def number(value: int | None, lang: Lang) -> str:
    """1.309 in Vietnamese, 1,309 in English; – for nothing to say."""
    return "–" if value is None else words.number(value, lang)


def tenths(part: int, whole: int) -> int | None:
    """Tenths of a percent, rounded half up; None of nothing."""
    return (2000 * part + whole) // (2 * whole) if whole > 0 else None


def percent(part: int, whole: int, lang: Lang) -> str:
    """The share to one decimal, rounded half up: 60,9% in Vietnamese, 60.9% in English; – of nothing."""
    if (found := tenths(part, whole)) is None:
        return "–"
    return f"{found // 10}{',' if lang == 'vi' else '.'}{found % 10}%"


def period(name: str, lang: Lang) -> str:
    """`2027-H1` as one says it: 6 tháng đầu năm 2027, first half of 2027; a range by its two days."""
    vi = lang == "vi"
    match name:
        case "interim-2028":
            return "sơ kết giai đoạn 2026–2028" if vi else "interim review 2026–2028"
        case "final-2030":
            return "tổng kết giai đoạn 2026–2030" if vi else "final review 2026–2030"
        case _ if ".." in name:
            start, _, end = name.partition("..")
            start, end = day(start, lang), day(end, lang)
            return f"từ {start} đến {end}" if vi else f"{start} to {end}"
        case _ if name.endswith("-H1"):
            return f"6 tháng đầu năm {name[:4]}" if vi else f"first half of {name[:4]}"
        case _ if len(name) == 10:
            return f"đến ngày {day(name, lang)}" if vi else f"until {name}"
        case _:
            return f"năm {name}" if vi else name


def term(value: object, lang: Lang) -> str | None:
    """A day of every year as one writes it: 31/03 in Vietnamese, 03-31 in English; None for what is none."""
    found = IN_YEAR.fullmatch(value) if isinstance(value, str) else None
    return found and (f"{found[2]}/{found[1]}" if lang == "vi" else found[0])


def day(text: str, lang: Lang) -> str:
    """30/6/2028 in Vietnamese, 2028-06-30 in English."""
    return words.day(date.fromisoformat(text), lang)
