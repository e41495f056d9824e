"""A report of one unit is short: what did not happen is said, not shown as zeros; its signature never stands alone."""

# pyright: reportPrivateUsage=false
# (python-docx keeps the elements behind its objects for itself)

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from services.reporting.documents import FORMATS
from services.reporting.documents.concise import REST, concise
from services.reporting.documents.phrases import PHRASES
from services.reporting.documents.report import Change, Lang, Report, Row, Section, Share, Table
from services.reporting.documents.review import Issue, review
from tests.reporting.papers import SHA, cards, summary
from tests.support.pages import pages_of

WARD = "20005"


def of_ward(lang: Lang = "vi", *, empty: bool = False) -> Report:
    document: dict[str, Any] = summary(1, empty=empty, before=False, scope=f"unit/{WARD}")
    document["figures"]["by_unit"] = {WARD: document["figures"]["whole"]}
    return review(document, Issue(SHA, cards(6)), lang)


def table(*rows: Row, note: str = "") -> Table:
    return Table("Bảng", "Bảng", ("Chỉ số", "Kỳ này", "Tăng"), rows, note=note)


def test_rows_of_zeros_are_said_in_a_sentence() -> None:
    told, nothing = Row(("a", 3, Change(0))), Row(("b", 0, Change(0)))
    [section] = concise([Section("Một", tables=(table(told, nothing, note="Ghi chú."),))], "vi")
    assert section.tables == (table(told, note=f"Ghi chú. {REST['vi']}"),)


def test_what_is_less_than_before_is_no_zero_and_words_stay() -> None:
    fewer, share = Row(("a", 0, Change(-2))), Row(("b", None, Share(1, 3)))
    words = Table("Danh sách", "Danh sách", ("Tên", "Đơn vị"), (Row(("x", "y")),), texts=2)
    sections = (Section("Một", tables=(table(fewer, share), words)),)
    assert concise(sections, "vi") == sections


def test_chapters_without_anything_are_named_together_and_so_are_empty_lists() -> None:
    empty = Section("Khen thưởng", tables=(table(Row(("a", 0, None))),))
    lists = [Section(f"Danh sách {n}", (f"Không có {n}.",), appendix=True) for n in (1, 2)]
    silent, together = concise([empty, *lists], "vi")
    assert silent.paragraphs == ("Trong kỳ không phát sinh số liệu về: Khen thưởng.",) and not silent.appendix
    assert together.paragraphs == ("Không có 1.", "Không có 2.") and together.appendix


@pytest.mark.parametrize(("empty", "most"), [(True, 3), (False, 5)], ids=["empty", "full"])
def test_a_ward_s_report_takes_few_pages(empty: bool, most: int) -> None:
    assert len(pages_of(FORMATS["pdf"].make(of_ward(empty=empty)))) <= most


def test_the_workbook_of_a_ward_has_every_figure_all_the_same() -> None:
    report = of_ward(empty=True)
    assert {line.key for line in report.lines if line.of == "whole"} == set(
        summary(1, empty=True)["figures"]["whole"]
    )


@pytest.mark.parametrize("units", [1, 7, 13, 31])
def test_on_the_page_of_the_signature_stands_what_it_signs(units: int) -> None:
    reports = [review(summary(units), Issue(SHA, cards(units)), "vi"), of_ward(empty=units % 2 == 0)]
    for report in reports:
        [page] = [each for each in pages_of(FORMATS["pdf"].make(report)) if PHRASES["vi"]["to"] in each]
        said, signed = " ".join(page.split()), PHRASES["vi"]["to"]
        assert said.index(PHRASES["vi"]["closing"]) < said.index(signed)


def test_in_word_the_last_sentence_stays_with_the_signature_and_that_is_not_torn() -> None:
    word = Document(io.BytesIO(FORMATS["docx"].make(of_ward())))
    closing = next(each for each in word.paragraphs if each.text == PHRASES["vi"]["closing"])
    assert closing.paragraph_format.keep_with_next and closing._p.getnext().tag == qn("w:tbl")
    signed = next(each for each in word.tables if PHRASES["vi"]["to"] in each.rows[0].cells[0].text)
    assert signed.rows[0]._tr.xpath("./w:trPr/w:cantSplit")
