"""Workbooks as lines of cells. What is read follows the cells that hold something, never how far a sheet is coloured.

Sheets are streamed; what an archive would unpack to is counted before it is read (`bounds`), and every bound that
ends the reading is said in the answer. The meaning of a cell (dates, numbers, styles) is openpyxl's.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet._reader import COL_TAG, FORMULA_TAG, INLINE_STRING, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from shared.registers.bounds import MOST_CELLS, MOST_ROWS, Bounded, too_large
from shared.registers.cells import Cell, cell_of
from shared.registers.remarks import Failure, note
from shared.registers.rows import Line, Lines, Span, Wrong

MOST_LINES = 50_000
MOST_COLUMNS = 1_000
MOST_SHEETS = 100
TEXT_TAG, RUN_TAG, ITEM_TAG, MERGED_TAG = (
    f"{{{SHEET_MAIN_NS}}}{name}" for name in ("t", "r", "si", "mergeCell")
)
OF_ROWS = {
    f"{{{SHEET_MAIN_NS}}}{name}" for name in ("c", "v", "f", "is", "t", "r", "rPr", "rPh", "phoneticPr")
}
"""What stands in a row, and is kept until the row has ended."""
BEHIND = {
    f"{{{SHEET_MAIN_NS}}}{name}"
    for name in (
        "mergeCells",
        "conditionalFormatting",
        "cfRule",
        "dataValidation",
        "hyperlink",
        "pageMargins",
    )
}
"""Where a sheet has nothing more that an import looks at; the format fixes the order."""
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _Reader(ExcelReader):
    """openpyxl's, of what an import needs: the strings, the styles, and where the sheets are."""

    def __init__(self, path: Path) -> None:
        self.archive = Bounded(path)
        self.valid_files = self.archive.namelist()
        self.read_only = self.data_only = True
        self.keep_vba = self.keep_links = self.rich_text = False
        self.shared_strings: list[str] = []
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)

    def read_strings(self) -> None:
        parts = [
            part.PartName[1:]
            for part in self.package.Override
            if part.ContentType.endswith(".sharedStrings+xml")
        ]
        for part in parts[:1]:
            with self.archive.open(part) as source:
                for _, element in iterparse(source):
                    if element.tag == ITEM_TAG:
                        self.shared_strings.append(_text(element))
                        element.clear()

    def sheets(self) -> Iterator[tuple[str, bool, str]]:
        """Title, whether it is visible, and the part of each sheet of cells."""
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                yield sheet.name, sheet.state == "visible", relation.target


