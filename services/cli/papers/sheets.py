"""A sheet of paper with named fields on it: what the templates of papers are made of, one part after another.

Party papers after Hướng dẫn 05-HD/VPTW, State papers after Nghị định 30/2020/NĐ-CP: A4, 20/20/30/15 mm, letters of
Times 13–14. Which of the two a paper is, its `head.state` says when it is filled.
"""

# pyright: reportPrivateUsage=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (python-docx gives its XML no types, and keeps the elements behind its objects for itself)

from __future__ import annotations

import io
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from services.cli.papers.blank import BODY, blank
from services.cli.papers.looks import (
    CENTRED,
    CENTRED_HEADING,
    CENTRED_ITALIC,
    FINE_PRINT,
    HEADING,
    PLAIN,
    TITLE,
    Look,
    Side,
)
from services.reporting.documents.archive import repacked

SMALL, SMALLER, INDENT = Pt(12), Pt(11), Mm(10)
MADE = "Lập từ hồ sơ {{ made.record }} theo sổ cái {{ made.size }} mục."
"""The last small line: from which record and ledger size a paper was made."""
SIDES: dict[str, Any] = {
    "left": ALIGN.LEFT,
    "center": ALIGN.CENTER,
    "right": ALIGN.RIGHT,
    "both": ALIGN.JUSTIFY,
}
Column = tuple[str, float, str, Side]
"""A column of a list: its title, its width in millimetres, what stands in it, on which side."""


