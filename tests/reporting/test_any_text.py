"""Whatever stands in a record, every document of it is made; and of nothing at all too."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.console.page import templates
from services.reporting.documents import FORMATS, typesetting
from services.reporting.documents.report import Lang, Report
from services.reporting.documents.review import Issue, review
from shared.reference.authority import UnitCard
from shared.text.characters import unwelcome, visible
from tests.reporting.papers import SHA, cards, summary
from tests.support.pages import pages_of

TAKEN = (
    "Xã trồng cây 🌿",
    "中文 한국 日本",
    "👨‍👩‍👧 ❤️ 1️⃣",
    "‼️ ℹ️ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 🇻🇳 🏴‍☠️ 🫱🏻‍🫲🏿",
    "العربية עברית ไทย ខ្មែរ Москва",
    "▸ ✓ → ≥ ① № ⁿ ½",
    "𐎀 ᚠ ꓮ 𝐕ườn",
    "e\u0301\u0302 中\u0301 x\u20dd",
)
OLD = (
    "\uf0b7 Word",
    "a\u202eb",
    "a\x00\x1b\x93b",
    "\ufdd0\uffff\ufffe",
    "a\u200b\u00ad\ufeffb",
    "\ufffd\U000e0041",
    "a\tb\nc",
)


def named(names: tuple[str, ...]) -> dict[str, UnitCard]:
    """Twelve units, the first of them with these names."""
    found = cards(12)
    for number, name in enumerate(names):
        unit = f"{20000 + number}"
        found[unit] = replace(found[unit], name=name)
    return found


def report_of(names: tuple[str, ...], lang: Lang = "vi") -> Report:
    return review(summary(12), Issue(SHA, named(names), (names[0],)), lang)


def opened(suffix: str, made: bytes) -> str:
    """The texts of a document, read by another programme."""
    match suffix:
        case "csv":
            return "\n".join(
                cell for row in csv.reader(io.StringIO(made.decode("utf-8-sig"))) for cell in row
            )
        case "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(made))
            return "\n".join(
                str(c.value)
                for sheet in book
                for row in sheet.iter_rows()
                for c in row
                if c.value is not None
            )
        case "docx":
            word = Document(io.BytesIO(made))
            return "\n".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
        case _:
            assert made.startswith(b"%PDF-")
            return ""


def as_kept(text: str) -> str:
    """What a reader of XML makes of the ends of lines and of spaces."""
    return " ".join(visible(text).split())


@pytest.mark.thorough
@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_taken_and_what_older_records_hold_is_printed(suffix: str) -> None:
    for names in (TAKEN, OLD):
        report = report_of(names)
        made = FORMATS[suffix].make(report)
        assert made == FORMATS[suffix].make(report)
        if suffix != "pdf":
            told = " ".join(opened(suffix, made).split())
            for name in names:
                assert as_kept(name) in told, (suffix, name)


def test_a_page_has_a_glyph_or_a_box_for_every_sign() -> None:
    text = " ".join(" ".join(pages_of(FORMATS["pdf"].make(report_of(TAKEN + OLD[:1])))).split())

    assert "中文" in text and "한국" in text and "Москва" in text and "ไทย" in text
    assert "□ □ □" in text, "of old Persian, runes and Lisu our fonts have nothing"
    assert "□ Word" in text and "\uf0b7" not in text


any_text = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@pytest.mark.thorough
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.lists(any_text, min_size=12, max_size=12))
def test_any_text_becomes_every_kind_of_document(names: list[str]) -> None:
    report = report_of(tuple(names))
    for suffix, form in FORMATS.items():
        opened(suffix, form.make(report))


@pytest.mark.thorough
@settings(max_examples=200, deadline=None)
@given(any_text)
def test_any_text_stands_in_a_page_of_the_console_as_what_has_a_shape(text: str) -> None:
    shown = templates().from_string("{{ text }}").render(text=text)
    assert unwelcome(shown, several_lines=True) is None or unwelcome(text) is not None
    assert shown == templates().from_string("{{ text }}").render(text=visible(text))
    assert unwelcome(visible(text), several_lines=True) is None


def test_the_common_letters_have_a_glyph_in_every_style_of_the_fonts_that_typst_carries() -> None:
    every = [
        c for c in map(chr, range(0x20, 0x2600)) if c.isprintable() and re.match(f"[{typesetting.COMMON}]", c)
    ]
    assert len(every) > 400
    compiler, families = typesetting.with_fonts(noto=False)
    for first in families[:2]:
        inputs = {"report": json.dumps(["".join(every)]), "fonts": json.dumps([first, *families])}
        pdf = compiler.compile(typesetting.PROBE, format="pdf", sys_inputs=inputs, pdf_standards=["a-2b"])
        assert isinstance(pdf, bytes)


# --- nothing -----------------------------------------------------------------------------------------


def nothing(units: int) -> dict[str, Any]:
    """A summary in which every figure is 0; without units there are no slices either."""
    document = summary(units, empty=True)
    if not units:
        document["figures"] |= {"by_unit": {}, "by_kind": {}, "by_area": {}}
        document["previous"]["figures"] |= {"by_unit": {}, "by_kind": {}, "by_area": {}}
    return document


@pytest.mark.thorough
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("units", [0, 3])
@pytest.mark.parametrize("suffix", FORMATS)
def test_of_nothing_there_is_a_report_that_says_so(suffix: str, units: int, lang: Lang) -> None:
    known = cards(units) if units else {}
    report = review(nothing(units), Issue(SHA, known), lang)
    made = FORMATS[suffix].make(report)

    said = opened(suffix, made) or " ".join(" ".join(pages_of(made)).split())
    assert ("Đăng ký mới" if lang == "vi" else "New") in said or suffix == "csv"
    total = next(t for s in report.sections for t in s.tables if t.title in ("Theo lĩnh vực", "By field"))
    assert total.rows[0].cells[1:] == (0,) * 5


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_table_of_no_units_says_that_there_are_none_under_its_heads(lang: Lang) -> None:
    report = review(nothing(0), Issue(SHA, {}), lang)
    table = next(t for s in report.sections for t in s.tables if t.title in ("Theo đơn vị", "By unit"))

    assert table.rows == () and len(table.columns) > 2
    assert table.note in ("Chưa có đơn vị nào.", "There are no units yet.")
