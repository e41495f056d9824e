"""How people write things in spreadsheets, and how we do: headings, dates, numbers, and the words of lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from shared.registers import choices
from shared.registers.cells import Unreadable, kind_of
from shared.text.folding import folded

DAY_FIRST = re.compile(
    r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})(?:,? \d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?")
IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
GROUPED = re.compile(r"[1-9]\d{0,2}(?:([., \u00a0])\d{3})(?:\1\d{3})*")
INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]|_x000D_")
CURRENCY = re.compile(r"\s*(?:đồng|đ|₫|vnđ|vnd)\.?$", re.IGNORECASE)
SPACES = re.compile(r"[ \t\u00a0\u2002-\u200a\u202f]+")


def key(text: str) -> str:
    """What two spellings of the same words have in common: lower-case ASCII words.

    `Tên mô hình (*)`, `TEN MO HINH` and `ten_mo_hinh` are one, and so are `đăng ký` and `đăng kí`. What stands in
    brackets is a remark.
    """
    return re.sub(r"\bki\b", "ky", plain(IN_BRACKETS.sub(" ", text)) or plain(text))


def plain(text: str) -> str:
    """Words without accents and case; everything else is a space."""
    return folded(text)


def text(cell: str) -> str:
    """Running text: composed letters, no invisible characters, Unix line ends, trimmed."""
    composed = unicodedata.normalize("NFC", INVISIBLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n".join(SPACES.sub(" ", part).strip() for part in composed.split("\n")).strip()


def line(cell: str) -> str:
    """One line of text; where a cell is broken into several, they become one."""
    return " ".join(text(cell).split())


def day(cell: str) -> str:
    """`9/1/2026`, `09.01.2026` (day first, as in Việt Nam) or an ISO date as `2026-01-09`; else as it was."""
    said = line(cell)
    if (match := DAY_FIRST.fullmatch(said)) is not None:
        d, m, y = (int(part) for part in match.groups())
    elif (match := YEAR_FIRST.fullmatch(said)) is not None:
        y, m, d = (int(part) for part in match.groups())
    else:
        return said
    try:
        return date(y, m, d).isoformat()
    except ValueError:
        return said


def whole(cell: str) -> str:
    """`2026.0`, `1.500.000` or `1 500 000` as digits; else as it was.

    Points and commas group in texts only: a number of a workbook is what it is, and Unreadable with a fraction.
    """
    said = line(cell)
    match kind_of(cell):
        case "number" if not said.lstrip("-").isdigit():
            raise Unreadable(
                f"số {said.replace('.', ',')} có phần lẻ; cột này cần số nguyên", f"{said} is no whole number"
            )
        case "percent":
            raise Unreadable(
                f"{said} là tỷ lệ phần trăm; cần số nguyên", f"{said} is a share, no whole number"
            )
        case "date" | "moment" | "time":
            raise Unreadable(
                f"ô này là ngày, giờ ({said}); cột này cần số nguyên", f"{said} is a date or time, no number"
            )
        case _:
            pass
    if GROUPED.fullmatch(said):
        return re.sub(r"\D", "", said)
    return re.sub(r"(?<=\d)[.,]0+$", "", said) if re.fullmatch(r"\d+[.,]0+", said) else said


def money(cell: str) -> str:
    """An amount in whole đồng: as `whole`, also with its unit behind it (`1.500.000 đồng`, `1.500.000 đ`)."""
    if kind_of(cell) != "text":
        return whole(cell)
    return whole(CURRENCY.sub("", line(cell)))


def paper(cell: str) -> str:
    """The number of a document or the code of a thing; Unreadable where the sheet has made a date of it (`5/2`)."""
    if kind_of(cell) in ("date", "moment", "time"):
        vi = f"bảng tính đã đổi số hiệu thành ngày, giờ ({cell}); hãy định dạng ô là văn bản rồi ghi lại"
        raise Unreadable(vi, f"the spreadsheet made a date of this number ({cell}): format the cell as text")
    return line(cell)


def code(cell: str) -> str:
    """A code such as `20242`, which a spreadsheet may have taken for a number."""
    return re.sub(r"\.0$", "", line(cell))


def word(cell: str, words: Mapping[str, str]) -> str:
    """The value that a word of a list stands for; else as it was."""
    said = line(cell)
    return words.get(choices.plain(said)) or words.get(choices.plain(IN_BRACKETS.sub(" ", said)), said)


def period(cell: str) -> str:
    """`Năm 2026` as `2026`, `6 tháng đầu năm 2026` as `2026-H1`; a day as a day; else as it was."""
    said = day(whole(cell))
    if (match := re.fullmatch(r"(?:6|sau) thang(?: dau)?(?: nam)? (20\d\d)", plain(said))) is not None:
        return f"{match[1]}-H1"
    if (match := re.fullmatch(r"(?:ca )?nam (20\d\d)", plain(said))) is not None:
        return match[1]
    return said
