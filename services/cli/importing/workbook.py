"""Workbooks as lines of cells. What is read follows the cells that hold something, never how far a sheet is coloured.

Sheets are streamed; what an archive would unpack to is looked at before anything is unpacked, and every bound that
ends the reading is said in the answer.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from services.cli.importing.cells import Cell, cell_of
from services.cli.importing.rows import Line, Lines, Span, Wrong
from services.cli.telling import Failure, note

MOST_UNPACKED = 80 * 1024 * 1024
"""Bytes of sheets, texts and styles that a workbook may unpack to: some 40,000 rows of a register."""
MOST_LINES = 50_000
MOST_CELLS = 1_000_000
MOST_COLUMNS = 1_000
MOST_SHEETS = 100
MOST_STYLES = 8 * 1024 * 1024
"""Bytes of styles: more than a register gathers in years of copying."""
READ = (
    "xl/worksheets/",
    "xl/sharedStrings",
    "xl/styles",
    "xl/workbook",
    "xl/theme",
    "xl/_rels",
    "[Content_Types]",
)


class _Parser(WorkSheetParser):
    """openpyxl's, keeping of each row only cells that hold something, and whether the row is hidden."""

    hidden = False

    def parse_cell(self, element: Any) -> dict[str, Any]:
        return {**super().parse_cell(element), "formula": element.find(FORMULA_TAG) is not None}

    def parse_row(self, row: Any) -> tuple[int, list[dict[str, Any]]]:
        # A cell without a part is a colour and nothing else; one that does not say its place counts for the next.
        row[:] = [cell for cell in row if len(cell) or "r" not in cell.attrib]
        number, cells = super().parse_row(row)
        how = self.row_dimensions.pop(str(number), {})
        self.hidden = how.get("hidden") in ("1", "true")
        return number, [cell for cell in cells if cell["value"] is not None or cell["formula"]]


@dataclass
class _Styles:
    """Of a workbook's styles: those that strike through, and those that show a share."""

    struck: set[int] = field(default_factory=set[int])
    percent: set[int] = field(default_factory=set[int])


def workbook_lines(path: Path) -> list[Lines]:
    """The visible sheets of a workbook; Failure when it is none, or is larger than what is read."""
    must_fit(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves out nothing is a cell
            return list(_sheets(path))
    except (OSError, Failure):
        raise
    except Exception as error:  # a zip that is none, XML that is none: openpyxl raises whatever it meets
        raise Failure(
            f"{path.name} không phải tệp XLSX", f"{path.name} is not an XLSX file: {error}"
        ) from error


def must_fit(path: Path) -> None:
    """Failure when what is read of the workbook would unpack to more than `MOST_UNPACKED`."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError):
        return  # no archive: who opens it says so
    unpacked = sum(part.file_size for part in parts if part.filename.startswith(READ))
    if unpacked > MOST_UNPACKED:
        most = MOST_UNPACKED // 1024 // 1024
        raise too_large(path, f"giải nén ra quá {most} MB", f"unpacks to more than {most} MB")
    if sum(part.file_size for part in parts if part.filename.startswith("xl/styles")) > MOST_STYLES:
        most = MOST_STYLES // 1024 // 1024
        raise too_large(path, f"định dạng ô quá {most} MB", f"has more than {most} MB of styles")


def too_large(path: Path, vi: str, en: str) -> Failure:
    """That a workbook is larger than what is read of one, and what to do."""
    return Failure(
        f"{path.name} quá lớn ({vi}); hãy chia thành nhiều tệp, xóa các dòng thừa ở cuối rồi lưu lại",
        f"{path.name} is too large: it {en}; split it, or delete what stands below the table and save it again",
    )


def _sheets(path: Path) -> Iterator[Lines]:
    book: Any = load_workbook(path, read_only=True, data_only=True)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            note(f"{path.name}: không đọc trang ẩn · hidden sheet not read: {sheet.title}")
    if len(visible) > MOST_SHEETS:
        raise too_large(path, f"quá {MOST_SHEETS} trang", f"has more than {MOST_SHEETS} sheets")
    styles, left = _styles(book), MOST_CELLS
    for sheet in visible:
        name = path.name if len(visible) == 1 else f"{path.name} [{sheet.title}]"
        found, cells = _sheet(path, name, book, sheet, styles, left)
        left -= cells
        yield found


def _styles(book: Any) -> _Styles:
    found = _Styles()
    for number, style in enumerate(book._cell_styles):
        if book._fonts[style.fontId].strike:
            found.struck.add(number)
        shown = style.numFmtId
        own = book._number_formats[shown - 164] if shown >= 164 else {9: "0%", 10: "0.00%"}.get(shown, "")
        if "%" in own:
            found.percent.add(number)
    return found


def _sheet(path: Path, name: str, book: Any, sheet: Any, styles: _Styles, left: int) -> tuple[Lines, int]:
    """One sheet, and how many of its cells hold something. A formula counts as what it gave when it was saved."""
    found, cells = Lines(name, []), 0
    with sheet._get_source() as source:
        parser = _Parser(source, sheet._shared_strings, data_only=True, epoch=book.epoch,
                         date_formats=book._date_formats, timedelta_formats=book._timedelta_formats)  # fmt: skip
        for number, held in parser.parse():
            cells += len(held)
            if cells > left:
                raise too_large(path, f"quá {MOST_CELLS:,} ô", f"has more than {MOST_CELLS:,} cells")
            if held:
                found.lines.append(_line(name, number, held, parser.hidden, styles, found.wrongs))
            if len(found.lines) > MOST_LINES:
                raise too_large(path, f"quá {MOST_LINES:,} dòng", f"has more than {MOST_LINES:,} rows")
        for ranged in parser.merged_cells.mergeCell if parser.merged_cells is not None else ():
            found.merged.append(Span(ranged.min_row, ranged.min_col - 1, ranged.max_row, ranged.max_col - 1))
        for how in parser.column_dimensions.values():
            if how.get("hidden") in ("1", "true"):
                found.hidden_columns.extend(range(int(how["min"]) - 1, min(int(how["max"]), MOST_COLUMNS)))
    return found, cells


def _line(
    name: str, number: int, held: list[dict[str, Any]], hidden: bool, styles: _Styles, wrongs: list[Wrong]
) -> Line:
    line: list[str] = [Cell("")] * min(held[-1]["column"], MOST_COLUMNS)
    struck = 0
    for cell in held:
        letter = get_column_letter(cell["column"])
        if cell["column"] > MOST_COLUMNS:
            vi, en = f"ô nằm quá cột thứ {MOST_COLUMNS}", f"a cell beyond column {MOST_COLUMNS}"
            wrongs.append(Wrong(name, number, letter, vi, en))
            continue
        if cell["value"] is None or cell["data_type"] == "e":
            vi, en = (
                "công thức chưa có kết quả; hãy dán giá trị",
                "a formula without a result: paste its value",
            )
            if cell["value"] is not None:
                vi, en = f"ô có lỗi {cell['value']}", f"the cell is the error {cell['value']}"
            wrongs.append(Wrong(name, number, letter, vi, en))
            continue
        line[cell["column"] - 1] = cell_of(cell["value"], cell["style_id"] in styles.percent)
        struck += cell["style_id"] in styles.struck
    return Line(number, line, hidden, struck=0 < struck == len(held), partly_struck=0 < struck < len(held))
