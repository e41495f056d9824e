"""Files as lines of cells: CSV, and every visible sheet of a workbook; what cannot be read says what to do."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from services.cli.importing.rows import Wrong
from services.cli.telling import Failure

WORKBOOK, OLD_OR_LOCKED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"{\\rtf": "RTF"}
WEB, WIDE = (b"<html", b"<!doctype", b"<table"), (b"\xff\xfe", b"\xfe\xff")
HEAD = 512


@dataclass(frozen=True)
class Lines:
    """The lines of one sheet, numbered from 1 as a spreadsheet does; `wrongs` are cells that cannot be read."""

    name: str
    lines: list[list[str]]
    wrongs: list[Wrong] = field(default_factory=list[Wrong])


def lines_of(path: Path) -> list[Lines]:
    """The sheets of a file, by what it is and not by what it is called; Failure when it is no table."""
    try:
        head = path.read_bytes()
    except OSError as error:
        raise Failure(f"Không đọc được {path}", f"Cannot read {path}: {error.strerror}") from error
    if head.startswith(WORKBOOK):
        return workbook_lines(path)
    if head.startswith(OLD_OR_LOCKED):
        raise Failure(
            f"{path.name} là tệp Excel cũ (.xls) hoặc có mật khẩu; hãy bỏ mật khẩu và lưu lại dạng .xlsx",
            f"{path.name} is an old .xls or has a password: save it as .xlsx without one",
        )
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        raise Failure(f"{path.name} không phải tệp XLSX", f"{path.name} is not an XLSX file")
    return [Lines(path.name, list(csv_lines(path.name, head)))]


def csv_lines(name: str, content: bytes) -> Iterator[list[str]]:
    """The lines of a CSV file, UTF-8, separated by comma, semicolon or tab, whichever it has most of."""
    if (other := kind_of(content)) is not None:
        raise Failure(
            f"{name} không phải bảng tính (là tệp {other}); hãy lưu dạng .xlsx hoặc CSV UTF-8",
            f"{name} is not a spreadsheet (but {other}): save it as .xlsx or CSV UTF-8",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure(
            f"{name} không phải UTF-8 (byte {error.start}); hãy lưu lại dạng CSV UTF-8",
            f"{name} is not UTF-8: save it as CSV UTF-8",
        ) from error
    begin = "\n".join(text.splitlines()[:20])
    delimiter = max(";\t,", key=begin.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise Failure(f"{name} không phải CSV: {error}", f"{name} is not CSV: {error}") from error


def kind_of(content: bytes) -> str | None:
    """What a file is that is no text of rows; None when it may be one."""
    begin = content[:HEAD]
    if (kind := next((kind for magic, kind in OTHERS.items() if begin.startswith(magic)), None)) is not None:
        return kind
    if begin.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(WEB):
        return "HTML"
    return "binary" if b"\0" in begin and not begin.startswith(WIDE) else None


def workbook_lines(path: Path) -> list[Lines]:
    """The visible sheets of a workbook; Failure when it is none."""
    try:
        values, written = load_workbook(path, data_only=True), load_workbook(path)
        sheets = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
        names = [path.name if len(sheets) == 1 else f"{path.name} [{sheet.title}]" for sheet in sheets]
        return [
            sheet_lines(name, sheet, written[sheet.title]) for name, sheet in zip(names, sheets, strict=True)
        ]
    except OSError:
        raise
    except Exception as error:  # a zip that is none, XML that is none: openpyxl raises whatever it meets
        raise Failure(
            f"{path.name} không phải tệp XLSX", f"{path.name} is not an XLSX file: {error}"
        ) from error


def sheet_lines(name: str, sheet: Any, written: Any) -> Lines:
    """One sheet: dates as `YYYY-MM-DD`, whole numbers without a point, a cell merged over rows in each of them.

    A formula counts as what it gave when the file was saved; one that gave nothing or an error is wrong.
    """
    found = Lines(name, [])
    for row in sheet.iter_rows():
        line = [cell_text(cell.value) for cell in row]
        for index, cell in enumerate(row):
            formula = cell.value is None and written.cell(cell.row, cell.column).data_type == "f"
            if formula or cell.data_type == "e":
                vi, en = (
                    "công thức chưa có kết quả; hãy dán giá trị",
                    "a formula without a result: paste its value",
                )
                if not formula:
                    vi, en = f"ô có lỗi {cell.value}", f"the cell is the error {cell.value}"
                found.wrongs.append(Wrong(name, cell.row, cell.column_letter, vi, en))
                line[index] = ""
        found.lines.append(line)
    fill_merged(sheet, found.lines)
    return found


def fill_merged(sheet: Any, lines: list[list[str]]) -> None:
    """A cell merged downwards holds for every row it spans; merged sideways it is a title and stays where it is."""
    for span in sheet.merged_cells.ranges:
        if span.min_col == span.max_col:
            value = lines[span.min_row - 1][span.min_col - 1]
            for row in range(span.min_row, min(span.max_row, len(lines))):
                lines[row][span.min_col - 1] = value


def cell_text(value: object) -> str:
    """A cell as a CSV would have it."""
    match value:
        case None:
            return ""
        case datetime() | date():
            return value.strftime("%Y-%m-%d")
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
