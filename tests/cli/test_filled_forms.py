"""A form leaves as a file, is filled in without a network, and comes back: a command for each row, all errors told."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shared.registers import filled
from shared.registers.blank import ANSWER, HIDDEN, Blank, title_of, workbook
from shared.registers.models import FORM as REGISTER
from shared.registers.remarks import Failure
from shared.registers.reports import FORM as REPORT
from shared.registers.rows import Rejected, Wrong

REGISTRATION = Blank("registration", "20242", "Đảng ủy phường Hải Châu")
HALF_YEAR = Blank(
    "unit-report", "20242", "Đảng ủy phường Hải Châu", "2026-H1", "6 tháng đầu năm 2026", {"contests": 2},
    [{"kind": "plan", "number": "12-KH/ĐU", "dated": "2026-02-01", "for": 2026, "record": "unit-document/x"}],
)  # fmt: skip
GARDEN = {
    "name": "Ngõ xanh", "field": "Kinh tế", "scope": "Tổ 5", "beneficiaries": "Người dân tổ 5", "year": 2026,
    "content": "Trồng cây\n- Tưới cây", "basis": "Mới", "subject_name": "Chi bộ 5", "subject_type": "Tổ chức đảng",
}  # fmt: skip
Book = Any


def heads(sheet: Any) -> dict[str, int]:
    """The columns of a table by what they ask for."""
    titles = {
        title_of(column): column.name for column in (*REGISTER.columns, *REPORT.columns) if column.headings
    }
    return {titles[cell.value]: cell.column for cell in sheet[5] if cell.value in titles}


def answers(sheet: Any) -> dict[str, int]:
    """The rows of a report by what they ask for."""
    titles = {title_of(column): column.name for column in REPORT.columns}
    return {titles[row[0].value]: row[0].row for row in sheet.iter_rows(min_row=6) if row[0].value in titles}


def written(sheet: Any, row: int, said: dict[str, Any]) -> None:
    columns = heads(sheet)
    for name, value in said.items():
        sheet.cell(row, columns[name]).value = value


@pytest.fixture
def back(tmp_path: Path) -> Callable[[Blank, Callable[[Book], None]], Path]:
    """A form that was filled in and saved by another program."""

    def fill(blank: Blank, write: Callable[[Book], None]) -> Path:
        book = openpyxl.load_workbook(io.BytesIO(workbook(blank)))
        write(book)
        path = tmp_path / blank.file
        book.save(path)
        return path

    return fill


Back = Callable[[Blank, Callable[[Book], None]], Path]


def wrongs(path: Path) -> list[Wrong]:
    with pytest.raises(Rejected) as rejected:
        filled.wishes(path)
    return list(rejected.value.wrongs)


def test_each_row_of_a_registration_form_registers_a_model_of_the_unit_it_was_made_for(back: Back) -> None:
    path = back(REGISTRATION, lambda book: written(book["Đăng ký"], 6, GARDEN))
    [wish] = filled.wishes(path)
    assert (wish.command, wish.body["unit"], wish.body["name"]) == ("RegisterModel", "20242", "Ngõ xanh")
    assert (wish.body["field"], wish.body["basis"], wish.body["year"]) == ("economy", "new", 2026)
    assert wish.body["subjects"] == [{"kind": "collective", "type": "party_organisation", "name": "Chi bộ 5"}]


@pytest.mark.thorough
def test_the_same_row_is_the_same_command_in_whatever_file_it_stands(back: Back) -> None:
    def later(book: Book) -> None:
        written(book["Đăng ký"], 9, GARDEN)

    first = filled.wishes(back(REGISTRATION, lambda book: written(book["Đăng ký"], 6, GARDEN)))
    assert [wish.command_id for wish in filled.wishes(back(REGISTRATION, later))] == [first[0].command_id]


def test_everything_that_is_wrong_is_told_at_once_with_its_row_and_column(back: Back) -> None:
    def write(book: Book) -> None:
        sheet = book["Đăng ký"]
        written(
            sheet,
            6,
            GARDEN | {"name": "Ngõ đỏ", "field": "Thể thao", "year": "hai nghìn", "started_on": "31/02/2026"},
        )
        written(sheet, 7, {name: value for name, value in GARDEN.items() if name not in ("content", "basis")})
        written(sheet, 8, GARDEN | {"name": "Ngõ\u200bvàng", "labour_days": 1.5})

    found = {(wrong.row, wrong.column) for wrong in wrongs(back(REGISTRATION, write))}
    assert found == {
        (6, "field"),
        (6, "year"),
        (6, "started_on"),
        (7, "content"),
        (7, "basis"),
        (8, "labour_days"),
    }


def test_questions_are_locked_answers_are_open_and_choices_stand_in_lists() -> None:
    sheet: Any = openpyxl.load_workbook(io.BytesIO(workbook(REGISTRATION)))["Đăng ký"]
    columns = heads(sheet)
    assert sheet.protection.sheet and sheet["A5"].protection.locked and sheet["A3"].protection.locked
    assert [name for name, column in columns.items() if bool(sheet.cell(6, column).protection.locked)] == []
    chosen = {next(iter(rule.sqref.ranges)).min_col for rule in sheet.data_validations.dataValidation}
    assert chosen == {columns[name] for name in ("field", "basis", "subject_type", "year")}


def test_what_is_known_of_the_unit_stands_in_its_report() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(HALF_YEAR)))
    sheet, rows = book["Báo cáo"], answers(book["Báo cáo"])
    assert sheet["B5"].value == ANSWER
    assert [sheet.cell(rows["contests"], column).value for column in (2, 3)] == ["2", 2]
    assert [cell.value for cell in book["Văn bản"][6]][:3] == ["Kế hoạch", "12-KH/ĐU", "2026-02-01"]


def test_a_report_comes_back_with_its_documents(back: Back) -> None:
    def write(book: Book) -> None:
        sheet = book["Báo cáo"]
        rows = answers(sheet)
        sheet.cell(rows["results"], 2).value = "Đã làm được nhiều việc"
        sheet.cell(rows["socialised"], 2).value = "1.500.000 đồng"
        written(book["Văn bản"], 7, {"document_kind": "Nghị quyết", "document_number": "5-NQ/ĐU",
                                     "document_dated": "03/03/2026", "document_for": "2026-2030"})  # fmt: skip

    [wish] = filled.wishes(back(HALF_YEAR, write))
    assert (wish.command, wish.body["unit"], wish.body["period"]) == ("SubmitUnitReport", "20242", "2026-H1")
    assert (wish.body["activities"], wish.body["funding"]) == ({"contests": 2}, {"socialised": 1_500_000})
    assert [each["number"] for each in wish.body["documents"]] == ["12-KH/ĐU", "5-NQ/ĐU"]


def test_what_is_wrong_in_a_report_is_told_at_the_line_where_it_stands(back: Back) -> None:
    def write(book: Book) -> None:
        sheet = book["Báo cáo"]
        sheet.cell(answers(sheet)["seminars"], 2).value = "ba"
        written(book["Văn bản"], 7, {"document_kind": "Kế hoạch", "document_number": "5"})
        written(book["Văn bản"], 8, {"document_kind": "Kế hoạch", "document_number": "6"})

    path = back(HALF_YEAR, write)
    rows = answers(openpyxl.load_workbook(path)["Báo cáo"])
    assert {(wrong.row, wrong.column) for wrong in wrongs(path)} == {
        (rows["results"], "results"), (rows["seminars"], "seminars"),
        (7, "document_dated"), (7, "document_for"), (8, "document_dated"), (8, "document_for"),
    }  # fmt: skip


def test_an_empty_form_says_so(back: Back) -> None:
    empty = Blank("unit-report", "20242", "Hải Châu", "2026")
    for blank in (REGISTRATION, empty):
        [wrong] = wrongs(back(blank, lambda _book: None))
        assert wrong.vi == "biểu mẫu chưa ghi gì"


def test_a_file_that_is_no_form_of_ours_is_refused_with_what_to_do(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "Tên mô hình"
    path = tmp_path / "khac.xlsx"
    book.save(path)
    with pytest.raises(Failure, match="no form that was handed out here"):
        filled.wishes(path)
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(Failure):
        filled.wishes(path)


def test_a_form_whose_headings_were_taken_away_says_so(back: Back) -> None:
    def write(book: Book) -> None:
        for cell in book["Đăng ký"][5]:
            cell.value = None

    assert [wrong.vi for wrong in wrongs(back(REGISTRATION, write))] == ["mất dòng tiêu đề cột"]


def test_of_the_lists_that_a_form_hides_nothing_is_remarked(
    back: Back, capsys: pytest.CaptureFixture[str]
) -> None:
    filled.wishes(back(REGISTRATION, lambda book: written(book["Đăng ký"], 6, GARDEN)))
    assert HIDDEN not in capsys.readouterr().err


SAVED = Path(__file__).parent / "saved_forms"
"""Filled in by typing into LibreOffice 7.4 with English settings, saved there as XLSX."""


def test_what_was_typed_into_a_spreadsheet_set_to_english_is_what_is_recorded() -> None:
    first, second = (wish.body for wish in filled.wishes(SAVED / "registration.xlsx"))
    assert (first["name"], second["name"]) == ('Ngõ xanh – "Tường hoa" phường Hải Châu', "Mô hình hai")
    assert (first["content"], first["field"], first["year"]) == ("- Trồng cây, tưới cây", "economy", 2026)
    assert (first["started_on"], second["started_on"]) == ("2026-03-05", "2026-12-25")
    papers = [first["registration_document"], first["plan_document"]]
    assert [(paper["number"], paper["dated"]) for paper in papers] == [
        ("12-CV/ĐU", "2026-02-15"), ("03", "2026-02-01"),
    ]  # fmt: skip
    assert [body["resources"] for body in (first, second)] == [
        {"state_budget": 1_500_000, "programme_integrated": 1_500_000, "socialised": 2_500_000, "labour_days": 120,
         "land_m2": land_m2} for land_m2 in (1200, 1000)
    ]  # fmt: skip


def test_a_report_typed_into_a_spreadsheet_says_what_was_typed_and_what_was_known() -> None:
    [wish] = filled.wishes(SAVED / "unit-report.xlsx")
    assert wish.body["activities"] == {"contests": 3, "seminars": 12, "trainees": 1200}
    assert wish.body["funding"] == {"state_budget": 2_500_000, "socialised": 1_500_000, "land_m2": 1200}
    assert (wish.body["results"], wish.body["on"]) == ("Đã vận động 120 hộ hiến đất", "2026-06-30")
    assert [(each["number"], each["dated"], each["for"]) for each in wish.body["documents"]] == [
        ("12-KH/ĐU", "2026-02-01", 2026), ("5-NQ/ĐU", "2026-03-03", "2026-2030"), ("07", "2026-05-13", 2026),
    ]  # fmt: skip


def test_an_answer_is_kept_as_it_is_typed() -> None:
    for blank in (REGISTRATION, HALF_YEAR):
        for sheet in openpyxl.load_workbook(io.BytesIO(workbook(blank))).worksheets:
            answered = [cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
            assert {cell.number_format for cell in answered} <= {"@"}
