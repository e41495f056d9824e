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
from services.reporting.documents.annexes import Annexes
from services.reporting.documents.concise import REST, ROOM, concise
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


def of_three_models() -> Report:
    """A year of a ward with three models: all were registered, one was recognised, listed, and adopted by four."""
    document: dict[str, Any] = summary(1, empty=True, before=True, scope=f"unit/{WARD}")
    figures = document["figures"]
    happened = ("models.registered_new", "models.received", "models.in_operation", "quota.", "inspections.by",
                "dossiers.submitted", "dossiers.eligible", "recognised.city", "replication.", "reports.")  # fmt: skip
    told = [key for key in figures["whole"] if key.startswith(happened)]
    figures["whole"] |= dict.fromkeys(told, 3)
    figures["by_field"]["economy"] |= dict.fromkeys(set(told) & set(figures["by_field"]["economy"]), 3)
    figures["by_unit"] = {WARD: figures["whole"]}
    decision = {"number": "131-QĐ/TU", "decided_on": "2027-03-02", "authority": "Ban Thường vụ Thành ủy"}
    model = {
        "model": "m",
        "model_name": "Mẹ đỡ đầu",
        "model_unit": WARD,
        "field": "economy",
        "decision": decision,
    }
    lists = Annexes(
        recognised=({**model, "level": "city", "recognised_on": "2027-03-02"},),
        listed=({**model, "scope": "city", "listed_on": "2027-04-02"},),
        adopted=(
            {
                **model,
                "unit": WARD,
                "adopter": "Khu dân cư số 5",
                "adopted_on": "2027-05-02",
                "state": "ongoing",
            },
        )
        * 4,
    )
    return review(document, Issue(SHA, cards(1), annexes=lists), "vi")


FIELDS = Table(
    "Theo lĩnh vực", "Theo lĩnh vực", ("Chỉ số", "Kinh tế", "Văn hóa", "Tổng số"), (Row(("a", 1, 2, 3)),)
)


def test_figures_of_all_chapters_stand_in_one_table_beside_their_fields_and_zeros_are_said() -> None:
    told, nothing = Row(("a", 3)), Row(("b", 0))
    plain = Table("Một", "Một", ("Chỉ số", "Kỳ này"), (told, nothing), note="Ghi chú.")
    grid = Table("Hai", "Hai", ("Hồ sơ", "Đã gửi", "Trả lại"), (Row(("công nhận", 2, 0)),))
    more = Table("Hai", "Hai", ("Chỉ số", "Kỳ này"), (nothing,))
    [section] = concise([Section("Một", tables=(plain,)), Section("Hai", tables=(more, grid))], FIELDS, "vi")
    [table] = section.tables
    assert table.columns == ("Chỉ số", "Kinh tế", "Văn hóa", "Kỳ này") and sum(table.widths) == ROOM
    assert [(row.cells, row.strong) for row in table.rows] == [
        (("Một", "", "", ""), True), (("a", 1, 2, 3), False),
        (("Hai", "", "", ""), True), (("công nhận: đã gửi", "", "", 2), False),
    ]  # fmt: skip
    assert table.note == f"Ghi chú. {REST['vi']}"


def test_what_is_less_than_before_is_no_zero() -> None:
    columns = ("Chỉ số", "Kỳ trước", "Kỳ này", "Tăng, giảm")
    fewer = Table("Một", "Một", columns, (Row(("b", 2, 0, Change(-2))), Row(("c", 0, 0, Change(0)))))
    [section] = concise([Section("Một", tables=(fewer,))], FIELDS, "vi")
    assert [row.cells for row in section.tables[0].rows] == [
        ("Một",) + ("",) * 5,
        ("b", "", "", 2, 0, Change(-2)),
    ]


def test_shares_and_tables_of_words_stay_as_they_are() -> None:
    shares = Table("Một", "Một", ("Tên", "Phần", "Có", "Là"), (Row(("b", Share(1, 3), 0, 0)),), wide=True)
    words = Table("Danh sách", "Danh sách", ("Tên", "Đơn vị"), (Row(("x", "y")),), texts=2)
    sections = (Section("Một", tables=(shares, words)),)
    assert concise(sections, FIELDS, "vi") == sections


def test_chapters_without_anything_are_named_together_and_so_are_empty_lists() -> None:
    empty = Section("Khen thưởng", tables=(Table("x", "x", ("Chỉ số", "Kỳ này"), (Row(("a", 0)),)),))
    lists = [Section(f"Danh sách {n}", (f"Không có {n}.",), appendix=True) for n in (1, 2)]
    silent, together = concise([empty, *lists], FIELDS, "vi")
    assert silent.paragraphs == ("Trong kỳ không phát sinh số liệu về: Khen thưởng.",) and not silent.appendix
    assert together.paragraphs == ("Không có 1. Không có 2.",) and together.appendix


def test_a_list_stands_on_the_page_without_its_empty_columns() -> None:
    rows = (Row(("1", "Vườn rau", "10/9/2026", "")),)
    wide = Table("Danh sách", "Danh sách", ("TT", "Mô hình", "Ngày", "Ghi chú"), rows, texts=4, wide=True,
                 widths=(10, 62, 21, 24))  # fmt: skip
    [section] = concise([Section("Danh sách", tables=(wide,), appendix=True)], FIELDS, "vi")
    [table] = section.tables
    assert table.columns == ("TT", "Mô hình", "Ngày") and not table.wide and sum(table.widths) == ROOM


@pytest.mark.parametrize("empty", [True, False], ids=["empty", "full"])
def test_a_ward_s_report_takes_two_pages_at_most(empty: bool) -> None:
    assert len(pages_of(FORMATS["pdf"].make(of_ward(empty=empty)))) <= 2


def test_of_a_ward_with_three_models_all_that_can_be_told_stands_on_two_pages() -> None:
    assert len(pages_of(FORMATS["pdf"].make(of_three_models()))) == 2


def test_pages_and_word_say_the_same() -> None:
    report = of_three_models()
    word = Document(io.BytesIO(FORMATS["docx"].make(report)))
    titles = [each.text.partition(". ")[2] for each in word.paragraphs if each.style.name == "Heading 1"]  # type: ignore[union-attr]
    assert titles == [*(section.title for section in report.sections), PHRASES["vi"]["origin"]]
    assert not any(section.charts for section in report.sections)
    sections = [each.start_type for each in word.sections]
    assert len(sections) == 1, "what stands behind the signature goes on on the same page"


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
