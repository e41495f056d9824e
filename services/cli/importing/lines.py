"""Files as lines of cells: CSV, and every visible sheet of a workbook; what cannot be read says what to do."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from services.cli.importing.cells import Cell, kind_of
from services.cli.importing.rows import Line, Lines
from services.cli.importing.workbook import MOST_LINES, workbook_lines
from services.cli.telling import Failure
from shared.text.encodings import CONVERSIONS, NAMES, converted, likely

WORKBOOK, OLD_OR_LOCKED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = {
    b"\x1f\x8b": "GZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7Z",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"{\\rtf": "RTF",
}
WEB = (b"<html", b"<!doctype", b"<table")
WIDER = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32"}
WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
HEAD = 512
DELIMITERS = (";", "\t", ",", "|")
TRIED = 60
"""So many lines are looked at to find the delimiter under which there is a heading."""
MOST_TEXT = 64 * 1024 * 1024

Score = Callable[[Sequence[Line]], int]
"""How much of a heading these lines have: columns that we know."""


def lines_of(path: Path, score: Score, encoding: str | None = None) -> list[Lines]:
    """The sheets of a file, by what it is and not by what it is called; Failure when it is no table.

    `encoding` is what its texts were written in, where that is not Unicode (`tcvn3`, `vni`, `cp1258`, `utf-8`).
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise Failure(f"Không đọc được {path}", f"Cannot read {path}: {error.strerror}") from error
    if head.startswith(WORKBOOK):
        sheets = workbook_lines(path)
        return [in_unicode(sheet, encoding) for sheet in sheets] if encoding else sheets
    if head.startswith(OLD_OR_LOCKED):
        raise Failure(
            f"{path.name} là tệp Excel cũ (.xls) hoặc có mật khẩu; hãy bỏ mật khẩu và lưu lại dạng .xlsx",
            f"{path.name} is an old .xls or has a password: save it as .xlsx without one",
        )
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        raise Failure(f"{path.name} không phải tệp XLSX", f"{path.name} is not an XLSX file")
    if path.stat().st_size > MOST_TEXT:
        most = MOST_TEXT // 1024 // 1024
        raise Failure(
            f"{path.name} lớn quá {most} MB; hãy chia thành nhiều tệp",
            f"{path.name} is over {most} MB: split it",
        )
    return [csv_lines(path.name, path.read_bytes(), score, encoding)]


def in_unicode(sheet: Lines, encoding: str) -> Lines:
    """The same sheet with its texts read as that encoding."""
    return replace(
        sheet, lines=[replace(line, cells=[_read(c, encoding) for c in line.cells]) for line in sheet.lines]
    )


def _read(cell: str, encoding: str) -> str:
    return Cell(converted(cell, encoding)) if kind_of(cell) == "text" and encoding in CONVERSIONS else cell


def csv_lines(name: str, content: bytes, score: Score, encoding: str | None = None) -> Lines:
    """The lines of a CSV file, separated by the sign under which there is a heading."""
    text = text_of(name, content, encoding)
    first, end, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return Lines(name, _parsed(name, rest, first.strip()[4], shift=1))
    if not end and "\r" in text:
        text = text.replace("\r", "\n")
    tried = {delimiter: _tried(text, delimiter, score) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: tried[delimiter])
    return Lines(name, _parsed(name, text, best))


def _tried(text: str, delimiter: str, score: Score) -> tuple[int, int]:
    """How much of a heading there is, and how often the delimiter stands in the first lines."""
    begin = "\n".join(text.splitlines()[:20])
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        lines = [
            Line(number, row) for number, row in enumerate(islice(rows, TRIED), 1) if any(map(str.strip, row))
        ]
    except csv.Error:
        return 0, 0
    return score(lines), begin.count(delimiter)


def _parsed(name: str, text: str, delimiter: str, shift: int = 0) -> list[Line]:
    found: list[Line] = []
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for number, row in enumerate(rows, start=1 + shift):
            if any(cell.strip() for cell in row):
                found.append(Line(number, row))
    except csv.Error as error:
        at = (found[-1].number if found else shift) + 1
        raise Failure(
            f"{name} không phải CSV, gần dòng {at}: dấu ngoặc kép không khép đúng chỗ",
            f"{name} is not CSV near line {at}: {error}",
        ) from error
    if len(found) > MOST_LINES:
        raise Failure(
            f"{name} có quá {MOST_LINES:,} dòng; hãy chia thành nhiều tệp",
            f"{name} has more than {MOST_LINES:,} lines: split it",
        )
    return found


def text_of(name: str, content: bytes, encoding: str | None) -> str:
    """The text of a file: Unicode by its mark or its form, else as it was said to be written; Failure otherwise."""
    wide = WIDER.get(content[:4]) or WIDE.get(content[:2]) or _without_mark(content)
    if wide is None and (other := kind_of_file(content)) is not None:
        raise Failure(
            f"{name} không phải bảng tính (là tệp {other}); hãy lưu dạng .xlsx hoặc CSV UTF-8",
            f"{name} is not a spreadsheet (but {other}): save it as .xlsx or CSV UTF-8",
        )
    try:
        text = content.decode(wide or "utf-8-sig")
    except UnicodeDecodeError as error:
        text = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in content)
        if encoding is None:
            guess = next(
                (found for line in text.splitlines() if (found := likely(line)) not in (None, "utf-8")), None
            )
            what = (
                f"; có vẻ là {NAMES[guess]}, hãy thêm --encoding {guess}"
                if guess
                else "; hãy lưu lại dạng CSV UTF-8"
            )
            said = f"looks like {guess}, add --encoding {guess}" if guess else "save it as CSV UTF-8"
            raise Failure(
                f"{name} không phải UTF-8 (byte {error.start}){what}", f"{name} is not UTF-8: {said}"
            ) from error
        return CONVERSIONS[encoding](text)
    return "\n".join(converted(part, encoding) for part in text.split("\n")) if encoding else text


def _without_mark(content: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of what begins a table is nothing."""
    begin = content[:HEAD]
    if len(begin) < 8 or b"\0" not in begin:
        return None
    even, odd = begin[0::2].count(0), begin[1::2].count(0)
    half = len(begin) // 2
    if odd > half * 0.6 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.6 and odd == 0 else None


def kind_of_file(content: bytes) -> str | None:
    """What a file is that is no text of rows; None when it may be one."""
    begin = content[:HEAD]
    if (kind := next((kind for magic, kind in OTHERS.items() if begin.startswith(magic)), None)) is not None:
        return kind
    if begin.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(WEB):
        return "HTML"
    return "binary" if b"\0" in begin else None
