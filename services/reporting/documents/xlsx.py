"""A report as a workbook: a sheet for each table with real numbers, filters and a head that stays in view.

A text is written as a text, whatever it begins with: no cell is ever a formula.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.reporting.documents.archive import repacked
from services.reporting.documents.long import DANGEROUS
from services.reporting.documents.phrases import PHRASES
from services.reporting.documents.report import Cell, Change, Report, Row, Share, Table
from services.reporting.documents.slices import UNIT_SLICE

FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
HEAD = {
    "bold": True,
    "text_wrap": True,
    "align": "center",
    "bottom": 2,
    "bg_color": "#F6ECEB",
    "locked": True,
}
COUNT, SHARE, CHANGE = "#,##0", "0.0%", "+#,##0;-#,##0;0"
"""Excel writes these with the separators of the reader's own language."""

NAME_WIDTH, NUMBER_WIDTH, WIDEST = 34, 13, 60
ACROSS = 10
"""As many columns of numbers are printed side by side on a sheet of paper and can still be read."""


class _Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **members: Any) -> Format:
        key = tuple(sorted(members.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FONT, **members})
        return self._made[key]


def xlsx(report: Report) -> bytes:
    """The workbook: an overview, a sheet for each table, and every figure of every unit."""
    packed = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(packed, options)
    book.set_properties({
        "title": report.subject,
        "subject": report.period,
        "author": report.head.issuer if report.head is not None else "",
        "created": datetime.fromisoformat(report.cut_off),
    })  # fmt: skip
    styles = _Styles(book)
    names: set[str] = set()
    _overview(book.add_worksheet(_tab(PHRASES[report.lang]["summary"], names)), report, styles)
    for section in report.sections:
        for table in section.tables:
            _sheet(book.add_worksheet(_tab(table.short, names)), table, styles)
    _sheet(book.add_worksheet(_tab(PHRASES[report.lang]["everything"], names)), _everything(report), styles)
    book.close()
    return repacked(packed.getvalue())


def _tab(title: str, taken: set[str]) -> str:
    """A name for a tab: at most 31 characters, none of those Excel refuses, and not taken yet."""
    plain = "".join(" " if c in "[]:*?/\\" else c for c in title).strip("' ")[:28] or "–"
    name, count = plain, 1
    while name.lower() in taken:
        count += 1
        name = f"{plain} {count}"
    taken.add(name.lower())
    return name


def _overview(sheet: Worksheet, report: Report, styles: _Styles) -> None:
    sheet.set_column(0, 0, NAME_WIDTH)
    sheet.set_column(1, 1, 90)
    sheet.hide_gridlines(2)
    _text(sheet, 0, 0, report.subject, styles, bold=True, font_size=16)
    _text(sheet, 1, 0, report.scope, styles, bold=True)
    _text(sheet, 2, 0, report.period, styles, italic=True)
    at = 4
    for paragraph in report.sections[0].paragraphs:
        sheet.merge_range(at, 0, at, 1, "", styles(text_wrap=True))
        _text(sheet, at, 0, paragraph, styles, text_wrap=True)
        sheet.set_row(at, 17 * (1 + len(paragraph) // 115))
        at += 1
    for name, value in (*report.colophon, *report.again.commands("xlsx")):
        at += 1
        _text(sheet, at, 0, name, styles, bold=True, valign="top")
        _text(sheet, at, 1, value, styles, font_name="Consolas", font_size=9, text_wrap=True)
    _for_paper(sheet)


def _everything(report: Report) -> Table:
    """Every figure of every unit: a unit a row, a figure a column."""
    words = PHRASES[report.lang]
    units: dict[str, dict[str, int | None]] = {}
    names: dict[str, str] = {}
    labels: dict[str, str] = {}
    for line in report.lines:
        if line.of == UNIT_SLICE:
            units.setdefault(line.id, {})[line.key] = line.value
            names[line.id] = line.name
            labels[line.key] = line.label
    rows = tuple(
        Row((unit, names[unit], *(shown.get(key) for key in labels))) for unit, shown in units.items()
    )
    columns = (words["unit-id"], words["unit"], *labels.values())
    return Table(words["everything"], words["everything"], columns, rows, texts=2, wide=True)


def _sheet(sheet: Worksheet, table: Table, styles: _Styles) -> None:
    for column, title in enumerate(table.columns):
        _text(sheet, 0, column, title, styles, **HEAD)
        sheet.set_column(column, column, _width(table, column))
    sheet.set_row(0, 48 if len(table.columns) > 4 else 32)
    for at, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row.cells):
            indent = row.depth if column == table.texts - 1 else 0
            _cell(sheet, at, column, cell, styles, {"bold": row.strong, "indent": indent})
    last = max(len(table.rows), 1)
    sheet.autofilter(0, 0, last, len(table.columns) - 1)
    sheet.freeze_panes(1, table.texts)
    if table.note:
        _text(sheet, last + 2, 0, table.note, styles, italic=True)
    sheet.set_header(f"&L{_plain(table.title)}")
    sheet.repeat_columns(0, table.texts - 1)
    _for_paper(sheet, across=-(-(len(table.columns) - table.texts) // ACROSS))


def _width(table: Table, column: int) -> float:
    if column >= table.texts:
        return NUMBER_WIDTH
    longest = max((len(str(row.cells[column])) + 2 * row.depth for row in table.rows), default=0)
    return min(max(longest + 2, 6, len(table.columns[column]) // 2), WIDEST)


def _for_paper(sheet: Worksheet, across: int = 1) -> None:
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(max(across, 1), 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C&P/&N")


def _plain(text: str) -> str:
    """A text for the head of a printed sheet, where & begins a code."""
    return text.replace("&", "&&")[:200]


def _cell(
    sheet: Worksheet, row: int, column: int, cell: Cell, styles: _Styles, members: dict[str, Any]
) -> None:
    more = {name: value for name, value in members.items() if value}
    match cell:
        case str():
            if len(cell) > WIDEST:
                more["text_wrap"] = True
            _text(sheet, row, column, cell, styles, **more)
        case Share() if cell.tenths is not None:
            sheet.write_number(row, column, cell.tenths / 1000, styles(num_format=SHARE, **more))
        case Change(by):
            sheet.write_number(row, column, by, styles(num_format=CHANGE, **more))
        case int():
            sheet.write_number(row, column, cell, styles(num_format=COUNT, **more))
        case _:
            sheet.write_blank(row, column, None, styles(**more))


def _text(sheet: Worksheet, row: int, column: int, text: str, styles: _Styles, **members: Any) -> None:
    """A text, also one that looks like a formula or a number; Excel is told, for when the cell is edited."""
    if text.startswith(DANGEROUS):
        members["quote_prefix"] = True
    sheet.write_string(row, column, text[:32_000], styles(**members))
