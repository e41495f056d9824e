"""What stands in a table and is no row of it: totals, who signs, notes, and what was struck out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from services.cli.importing.rows import Line
from shared.text.folding import folded

TOTAL: Final = re.compile(
    r"(?:tong|tong cong|tong so|cong|tong hop|luy ke|total|grand total|sum)"
    r"(?: (?:cong|so|chung|toan).*)?(?: \d.*| mo hinh.*)?"
)
BELOW: Final = re.compile(
    r"(?:nguoi (?:lap|tong hop|bao cao|ky|kiem tra)|thu truong|chu tich|pho chu tich|bi thu|pho bi thu|truong ban"
    r"|pho truong|giam doc|hieu truong|chi huy|t ?m|k ?t|t ?l|t ?u ?q|xac nhan|ky ten|ky ghi|ky dong dau|ky va|da ky"
    r"|noi nhan|luu|ghi chu|luu y|chu thich|chu y|nguon|lap bang|lap bieu|danh sach nay|an dinh|ban thuong vu"
    r"|ban chap hanh|(?:[a-z]+ )*ngay (?:\d+ )?thang (?:\d+ )?nam(?: \d+)?)(?: .*)?"
)
FEW: Final = 3
"""More cells than these a line of totals may have, a signature or a note has not."""


def is_total(line: Line) -> bool:
    """A line that adds up the others: `Tổng cộng: 12`."""
    said = [folded(cell) for cell in line.cells if cell.strip()][:2]
    return any(TOTAL.fullmatch(each) for each in said)


def is_below(line: Line) -> bool:
    """A line of what follows a table: place and date, who signs, to whom it goes, notes."""
    said = [cell.strip() for cell in line.cells if cell.strip()]
    return 0 < len(said) <= FEW and any(
        BELOW.fullmatch(folded(cell)) or cell.startswith(("(*", "*", "(1)")) for cell in said
    )


def passed_over(lines: Sequence[Line], rows: Sequence[bool]) -> tuple[set[int], set[int]]:
    """Of the lines below a heading those that are totals, and those that follow the table, by place; `rows` says of
    each line whether it has what a row of the table has."""
    totals = {at for at, line in enumerate(lines) if not rows[at] and is_total(line)}
    last = max((at for at, is_row in enumerate(rows) if is_row), default=-1)
    after = range(last + 1, len(lines))
    end = next((at for at in after if at not in totals and is_below(lines[at])), len(lines))
    first_total = min((at for at in after if at in totals), default=len(lines))
    follows = {at for at in after if at > first_total or at >= end} - totals
    return totals, {at for at in follows if sum(bool(cell.strip()) for cell in lines[at].cells) <= FEW}
