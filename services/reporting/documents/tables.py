"""A table of a report in Word's own language, made in one piece: a hundred units in milliseconds.

Its first row is repeated on every page, no row is torn apart, and columns keep the widths they are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from xml.sax.saxutils import escape

from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement

from services.reporting.documents.rendering import written
from services.reporting.documents.report import Lang, Table

WIDTH, SIDEWAYS = 165.0, 252.0
"""What is left between the margins, in millimetres, of a page that stands and of one that lies."""

TWIPS = 1440 / 25.4
"""Word's measure: twentieths of a point in a millimetre."""

EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


def word_table(table: Table, lang: Lang) -> BaseOxmlElement:
    """The table as an element that can be put into a document."""
    twips = [round(width * TWIPS) for width in widths(table)]
    points = 9 if table.close else 10 if table.wide else 12
    rows = [_row(twips, [(title, "center", 0) for title in table.columns], points, bold=True, head=True)]
    for row in table.rows:
        cells = [
            (
                written(cell, lang),
                "left" if column < table.texts else "right",
                row.depth if column == table.texts - 1 else 0,
            )
            for column, cell in enumerate(row.cells)
        ]
        rows.append(_row(twips, cells, points, bold=row.strong))
    return _table(twips, rows)


def pairs(rows: Sequence[tuple[str, str]], points: int) -> BaseOxmlElement:
    """Names and what they stand for, small, side by side, all on one page."""
    twips = [round(50 * TWIPS), round((WIDTH - 50) * TWIPS)]
    return _table(
        twips,
        [_row(twips, [(name, "left", 0), (value, "left", 0)], points, together=True) for name, value in rows],
    )


def widths(table: Table) -> list[float]:
    """Millimetres for each column: as told, else numbers as narrow as they may be, the rest for words."""
    if table.widths:
        return [float(width) for width in table.widths]
    room = SIDEWAYS if table.wide else WIDTH
    numbers = len(table.columns) - table.texts
    if table.wide:
        each = min(16.0, 180.0 / max(numbers, 1))
        return [11.0, room - 11.0 - each * numbers, *(each,) * numbers]
    each = 28.0 if numbers <= 3 else (room - 48.0) / numbers
    left = room - each * numbers
    return [
        *(left * (1.6 if i == 0 else 1) / (table.texts + 0.6) for i in range(table.texts)),
        *(each,) * numbers,
    ]


def _row(
    twips: Sequence[int],
    cells: Sequence[tuple[str, str, int]],
    points: int,
    *,
    bold: bool = False,
    head: bool = False,
    together: bool = False,
) -> str:
    """One row; a cell is (text, side, how far indented); `together` with the next one on a page."""
    keep = "<w:keepNext/>" if together else ""
    weight = "<w:b/>" if bold else ""
    letters = f'<w:rPr>{weight}<w:sz w:val="{2 * points}"/><w:szCs w:val="{2 * points}"/></w:rPr>'
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/><w:vAlign w:val="center"/>' if head else ""
    text = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr><w:p><w:pPr>{keep}'
        '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>'
        f'<w:ind w:left="{170 * depth}" w:firstLine="0"/><w:jc w:val="{side}"/>{letters}</w:pPr>'
        f'<w:r>{letters}<w:t xml:space="preserve">{escape(said)}</w:t></w:r></w:p></w:tc>'
        for width, (said, side, depth) in zip(twips, cells, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{text}</w:tr>"


def _table(twips: Sequence[int], rows: Sequence[str]) -> BaseOxmlElement:
    lines = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for edge in EDGES)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def put(word: Word, table: BaseOxmlElement) -> None:
    """Put a table at the end, before what says how the last pages look."""
    body: Any = cast(Any, word).element.body
    body.insert(len(body) - 1, table)
