"""The letters and lines of a Party document in Word (Hướng dẫn 05-HD/VPTW), and of what stands small behind it."""

# pyright: reportPrivateUsage=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (python-docx gives its XML no types, and keeps the elements behind its objects for itself)

from __future__ import annotations

from typing import Any

from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
BODY, LINE, INDENT = Pt(14), Pt(19), Mm(10)
SMALL, SMALL_LINE, BEHIND, BEHIND_LINE = Pt(13), Pt(16), Pt(9), Pt(11)
"""Letters and lines of a report of one unit, and of what stands behind its signature."""


def styles(word: Word, *, small: bool) -> None:
    """Those of Party documents; `small` for a report of one unit."""
    for name in ("Normal", "Heading 1", "Heading 2", "Caption", "Header"):
        style: Any = word.styles[name]
        style.font.name, style.font.size = FONT, BODY
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.bold, style.font.italic = name.startswith("Heading"), False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for letters in list(fonts.attrib):
            if "Theme" in letters or "theme" in letters:
                del fonts.attrib[letters]
        for letters in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{letters}"), FONT)
    normal: Any = word.styles["Normal"]
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = LINE
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.first_line_indent = INDENT
    normal.paragraph_format.alignment = ALIGN.JUSTIFY
    heading: Any = word.styles["Heading 1"]
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(12), Pt(6)
    heading.paragraph_format.keep_with_next = True
    caption: Any = word.styles["Caption"]
    caption.font.size, caption.font.italic = Pt(13), True
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.first_line_indent = Mm(0)
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(6), Pt(3)
    word.styles["Header"].paragraph_format.first_line_indent = Mm(0)  # pyright: ignore[reportAttributeAccessIssue]
    if small:
        _closer(word)


def _closer(word: Word) -> None:
    """The letters of a report of one unit: still those of Party documents, the smallest that they allow."""
    for name in ("Normal", "Heading 1"):
        style: Any = word.styles[name]
        style.font.size = SMALL
    normal: Any = word.styles["Normal"]
    normal.paragraph_format.line_spacing, normal.paragraph_format.space_after = SMALL_LINE, Pt(2)
    heading: Any = word.styles["Heading 1"]
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(6), Pt(2)


def behind(paragraph: Paragraph) -> None:
    """A paragraph behind the signature of a report of one unit."""
    how = paragraph.paragraph_format
    how.line_spacing, how.space_before, how.space_after = BEHIND_LINE, Pt(4), Pt(2)
    for run in paragraph.runs:
        run.font.size = BEHIND


def nothing(paragraph: Paragraph) -> None:
    """As little room as a paragraph can take: one that must be there must not fall onto a page of its own."""
    how = paragraph.paragraph_format
    how.line_spacing_rule, how.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)
    how.space_before = how.space_after = Pt(0)
