"""An empty sheet: the paper, its margins and letters, the number of the page."""

# pyright: reportPrivateUsage=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (python-docx gives its XML no types, and keeps the elements behind its objects for itself)

from __future__ import annotations

from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"
BODY, LINE = Pt(14), Pt(19)
KEPT_STYLES = ("Normal", "Header", "Footer", "DefaultParagraphFont", "TableNormal", "NoList", "TableGrid")


def blank() -> Word:
    """A4, margins 20/20/30/15 mm, Times New Roman 14, lines of 19 pt at least; pages numbered from the second."""
    word = Document()
    _slim(word)
    _page(word)
    _styles(word)
    return word


def _slim(word: Word) -> None:
    """Without what the empty document of python-docx carries along: 800 KB of styles that nobody uses."""
    styles: Any = word.styles.element
    for style in list(styles.findall(qn("w:style"))):
        if style.get(qn("w:styleId")) not in KEPT_STYLES:
            styles.remove(style)
    part: Any = word.part
    for owner, ends in ((part, ("stylesWithEffects", "numbering")), (part.package, ("thumbnail",))):
        for ident, relation in list(owner.rels.items()):
            if relation.reltype.endswith(ends):
                del owner.rels[ident]


def _page(word: Word) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = ALIGN.CENTER
    run = number.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)


def _styles(word: Word) -> None:
    for name in ("Normal", "Header"):
        style: Any = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, BODY, RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for letters in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{letters}"), FONT)
    normal: Any = word.styles["Normal"]
    how = normal.paragraph_format
    how.line_spacing_rule, how.line_spacing = WD_LINE_SPACING.AT_LEAST, LINE
    how.space_before, how.space_after, how.widow_control = Pt(3), Pt(3), True
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.get_or_add_rPr().append(language)
