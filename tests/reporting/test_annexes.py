"""The lists that a report carries as annexes: what stands in them, in every format, and what of nothing."""

from __future__ import annotations

import io
import unicodedata
from typing import Any

import openpyxl
import pytest
from docx import Document

from services.reporting.documents import FORMATS
from services.reporting.documents.annexes import KINDS, MOST, Annexes
from services.reporting.documents.report import Lang, Report
from services.reporting.documents.review import Issue, review
from tests.reporting.papers import SHA, cards, summary
from tests.support.pages import pages_of

DECISION = {"number": "12-QĐ/TU", "decided_on": "2027-03-01", "authority": "Ban Thường vụ Thành ủy"}
MODEL: dict[str, Any] = {
    "model_name": "Vườn rau nghĩa tình “Ấm no”",
    "model_unit": "20010",
    "field": "economy",
}
WORDS = "Kinh phí chưa bố trí kịp; đường bị ngập úng, quỹ đất hẹp."
PERSON = "0190b4f0-7f3c-7cc2-9d57-00000000000b"
LISTS = Annexes(
    recognised=(
        {**MODEL, "level": "city", "recognised_on": "2027-03-01", "decision": DECISION},
        {**MODEL, "level": "grassroots", "recognised_on": "2027-03-02", "revoked_on": "2027-09-01"},
    ),
    listed=({**MODEL, "scope": "city", "listed_on": "2027-04-01", "decision": DECISION, "supplement": 1},),
    commended=(
        {"recipient": {"kind": "collective", "name": "Chi bộ tổ dân phố số 7"}, "unit": "20010",
         "granted_on": "2027-05-01",
         "form_name": "Bằng khen của UBND thành phố", "model_names": [MODEL["model_name"]], "decision": DECISION},
        {"recipient": {"kind": "individual", "person": {"id": PERSON}}, "unit": "20011", "granted_on": "2027-05-02"},
    ),
    adopted=(
        {**MODEL, "unit": "20011", "adopter": "Thôn Hòa Ninh", "adopted_on": "2027-06-01", "outcome": "succeeded",
         "outcome_on": "2027-10-01"},
        {**MODEL, "unit": "20009", "adopted_on": "2027-06-02"},
    ),
    told=({"unit": "20010", "period": "2027", "difficulties": WORDS, "proposals": None},),
)  # fmt: skip


def report(lists: Annexes, lang: Lang = "vi", empty: bool = False) -> Report:
    return review(summary(empty=empty), Issue(SHA, cards(12), annexes=lists), lang)


def rows(kind: str, lang: Lang = "vi", lists: Annexes = LISTS) -> list[tuple[Any, ...]]:
    """The lines of one annex as they are shown."""
    titles = {one.of: one.title[lang == "en"] for one in KINDS}
    section = next(one for one in report(lists, lang).sections if one.title == titles[kind])
    return [row.cells for table in section.tables for row in table.rows]


def test_each_list_has_a_line_for_each_thing_in_words() -> None:
    unit = "Đảng ủy xã số 10"

    assert rows("recognised") == [
        (
            "1",
            MODEL["model_name"],
            unit,
            "Kinh tế",
            "cấp thành phố",
            "01/3/2027",
            "12-QĐ/TU ngày 01/3/2027",
            "",
        ),
        (
            "2",
            MODEL["model_name"],
            unit,
            "Kinh tế",
            "cấp cơ sở",
            "02/3/2027",
            "",
            "đã thu hồi ngày 01/9/2027",
        ),
    ]
    assert rows("listed")[0][4:] == ("toàn thành phố", "01/4/2027", "12-QĐ/TU ngày 01/3/2027", "")
    assert rows("commended")[0] == (
        "1", "Chi bộ tổ dân phố số 7", unit, "Bằng khen của UBND thành phố", MODEL["model_name"], "01/5/2027",
        "12-QĐ/TU ngày 01/3/2027",
    )  # fmt: skip
    assert rows("adopted")[0][3:] == (
        "Thôn Hòa Ninh, Đảng ủy xã số 11",
        "01/6/2027",
        "thành công",
        "01/10/2027",
    )
    assert rows("adopted")[1][3:] == ("Đảng ủy xã số 9", "02/6/2027", "đang thực hiện", "")
    assert rows("told") == [("1", unit, "năm 2027", WORDS, "–")]
    assert rows("recognised", "en")[0][3:] == (
        "Economy", "city level", "2027-03-01", "12-QĐ/TU of 2027-03-01", "",
    )  # fmt: skip


def test_a_person_stands_in_a_list_by_an_id_only() -> None:
    assert rows("commended")[1][1] == f"Cá nhân (mã {PERSON})"


def test_a_long_list_is_cut_and_says_how_much_is_left() -> None:
    lists = Annexes(recognised=[{**MODEL, "recognised_on": "2027-03-01"}] * (MOST + 7))
    section = next(one for one in report(lists).sections if one.title == KINDS[0].title[0])

    assert len(section.tables[0].rows) == MOST
    assert section.tables[0].note == "Còn 7 mục nữa, xem trong hệ thống."


@pytest.mark.thorough
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_over_an_empty_period_each_annex_says_that_there_is_nothing(lang: Lang) -> None:
    for suffix, form in FORMATS.items():
        assert form.make(report(Annexes(), lang, empty=True)), suffix
    said = [
        one.paragraphs for one in report(Annexes(), lang, empty=True).sections if one.title in _titles(lang)
    ]

    assert said == [(kind.nothing[lang == "en"],) for kind in KINDS]


def _titles(lang: Lang) -> list[str]:
    return [kind.title[lang == "en"] for kind in KINDS]


def test_the_lists_are_printed_as_annexes_with_all_their_signs() -> None:
    pages = pages_of(FORMATS["pdf"].make(report(LISTS)))
    text = " ".join(" ".join(pages).split())

    assert unicodedata.is_normalized("NFC", text)
    for nth, title in enumerate(_titles("vi"), 1):
        assert f"Phụ lục {nth}. {title}" in text
    for words in (MODEL["model_name"], WORDS, "Thôn Hòa Ninh", "Bằng khen của UBND thành phố", "12-QĐ/TU"):
        assert words in text
    assert "□" not in text


@pytest.mark.thorough
def test_a_workbook_has_a_sheet_for_each_list_and_a_draft_its_tables() -> None:
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].make(report(LISTS))))
    word = Document(io.BytesIO(FORMATS["docx"].make(report(LISTS))))
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}

    for kind in KINDS:
        sheet = book[kind.title[0][:28].strip()]
        assert [cell.value for cell in sheet[1]] == ["TT", *(column.vi for column in kind.columns)]
    assert {WORDS, "Thôn Hòa Ninh, Đảng ủy xã số 11", f"Cá nhân (mã {PERSON})"} <= cells


@pytest.mark.thorough
def test_the_last_of_the_recipients_is_who_keeps_it_on_file() -> None:
    def last(scope: str) -> str:
        return review(summary(scope=scope), Issue(SHA, cards(12)), "vi").kept

    assert last("city") == last("unit/thanh-uy-da-nang") == "Lưu Văn phòng Thành ủy"
    assert last("unit/20010") == "Lưu Văn phòng Đảng ủy"
    assert last("unit/nobody") == "Lưu …"
    word = Document(io.BytesIO(FORMATS["docx"].make(report(LISTS))))
    assert any(
        "- Lưu Văn phòng Thành ủy." in cell.text for t in word.tables for row in t.rows for cell in row.cells
    )
