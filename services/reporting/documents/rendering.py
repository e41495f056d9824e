"""Counts as people read them: labels, numbers as the language writes them, shares to one decimal, rounded half up.

Percentages are made here, when something is shown, and nowhere else: what is stored and hashed are counts.
"""

from __future__ import annotations

from services.reporting.documents.report import Cell, Change, Lang, Share
from shared.contracts.figures import SHOWN as SHOWN
from shared.contracts.figures import label as label
from shared.contracts.words.spelling import day as day
from shared.contracts.words.spelling import number as number
from shared.contracts.words.spelling import percent as percent
from shared.contracts.words.spelling import period as period

FIELDS: dict[str, tuple[str, str]] = {
    "economy": ("Kinh tế", "Economy"),
    "culture_society": ("Văn hóa - xã hội", "Culture and society"),
    "defence_security": ("Quốc phòng, an ninh", "Defence and security"),
    "political_system": ("Xây dựng hệ thống chính trị", "Building the political system"),
    "none": ("Chưa xác định lĩnh vực", "No field stated"),
}


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
