"""Forms to be filled in away from here: a workbook with its questions locked, choices in lists, what is known in it.

Pure. What a form is of stands in it where everybody sees it (`Mã biểu: BC/20242/2026-H1`), so that whoever takes it
back need not be told. `filled` reads what was filled in.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from shared.registers import choices, models, reports
from shared.registers.headings import Column
from shared.registers.titles import SAID_IN_FORMS

Kind = Literal["registration", "unit-report"]
CODES: Final[Mapping[Kind, str]] = {"registration": "DK", "unit-report": "BC"}
"""How the code of each kind of form begins."""
CODE = "Mã biểu"
LEFT_OUT = frozenset({"unit", "legacy_id", "origin", "former_unit"})
"""Columns of a register that are no question to a unit of today."""
ROWS, YEARS = 60, tuple(range(2026, 2031))
LISTS: Final[Mapping[str, Sequence[str]]] = {
    "field": [said[0] for said in choices.FIELDS.values()],
    "basis": [said[0] for said in choices.BASES.values()],
    "subject_type": [said[0] for said in choices.SUBJECTS.values()],
    "year": [str(year) for year in YEARS],
    "document_kind": [said[0] for said in choices.DOCUMENTS.values()],
}
"""Columns that are chosen from a list."""
LONG = frozenset({"content", "current_situation", "aims", "expected_results", "sustainability", "results",
                  "difficulties", "proposals", "name", "political_task"})  # fmt: skip
HIDDEN = "Danh mục"
ASKED, ANSWER, KNOWN = "Nội dung", "Đơn vị ghi", "Hệ thống đang có"
"""The columns of a report that is filled in from top to bottom."""
REPORT, DOCUMENTS = "Báo cáo", "Văn bản"

FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top", "text_wrap": True}
HEAD = {**FONT, "bold": True, "bg_color": "#E7EEF2", "border": 1, "valign": "vcenter", "align": "center"}
OPEN = {**FONT, "locked": False, "border": 1, "num_format": "@"}
"""Answers are texts, days and numbers too: a spreadsheet set to English makes 3 May of 05/03/2026 and 1 of 1.000."""
NUMBER = {**OPEN, "align": "right"}
NUMBERS = frozenset({*models.AMOUNTS, *reports.ACTIVITIES})
HOW = "Ngày ghi dd/mm/yyyy, số ghi tròn."
WIDEST = 170
"""Characters beside each other on a printed page that can still be read."""


@dataclass(frozen=True)
class Blank:
    """What a form is of: its kind, the unit, the period of a report, and what is on record of the unit then."""

    kind: Kind
    unit: str
    unit_name: str
    period: str | None = None
    period_name: str | None = None
    activities: Mapping[str, int] = field(default_factory=dict[str, int])
    documents: Sequence[Mapping[str, Any]] = ()

    @property
    def code(self) -> str:
        """`BC/20242/2026-H1`."""
        return "/".join(part for part in (CODES[self.kind], self.unit, self.period) if part)

    @property
    def file(self) -> str:
        """What the file is called."""
        said = {"registration": "dang-ky-mo-hinh", "unit-report": "bao-cao"}[self.kind]
        return "-".join(part for part in (said, self.unit, self.period) if part) + ".xlsx"


def asked(kind: Kind) -> list[Column]:
    """The questions of a form, in order; of a report those that are answered once."""
    if kind == "registration":
        return [column for column in models.FORM.columns if column.name not in LEFT_OUT]
    own = {"unit", "period", *reports.DOCUMENT}
    return [column for column in reports.FORM.columns if column.name not in own]


def workbook(blank: Blank) -> bytes:
    """The form as a workbook."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": _title(blank), "comments": f"{CODE}: {blank.code}"})
    _Sheets(book, blank).make()
    book.close()
    return made.getvalue()


def title_of(column: Column) -> str:
    """What a column is called in a form; one that must be answered has a star."""
    said = SAID_IN_FORMS.get(column.name) or column.headings[0]
    return said[:1].upper() + said[1:] + (" (*)" if column.needed else "")


def _title(blank: Blank) -> str:
    if blank.kind == "registration":
        return "ĐĂNG KÝ MÔ HÌNH “DÂN VẬN KHÉO”"
    return f"BÁO CÁO KẾT QUẢ THỰC HIỆN, {(blank.period_name or blank.period or '').upper()}"


