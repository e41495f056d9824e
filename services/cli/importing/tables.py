"""Tables: where the heading of a sheet is, which column is which, and its rows in our spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from openpyxl.utils import get_column_letter

from services.cli.importing import spelling
from services.cli.importing.lines import Lines, lines_of
from services.cli.importing.rows import Rejected, Row, Sheet, Wrong
from services.cli.telling import note

HEADING_WITHIN = 30
"""Titles, the name of the unit and blank lines may stand above the heading, so many at most."""
NOTES = ("stt", "so tt", "tt", "ghi chu", "note", "notes", "no")
"""Columns of every register that say nothing of the thing itself."""
NUMBER = re.compile(r"\(?(\d+)\)?")


@dataclass(frozen=True)
class Column:
    """One column: what we call it, what registers call it, and how its cells are read."""

    name: str
    headings: tuple[str, ...] = ()
    read: Callable[[str], str] = spelling.line
    needed: bool = False


@dataclass(frozen=True)
class Form:
    """What the columns of a kind of table are; `unused` are known to say nothing that we take."""

    columns: tuple[Column, ...] = ()
    unused: tuple[str, ...] = ()

    def named(self) -> dict[str, Column]:
        """The columns by every spelling of their headings."""
        return {
            spelling.key(said): column for column in self.columns for said in (column.name, *column.headings)
        }

    def without(self, *names: str) -> Form:
        """The same, where these need not be there."""
        freed = tuple(
            Column(c.name, c.headings, c.read, c.needed and c.name not in names) for c in self.columns
        )
        return Form(freed, self.unused)


AS_WRITTEN = Form()
"""The first line is the heading, and every column is called what it says there."""


def words(of: Mapping[str, str]) -> Callable[[str], str]:
    """Reads a cell of a list: the words of the list, or the value itself."""
    return partial(spelling.word, words=of)


def read(path: Path, form: Form = AS_WRITTEN) -> Sheet:
    """The rows of all visible sheets of a file; Rejected or Failure when it cannot be read as such a table."""
    sheet, wrongs = read_with_wrongs(path, form)
    if wrongs:
        raise Rejected(wrongs)
    return sheet


def read_with_wrongs(path: Path, form: Form) -> tuple[Sheet, list[Wrong]]:
    """The same, with what is wrong with single cells beside, so that the other rows can be checked too.

    Sheets without a heading that we know, and columns that we do not take, are told and passed over.
    """
    columns: dict[str, None] = {}
    rows: list[Row] = []
    wrongs: list[Wrong] = []
    passed: list[str] = []
    sheets = lines_of(path)
    for sheet in sheets:
        if (at := heading_at(sheet.lines, form)) is None:
            passed.append(sheet.name)
            continue
        below = TableBelow(sheet, at, form)
        wrongs += below.wrongs
        columns |= dict.fromkeys(below.titles)
        if not below.wrongs:
            rows += below.rows()
            wrongs += below.wrongs_of_rows
    if len(passed) == len(sheets):
        raise Rejected([nothing(path.name, sheets, form)])
    for name in passed:
        note(f"bỏ qua {name}: không có dòng tiêu đề cột · passed over, no heading was found there")
    return Sheet(path.name, tuple(columns), tuple(rows)), wrongs


def read_all(paths: Sequence[Path], form: Form = AS_WRITTEN) -> tuple[list[Sheet], list[Wrong]]:
    """Several files; what is wrong with one does not keep the others from being read."""
    found: list[Sheet] = []
    wrongs: list[Wrong] = []
    for path in paths:
        try:
            sheet, wrong = read_with_wrongs(path, form)
        except Rejected as rejected:
            wrongs += rejected.wrongs
            continue
        found.append(sheet)
        wrongs += wrong
    return found, wrongs


def heading_at(lines: Sequence[Sequence[str]], form: Form) -> int | None:
    """Which line is the heading: the one with the most columns that we know."""
    if not form.columns:
        return next((index for index, line in enumerate(lines) if any(map(str.strip, line))), None)
    named = form.named()
    known = [
        len({named[key].name for cell in line if (key := spelling.key(cell)) in named})
        for line in lines[:HEADING_WITHIN]
    ]
    return known.index(max(known)) if max(known, default=0) >= min(2, len(form.columns)) else None


def nothing(file: str, sheets: Sequence[Lines], form: Form) -> Wrong:
    """That there is no table in a file."""
    if not any(cell.strip() for sheet in sheets for line in sheet.lines for cell in line):
        return Wrong(file, 1, None, "tệp trống", "the file is empty")
    needed = ", ".join(
        f"{column.headings[0]} ({column.name})" if column.headings else column.name
        for column in form.columns
        if column.needed
    )
    return Wrong(
        file,
        1,
        None,
        f"không thấy dòng tiêu đề; cần các cột: {needed}",
        f"there is no heading: needs {needed}",
    )


class TableBelow:
    """The table below one heading."""

    def __init__(self, sheet: Lines, at: int, form: Form) -> None:
        self.file, self.lines, self.at = sheet.name, sheet.lines, at
        self.numbered = bool(form.columns)
        """Whether the line under the heading may number the columns, as printed forms do."""
        self.titles: dict[str, str] = {}
        self.reads: dict[int, Column] = {}
        self.wrongs: list[Wrong] = []
        self.wrongs_of_rows: list[Wrong] = []
        self._understand(form)
        taken = {get_column_letter(index + 1): column.name for index, column in self.reads.items()}
        self.wrongs_of_rows += [
            replace(wrong, column=name, title=self.titles[name])
            for wrong in sheet.wrongs
            if wrong.row > at + 1 and wrong.column and (name := taken.get(wrong.column)) is not None
        ]

    def _understand(self, form: Form) -> None:
        named, row = form.named(), self.at + 1
        passed = {spelling.key(said) for said in (*form.unused, *NOTES)}
        unused: list[str] = []
        for index, cell in enumerate(self.lines[self.at]):
            title = spelling.line(cell)
            if not title:
                continue
            column = named.get(spelling.key(title)) if form.columns else Column(title, (), spelling.text)
            if column is None:
                if spelling.key(title) not in passed:
                    unused.append(title)
            elif column.name in self.titles:
                said = title if title == column.name else f"{title} ({column.name})"
                self.wrongs.append(Wrong(self.file, row, said, "tên cột lặp lại", "this column stands twice"))
            else:
                self.titles[column.name] = title
                self.reads[index] = column
        for column in form.columns:
            if column.needed and column.name not in self.titles:
                title = column.headings[0] if column.headings else None
                vi, en = "thiếu cột này", "this column is missing"
                self.wrongs.append(Wrong(self.file, row, column.name, vi, en, title))
        if unused:
            note(f"{self.file}: không dùng cột · columns not taken: {', '.join(unused)}")

    def rows(self) -> list[Row]:
        """The rows that have something in them."""
        found: list[Row] = []
        first = self.numbered
        for number, line in enumerate(self.lines[self.at + 1 :], start=self.at + 2):
            if not any(cell.strip() for cell in line):
                continue
            if first and numbers_columns(line):
                first = False
                continue
            first = False
            self._must_fit(number, line)
            cells = {
                column.name: said
                for index, column in self.reads.items()
                if index < len(line) and (said := column.read(line[index]))
            }
            if cells:
                found.append(Row(self.file, number, cells, self.titles))
        return found

    def _must_fit(self, number: int, line: Sequence[str]) -> None:
        heading = self.lines[self.at]
        over = [
            cell
            for i, cell in enumerate(line)
            if cell.strip() and (i >= len(heading) or not heading[i].strip())
        ]
        if over:
            vi, en = "có ô nằm ngoài các cột có tên", "a cell under no heading, more cells than columns"
            self.wrongs_of_rows.append(Wrong(self.file, number, None, vi, en, value=spelling.line(over[0])))


def numbers_columns(line: Sequence[str]) -> bool:
    """Whether a line under the heading only numbers the columns: (1), (2), (3) …"""
    said = [cell.strip() for cell in line if cell.strip()]
    numbers = [int(match[1]) for cell in said if (match := NUMBER.fullmatch(cell))]
    return (
        len(said) > 2
        and len(numbers) == len(said)
        and numbers == list(range(numbers[0], numbers[0] + len(said)))
    )
