"""A report as a draft for the clerk: a Party document in Word, its number, date and signature left blank.

What the figures say is written; what only people can say has its heading and waits. Paper, margins and letters are
those of Party documents (Hướng dẫn 05-HD/VPTW): A4, 20/20/30/15 mm, Times New Roman 14, lines of 19 pt.
"""

# pyright: reportPrivateUsage=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (python-docx gives its XML no types, and keeps the elements behind its objects for itself)

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from services.reporting.documents.archive import repacked
from services.reporting.documents.lettering import BEHIND_LINE, BODY, behind, nothing, styles
from services.reporting.documents.phrases import PHRASES
from services.reporting.documents.report import Head, Lang, Report, Section, Table
from services.reporting.documents.tables import pairs, put, word_table

ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def docx(report: Report) -> bytes:
    """The draft of a report."""
    word = Document()
    _page(word)
    styles(word, small=report.small)
    _properties(word, report)
    if report.head is not None:
        _head(word, report.head, report.lang)
    _title(word, report)
    count = 0
    for section in report.sections:
        if not section.appendix:
            count += 1
            _section(word, section, f"{roman(count)}. {section.title}", report.lang)
    for title in report.open_headings:
        count += 1
        word.add_heading(f"{roman(count)}. {title}", 1)
        word.add_paragraph(PHRASES[report.lang]["to-write"])
    _signature(word, report)
    _appendices(word, report)
    packed = io.BytesIO()
    word.save(packed)
    return repacked(packed.getvalue())


def roman(number: int) -> str:
    """I, II, … as sections are numbered."""
    text = ""
    for value, letters in ROMAN:
        while number >= value:
            text, number = text + letters, number - value
    return text


# --- the paper ------------------------------------------------------------------------------------


def _page(word: Word) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    number = section.header.paragraphs[0]
    number.alignment = ALIGN.CENTER
    _field(number.add_run(), "PAGE")


def _field(run: Run, code: str) -> None:
    """A field that Word fills in, such as the number of the page."""
    for kind, text in (("begin", None), (None, code), ("separate", None), ("shown", "1"), ("end", None)):
        if kind is None:
            part: Any = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = f" {text} "
        elif kind == "shown":
            part = OxmlElement("w:t")
            part.text = text
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def _properties(word: Word, report: Report) -> None:
    """Title, author and dates of the file; the language of its words, so that spelling is checked in it."""
    about = word.core_properties
    about.title, about.subject = report.subject, report.period
    about.author = report.head.issuer if report.head is not None else ""
    about.last_modified_by, about.comments, about.keywords = "", "", ""
    about.created = about.modified = datetime.fromisoformat(report.cut_off)
    about.language = "vi-VN" if report.lang == "vi" else "en-GB"
    normal: Any = word.styles["Normal"]
    language: Any = OxmlElement("w:lang")
    language.set(qn("w:val"), about.language)
    normal.element.get_or_add_rPr().append(language)


# --- head, title, signature -------------------------------------------------------------------------


def _head(word: Word, head: Head, lang: Lang) -> None:
    words = PHRASES[lang]
    grid = _grid(word, 1, (78.0, 87.0))
    left, right = grid.rows[0].cells
    lines = [(head.superior, False)] if head.superior else []
    for text, bold in (
        *lines,
        (head.issuer, True),
        ("*", False),
        (f"{words['number']}   …-{head.code}", False),
    ):
        _line(left, text, bold=bold)
    party = _line(right, words["party"], bold=True, size=Pt(15))
    party.runs[0].font.underline = True
    _line(right, "")
    _line(right, f"{head.place}, {words['dated']}", italic=True)


def _title(word: Word, report: Report) -> None:
    for text, size, bold in (
        (report.kind, Pt(16), True),
        (report.matter, BODY, True),
        ("-----", BODY, False),
        (f"({report.scope}. {report.period})", BODY, False),
    ):
        paragraph = word.add_paragraph()
        _centred(paragraph)
        paragraph.paragraph_format.space_before = Pt(18 if text == report.kind else 0)
        run = paragraph.add_run(text)
        run.bold, run.font.size, run.italic = bold, size, text.startswith("(")


