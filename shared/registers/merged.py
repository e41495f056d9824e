"""Cells that are merged downwards hold for each of their rows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace

from shared.registers.bounds import MOST_CELLS, too_large
from shared.registers.rows import Line, Lines


def filled_downwards(sheet: Lines) -> list[Line]:
    """The lines of a sheet; a cell merged downwards holds for every line that it spans and that holds something.

    Where such cells overlap, which no spreadsheet writes, the upper one holds.
    """
    numbers = [line.number for line in sheet.lines]
    cells = [line.cells for line in sheet.lines]
    filled: dict[int, int] = {}
    """How far each column is filled, as the place of the next line."""
    left = MOST_CELLS
    for span in sorted(sheet.merged, key=lambda span: span.top):
        at = bisect_left(numbers, span.top)
        if span.left != span.right or at == len(numbers) or numbers[at] != span.top:
            continue
        value = cells[at][span.left] if span.left < len(cells[at]) else ""
        begin, end = max(at + 1, filled.get(span.left, 0)), bisect_right(numbers, span.bottom)
        left -= max(end - begin, 0)
        if left < 0:
            vi, en = (
                f"ô gộp trải quá {MOST_CELLS:,} ô",
                f"has merged cells over more than {MOST_CELLS:,} cells",
            )
            raise too_large(sheet.name, vi, en)
        for below in range(begin, end):
            if cells[below] is sheet.lines[below].cells:
                cells[below] = list(cells[below])
            cells[below] += [""] * (span.left + 1 - len(cells[below]))
            cells[below][span.left] = value
        filled[span.left] = max(begin, end)
    return [replace(line, cells=now) for line, now in zip(sheet.lines, cells, strict=True)]
