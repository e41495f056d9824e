"""A report of one unit, laid out for its size: what did not happen is said in a sentence, not in pages of zeros. Pure.

Nothing is lost by it: every figure stands in the workbook, and what is left out of a table is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.reporting.documents.report import Cell, Change, Lang, Section, Share, Table

REST = {"vi": "Các chỉ số khác của bảng này bằng 0.", "en": "All other figures of this table are 0."}
NONE = {"vi": ("Không phát sinh", "Trong kỳ không phát sinh số liệu về: {}."),
        "en": ("What did not happen", "In this period there was nothing of: {}.")}  # fmt: skip
EMPTY = {"vi": "Các danh sách không có mục nào", "en": "Lists with nothing in them"}


def concise(sections: Sequence[Section], lang: Lang) -> tuple[Section, ...]:
    """The sections of a report without rows of zeros; empty ones are named together, and so are empty lists."""
    kept: list[Section] = []
    silent: list[str] = []
    lists: list[str] = []
    for section in sections:
        if section.appendix and not section.tables and len(section.paragraphs) == 1:
            lists += section.paragraphs
            continue
        tables = tuple(table for each in section.tables if (table := _without_zeros(each, lang)) is not None)
        if section.tables and not tables and not section.charts:
            silent.append(section.title)
        else:
            kept.append(replace(section, tables=tables))
    body = [section for section in kept if not section.appendix]
    if silent:
        title, said = NONE[lang]
        body.append(Section(title, (said.format("; ".join(silent)),)))
    after = [section for section in kept if section.appendix]
    return (*body, *([Section(EMPTY[lang], tuple(lists), appendix=True)] if lists else []), *after)


def _without_zeros(table: Table, lang: Lang) -> Table | None:
    """The rows that say something; None where none does. A table of words stays as it is."""
    if len(table.columns) == table.texts:
        return table
    rows = tuple(row for row in table.rows if not all(map(_is_zero, row.cells[table.texts :])))
    if len(rows) == len(table.rows):
        return table
    if not rows:
        return None
    return replace(table, rows=rows, note=" ".join(part for part in (table.note, REST[lang]) if part))


def _is_zero(cell: Cell) -> bool:
    match cell:
        case Share(part=part):
            return part == 0
        case Change(by=by):
            return by == 0
        case _:
            return cell in (None, 0)
