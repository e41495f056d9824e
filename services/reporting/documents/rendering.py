"""Counts as people read them: labels, numbers as the language writes them, shares to one decimal, rounded half up.

Percentages are made here, when something is shown, and nowhere else: what is stored and hashed are counts.
"""

from __future__ import annotations

from datetime import date

from services.reporting.documents.report import Cell, Change, Lang, Share
from services.reporting.figures.keys import label as label
from shared.contracts import words

FIELDS: dict[str, tuple[str, str]] = {
    "economy": ("Kinh tế", "Economy"),
    "culture_society": ("Văn hóa - xã hội", "Culture and society"),
    "defence_security": ("Quốc phòng, an ninh", "Defence and security"),
    "political_system": ("Xây dựng hệ thống chính trị", "Building the political system"),
    "none": ("Chưa khai lĩnh vực", "Field not declared"),
}
SHOWN = (
    "models.registered_new",
    "models.registered_maintained",
    "models.received",
    "models.suspended",
    "models.ended",
    "models.in_operation",
    "quota.met",
    "quota.missed",
    "dossiers.submitted",
    "dossiers.returned",
    "dossiers.eligible",
    "dossiers.not_eligible",
    "dossiers.median_days",
    "recognised.city",
    "recognised.city.models",
    "recognised.grassroots",
    "recognised.grassroots.models",
    "recognised.city.earlier",
    "recognised.grassroots.earlier",
    "recognised.declined",
    "recognised.revoked",
    "replication.proposed.own_unit",
    "replication.proposed.emulation_bloc",
    "replication.proposed.area",
    "replication.proposed.city",
    "replication.listed",
    "replication.listed.earlier",
    "replication.adopted",
    "replication.succeeded",
    "replication.failed",
    "replication.units",
    "inspections.inspection",
    "inspections.self_inspection",
    "inspections.supervision",
    "inspections.evaluation",
    "quality.late",
    "quality.amended",
    "quality.reclassified",
    "quality.corrected",
    "quality.similar_pairs",
)
"""The figures of the first tables, in the order of a report. Every other figure is in the summary itself."""


def number(value: int | None, lang: Lang) -> str:
    """1.309 in Vietnamese, 1,309 in English; – for nothing to say."""
    if value is None:
        return "–"
    return words.number(value, lang)


def percent(part: int, whole: int, lang: Lang) -> str:
    """The share to one decimal, rounded half up: 60,9% in Vietnamese, 60.9% in English; – of nothing."""
    if (tenths := Share(part, whole).tenths) is None:
        return "–"
    return f"{tenths // 10}{',' if lang == 'vi' else '.'}{tenths % 10}%"


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


def day(text: str, lang: Lang) -> str:
    """30/6/2028 in Vietnamese, 2028-06-30 in English."""
    return words.day(date.fromisoformat(text), lang)


def written(cell: Cell, lang: Lang) -> str:
    """A cell as the language writes it."""
    match cell:
        case str():
            return cell
        case Share(part, whole):
            return percent(part, whole, lang)
        case Change(by):
            return ("+" if by > 0 else "–" if by < 0 else "") + number(abs(by), lang)
        case _:
            return number(cell, lang)
