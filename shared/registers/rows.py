"""Rows of a table, each knowing where it stands, and what is wrong with them, by row and column."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared.registers.remarks import Failure

MOST_SHOWN = 50
MOST_VALUE = 200
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would calculate instead of show."""


@dataclass(frozen=True)
class Wrong:
    """What is wrong at one place of a file. `title` is the column as the file calls it, `value` what stands there."""

    file: str
    row: int
    column: str | None
    vi: str
    en: str
    title: str | None = None
    value: str = ""

    @property
    def place(self) -> str:
        """The column for a reader: as the file calls it, and as we do where that differs."""
        if self.column is None:
            return ""
        return self.column if self.title in (None, self.column) else f"{self.title} ({self.column})"

    def __str__(self) -> str:
        column = f", cột {self.place}" if self.column else ""
        return f"{self.file}, dòng {self.row}{column}: {self.vi} · {self.en}"


@dataclass(frozen=True)
class Span:
    """Cells that are one: rows from 1, columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Line:
    """A line of a sheet that holds something: its number as a spreadsheet shows it, and its cells from column A."""

    number: int
    cells: list[str]
    hidden: bool = False
    struck: bool = False
    """Everything in it is struck through."""
    partly_struck: bool = False

    def cell(self, column: int) -> str:
        """The cell of a column, from 0; empty beyond the last."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True)
class Lines:
    """The lines of one sheet that hold something; `wrongs` are cells that cannot be read, by their column's letter."""

    name: str
    lines: list[Line]
    wrongs: list[Wrong] = field(default_factory=list[Wrong])
    merged: list[Span] = field(default_factory=list[Span])
    hidden_columns: list[int] = field(default_factory=list[int])


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells by column; an empty cell is absent."""

    file: str
    number: int
    cells: dict[str, str]
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the file calls each column."""
    said: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the file says where a word of a list was taken for a value."""
    places: Mapping[str, int] = field(default_factory=dict[str, int])
    """The rows of single cells, where the table stands upright."""

    def get(self, column: str) -> str | None:
        """The cell of a column, if there is something in it."""
        return self.cells.get(column)

    def wrong(self, column: str | None, vi: str, en: str) -> Wrong:
        """Something that is wrong in this row."""
        value = self.cells.get(column, "") if column else ""
        title = self.titles.get(column) if column else None
        at = self.places.get(column or "", self.number)
        return Wrong(self.file, at, column, vi, en, title, value[:MOST_VALUE])

    def empty(self, columns: Iterable[str]) -> list[Wrong]:
        """Those of these columns that have nothing in them."""
        return [self.wrong(c, "để trống", "is empty") for c in columns if self.get(c) is None]


class Rejected(Failure):
    """A file with errors: nothing of it was sent."""

    def __init__(self, found: Sequence[Wrong]) -> None:
        first: dict[object, Wrong] = {}  # of one cell the first: what cannot be read is not called empty too
        for wrong in found:
            first.setdefault((wrong.file, wrong.row, wrong.column) if wrong.column else id(wrong), wrong)
        wrongs = list(first.values())
        shown = [f"  {wrong}" for wrong in wrongs[:MOST_SHOWN]]
        if len(wrongs) > MOST_SHOWN:
            more = len(wrongs) - MOST_SHOWN
            shown.append(
                f"  … và {more} lỗi nữa: --rejected FILE ghi tất cả · and {more} more: --rejected FILE"
            )
        vi = f"Có {len(wrongs)} lỗi; chưa gửi dòng nào"
        super().__init__(vi, "\n".join([f"{len(wrongs)} errors; nothing was sent", *shown]))
        self.wrongs = tuple(wrongs)


@dataclass(frozen=True)
class Sheet:
    """A table of a file."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def repeated(rows: Iterable[Row], column: str) -> list[Wrong]:
    """Rows whose cell in this column stands in an earlier row too."""
    first: dict[str, Row] = {}
    wrongs: list[Wrong] = []
    for row in rows:
        if (cell := row.get(column)) is None:
            continue
        if (earlier := first.setdefault(cell, row)) is not row:
            wrongs.append(same_as(row, earlier, column))
    return wrongs


def same_as(row: Row, earlier: Row, column: str | None, vi: str = "", en: str = "") -> Wrong:
    """That a row says what an earlier one says; `vi` and `en` add what to do about it."""
    at = f"{earlier.number}" if row.file == earlier.file else f"{earlier.number} của {earlier.file}"
    of = f"{earlier.number}" if row.file == earlier.file else f"{earlier.number} of {earlier.file}"
    return row.wrong(column, f"trùng với dòng {at}{vi}", f"the same as in row {of}{en}")


def write_rejected(path: Path, wrongs: Sequence[Wrong]) -> None:
    """All that was rejected as a CSV that a spreadsheet opens (byte order mark, Windows line ends).

    Written also when nothing was, with its head only, so that the file of an earlier run does not stay.
    Failure when it cannot be written.
    """
    head = ("tệp · file", "dòng · row", "cột · column", "giá trị · value", "lý do", "reason")
    lines = [(w.file, w.row, w.place, shown(w.value), w.vi, w.en) for w in wrongs]
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([head, *lines])
    except OSError as error:
        raise Failure(f"Không ghi được {path}", f"Cannot write {path}: {error.strerror}") from error


def shown(value: str) -> str:
    """A value that a spreadsheet shows as it is, and never calculates."""
    return f"'{value}" if value.startswith(FORMULAS) else value