class Sheet:
    """One template in the making."""

    def __init__(self, title: str) -> None:
        self.word = blank()
        about = self.word.core_properties
        about.title, about.author, about.last_modified_by, about.comments = title, "", "", ""
        about.created = about.modified = datetime(2026, 1, 1)
        about.language = "vi-VN"

    def packed(self) -> bytes:
        """The template; the same whenever it is made."""
        made = io.BytesIO()
        self.word.save(made)
        return repacked(made.getvalue())

    # --- tags ---------------------------------------------------------------------------------------

    def tag(self, text: str, within: Any = None) -> None:
        """A paragraph that is nothing but a tag and goes when the paper is filled."""
        self._new(within or self.word).add_run(f"{{%p {text} %}}")

    @staticmethod
    def _new(within: Any) -> Paragraph:
        """One more paragraph; the first takes the place of the empty one that a new cell has."""
        if isinstance(within, _Cell) and len(within.paragraphs) == 1 and not within.paragraphs[0].runs:
            return within.paragraphs[0]
        return within.add_paragraph()

    @contextmanager
    def when(self, condition: str, within: Any = None) -> Generator[None]:
        """What stands here only where the condition holds."""
        self.tag(f"if {condition}", within)
        yield
        self.tag("endif", within)

    @contextmanager
    def each(self, loop: str) -> Generator[None]:
        """What stands here once for each."""
        self.tag(f"for {loop}")
        yield
        self.tag("endfor")

    # --- words --------------------------------------------------------------------------------------

    def text(self, text: str, look: Look = PLAIN, *, label: str = "") -> Paragraph:
        """A paragraph; a label before it is bold."""
        paragraph = self.word.add_paragraph()
        paragraph.alignment = SIDES[look.side]
        how = paragraph.paragraph_format
        how.first_line_indent = INDENT if look.side == "both" else None
        how.keep_with_next = look.stay or None
        if label:
            self._run(paragraph, f"{label} ", True, False, look.size)
        self._run(paragraph, text, look.bold, look.italic, look.size)
        return paragraph

    @staticmethod
    def _run(paragraph: Paragraph, text: str, bold: bool, italic: bool, size: Any) -> None:
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = bold or None, italic or None, size

    def section(self, text: str) -> None:
        """A heading within the paper."""
        self.text(text, HEADING)

    def title(self, kind: str, matter: str) -> None:
        """What kind of paper it is, and about what."""
        top = self.text(kind, TITLE)
        top.paragraph_format.space_before = Pt(14)
        self.text(matter, CENTRED_HEADING)
        line = self.text("-----", CENTRED)
        line.paragraph_format.space_after = Pt(8)

    def to_body(self, field: str) -> None:
        """To whom a paper is addressed."""
        self.text(f"Kính gửi: {field}", CENTRED).paragraph_format.space_after = Pt(8)

    def made(self) -> None:
        """The last small line, behind a list."""
        self.text(MADE, FINE_PRINT)

    def appendix(self, title: str, under: str) -> None:
        """A new page behind the signature, for the list that goes with a decision."""
        self.word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        self.text(title, CENTRED_HEADING)
        self.text(under, CENTRED_ITALIC).paragraph_format.space_after = Pt(8)

    # --- tables -------------------------------------------------------------------------------------

    def table(self, loop: str, columns: Sequence[Column], size: Any = SMALL) -> None:
        """A list with lines: heads that are repeated on each page, one row for each."""
        table = self._grid(4, [width for _, width, _, _ in columns], lined=True)
        heads, begin, row, end = table.rows
        for cell, (title, _, _, _) in zip(heads.cells, columns, strict=True):
            self._cell(cell, title, "center", size, bold=True)
        self._mark(heads, "w:tblHeader")
        self._mark(heads, "w:cantSplit")
        self._cell(begin.cells[0], f"{{%tr for {loop} %}}", "left", size)
        for cell, (_, _, field, side) in zip(row.cells, columns, strict=True):
            self._cell(cell, field, side, size)
        self._mark(row, "w:cantSplit")
        self._cell(end.cells[0], "{%tr endfor %}", "left", size)
        self.word.add_paragraph().paragraph_format.space_after = Pt(0)

    def grouped(self, groups: str, columns: Sequence[Column], size: Any = SMALL) -> None:
        """The same in groups: a line with the title of each before its rows."""
        table = self._grid(7, [width for _, width, _, _ in columns], lined=True)
        heads, begin, title, inner, row, inner_end, end = table.rows
        for cell, (text, _, _, _) in zip(heads.cells, columns, strict=True):
            self._cell(cell, text, "center", size, bold=True)
        self._mark(heads, "w:tblHeader")
        for at, tag in ((begin, f"for group in {groups}"), (inner, "for row in group.rows"), (inner_end, "endfor"),
                        (end, "endfor")):  # fmt: skip
            self._cell(at.cells[0], f"{{%tr {tag} %}}", "left", size)
        merged = title.cells[0].merge(title.cells[-1])
        self._cell(merged, "{{ group.title }} ({{ group.count }} mô hình)", "left", size, bold=True)
        self._mark(title, "w:cantSplit")
        for paragraph in merged.paragraphs:
            paragraph.paragraph_format.keep_with_next = True
        for cell, (_, _, field, side) in zip(row.cells, columns, strict=True):
            self._cell(cell, field, side, size)
        self._mark(row, "w:cantSplit")
        self.word.add_paragraph().paragraph_format.space_after = Pt(0)

    def _grid(self, rows: int, widths: Sequence[float], *, lined: bool = False) -> Any:
        table: Any = self.word.add_table(rows, len(widths))
        if lined:
            table.style = "Table Grid"
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
        return table

    @staticmethod
    def _mark(row: Any, mark: str) -> None:
        row._tr.get_or_add_trPr().append(OxmlElement(mark))

    def _cell(self, cell: _Cell, text: str, side: Side, size: Any, *, bold: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.alignment = SIDES[side]
        how = paragraph.paragraph_format
        how.space_before = how.space_after = Pt(1)
        how.line_spacing_rule = WD_LINE_SPACING.SINGLE
        self._run(paragraph, text, bold, False, size)

    # --- head and end -------------------------------------------------------------------------------

    def head(self) -> None:
        """The head: of the State or of the Party, as the body is."""
        self.tag("if head.state")
        left, right = self._grid(1, (70.0, 95.0)).rows[0].cells
        self._headed(left, "{{ head.superior }}", Pt(12), when="head.superior")
        self._ruled(self._headed(left, "{{ head.issuer }}", Pt(12), bold=True), 20)
        self._headed(left, "{{ head.number }}", Pt(13), when="head.number")
        self._headed(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Pt(12), bold=True)
        self._ruled(self._headed(right, "Độc lập - Tự do - Hạnh phúc", Pt(13), bold=True), 22)
        self._headed(right, "{{ head.dated }}", Pt(13), italic=True)
        self.tag("else")
        left, right = self._grid(1, (78.0, 87.0)).rows[0].cells
        self._headed(left, "{{ head.superior }}", Pt(12), when="head.superior")
        self._headed(left, "{{ head.issuer }}", Pt(12), bold=True)
        self._headed(left, "*", Pt(13))
        self._headed(left, "{{ head.number }}", Pt(13), when="head.number")
        motto = self._headed(right, "ĐẢNG CỘNG SẢN VIỆT NAM", Pt(14), bold=True)
        motto.runs[0].underline = True
        self._headed(right, "{{ head.dated }}", Pt(13), italic=True)
        self.tag("endif")

    def _headed(self, cell: _Cell, text: str, size: Any, *, bold: bool = False, italic: bool = False,
                when: str = "") -> Paragraph:  # fmt: skip
        if when:
            self.tag(f"if {when}", cell)
        paragraph = self._new(cell)
        paragraph.alignment = ALIGN.CENTER
        how = paragraph.paragraph_format
        how.space_before = how.space_after = Pt(1)
        how.line_spacing_rule = WD_LINE_SPACING.SINGLE
        self._run(paragraph, text, bold, italic, size)
        if when:
            self.tag("endif", cell)
        return paragraph

    @staticmethod
    def _ruled(paragraph: Paragraph, beside: float) -> None:
        """A line under a paragraph, shorter than its cell by so many millimetres on each side."""
        how = paragraph.paragraph_format
        how.left_indent = how.right_indent = Mm(beside - 12)
        borders = OxmlElement("w:pBdr")
        line = OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
        properties: Any = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")

    def signed(self, *, made: bool = True) -> None:
        """To whom it goes, and who signs; the name stays for the hand. Not `made` where a list follows."""
        left, right = self._grid(1, (80.0, 85.0)).rows[0].cells
        self._recipients(left, made=made)
        self._headed(right, "{{ sign.authority }}", BODY, bold=True, when="sign.authority")
        self._headed(right, "{{ sign.office }}", BODY)
        self._headed(right, "(chữ ký, họ và tên)", SMALL, italic=True)
        for _ in range(3):
            self._headed(right, "\u00a0", BODY)
        self._ended()

    def signed_by_both(self, left_title: str, right_title: str) -> None:
        """Two who sign side by side, and below to whom it goes."""
        table = self._grid(2, (82.5, 82.5))
        for cell, title in zip(table.rows[0].cells, (left_title, right_title), strict=True):
            self._headed(cell, title, Pt(13), bold=True)
            self._headed(cell, "(chữ ký, họ và tên)", SMALL, italic=True)
            for _ in range(3):
                self._headed(cell, "\u00a0", BODY)
        below = table.rows[1].cells[0].merge(table.rows[1].cells[1])
        self._recipients(below, made=True)
        self._ended()

    def _recipients(self, cell: _Cell, *, made: bool) -> None:
        self._headed(cell, "Nơi nhận:", SMALL, bold=True, italic=True, when="head.state")
        party = self._headed(cell, "Nơi nhận:", SMALL, when="not head.state")
        party.runs[0].underline = True
        self.tag("for one in to", cell)
        self._headed(cell, "- {{ one }};", Pt(11))
        self.tag("endfor", cell)
        self._headed(cell, "- Lưu …", Pt(11))
        if made:
            self._headed(cell, MADE, Pt(9), italic=True).paragraph_format.space_before = Pt(8)
        for paragraph in cell.paragraphs:
            paragraph.alignment = ALIGN.LEFT

    def _ended(self) -> None:
        table = self.word.tables[-1]
        for row in table.rows:
            self._mark(row, "w:cantSplit")
            for cell in row.cells:
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True