class _Sheets:
    """The sheets of one form."""

    def __init__(self, book: xlsxwriter.Workbook, blank: Blank) -> None:
        self.book, self.blank = book, blank
        self.formats = {name: book.add_format(form) for name, form in (
            ("title", {**FONT, "bold": True, "font_size": 14, "text_wrap": False}),
            ("plain", {**FONT, "text_wrap": False}),
            ("head", HEAD), ("open", OPEN), ("number", NUMBER),
            ("asked", {**FONT, "border": 1, "bg_color": "#F5F7F8"}),
            ("known", {**FONT, "border": 1, "num_format": "#,##0", "font_color": "#44525C", "bg_color": "#F5F7F8"}),
        )}  # fmt: skip
        self.lists: dict[str, str] = {}

    def make(self) -> None:
        """All of them; the lists of choices stand in one that nobody sees."""
        if self.blank.kind == "registration":
            main, more = self.book.add_worksheet("Đăng ký"), None
        else:
            main, more = self.book.add_worksheet(REPORT), self.book.add_worksheet(DOCUMENTS)
        self._lists(self.book.add_worksheet(HIDDEN))
        if more is None:
            self._head(
                main,
                f"Mỗi dòng là một mô hình. Cột có dấu (*) là bắt buộc. {HOW}",
            )
            self._table(main, 4, asked("registration"), ROWS)
            return
        self._head(
            main,
            f"Ghi vào cột “{ANSWER}”; ô có dấu (*) là bắt buộc. {HOW} Văn bản ghi ở trang “{DOCUMENTS}”.",
        )
        self._upright(main, 4)
        self._head(more, "Văn bản đơn vị ban hành trong kỳ, mỗi dòng một văn bản; không có thì để trống.")
        self._table(more, 4, [c for c in reports.FORM.columns if c.name in reports.DOCUMENT], 40)
        self._known_documents(more, 5)

    def _lists(self, sheet: Worksheet) -> None:
        for column, (name, said) in enumerate(LISTS.items()):
            letter = chr(ord("A") + column)
            sheet.write_column(0, column, list(said))
            self.lists[name] = f"='{HIDDEN}'!${letter}$1:${letter}${len(said)}"
        sheet.hide()
        sheet.protect()

    def _head(self, sheet: Worksheet, how: str) -> None:
        sheet.write_string(0, 0, _title(self.blank), self.formats["title"])
        sheet.write_string(1, 0, f"Đơn vị: {self.blank.unit_name}", self.formats["plain"])
        sheet.write_string(2, 0, f"{CODE}: {self.blank.code}. {how}", self.formats["plain"])
        sheet.protect("", {"format_columns": True, "format_rows": True, "format_cells": True, "sort": True})
        sheet.set_landscape()
        sheet.set_paper(9)

    def _table(self, sheet: Worksheet, top: int, columns: Sequence[Column], rows: int) -> None:
        sheet.set_row(top, 48)
        sheet.ignore_errors({"number_stored_as_text": f"A{top + 2}:AZ{top + 1 + rows}"})
        wide = [36 if column.name in LONG else 18 for column in columns]
        sheet.fit_to_pages(-(-sum(wide) // WIDEST), 0)
        sheet.repeat_columns("A:A")
        for at, column in enumerate(columns):
            sheet.set_column(at, at, wide[at])
            sheet.write_string(top, at, title_of(column), self.formats["head"])
            for row in range(top + 1, top + 1 + rows):
                sheet.write_blank(row, at, None, self._format(column.name))
            self._choose(sheet, column.name, (top + 1, at, top + rows, at))
        sheet.freeze_panes(top + 1, 1)
        sheet.repeat_rows(top)

    def _upright(self, sheet: Worksheet, top: int) -> None:
        sheet.fit_to_pages(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "B1:B100"})
        for at, (said, wide) in enumerate(((ASKED, 44), (ANSWER, 70), (KNOWN, 18))):
            sheet.set_column(at, at, wide)
            sheet.write_string(top, at, said, self.formats["head"])
        for row, column in enumerate(asked("unit-report"), start=top + 1):
            sheet.write_string(row, 0, title_of(column), self.formats["asked"])
            known = self.blank.activities.get(column.name)
            if known is None:
                sheet.write_blank(row, 1, None, self._format(column.name))
                sheet.write_blank(row, 2, None, self.formats["known"])
            else:
                sheet.write_string(row, 1, str(known), self._format(column.name))
                sheet.write_number(row, 2, known, self.formats["known"])
            if column.name in LONG:
                sheet.set_row(row, 90)
        sheet.freeze_panes(top + 1, 1)

    def _known_documents(self, sheet: Worksheet, top: int) -> None:
        """What the unit has put on record in the period already."""
        for row, known in enumerate(self.blank.documents, start=top):
            for at, name in enumerate(reports.DOCUMENT):
                value = known.get(name.removeprefix("document_"))
                said = choices.LABELS.get(str(value), str(value)) if name == "document_kind" else value
                if said not in (None, "None"):
                    sheet.write_string(row, at, str(said), self._format(name))

    def _choose(self, sheet: Worksheet, name: str, where: tuple[int, int, int, int]) -> None:
        if (listed := self.lists.get(name)) is not None:
            sheet.data_validation(*where, {
                "validate": "list", "source": listed, "error_title": "Chọn trong danh sách",
                "error_message": "Hãy chọn một mục trong danh sách của ô này.",
            })  # fmt: skip

    def _format(self, name: str) -> Any:
        return self.formats["number" if name in NUMBERS else "open"]
