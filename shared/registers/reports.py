"""Unit reports: one row per unit and period; a row that repeats both and has only a document adds that document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from shared.registers import choices, spelling
from shared.registers.headings import Column, Form, words
from shared.registers.models import AMOUNTS, number
from shared.registers.rows import Rejected, Row, Wrong, same_as
from shared.registers.tables import read_all
from shared.registers.wishes import Body, Wish, wrongs_of

ACTIVITIES = {
    "contests": "hội thi, cuộc thi",
    "seminars": "tọa đàm, hội thảo",
    "media_items": "tin, bài báo chí",
    "digital_items": "tin, bài trên nền tảng số",
    "publications": "ấn phẩm",
    "handbooks": "cẩm nang, tài liệu",
    "exchange_visits": "đợt tham quan, học tập",
    "training_courses": "lớp tập huấn",
    "trainees": "lượt người tập huấn",
    "conferences": "hội nghị",
    "models_introduced": "mô hình được giới thiệu",
    "models_praised": "mô hình được biểu dương",
}
DOCUMENT = ("document_kind", "document_number", "document_dated", "document_for")
TEXTS = ("results", "difficulties", "proposals")

FORM = Form(
    (
        Column("unit", ("đơn vị", "mã đơn vị", "tên đơn vị"), needed=True),
        Column("period", ("kỳ báo cáo", "kỳ"), spelling.period, needed=True),
        Column("results", ("kết quả",), spelling.text, needed=True),
        Column("difficulties", ("khó khăn", "khó khăn, vướng mắc"), spelling.text),
        Column("proposals", ("kiến nghị", "đề xuất, kiến nghị"), spelling.text),
        *(Column(name, (f"số {title}", title), spelling.whole) for name, title in ACTIVITIES.items()),
        Column("state_budget", ("ngân sách nhà nước", "ngân sách"), spelling.money),
        Column("programme_integrated", ("lồng ghép chương trình", "lồng ghép"), spelling.money),
        Column("socialised", ("xã hội hóa",), spelling.money),
        Column("labour_days", ("ngày công",), spelling.whole),
        Column("land_m2", ("đất hiến m2", "diện tích đất hiến"), spelling.whole),
        Column("document_kind", ("loại văn bản",), words(choices.DOCUMENTS)),
        Column("document_number", ("số văn bản", "số, ký hiệu văn bản"), spelling.paper),
        Column("document_dated", ("ngày văn bản",), spelling.day),
        Column("document_for", ("văn bản cho năm", "năm của văn bản"), spelling.period),
        Column("on", ("ngày báo cáo", "ngày gửi"), spelling.day),
    ),
)  # fmt: skip
COLUMNS = {
    **{f"activities.{name}": name for name in ACTIVITIES},
    **{f"funding.{amount}": amount for amount in AMOUNTS},
    **{f"documents.{name.removeprefix('document_')}": name for name in DOCUMENT},
}


def wishes(files: Sequence[Path], unit_of: Callable[[str], str], encoding: str | None = None) -> list[Wish]:
    """The reports that the files hold; Rejected when one row is wrong. `unit_of` reads the cell of the unit."""
    sheets, wrongs = read_all(files, FORM.reading("unit", unit_of), encoding)
    asked, wrong = reported(row for sheet in sheets for row in sheet.rows)
    if wrongs := [*wrongs, *wrong]:
        raise Rejected(wrongs)
    return asked


def reported(rows: Iterable[Row]) -> tuple[list[Wish], list[Wrong]]:
    """The reports that some rows are, and what is wrong with them."""
    wrongs: list[Wrong] = []
    reports: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if missing := row.empty(("unit", "period")):
            wrongs += missing
        else:
            reports.setdefault((row.cells["unit"], row.cells["period"]), []).append(row)
    asked: list[Wish] = []
    for first, *more in reports.values():
        wrongs += first.empty(("results",)) + [
            wrong for row in more for wrong in no_more_than_a_document(row, first)
        ]
        asked.append(report(first, more))
        wrongs += [
            wrong
            for wrong in wrongs_of(asked[-1], COLUMNS)
            if wrong.column != "results" or first.get("results")
        ]
    return asked, wrongs


def no_more_than_a_document(row: Row, first: Row) -> list[Wrong]:
    """A unit reports a period once: what is wrong with a row that repeats both and says something else again."""
    repeated = row.cells.keys() - {"unit", "period", *DOCUMENT}
    if not repeated and row.cells.keys() & set(DOCUMENT):
        return []
    vi = "; dòng lặp lại đơn vị và kỳ báo cáo chỉ được có văn bản"
    return [same_as(row, first, None, vi, "; a row that repeats unit and period may hold a document only")]


def report(first: Row, more: Sequence[Row]) -> Wish:
    """The report of a unit and a period."""
    cells = first.cells
    body: Body = {"unit": cells["unit"], "period": cells["period"]}
    body["activities"] = {name: number(cells[name]) for name in ACTIVITIES if name in cells}
    documents = [row for row in (first, *more) if row.cells.keys() & set(DOCUMENT)]
    body["documents"] = [document(row.cells) for row in documents]
    if funding := {amount: number(cells[amount]) for amount in AMOUNTS if amount in cells}:
        body["funding"] = funding
    body |= {name: cells[name] for name in (*TEXTS, "on") if name in cells}
    thing = f"{cells['unit']}:{cells['period']}"
    about = f"unit-report/{thing}"
    parts = {f"/documents/{number}": row for number, row in enumerate(documents)}
    return Wish("registry", "SubmitUnitReport", about, body, first, f"/unit-reports/{thing}", parts=parts)


def document(cells: dict[str, str]) -> dict[str, Any]:
    """One document that the unit issued; the year it is for as a number, a range of years as a text."""
    found: dict[str, Any] = {
        name.removeprefix("document_"): cells[name] for name in DOCUMENT if name in cells
    }
    return found | ({"for": number(found["for"])} if "for" in found else {})
