"""What stands in a table and is no row of it: groups, totals, a heading again, who signs, notes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from shared.registers.choices import BASES, FIELDS, plain, words_of
from shared.registers.rows import Line
from shared.text.folding import folded

TOTAL: Final = re.compile(
    r"(?:tong|t|cong|luy ke|toan|total|grand total|sub total|subtotal|sum|tc|so luong|σ)"
    r"(?: (?:cong|so|chung|toan|hop|muc|nhom|phan|khoi|linh vuc|don|den|tu|kinh phi|mo hinh|phuong|xa|thanh pho|tinh"
    r"|don vi|thang|quy|nam|[ivx]+|[abc]|\d+)\b.*)?"
)
MARKER: Final = re.compile(r"[*+•▪■–-]|\(?(?:[IVX]+|[A-ZĐ])[.)/:-]?")
"""What a group is numbered with: a Roman number, a capital letter, a dash."""
NUMBERED: Final = re.compile(r"[*+•▪■–-]\s*\S.*|\(?(?:[IVX]+|[A-ZĐ])(?:[.)/:]|\s*[-–])\s*\S.*")
GROUP: Final = re.compile(
    r"(?:(?:\d+|[a-z]|[ivx]+) )?(?:linh vuc .*|(?:nhom|phan|muc|khoi|quy|dot|phan thu) (?:[ivx]+|[a-z]|\d+)\b.*)"
)
AREA: Final = re.compile(r"(?:(?:\d+|[a-z]|[ivx]+) )?(?:phuong|xa|dac khu|quan|huyen|dang uy|dang bo) .*")
LEFT: Final = 2
"""A ward names the rows below it where it stands in one of so many columns; elsewhere it may be half a row."""
BELOW: Final = re.compile(
    r"(?:nguoi (?:lap|tong hop|bao cao|ky|kiem tra|phu trach|duyet|thuc hien)|thu truong|(?:q|quyen|pho) chu tich"
    r"|chu tich|bi thu|pho bi thu|(?:pho )?truong (?:ban|khoi|phong|doan|thon)|pho truong|giam doc|hieu truong|chi huy"
    r"|chanh van phong|lanh dao|can bo|ke toan|t ?m|k ?t|t ?l|t ?u ?q|xac nhan|ky ten|ky ghi|ky dong dau|ky va|da ky"
    r"|kinh (?:de nghi|trinh|gui)|noi nhan|nhu tren|luu|ghi chu|luu y|chu thich|chu y|nguon|lap bang|lap bieu"
    r"|danh sach (?:nay|co|gom|tren)|bang nay|so nay|an dinh|ban thuong vu|ban chap hanh|het|dinh kem|kem theo|phu luc"
    r"|tai lieu kem|trang \d+|duyet|phe duyet"
    r"|(?:[a-z]+ )*ngay (?:\d+ )?thang (?:\d+ )?nam(?: \d+)?|(?:[a-z]+ ){1,4}\d{1,2} \d{1,2} \d{4})(?: .*)?"
)
END: Final = re.compile(r"[.,/\\\-–—_*=~ ]+")
"""`./.` and lines drawn with signs: the end of a list."""
FEW: Final = 3
"""More cells than these a line of totals may have; a signature, a note or a group has not."""
NAMES: Final = frozenset((*words_of(FIELDS), *words_of(BASES)))


@dataclass
class Passed:
    """Lines that are no rows, by their place among the lines below a heading."""

    totals: set[int] = field(default_factory=set[int])
    groups: set[int] = field(default_factory=set[int])
    headings: set[int] = field(default_factory=set[int])
    below: set[int] = field(default_factory=set[int])

    def all(self) -> set[int]:
        """All of them."""
        return self.totals | self.groups | self.headings | self.below


def said(line: Line) -> list[str]:
    """What stands in a line, without its empty cells."""
    return [" ".join(cell.split()) for cell in line.cells if cell.strip()]


def is_total(line: Line) -> bool:
    """A line that adds up the others: `Tổng cộng: 12`."""
    return any(TOTAL.fullmatch(folded(each)) for each in said(line)[:2])


def is_group(line: Line) -> bool:
    """A line that names the rows below it: `I. LĨNH VỰC KINH TẾ`, `A | Phường Hải Châu | 12`."""
    cells = said(line)
    words = [cell for cell in cells if not re.fullmatch(r"[\d.,()]+", cell)]
    if not 0 < len(cells) <= FEW or not words:
        return False
    name = words[-1]
    marked = len(words) == 2 and MARKER.fullmatch(words[0]) is not None
    if len(words) > 1 and not marked:
        return False
    key = folded(name)
    return bool(
        marked
        or MARKER.fullmatch(name)
        or NUMBERED.fullmatch(name)
        or GROUP.fullmatch(key)
        or (AREA.fullmatch(key) and any(cell.strip() for cell in line.cells[:LEFT]))
        or plain(name) in NAMES
    )


def is_below(line: Line) -> bool:
    """A line of what follows a table: place and date, who signs, to whom it goes, notes, the end."""
    cells = said(line)
    return 0 < len(cells) <= FEW and any(
        BELOW.fullmatch(folded(cell)) or END.fullmatch(cell) or cell.startswith(("(*", "*", "(1)", "- "))
        for cell in cells
    )


def passed_over(
    lines: Sequence[Line], rows: Sequence[bool], heading: Collection[str] = (), numbered: int | None = None
) -> Passed:
    """Of the lines below a heading those that are no rows; `rows` says of each whether it has what a row of the table
    has, `heading` what the heading says, `numbered` in which column rows are numbered.

    The table ends with its last row. What follows a total or a signature behind it belongs to what is below.
    """
    found = Passed()
    titles = {folded(title) for title in heading}
    last = max((at for at, is_row in enumerate(rows) if is_row), default=-1)
    ended = False
    for at, line in enumerate(lines):
        cells = said(line)
        if len(cells) > 2 and all(folded(cell) in titles for cell in cells):
            found.headings.add(at)
        elif rows[at]:
            continue
        elif is_total(line):
            found.totals.add(at)
            ended = ended or at > last
        elif at > last:
            ended = ended or (is_below(line) and not _counts(line, numbered))
            if ended and len(cells) <= FEW:
                found.below.add(at)
            elif is_group(line):
                found.groups.add(at)
        elif is_group(line):
            found.groups.add(at)
    return found


def _counts(line: Line, numbered: int | None) -> bool:
    """Whether a line goes on counting, as a row does of which little was filled in."""
    return numbered is not None and line.cell(numbered).strip().rstrip(".").isdigit()
