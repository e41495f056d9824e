"""Forms that were filled in and came back: which form it is, and what was asked for in it, row by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from shared.registers import models, reports, spelling
from shared.registers.blank import ANSWER, ASKED, CODE, CODES, DOCUMENTS, HIDDEN, Kind, asked, title_of
from shared.registers.bounds import Bounded, too_large
from shared.registers.cells import Unreadable
from shared.registers.headings import Column, Form, column_of, heading_of
from shared.registers.lines import lines_of
from shared.registers.remarks import Failure, heard, note
from shared.registers.rows import Line, Lines, Rejected, Row, Wrong
from shared.registers.tables import TableBelow
from shared.registers.wishes import Wish

KINDS: dict[str, Kind] = {code: kind for kind, code in CODES.items()}
MARK = re.compile(rf"{CODE}: ({'|'.join(KINDS)})/([a-z0-9-]{{2,40}})(?:/([0-9H-]{{4,10}}))?\.? ")
WITHIN = 10
"""So many lines at the top may say which form it is."""
MOST_UNPACKED = 12 * 1024 * 1024
"""Bytes that a form which was filled in may unpack to: some hundred times an empty one."""
NO_FORM = (
    f"không phải biểu mẫu tải từ hệ thống (thiếu dòng “{CODE}: …”); hãy tải biểu mẫu, ghi vào đó rồi gửi lại",
    f"is no form that was handed out here (the line “{CODE}: …” is missing): fetch one and fill it in",
)


class Of(NamedTuple):
    """Which form it is."""

    kind: Kind
    unit: str
    period: str | None


def wishes(path: Path) -> list[Wish]:
    """What a form asks for, one command for each model or report; Rejected with all that is wrong, by row and column.

    Failure when it is none of our forms, or larger than a form gets.
    """
    _must_fit(path)
    with _own_lists_unsaid():
        sheets = lines_of(path, lambda _lines: 1)
    of = of_form(path.name, sheets)
    found, wrongs = (_registrations if of.kind == "registration" else _report)(of, sheets)
    if wrongs:
        raise Rejected(wrongs)
    if not found:
        raise Rejected([Wrong(path.name, 1, None, "biểu mẫu chưa ghi gì", "nothing was filled in")])
    return found


def of_form(name: str, sheets: Sequence[Lines]) -> Of:
    """Which form the sheets of a file are; Failure when none of ours."""
    for sheet in sheets:
        for line in sheet.lines[:WITHIN]:
            for cell in line.cells:
                if (match := MARK.match(f"{spelling.line(cell)} ")) is not None:
                    return Of(KINDS[match[1]], match[2], match[3])
    raise Failure(f"{name} {NO_FORM[0]}", f"{name} {NO_FORM[1]}")


def _must_fit(path: Path) -> None:
    try:
        with Bounded(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (OSError, ValueError, Failure):
        raise
    except Exception:  # noqa: BLE001 - no archive: who reads it says what it is
        return
    if size > MOST_UNPACKED:
        most = MOST_UNPACKED // 1024 // 1024
        raise too_large(path.name, f"giải nén ra quá {most} MB", f"unpacks to more than {most} MB")


@contextmanager
def _own_lists_unsaid() -> Generator[None]:
    """That a sheet is hidden is worth a remark only where it is not the one that we hid."""
    said: list[str] = []
    with heard(said.append):
        yield
    for each in said:
        if not each.endswith(f": {HIDDEN}"):
            note(each)


def _registrations(of: Of, sheets: Sequence[Lines]) -> tuple[list[Wish], list[Wrong]]:
    form = _as_printed(models.FORM.without("unit"), asked("registration"))
    found: list[Wish] = []
    wrongs: list[Wrong] = []
    for sheet in sheets:
        rows, wrong = _rows(sheet, form)
        wrongs += wrong
        wished, wrong = models.rows_of_register(rows, of.unit)
        found += wished
        wrongs += wrong
    return found, wrongs + models.twice(found)


def _report(of: Of, sheets: Sequence[Lines]) -> tuple[list[Wish], list[Wrong]]:
    documents = [column for column in reports.FORM.columns if column.name in reports.DOCUMENT]
    form = _as_printed(
        Form(tuple(Column(c.name, c.headings, c.read, needed=True) for c in documents)), documents
    )
    first: Row | None = None
    more: list[Row] = []
    wrongs: list[Wrong] = []
    for sheet in sheets:
        if sheet.name.endswith(f"[{DOCUMENTS}]"):
            rows, wrong = _rows(sheet, form)
            more += rows
        else:
            row, wrong = _upright(sheet)
            first = first or row
        wrongs += wrong
    if first is None:
        first = Row(sheets[0].name, 1, {})
    for row in (first, *more):
        row.cells.update(unit=of.unit, period=of.period or "")
    if not (first.cells.keys() - {"unit", "period"} or more or wrongs):
        return [], []
    found, wrong = reports.reported([first, *more])
    return found, wrongs + wrong


def _as_printed(form: Form, columns: Sequence[Column]) -> Form:
    """The same columns, also by what a form calls them."""
    printed = {column.name: title_of(column) for column in columns}
    return Form(
        tuple(
            Column(
                c.name, (*c.headings, printed[c.name]) if c.name in printed else c.headings, c.read, c.needed
            )
            for c in form.columns
        ),
        form.unused,
    )


def _rows(sheet: Lines, form: Form) -> tuple[list[Row], list[Wrong]]:
    if (heading := heading_of(sheet.lines, form, sheet.merged)) is None:
        return [], [Wrong(sheet.name, 1, None, "mất dòng tiêu đề cột", "the line of headings is gone")]
    below = TableBelow(sheet, heading, form)
    if below.wrongs:
        return [], below.wrongs
    rows = below.rows()
    return rows, below.wrongs_of_rows


def _upright(sheet: Lines) -> tuple[Row | None, list[Wrong]]:
    """The answers of a sheet that is filled in from top to bottom, as one row that knows where each of them stands."""
    begin = next(
        (at for at, line in enumerate(sheet.lines) if _says(line, 0, ASKED) and _says(line, 1, ANSWER)), None
    )
    if begin is None:
        return None, [
            Wrong(sheet.name, 1, None, f"mất dòng “{ASKED} | {ANSWER}”", "the line of headings is gone")
        ]
    named = _as_printed(Form(tuple(asked("unit-report"))), asked("unit-report")).named()
    cells: dict[str, str] = {}
    titles: dict[str, str] = {}
    places: dict[str, int] = {}
    wrongs: list[Wrong] = []
    unread = {wrong.row: wrong for wrong in sheet.wrongs if wrong.column == "B"}
    for line in sheet.lines[begin + 1 :]:
        if (column := column_of((line.cell(0),), named)) is None:
            if any(cell.strip() for cell in line.cells[:2]):
                wrongs.append(Wrong(sheet.name, line.number, None, "dòng này không có trong biểu mẫu; hãy xóa",
                                    "no line of the form: delete it", value=line.cell(0)[:200]))  # fmt: skip
            continue
        titles[column.name], places[column.name] = title_of(column), line.number
        try:
            said = _answer(column, line, unread.get(line.number))
        except Unreadable as why:
            wrongs.append(Wrong(sheet.name, line.number, column.name, why.vi, why.en, titles[column.name],
                                spelling.line(line.cell(1))[:200]))  # fmt: skip
            said = spelling.line(line.cell(1))
        if said:
            cells[column.name] = said
    first = sheet.lines[begin].number
    return Row(sheet.name, first, cells, titles, places=places), wrongs


def _says(line: Line, column: int, said: str) -> bool:
    return spelling.key(line.cell(column)) == spelling.key(said)


def _answer(column: Column, line: Line, unread: Wrong | None) -> str:
    if unread is not None:
        raise Unreadable(unread.vi, unread.en)
    read: Callable[[str], str] = column.read
    return read(line.cell(1))
