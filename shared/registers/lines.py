"""Files as lines of cells: CSV, and every visible sheet of a workbook; what cannot be read says what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from shared.registers.cells import Cell, kind_of
from shared.registers.kinds import (
    HEAD,
    OLD,
    ZIPPED,
    kind_of_archive,
    kind_of_bytes,
    kind_of_old,
    kind_of_text,
)
from shared.registers.remarks import Failure
from shared.registers.rows import Line, Lines
from shared.registers.separated import Unclosed, rows_of
from shared.registers.workbook import MOST_LINES, workbook_lines
from shared.text.encodings import CONVERSIONS, NAMES, converted, is_unicode, likely

WIDER = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32"}
WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
DELIMITERS = (";", "\t", ",", "|")
TRIED = 60
"""So many lines are looked at to find the delimiter under which there is a heading."""
GUESSED = 1000
"""So many lines are looked at to guess an encoding."""
WESTERN = {b: bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xA0)}
"""What Windows has where Latin-1 has controls."""
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
            size = file.seek(0, 2)
    except OSError as error:
        raise Failure(f"Không đọc được {path}", f"Cannot read {path}: {error.strerror}") from error
    if head.startswith(ZIPPED) and (kind := kind_of_archive(path)) is not None:
        raise no_table(path.name, kind)
    if head.startswith(ZIPPED):
        sheets = workbook_lines(path)
        return [in_unicode(sheet, encoding) for sheet in sheets] if encoding else sheets
    if size > MOST_TEXT:
        most = MOST_TEXT // 1024 // 1024
        raise Failure(
            f"{path.name} lớn quá {most} MB; hãy chia thành nhiều tệp",
            f"{path.name} is over {most} MB: split it",
        )
    content = path.read_bytes()
    if head.startswith(OLD) and (kind := kind_of_old(content)) is not None:
        raise no_table(path.name, kind)
    if head.startswith(OLD):
        raise Failure(
            f"{path.name} là tệp Excel cũ (.xls) hoặc có mật khẩu; hãy bỏ mật khẩu và lưu lại dạng .xlsx",
            f"{path.name} is an old .xls or has a password: save it as .xlsx without one",
        )
    text = text_of(path.name, content, encoding)
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        raise Failure(f"{path.name} không phải tệp XLSX", f"{path.name} is not an XLSX file")
    return [csv_lines(path.name, text, score)]


def no_table(name: str, kind: str) -> Failure:
    """That a file is something else than a table, what it is and what to do."""
    return Failure(
        f"{name} không phải bảng tính (là tệp {kind}); hãy mở ra rồi lưu lại dạng .xlsx hoặc CSV UTF-8",
        f"{name} is not a spreadsheet (but {kind}): open it and save it as .xlsx or CSV UTF-8",
    )


def in_unicode(sheet: Lines, encoding: str) -> Lines:
    """The same sheet with its texts read as that encoding; a row may have some that are Unicode already."""
    return replace(sheet, lines=[replace(line, cells=_read(line.cells, encoding)) for line in sheet.lines])


def _read(cells: Sequence[str], encoding: str) -> list[str]:
    if encoding not in CONVERSIONS:
        return list(cells)
    beside = any(is_unicode(cell) for cell in cells)
    return [
        Cell(converted(cell, encoding, beside_unicode=beside)) if kind_of(cell) == "text" else cell
        for cell in cells
    ]


def csv_lines(name: str, text: str, score: Score) -> Lines:
    """The lines of a CSV file, separated by the sign under which there is a heading."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return Lines(name, _parsed(name, rest, first.strip()[4], shift=1))
    tried = {delimiter: _tried(text, delimiter, score) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: tried[delimiter])
    return Lines(name, _parsed(name, text, best))


def _tried(text: str, delimiter: str, score: Score) -> tuple[int, int]:
    """How much of a heading there is, and how often the delimiter stands in the first lines."""
    lines: list[Line] = []
    with suppress(Unclosed):
        for number, row in enumerate(islice(rows_of(text, delimiter), TRIED), 1):
            if any(map(str.strip, row)):
                lines.append(Line(number, row))
    return score(lines), sum(len(line.cells) - 1 for line in lines[:20])


def _parsed(name: str, text: str, delimiter: str, shift: int = 0) -> list[Line]:
    found: list[Line] = []
    try:
        for number, row in enumerate(rows_of(text, delimiter), start=1 + shift):
            if any(cell.strip() for cell in row):
                found.append(Line(number, row))
            if len(found) > MOST_LINES:
                raise Failure(
                    f"{name} có quá {MOST_LINES:,} dòng; hãy chia thành nhiều tệp",
                    f"{name} has more than {MOST_LINES:,} lines: split it",
                )
    except Unclosed as unclosed:
        raise Failure(
            f"{name} không phải CSV, dòng {unclosed.row + shift}: một ô mở dấu ngoặc kép mà không đóng",
            f"{name} is not CSV in line {unclosed.row + shift}: a cell begins with a quote that is not closed",
        ) from unclosed
    return found


def text_of(name: str, content: bytes, encoding: str | None) -> str:
    """The text of a file: Unicode by its mark or its form, else as it was said to be written; Failure otherwise."""
    wide = WIDER.get(content[:4]) or WIDE.get(content[:2]) or _without_mark(content)
    if wide is None and (kind := kind_of_bytes(content[:HEAD])) is not None:
        raise no_table(name, kind)
    text = _decoded(name, content, wide, encoding)
    if (kind := kind_of_text(text)) is not None:
        raise no_table(name, kind)
    return text


def _decoded(name: str, content: bytes, wide: str | None, encoding: str | None) -> str:
    try:
        text = content.decode(wide or "utf-8-sig")
    except UnicodeDecodeError as error:
        text = content.decode("latin-1").translate(WESTERN)
        if encoding is None:
            guess = next(
                (
                    found
                    for line in islice(text.splitlines(), GUESSED)
                    if (found := likely(line)) not in (None, "utf-8")
                ),
                None,
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