def _signature(word: Word, report: Report) -> None:
    words = PHRASES[report.lang]
    closing = word.add_paragraph(words["closing"])
    closing.paragraph_format.keep_with_next = closing.paragraph_format.keep_together = True
    grid = _grid(word, 1, (85.0, 80.0))
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    left, right = grid.rows[0].cells
    to = _line(left, words["to"], align=ALIGN.LEFT)
    to.runs[0].font.underline = True
    for recipient in report.recipients or (words["to-whom"],):
        _line(left, f"- {recipient},", size=Pt(12), align=ALIGN.LEFT)
    _line(left, f"- {report.kept or words['kept']}.", size=Pt(12), align=ALIGN.LEFT)
    _line(right, words["signer"])
    _line(right, words["signing"], italic=True, size=Pt(12))
    for _ in range(3):
        _line(right, "")
    _line(right, words["signer"])


def _centred(paragraph: Paragraph) -> None:
    paragraph.alignment = ALIGN.CENTER
    paragraph.paragraph_format.first_line_indent = Mm(0)
    paragraph.paragraph_format.space_after = Pt(0)


def _grid(word: Word, rows: int, widths: Sequence[float]) -> Any:
    """A table without lines, to put things side by side."""
    grid = word.add_table(rows, len(widths))
    grid.autofit = False
    for cells in grid.rows:
        for cell, width in zip(cells.cells, widths, strict=True):
            cell.width = Mm(width)
    return grid


def _line(
    cell: _Cell,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: Any = BODY,
    align: Any = ALIGN.CENTER,
) -> Paragraph:
    """One more line of a cell; the first takes the place of the empty one a new cell has."""
    first = len(cell.paragraphs) == 1 and not cell.paragraphs[0].runs and not cell.paragraphs[0].text
    paragraph = cell.paragraphs[0] if first and text else cell.add_paragraph()
    _centred(paragraph)
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, size
    return paragraph


# --- sections and tables --------------------------------------------------------------------------


def _section(word: Word, section: Section, title: str, lang: Lang) -> None:
    word.add_heading(title, 1)
    for text in section.paragraphs:
        word.add_paragraph(text)
    for table in section.tables:
        _table(word, table, title, lang)


def _appendices(word: Word, report: Report) -> None:
    """What comes after the signature: the units on pages that lie, then the rest, then where all of it comes from."""
    words = PHRASES[report.lang]
    sections = [section for section in report.sections if section.appendix]
    sections.append(Section(words["origin"], (words["origin-told"],)))
    lying = False
    for count, section in enumerate(sections, 1):
        lies = any(table.wide for table in section.tables)
        if (count == 1 and not report.small) or lies != lying:
            _turn(word, lies)
            lying = lies
        before = len(word.paragraphs)
        _section(word, section, f"{words['appendix']} {count}. {section.title}", report.lang)
        for paragraph in word.paragraphs[before:]:
            if report.small and paragraph.text:
                behind(paragraph)
    word.paragraphs[-1].paragraph_format.keep_with_next = True
    put(word, pairs([*report.colophon, *report.again.commands("docx")], 8 if report.small else 10))
    nothing(word.add_paragraph())


def _turn(word: Word, lies: bool) -> None:
    section = word.add_section(WD_SECTION.NEW_PAGE)
    nothing(word.paragraphs[-1])
    section.orientation = WD_ORIENT.LANDSCAPE if lies else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if lies else (Mm(210), Mm(297))


def _table(word: Word, table: Table, heading: str, lang: Lang) -> None:
    if not heading.endswith(table.title):
        word.add_paragraph(table.title, "Caption")
    put(word, word_table(table, lang))
    note = word.add_paragraph()
    if not table.note:
        nothing(note)
        return
    note.paragraph_format.space_before = Pt(3)
    run = note.add_run(table.note)
    run.italic, run.font.size = True, Pt(9) if table.close else Pt(12)
    if table.close:
        note.paragraph_format.line_spacing = BEHIND_LINE
