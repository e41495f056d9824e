"""A list as a file: what is shown, row by row, as a spreadsheet, a Word table or CSV in either language.

No cell is ever a formula; days are written 30/6/2028 as in documents.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import xlsxwriter
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Pt

from services.reporting.documents.archive import repacked
from services.reporting.documents.long import harmless
from services.reporting.documents.rendering import FIELDS
from services.reporting.documents.report import Lang, Row, Table
from services.reporting.documents.tables import SIDEWAYS, put, word_table
from services.reporting.figures.lists import List
from shared.contracts.words import words
from shared.contracts.words.telling import Names, Teller
from shared.text.characters import visible

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
NUMBERS = frozenset({"year", "age_days", "supplement", "participants"})
NAMED_IN_CARDS = {"unit_code": "unit"}
"""Columns that are called otherwise in the items of a list."""
UNFIT = re.compile(r"[\[\]:*?/\\]")
"""What the name of a sheet may not hold."""
WIDEST, CHARACTERS = 60, 32_000
NARROWEST, LINE = 8, 16
"""A column's characters in Word at least, and a line's points in a spreadsheet."""


@dataclass(frozen=True)
class Listing:
    """One list as shown: its title, the ledger size it rests on, its heads and rows."""

    title: str
    size: int
    heads: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    lang: Lang

    @property
    def made(self) -> str:
        """The last small line."""
        rows = len(self.rows)
        return (
            f"{rows} dòng, sổ cái {self.size}"
            if self.lang == "vi"
            else f"{rows} rows, ledger size {self.size}"
        )


def listing(of: List, items: Sequence[Mapping[str, Any]], size: int, names: Names, lang: Lang) -> Listing:
    """A list with these items."""
    teller = Teller(lang, names)
    heads = tuple(words(lang).label(member) for member in of.columns)
    rows = tuple(
        tuple(_cell(member, item.get(NAMED_IN_CARDS.get(member, member)), teller) for member in of.columns)
        for item in items
    )
    return Listing(of.title[lang == "en"], size, heads, rows, lang)


def _cell(member: str, value: Any, teller: Teller) -> str | int:
    if member in NUMBERS and isinstance(value, int):
        return value
    match member, value:
        case "unit_code", str():
            return visible(value)
        case "field", str():
            return FIELDS[value][teller.lang == "en"] if value in FIELDS else visible(value)
        case "decision", Mapping():
            value = cast("Mapping[str, Any]", value)
            said = [str(value.get("number", "")), teller.value("decided_on", value.get("decided_on"))]
            return visible(", ".join(part for part in said if part))
        case "recipient", Mapping():
            value = cast("Mapping[str, Any]", value)
            kind = teller.value("kind", value.get("kind"))
            return visible(
                str(value.get("name") or ", ".join(filter(None, (kind, str(value.get("of", ""))))))
            )
        case "models", list():
            return visible(
                "; ".join(
                    str(one.get("name", one.get("model", ""))) for one in cast("list[dict[str, Any]]", value)
                )
            )
        case _:
            return visible(teller.value(member, value))


# --- as files ---------------------------------------------------------------------------------------------


def as_csv(listing: Listing, separator: str = ",") -> bytes:
    """UTF-8 with a byte-order mark, lines as RFC 4180 has them."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    rows.writerow(map(harmless, listing.heads))
    rows.writerows(
        [harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in listing.rows
    )
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(listing: Listing) -> bytes:
    """One sheet with a head that stays in view and filters; texts are texts, whatever they begin with."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    book.set_properties({"title": listing.title, "created": None})
    plain, quoted, head = (
        book.add_format({"font_name": "Times New Roman", "font_size": 12, **form})
        for form in (
            {"valign": "top", "text_wrap": True},
            {"valign": "top", "text_wrap": True, "quote_prefix": True},
            {"bold": True, "bottom": 2},
        )
    )
    sheet = book.add_worksheet(UNFIT.sub(" ", listing.title)[:31].strip("' "))
    wide = [
        min(max(longest, len(title)) + 2, WIDEST)
        for longest, title in zip(_longest(listing), listing.heads, strict=True)
    ]
    for column, title in enumerate(listing.heads):
        sheet.set_column(column, column, wide[column])
        sheet.write_string(0, column, title, head)
    for at, row in enumerate(listing.rows, 1):
        sheet.set_row(at, LINE * max(-(-len(str(cell)) // of) for cell, of in zip(row, wide, strict=True)))
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(at, column, cell, plain)
            else:
                dangerous = harmless(cell) != cell
                sheet.write_string(at, column, cell[:CHARACTERS], quoted if dangerous else plain)
    sheet.autofilter(0, 0, max(len(listing.rows), 1), len(listing.heads) - 1)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{listing.made}&R&P/&N")
    book.close()
    return repacked(made.getvalue())


def _longest(listing: Listing) -> list[int]:
    """The characters of the longest cell of each column."""
    columns = range(len(listing.heads))
    return [max((len(str(row[column])) for row in listing.rows), default=0) for column in columns]


def _widths(listing: Listing) -> tuple[int, ...]:
    """Millimetres for each column of a page that lies: more for what is longer, each has room for its longest word."""
    words = [
        max((len(word) for cell in column for word in str(cell).split()), default=0)
        for column in zip(listing.heads, *listing.rows, strict=True)
    ]
    wanted = [
        max(NARROWEST, word, min(longest, WIDEST) ** 0.8)
        for longest, word in zip(_longest(listing), words, strict=True)
    ]
    return tuple(int(SIDEWAYS * each / sum(wanted)) for each in wanted)


def as_docx(listing: Listing) -> bytes:
    """A page that lies: the title, the table with heads on each page, and what it rests on."""
    word = Document()
    page = word.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(30), Mm(15), Mm(20), Mm(20)
    normal: Any = word.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(13)
    title = word.add_paragraph().add_run(listing.title.upper())
    title.bold = True
    count = len(listing.heads)
    rows = tuple(Row(tuple(str(cell) for cell in row)) for row in listing.rows)
    table = Table(listing.title, listing.title[:28], listing.heads, rows, texts=count, wide=True,
                  widths=_widths(listing))  # fmt: skip
    put(word, word_table(table, listing.lang))
    last = word.add_paragraph().add_run(listing.made)
    last.italic, last.font.size = True, Pt(9)
    made = io.BytesIO()
    word.save(made)
    return repacked(made.getvalue())