class _Parser(WorkSheetParser):
    """openpyxl's, keeping of each row only cells that hold something, and of the rest what an import looks at."""

    hidden = False

    def __init__(self, source: Any, book: _Reader) -> None:
        wb: Any = book.wb
        super().__init__(source, book.shared_strings, data_only=True, epoch=wb.epoch, date_formats=wb._date_formats,
                         timedelta_formats=wb._timedelta_formats)  # fmt: skip
        self.merged: list[Span] = []
        self.hidden_columns: list[int] = []

    def parse(self) -> Generator[tuple[int, list[dict[str, Any]]]]:
        """The rows that hold something: number and cells."""
        for _, element in iterparse(self.source):
            tag = element.tag
            if tag in OF_ROWS:
                continue
            if tag == ROW_TAG and not len(element):
                self.row_counter = int(element.get("r", self.row_counter + 1))
            elif tag == ROW_TAG:
                number, cells = self.parse_row(element)
                if cells:
                    yield number, cells
            elif tag == MERGED_TAG:
                self._merged(*range_boundaries(element.get("ref")))
            elif tag == COL_TAG:
                self._column(element)
            elif tag in BEHIND:
                return
            element.clear()

    def _merged(self, left: int | None, top: int | None, right: int | None, bottom: int | None) -> None:
        """Cells that are one; a whole row or column says no number of the other."""
        if (first := (left or 1) - 1) < MOST_COLUMNS:
            last = min(right or MOST_COLUMNS, MOST_COLUMNS) - 1
            self.merged.append(Span(top or 1, first, bottom or MOST_ROWS, last))

    def _column(self, element: Any) -> None:
        if element.get("hidden") in ("1", "true"):
            first = max(
                int(element.get("min")) - 1, self.hidden_columns[-1] + 1 if self.hidden_columns else 0
            )
            self.hidden_columns.extend(range(first, min(int(element.get("max")), MOST_COLUMNS)))

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell = {**super().parse_cell(element), "formula": element.find(FORMULA_TAG) is not None}
        if cell["value"] is None and (inline := element.find(INLINE_STRING)) is not None:
            cell |= {"value": _text(inline) or None, "data_type": "s"}
        elif element.get("t") == "str" and cell["value"] is not None:
            cell["value"] = _plain(str(cell["value"]))
        return cell

    def parse_row(self, row: Any) -> tuple[int, list[dict[str, Any]]]:
        # A cell without a part is a colour and nothing else; one that does not say its place counts for the next.
        row[:] = [cell for cell in row if len(cell) or "r" not in cell.attrib]
        number, cells = super().parse_row(row)
        how = self.row_dimensions.pop(str(number), {})
        self.hidden = how.get("hidden") in ("1", "true")
        return number, [cell for cell in cells if cell["value"] is not None or cell["formula"]]


def _text(element: Any) -> str:
    """The text of a string, in one piece or in runs; how it is pronounced is left out."""
    pieces = [
        piece.text if piece.tag == TEXT_TAG else piece.findtext(TEXT_TAG)
        for piece in element
        if piece.tag in (TEXT_TAG, RUN_TAG)
    ]
    return _plain("".join(piece for piece in pieces if piece))


def _plain(text: str) -> str:
    """A text with what the format writes as `_x000D_` as the character it is."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


@dataclass
class _Styles:
    """Of a workbook's styles: those that strike through, and those that show a share."""

    struck: set[int] = field(default_factory=set[int])
    percent: set[int] = field(default_factory=set[int])


def workbook_lines(path: Path) -> list[Lines]:
    """The visible sheets of a workbook; Failure when it is none, or is larger than what is read."""
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


def _sheets(path: Path) -> Iterator[Lines]:
    book = _Reader(path)
    visible: list[tuple[str, str]] = []
    for title, shown, part in book.sheets():
        if shown:
            visible.append((title, part))
        else:
            note(f"{path.name}: không đọc trang ẩn · hidden sheet not read: {title}")
    if len(visible) > MOST_SHEETS:
        raise too_large(path.name, f"quá {MOST_SHEETS} trang", f"has more than {MOST_SHEETS} sheets")
    styles, left = _styles(book.wb), MOST_CELLS
    for title, part in visible:
        name = path.name if len(visible) == 1 else f"{path.name} [{title}]"
        found, cells = _sheet(path, name, book, part, styles, left)
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


def _sheet(path: Path, name: str, book: _Reader, part: str, styles: _Styles, left: int) -> tuple[Lines, int]:
    """One sheet, and how many of its cells hold something. A formula counts as what it gave when it was saved."""
    found, cells = Lines(name, []), 0
    with book.archive.open(part) as source:
        parser = _Parser(source, book)
        for number, held in parser.parse():
            cells += len(held)
            if cells > left:
                raise too_large(path.name, f"quá {MOST_CELLS:,} ô", f"has more than {MOST_CELLS:,} cells")
            found.lines.append(_line(name, number, held, parser.hidden, styles, found.wrongs))
            if len(found.lines) > MOST_LINES:
                raise too_large(path.name, f"quá {MOST_LINES:,} dòng", f"has more than {MOST_LINES:,} rows")
    found.merged.extend(parser.merged)
    found.hidden_columns.extend(parser.hidden_columns)
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
