"""A report of one unit, laid out for its size, two pages for a ward: what did not happen is said in a sentence. Pure.

Nothing is lost by it: every figure stands in the workbook, and what is left out of a table is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.reporting.documents.report import Cell, Change, Lang, Row, Section, Share, Table

REST = {"vi": "Các chỉ số khác bằng 0.", "en": "All other figures are 0."}
FIGURES = {"vi": "Số liệu trong kỳ", "en": "Figures of the period"}
NONE = {"vi": "Trong kỳ không phát sinh số liệu về: {}.", "en": "In this period there was nothing of: {}."}
EMPTY = {"vi": "Các danh sách không có mục nào", "en": "Lists with nothing in them"}
ROOM, FIELD, FIGURE = 165, 18, 14
"""Millimetres between the margins of a page that stands; of a column for a field, and for a figure."""
NARROW, DAY = 22, 19
"""Millimetres to which a column is narrow, and of one that has room for a day."""


def concise(sections: Sequence[Section], fields: Table, lang: Lang) -> tuple[Section, ...]:
    """The sections of a report without charts and rows of zeros, their figures in one table with those of the `fields`
    beside; lists of a few lines stand on the page, and empty ones are named together."""
    words = [section for section in sections if not section.appendix and not section.tables]
    counted = [section for section in sections if not section.appendix and section.tables]
    body = [replace(section, paragraphs=(" ".join(section.paragraphs),), charts=()) for section in words]
    figures = [section for section in counted if _listed(section.tables[0])]
    body += _together(figures, fields, lang)
    for section in counted:
        if section not in figures and (tables := _telling(section.tables)):
            body.append(replace(section, charts=(), tables=tables))
    return (*body, *_behind([section for section in sections if section.appendix], lang))


def _listed(table: Table) -> bool:
    """Whether a table has figures one a row: what goes together with others of the kind."""
    return table.texts == 1 and len(table.columns) in (2, 4) and not table.wide


def _together(sections: Sequence[Section], fields: Table, lang: Lang) -> list[Section]:
    """The figures of all chapters in one table, each under the chapter's name; chapters of zeros in a sentence."""
    rows: list[Row] = []
    silent: list[str] = []
    notes: dict[str, None] = {}
    columns = next((section.tables[0].columns for section in sections), ())
    of = {row.cells[0]: row.cells[1:-1] for row in fields.rows}
    beside = fields.columns[1:-1]
    for section in sections:
        told = [row for table in section.tables for row in _rows(table, columns)]
        if not told:
            silent.append(section.title)
            continue
        rows.append(Row((section.title, *("" for _ in (*beside, *columns[1:]))), strong=True))
        rows += [
            replace(row, cells=(row.cells[0], *of.get(row.cells[0], ("",) * len(beside)), *row.cells[1:]))
            for row in told
        ]
        notes |= dict.fromkeys(table.note for table in section.tables if table.note)
    said = (NONE[lang].format("; ".join(silent)),) if silent else ()
    title, note = FIGURES[lang], " ".join((*notes, REST[lang]))
    heads = (*columns[:1], *beside, *columns[1:])
    widths = (FIELD,) * len(beside) + (FIGURE,) * len(columns[1:])
    table = Table(
        title, title, heads, tuple(rows), note=note, widths=(ROOM - sum(widths), *widths), close=True
    )
    tables = (table,) if rows else ()
    return [Section(title, said, tables=tables)] if said or tables else []


def _rows(table: Table, columns: tuple[str, ...]) -> Iterable[Row]:
    """The rows of a chapter's table that say something; of one with other columns each cell as a row of its own."""
    for row in table.rows:
        if all(map(_is_zero, row.cells[table.texts :])):
            continue
        if table.columns == columns:
            yield replace(row, depth=1)
            continue
        for title, cell in zip(table.columns[1:], row.cells[1:], strict=True):
            if not _is_zero(cell):
                cells = (cell,) if len(columns) == 2 else ("", cell, "")
                yield Row((f"{row.cells[0]}: {title[:1].lower()}{title[1:]}", *cells), depth=1)


def _telling(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The tables that say something, without their rows of zeros; those of words as they are."""
    found: list[Table] = []
    for table in tables:
        rows = table.rows
        if len(table.columns) > table.texts:
            rows = tuple(row for row in rows if not all(map(_is_zero, row.cells[table.texts :])))
        if rows:
            found.append(replace(table, rows=rows))
    return tuple(found)


def _behind(sections: Sequence[Section], lang: Lang) -> list[Section]:
    """What stands behind the figures: lists as wide as the page, then the empty ones, then what is only said."""
    lists = [section for section in sections if section.tables]
    said = [section for section in sections if not section.tables]
    empty = [section.paragraphs[0] for section in said if len(section.paragraphs) == 1]
    shown = [replace(section, tables=tuple(map(_standing, section.tables))) for section in lists]
    if empty:
        shown.append(Section(EMPTY[lang], (" ".join(empty),), appendix=True))
    more = [section for section in said if len(section.paragraphs) > 1]
    return shown + [replace(section, paragraphs=(" ".join(section.paragraphs),)) for section in more]


def _standing(table: Table) -> Table:
    """A table of a page that lies, as wide as one that stands, without the columns in which nothing stands."""
    there = [
        at for at in range(len(table.columns)) if any(row.cells[at] not in ("", None) for row in table.rows)
    ]
    rows = tuple(replace(row, cells=tuple(row.cells[at] for at in there)) for row in table.rows)
    columns = tuple(table.columns[at] for at in there)
    widths = _fitting([table.widths[at] for at in there]) if table.widths else ()
    return replace(
        table,
        columns=columns,
        rows=rows,
        texts=min(table.texts, len(there)),
        wide=False,
        widths=widths,
        close=True,
    )


def _fitting(widths: Sequence[int]) -> tuple[int, ...]:
    """Narrow columns as they are but for days, which are not broken; the others so that all fill the page."""
    first, *others = widths
    narrow = sum(DAY for width in others if width <= NARROW)
    part = (ROOM - first - narrow) / max(1, sum(width for width in others if width > NARROW))
    return (first, *(DAY if width <= NARROW else int(width * part) for width in others))


def _is_zero(cell: Cell) -> bool:
    match cell:
        case Share(part=part):
            return part == 0
        case Change(by=by):
            return by == 0
        case _:
            return cell in (None, 0, "")
