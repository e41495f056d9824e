"""Tables: which column of a sheet is which, and its rows in our spelling; what is passed over is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from openpyxl.utils import get_column_letter

from shared.registers import spelling
from shared.registers.cells import Unreadable, kind_of
from shared.registers.choices import LABELS
from shared.registers.headings import AS_WRITTEN, Column, Form, Heading, column_of, heading_of, score
from shared.registers.lines import lines_of
from shared.registers.merged import filled_downwards
from shared.registers.remarks import note
from shared.registers.rows import Line, Lines, Rejected, Row, Sheet, Wrong
from shared.registers.tails import Passed, passed_over
from shared.text.encodings import NAMES, likely

COUNTS = ("stt", "so tt", "tt", "no", "so thu tu")
"""Columns that number the rows."""
NOTES = (*COUNTS, "ghi chu", "note", "notes")
"""Columns of every register that say nothing of the thing itself."""
NUMBER = re.compile(r"\(?(\d+)\)?")
MOST_NAMED = 20
"""So many lines are named in one remark."""


def read(path: Path, form: Form = AS_WRITTEN) -> Sheet:
    """The rows of all visible sheets of a file; Rejected or Failure when it cannot be read as such a table."""
    sheet, wrongs = read_with_wrongs(path, form)
    if wrongs:
        raise Rejected(wrongs)
    return sheet


def read_with_wrongs(path: Path, form: Form, encoding: str | None = None) -> tuple[Sheet, list[Wrong]]:
    """The same, with what is wrong with single cells beside, so that the other rows can be checked too.

    Sheets without a heading that we know, and columns that we do not take, are told and passed over.
    """
    columns: dict[str, None] = {}
    rows: list[Row] = []
    wrongs: list[Wrong] = []
    passed: list[str] = []
    sheets = lines_of(path, score(form), encoding)
    for sheet in sheets:
        if (heading := heading_of(sheet.lines, form, sheet.merged)) is None:
            passed.append(sheet.name)
            continue
        below = TableBelow(sheet, heading, form)
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


def read_all(
    paths: Sequence[Path], form: Form = AS_WRITTEN, encoding: str | None = None
) -> tuple[list[Sheet], list[Wrong]]:
    """Several files; what is wrong with one does not keep the others from being read."""
    found: list[Sheet] = []
    wrongs: list[Wrong] = []
    for path in paths:
        try:
            sheet, wrong = read_with_wrongs(path, form, encoding)
        except Rejected as rejected:
            wrongs += rejected.wrongs
            continue
        found.append(sheet)
        wrongs += wrong
    return found, wrongs


def nothing(file: str, sheets: Sequence[Lines], form: Form) -> Wrong:
    """That there is no table in a file, and what its texts look like where that may be why."""
    texts = [cell for sheet in sheets for line in sheet.lines for cell in line.cells if cell.strip()]
    if not texts:
        return Wrong(file, 1, None, "tệp trống", "the file is empty")
    if (guess := next((found for text in texts if (found := likely(text)) is not None), None)) is not None:
        return Wrong(
            file,
            1,
            None,
            f"không thấy dòng tiêu đề; {mistaken(guess)[0]}",
            f"no heading; {mistaken(guess)[1]}",
        )
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


def mistaken(encoding: str) -> tuple[str, str]:
    """That a text looks like one of this encoding, and what to do, in both languages."""
    return (
        f"chữ có vẻ là {NAMES[encoding]}; hãy lưu lại bằng Unicode, hoặc thêm --encoding {encoding}",
        f"looks like {encoding}: save it as Unicode, or add --encoding {encoding}",
    )


class TableBelow:
    """The table below one heading."""

    def __init__(self, sheet: Lines, heading: Heading, form: Form) -> None:
        self.sheet, self.file, self.heading = sheet, sheet.name, heading
        self.lines = filled_downwards(sheet)[heading.last + 1 :]
        self.number = sheet.lines[heading.last].number
        self.numbered = bool(form.columns)
        """Whether the line under the heading may number the columns, as printed forms do."""
        self.titles: dict[str, str] = {}
        self.reads: dict[int, Column] = {}
        self.wrongs: list[Wrong] = []
        self.wrongs_of_rows: list[Wrong] = []
        self._understand(form)

    def _understand(self, form: Form) -> None:  # noqa: C901 - one flat table of cases
        named = form.named()
        passed = {spelling.key(said) for said in (*form.unused, *NOTES)}
        unused: list[str] = []
        for index, titles in enumerate(self.heading.titles):
            if not titles:
                continue
            title = self.heading.title(index)
            column = column_of(titles, named) if form.columns else Column(title, (), spelling.text)
            if column is None:
                if spelling.key(titles[-1]) not in passed:
                    unused.append(title)
            elif (taken := self.titles.get(column.name)) and spelling.key(taken) != spelling.key(title):
                unused.append(title)  # two titles for one thing: the first is it, and the other is told
            elif taken:
                said = title if title == column.name else f"{title} ({column.name})"
                self.wrongs.append(
                    Wrong(self.file, self.number, said, "tên cột lặp lại", "this column stands twice")
                )
            else:
                self.titles[column.name] = title
                self.reads[index] = column
        for column in form.columns:
            if column.needed and column.name not in self.titles:
                title = column.headings[0] if column.headings else None
                vi, en = "thiếu cột này", "this column is missing"
                self.wrongs.append(Wrong(self.file, self.number, column.name, vi, en, title))
        if unused:
            note(f"{self.file}: không dùng cột · columns not taken: {', '.join(unused)}")
        hidden = [
            self.titles[c.name] for index, c in self.reads.items() if index in self.sheet.hidden_columns
        ]
        if hidden:
            note(
                f"{self.file}: cột ẩn, vẫn được đọc · hidden columns, read all the same: {', '.join(hidden)}"
            )

    def rows(self) -> list[Row]:
        """The rows of the table; totals, signatures and notes below it, and what is struck through, are passed over."""
        lines = self.lines
        if self.numbered and lines and numbers_columns(lines[0].cells):
            lines = lines[1:]
        passed = self._passed(lines) if self.numbered else Passed()
        struck = {at for at, line in enumerate(lines) if line.struck} - passed.all()
        taken = [line for at, line in enumerate(lines) if at not in passed.all() | struck]
        for vi, en, places in (
            ("bỏ qua dòng nhóm", "groups, passed over", passed.groups),
            ("bỏ qua dòng tổng", "totals passed over", passed.totals),
            ("bỏ qua dòng tiêu đề lặp lại", "headings again, passed over", passed.headings),
            ("bỏ qua phần dưới bảng (ký tên, ghi chú)", "passed over below the table", passed.below),
            ("bỏ qua dòng gạch ngang", "struck through, passed over", struck),
        ):
            self._tell(vi, en, (lines[at] for at in places))
        self._tell(
            "dòng có ô gạch ngang, vẫn được đọc",
            "partly struck through, read",
            (x for x in taken if x.partly_struck),
        )
        self._tell(
            "dòng ẩn (hoặc bị lọc), vẫn được đọc",
            "hidden or filtered rows, read",
            (x for x in taken if x.hidden),
        )
        self._wrongs_of_cells({line.number for line in taken})
        return [row for line in taken if (row := self._row(line)) is not None]

    def _passed(self, lines: Sequence[Line]) -> Passed:
        titles = [title for column in self.heading.titles for title in column]
        numbered = next(
            (at for at, said in enumerate(self.heading.titles) if said and spelling.key(said[-1]) in COUNTS),
            None,
        )
        return passed_over(lines, [self._is_row(line) for line in lines], titles, numbered)

    def _is_row(self, line: Line) -> bool:
        """Whether a line has at least half of what a row must have, and two of its cells."""
        needed = [index for index, column in self.reads.items() if column.needed]
        held = sum(bool(line.cell(index).strip()) for index in needed)
        return held >= 2 and 2 * held >= len(needed)

    def _row(self, line: Line) -> Row | None:
        self._must_fit(line)
        cells: dict[str, str] = {}
        printed: dict[str, str] = {}
        for index, column in self.reads.items():
            cell = line.cell(index)
            try:
                said = self._said(column, cell)
            except Unreadable as why:
                title = self.titles[column.name]
                wrong = Wrong(
                    self.file, line.number, column.name, why.vi, why.en, title, spelling.line(cell)[:200]
                )
                self.wrongs_of_rows.append(wrong)
                said = spelling.line(cell)
            if said:
                cells[column.name] = said
            if said in LABELS and (was := spelling.line(cell)) != said:
                printed[column.name] = was
        return Row(self.file, line.number, cells, self.titles, printed) if cells else None

    def _said(self, column: Column, cell: str) -> str:
        """A cell as its column reads it; Unreadable when its kind or its letters cannot be right."""
        if kind_of(cell) == "flag" and self.numbered:
            raise Unreadable(
                f"ô đúng/sai ({cell}); hãy ghi bằng chữ hoặc số", f"a yes-or-no cell ({cell}): write it out"
            )
        if self.numbered and (guess := likely(cell)) is not None:
            raise Unreadable(*mistaken(guess))
        return column.read(cell)

    def _wrongs_of_cells(self, taken: set[int]) -> None:
        """What is wrong with cells of rows and columns that are taken, told by the column's title."""
        letters = {get_column_letter(index + 1): column.name for index, column in self.reads.items()}
        self.wrongs_of_rows += [
            replace(wrong, column=name, title=self.titles[name])
            for wrong in self.sheet.wrongs
            if wrong.row in taken and wrong.column and (name := letters.get(wrong.column)) is not None
        ]

    def _must_fit(self, line: Line) -> None:
        over = [cell for i, cell in enumerate(line.cells) if cell.strip() and not self.heading.title(i)]
        if over:
            vi, en = "có ô nằm ngoài các cột có tên", "a cell under no heading, more cells than columns"
            self.wrongs_of_rows.append(
                Wrong(self.file, line.number, None, vi, en, value=spelling.line(over[0]))
            )

    def _tell(self, vi: str, en: str, lines: Iterable[Line]) -> None:
        """Name lines by their numbers, in one remark."""
        numbers = sorted(line.number for line in lines)
        if numbers:
            said = ", ".join(map(str, numbers[:MOST_NAMED])) + (" …" if len(numbers) > MOST_NAMED else "")
            note(f"{self.file}: {vi} · {en}: {said}")


def numbers_columns(line: Sequence[str]) -> bool:
    """Whether a line under the heading only numbers the columns: (1), (2), (3) …"""
    said = [cell.strip() for cell in line if cell.strip()]
    numbers = [int(match[1]) for cell in said if (match := NUMBER.fullmatch(cell))]
    return (
        len(said) > 2
        and len(numbers) == len(said)
        and numbers == list(range(numbers[0], numbers[0] + len(said)))
    )
