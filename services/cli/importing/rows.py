"""Rows of CSV and XLSX files, each knowing where it stands, and what is wrong with them, by row and column."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook

from services.cli.telling import Failure

MOST_SHOWN = 50


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells by column; an empty cell is absent."""

    file: str
    number: int
    cells: dict[str, str]

    def get(self, column: str) -> str | None:
        """The cell of a column, if there is something in it."""
        return self.cells.get(column)


@dataclass(frozen=True)
class Wrong:
    """What is wrong at one place of a file."""

    file: str
    row: int
    column: str | None
    vi: str
    en: str

    def __str__(self) -> str:
        column = f", cột {self.column}" if self.column else ""
        return f"{self.file}, dòng {self.row}{column}: {self.vi} · {self.en}"


class Rejected(Failure):
    """A file with errors: nothing of it was sent."""

    def __init__(self, wrongs: Sequence[Wrong]) -> None:
        shown = [f"  {wrong}" for wrong in wrongs[:MOST_SHOWN]]
        if len(wrongs) > MOST_SHOWN:
            shown.append(f"  … ({len(wrongs) - MOST_SHOWN})")
        vi = f"Có {len(wrongs)} lỗi; chưa gửi dòng nào"
        super().__init__(vi, "\n".join([f"{len(wrongs)} errors; nothing was sent", *shown]))
        self.wrongs = tuple(wrongs)


@dataclass(frozen=True)
class Sheet:
    """A table of a file."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def need(self, *columns: str) -> None:
        """Rejected when one of these columns is not there at all."""
        missing = [column for column in columns if column not in self.columns]
        if missing:
            raise Rejected(
                [Wrong(self.file, 1, c, "thiếu cột này", "this column is missing") for c in missing]
            )


def read(path: Path) -> Sheet:
    """The first table of a file; Rejected or Failure when it cannot be read as one."""
    try:
        lines = list(xlsx_lines(path) if path.suffix.lower() == ".xlsx" else csv_lines(path))
    except OSError as error:
        raise Failure(f"Không đọc được {path}", f"Cannot read {path}: {error.strerror}") from error
    if not lines:
        raise Rejected([Wrong(path.name, 1, None, "tệp trống", "the file is empty")])
    columns = tuple(cell.strip() for cell in lines[0])
    wrongs = [
        Wrong(path.name, 1, name, "tên cột lặp lại", "this column stands twice")
        for name in sorted({name for name in columns if name and columns.count(name) > 1})
    ]
    rows: list[Row] = []
    for number, line in enumerate(lines[1:], start=2):
        cells = [unicodedata.normalize("NFC", cell).strip() for cell in line]
        if any(cells[len(columns) :]):
            wrongs.append(Wrong(path.name, number, None, "nhiều ô hơn số cột", "more cells than columns"))
        named = {column: cell for column, cell in zip(columns, cells, strict=False) if column and cell}
        if named:
            rows.append(Row(path.name, number, named))
    if wrongs:
        raise Rejected(wrongs)
    return Sheet(path.name, columns, tuple(rows))


def csv_lines(path: Path) -> Iterator[list[str]]:
    """The lines of a CSV file, UTF-8, separated by comma, semicolon or tab as its first line is."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure(
            f"{path.name} không phải UTF-8 (byte {error.start}); hãy lưu lại dạng CSV UTF-8",
            f"{path.name} is not UTF-8: save it as CSV UTF-8",
        ) from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise Failure(f"{path.name} không phải CSV: {error}", f"{path.name} is not CSV: {error}") from error


def xlsx_lines(path: Path) -> Iterator[list[str]]:
    """The lines of the first sheet of a workbook; dates as `YYYY-MM-DD`, whole numbers without a point."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except OSError:
        raise
    except Exception as error:  # a zip that is none, XML that is none: openpyxl raises whatever it meets
        raise Failure(
            f"{path.name} không phải tệp XLSX", f"{path.name} is not an XLSX file: {error}"
        ) from error
    try:
        for line in book.worksheets[0].iter_rows(values_only=True):
            yield [cell_text(value) for value in line]
    finally:
        book.close()


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


def repeated(rows: Iterable[Row], column: str) -> list[Wrong]:
    """Rows whose cell in this column stands in an earlier row too."""
    first: dict[str, int] = {}
    wrongs: list[Wrong] = []
    for row in rows:
        if (cell := row.get(column)) is None:
            continue
        if cell in first:
            at = first[cell]
            wrongs.append(
                Wrong(row.file, row.number, column, f"trùng với dòng {at}", f"the same as in row {at}")
            )
        first.setdefault(cell, row.number)
    return wrongs
