"""Files as the field sends them: cells of every type, what is hidden, totals and signatures, odd headings, bombs."""

from __future__ import annotations

import io
import json
import time as clock
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill

from services.cli.importing import earlier, models
from services.cli.importing.finding import Models
from services.cli.importing.units import code_of
from services.cli.main import main
from services.cli.telling import Failure
from shared.registers import bounds, headings, reports, workbook
from shared.registers.merged import filled_downwards
from shared.registers.rows import Line, Lines, Rejected, Span, Wrong
from tests.cli.test_registers import CARD, HEADING, ROW, book, rejected, row

PAPERS = [*HEADING, "Ngân sách", "Số kế hoạch"]


def saved(tmp_path: Path, *lines: list[Any]) -> Path:
    made, _, path = book(tmp_path, *lines)
    made.save(path)
    return path


# --- cells: every type in every kind of column --------------------------------------------------------

TEXT, WHOLE, MONEY, DAY, CHOICE, PAPER = 3, 8, 14, 12, 4, 15
"""Columns of `PAPERS` by their place: the name, the year, the budget, the first day, the field, the plan's number."""
MEMBER = {
    TEXT: "name",
    WHOLE: "year",
    MONEY: "state_budget",
    DAY: "started_on",
    CHOICE: "field",
    PAPER: "plan_number",
}
WRONG = "✗"
CELLS: dict[str, tuple[Any, str | None, dict[int, Any]]] = {
    "a text": (
        "Hẻm sáng",
        None,
        {TEXT: "Hẻm sáng", WHOLE: WRONG, MONEY: WRONG, DAY: WRONG, CHOICE: WRONG, PAPER: "Hẻm sáng"},
    ),
    "a whole number": (
        2027,
        None,
        {TEXT: "2027", WHOLE: 2027, MONEY: 2027, DAY: WRONG, CHOICE: WRONG, PAPER: "2027"},
    ),
    "a whole number with a point": (2027.0, None, {TEXT: "2027", WHOLE: 2027, MONEY: 2027, PAPER: "2027"}),
    "a fraction": (
        12.345,
        None,
        {TEXT: "12.345", WHOLE: WRONG, MONEY: WRONG, DAY: WRONG, CHOICE: WRONG, PAPER: "12.345"},
    ),
    "a large number": (1.5e9, None, {TEXT: "1500000000", WHOLE: WRONG, MONEY: 1_500_000_000}),
    "a number shown as money": (1_500_000, '#,##0 "₫"', {TEXT: "1500000", MONEY: 1_500_000}),
    "a number below zero": (-5, None, {TEXT: "-5", WHOLE: WRONG, MONEY: WRONG}),
    "a text of a grouped number": (
        "1.500.000",
        None,
        {TEXT: "1.500.000", MONEY: 1_500_000, WHOLE: WRONG, PAPER: "1.500.000"},
    ),
    "a text of an amount": ("1.500.000 đồng", None, {MONEY: 1_500_000, WHOLE: WRONG}),
    "a text of a fraction": ("12,5", None, {MONEY: WRONG, WHOLE: WRONG, TEXT: "12,5"}),
    "a share": (1, "0%", {TEXT: "100%", WHOLE: WRONG, MONEY: WRONG, DAY: WRONG, CHOICE: WRONG}),
    "a share with a fraction": (0.155, "0.0%", {TEXT: "15.5%", WHOLE: WRONG, MONEY: WRONG}),
    "a date": (
        date(2026, 2, 5),
        "dd/mm/yyyy",
        {TEXT: "05/02/2026", WHOLE: WRONG, MONEY: WRONG, DAY: "2026-02-05", CHOICE: WRONG, PAPER: WRONG},
    ),
    "a date of another form": (date(2026, 2, 5), "[$-42A]d mmmm yyyy", {DAY: "2026-02-05", PAPER: WRONG}),
    "a moment": (
        datetime(2026, 2, 5, 8, 30),
        "dd/mm/yyyy hh:mm",
        {TEXT: "05/02/2026 08:30", WHOLE: WRONG, DAY: "2026-02-05", PAPER: WRONG},
    ),
    "a time": (
        time(8, 30),
        "hh:mm",
        {TEXT: "08:30", WHOLE: WRONG, MONEY: WRONG, DAY: WRONG, CHOICE: WRONG, PAPER: WRONG},
    ),
    "a duration": (
        timedelta(hours=26),
        "[h]:mm",
        {WHOLE: WRONG, MONEY: WRONG, DAY: WRONG, CHOICE: WRONG, PAPER: WRONG},
    ),
    "true": (True, None, {TEXT: WRONG, WHOLE: WRONG, MONEY: WRONG, DAY: WRONG, CHOICE: WRONG, PAPER: WRONG}),
    "an error": (
        "#N/A",
        None,
        {TEXT: WRONG, WHOLE: WRONG, MONEY: WRONG, DAY: WRONG, CHOICE: WRONG, PAPER: WRONG},
    ),
    "a formula without a result": (
        "=1+1",
        None,
        {TEXT: WRONG, WHOLE: WRONG, MONEY: WRONG, DAY: WRONG, CHOICE: WRONG, PAPER: WRONG},
    ),
    "nothing": (None, None, {TEXT: WRONG, WHOLE: WRONG, MONEY: None, DAY: None, CHOICE: None, PAPER: None}),
    "blanks": (
        "  \u00a0 ",
        None,
        {TEXT: WRONG, WHOLE: WRONG, MONEY: None, DAY: None, CHOICE: None, PAPER: None},
    ),
    "rich text": (
        CellRichText("Hẻm ", TextBlock(InlineFont(b=True), "sáng")),
        None,
        {TEXT: "Hẻm sáng", PAPER: "Hẻm sáng"},
    ),
    "a word of the list": ("kinh tế", None, {CHOICE: "economy", TEXT: "kinh tế"}),
}
EACH = [
    (what, value, form, column, meant)
    for what, (value, form, every) in CELLS.items()
    for column, meant in every.items()
]


def told(body: dict[str, Any], column: int) -> Any:
    """What became of a column."""
    if column == MONEY:
        return body.get("resources", {}).get("state_budget")
    if column == PAPER:
        return body.get("plan_document", {}).get("number")
    return body.get(MEMBER[column])


@pytest.mark.parametrize(("what", "value", "form", "column", "meant"), EACH, ids=lambda x: str(x)[:24])
def test_a_cells_type_gives_its_meaning(
    tmp_path: Path, what: str, value: Any, form: str | None, column: int, meant: Any
) -> None:
    made, sheet, path = book(tmp_path, PAPERS, [*ROW, None, None])
    cell = sheet.cell(2, column)
    cell.value = value
    cell.number_format = form or "General"
    made.save(path)

    if meant == WRONG:
        wrongs = rejected(path)
        assert [w.column for w in wrongs] == [MEMBER[column]], (what, [str(w) for w in wrongs])
        assert wrongs[0].row == 2 and wrongs[0].vi and wrongs[0].en
    else:
        [wish] = models.wishes([path])
        assert told(wish.body, column) == meant, what


def test_a_formula_counts_as_what_it_gave(tmp_path: Path) -> None:
    path = tmp_path / "so.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        for at, title in enumerate(PAPERS):
            sheet.write(0, at, title)
            if at < len(ROW) and not isinstance(ROW[at], datetime):
                sheet.write(1, at, ROW[at])
        sheet.write_formula(1, 7, "=2000+26", None, 2026)
        sheet.write_formula(1, 13, "=1000000*2.5", None, 2_500_000.0)
        sheet.write_formula(1, 2, '="Hẻm "&"sáng"', None, "Hẻm sáng")
        sheet.write_url(1, 4, "https://example.org", string="Toàn phường")
    [wish] = models.wishes([path])

    assert (wish.body["year"], wish.body["name"], wish.body["scope"]) == (2026, "Hẻm sáng", "Toàn phường")
    assert wish.body["resources"] == {"state_budget": 2_500_000}


def test_a_fraction_says_so_as_vietnamese_write_it(tmp_path: Path) -> None:
    [wrong] = rejected(saved(tmp_path, PAPERS, [*ROW, 12.345, None]))

    assert "12,345" in wrong.vi and "số nguyên" in wrong.vi and wrong.place == "Ngân sách (state_budget)"


# --- cost -------------------------------------------------------------------------------------------------


def test_cost_follows_cells_that_hold_something(tmp_path: Path) -> None:
    made, sheet, path = book(tmp_path, HEADING, ROW)
    sheet.cell(200_000, 3).fill = PatternFill("solid", fgColor="FFFF00")
    sheet.cell(1_048_576, 16_384).fill = PatternFill("solid", fgColor="FFFF00")
    made.save(path)
    begin = clock.monotonic()

    assert len(models.wishes([path])) == 1
    assert clock.monotonic() - begin < 5


def test_a_cell_far_out_is_told_and_costs_nothing(tmp_path: Path) -> None:
    made, sheet, path = book(tmp_path, HEADING, ROW)
    sheet.cell(2, 16_384).value = "x"
    sheet.cell(1_048_576, 3).value = "y"
    made.save(path)

    assert {wrong.row for wrong in rejected(path)} >= {1_048_576}


def bomb(tmp_path: Path, part: str, data: bytes) -> Path:
    """A workbook one of whose parts unpacks to much more than it is."""
    source = io.BytesIO()
    Workbook().save(source)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            if name != part:
                made.writestr(name, given.read(name))
        with made.open(part, "w") as written:
            for _ in range(bounds.MOST_UNPACKED // len(data) + 1):
                written.write(data)
    return path


@pytest.mark.thorough
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, part: str) -> None:
    path = bomb(tmp_path, part, b"<si><t>x</t></si>" * 65_536)
    begin = clock.monotonic()
    with pytest.raises(Failure) as failure:
        models.wishes([path])

    assert "80 MB" in failure.value.vi and "80 MB" in failure.value.en
    assert path.stat().st_size < 2_000_000 and clock.monotonic() - begin < 5


SHEET, TEXTS, STYLES, BOOK = (
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
)
LONG = {
    "merged cells": (SHEET, b"</sheetData>", b'<mergeCell ref="C3:C9"/>', "ô gộp"),
    "rows": (SHEET, b"</sheetData>", b'<row r="9"/>', "dòng kể cả dòng trống"),
    "rows of another name": (SHEET, b"</sheetData>", b'<x:row r="9"/>', "dòng kể cả dòng trống"),
    "coloured cells": (SHEET, b"</row></sheetData>", b'<c r="D2" s="1"/>', "ô kể cả ô trống"),
    "cells": (SHEET, b"</row></sheetData>", b'<c r="D2"><v>1</v></c>', "ô có dữ liệu"),
    "columns": (SHEET, b"<sheetData>", b'<col min="1" max="16384" hidden="1"/>', "cột"),
    "views": (SHEET, b"<sheetData>", b"<selection/>", "thẻ XML"),
    "anything": (SHEET, b"</sheetData>", b"<a/>", "thẻ XML"),
    "texts": (TEXTS, b"</sst>", b"<si><t>x</t></si>", "chuỗi ký tự"),
    "forms": (STYLES, b"</cellXfs>", b"<xf/>", "định dạng ô"),
    "fonts": (STYLES, b"</fonts>", b"<font/>", "phông chữ"),
    "names": (BOOK, b"<calcPr", b'<definedName name="a">A1</definedName>', "thẻ XML"),
    "sheets": (BOOK, b"</sheets>", b'<sheet name="a" sheetId="1"/>', "thẻ XML"),
    "types": ("[Content_Types].xml", b"</Types>", b'<Override PartName="/a" ContentType="b"/>', "thẻ XML"),
}


@pytest.mark.thorough
@pytest.mark.parametrize("what", LONG)
def test_a_small_file_that_is_a_long_table_is_refused_at_once(tmp_path: Path, what: str) -> None:
    part, before, more, said = LONG[what]
    path = tmp_path / "so.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        for at, (title, cell) in enumerate(zip(HEADING, ROW, strict=True)):
            sheet.write(0, at, title)
            sheet.write(1, at, str(cell))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    most = 7 if part == STYLES else 78
    assert before in parts[part]
    parts[part] = parts[part].replace(before, more * (most * 1024 * 1024 // len(more)) + before, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    begin = clock.process_time()

    with pytest.raises(Failure) as failure:
        models.wishes([path])
    assert said in failure.value.vi and "quá lớn" in failure.value.vi
    assert clock.process_time() - begin < 2 and path.stat().st_size < 1_000_000


@pytest.mark.thorough
def test_what_merged_cells_overlap_is_filled_once(tmp_path: Path) -> None:
    lines = [Line(number, [f"{number}"]) for number in range(1, 50_001)]
    merged = [Span(top, 0, 60_000, 0) for top in range(2, 20_000)]
    begin = clock.process_time()
    filled = filled_downwards(Lines("so.xlsx", lines, merged=merged))

    assert [line.cells for line in filled[:4]] == [["1"], ["2"], ["2"], ["2"]] and lines[3].cells == ["4"]
    assert clock.process_time() - begin < 2
    with pytest.raises(Failure) as failure:
        filled_downwards(Lines("so.xlsx", lines, merged=[Span(2, c, 60_000, c) for c in range(100)]))
    assert "ô gộp" in failure.value.vi


def test_what_the_format_writes_as_numbers_is_the_character_it_is(tmp_path: Path) -> None:
    path = tmp_path / "so.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        for at, (title, cell) in enumerate(zip(HEADING, row(c7="Việc một_x000D_\nviệc hai"), strict=True)):
            sheet.write(0, at, title)
            sheet.write(1, at, cell if not isinstance(cell, datetime) else "09/01/2026")

    assert models.wishes([path])[0].body["content"] == "Việc một\nviệc hai"


def test_a_document_type_is_no_part_of_a_workbook(tmp_path: Path) -> None:
    path = saved(tmp_path, HEADING, ROW)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[SHEET] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts[SHEET]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    with pytest.raises(Failure):
        models.wishes([path])


@pytest.mark.parametrize("bound", ["MOST_LINES", "MOST_CELLS", "MOST_SHEETS"])
def test_every_bound_is_said(tmp_path: Path, bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, bound, 1)
    made, _, path = book(tmp_path, HEADING, ROW)
    made.create_sheet("Hai").append(["x"])
    made.save(path)
    with pytest.raises(Failure) as failure:
        models.wishes([path])

    assert "quá 1 " in failure.value.vi and "more than 1 " in failure.value.en


# --- what is hidden, struck out, or below the table --------------------------------------------------------


def test_styles_beyond_what_copying_gathers_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, HEADING, ROW)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    more = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>' * 200_000
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(b"</cellXfs>", more + b"</cellXfs>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    with pytest.raises(Failure) as found:
        models.wishes([path])
    assert "định dạng ô" in found.value.vi


def test_what_a_reader_does_not_see_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [row(c3=f"Mô hình {n}") for n in range(2, 8)]
    made, sheet, path = book(tmp_path, HEADING, *lines)
    sheet.row_dimensions[3].hidden = True
    for cell in sheet[4]:
        cell.font = Font(strike=True)
    sheet.cell(5, 3).font = Font(strike=True)
    sheet.column_dimensions["G"].hidden = True
    hidden = made.create_sheet("Bí mật")
    hidden.append(HEADING)
    hidden.sheet_state = "hidden"
    made.save(path)

    assert main(["import", "models", str(path), "--check"]) == 0
    said = capsys.readouterr().err
    for line in ("hidden or filtered rows, read: 3", "struck through, passed over: 4",
                 "partly struck through, read: 5", "hidden columns, read all the same: Nội dung",
                 "hidden sheet not read: Bí mật"):  # fmt: skip
        assert line in said, said
    assert [wish.body["name"] for wish in models.wishes([path])] == [f"Mô hình {n}" for n in (2, 3, 5, 6, 7)]


BELOW = [
    [None, "Tổng cộng", None, None, None, None, None, 2, "2 mô hình"],
    [],
    [None, "Ghi chú: danh sách này thay danh sách cũ"],
    [None, None, None, None, None, None, None, None, "Hải Châu, ngày 5 tháng 1 năm 2026"],
    [None, "NGƯỜI LẬP BIỂU", None, None, None, None, None, None, "TM. BAN THƯỜNG VỤ"],
    [None, None, None, None, None, None, None, None, "PHÓ BÍ THƯ"],
    [None, "(Ký, ghi rõ họ tên)", None, None, None, None, None, None, "(Ký tên, đóng dấu)"],
    [None, "Nguyễn Văn A", None, None, None, None, None, None, "Trần Thị B"],
    [None, "Nơi nhận:"],
    [None, "- Ban Tuyên giáo và Dân vận Thành ủy;"],
]


def test_totals_signatures_and_notes_are_passed_over_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, HEADING, ROW, row(c3="Hẻm sáng"), *BELOW)

    assert main(["import", "models", str(path), "--check"]) == 0
    said = capsys.readouterr().err
    assert "totals passed over: 4" in said
    assert "passed over below the table: 6, 7, 8, 9, 10, 11, 12, 13" in said


def test_a_signature_without_a_total_is_passed_over_too(tmp_path: Path) -> None:
    assert len(models.wishes([saved(tmp_path, HEADING, ROW, *BELOW[3:8])])) == 1


def alone(at: int, *cells: Any) -> list[Any]:
    """A line with these cells from a column on."""
    return [*[None] * at, *cells, *[None] * (len(HEADING) - at - len(cells))]


@pytest.mark.parametrize("at", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "said",
    ["I. LĨNH VỰC KINH TẾ", "A. PHƯỜNG HẢI CHÂU", "II", "* Mô hình duy trì", "Lĩnh vực quốc phòng, an ninh", "VH-XH",
     "1. Lĩnh vực kinh tế", "Nhóm 1: tập thể", "(III) Xây dựng HTCT", "B - Cá nhân"],
)  # fmt: skip
def test_a_group_is_passed_over_and_said_wherever_it_stands(
    tmp_path: Path, said: str, at: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, HEADING, alone(at, said), ROW, alone(at, said), row(c3="Hẻm sáng"))

    assert len(models.wishes([path])) == 2
    assert "groups, passed over: 2, 4" in capsys.readouterr().err


@pytest.mark.parametrize(
    "cells",
    [("I", "LĨNH VỰC KINH TẾ"), ("I.", "Kinh tế", 12), ("Phường Hải Châu",), ("A", None, "Đăng ký mới")],
)
def test_a_group_may_have_its_number_and_its_count_beside(tmp_path: Path, cells: tuple[Any, ...]) -> None:
    assert len(models.wishes([saved(tmp_path, HEADING, alone(0, *cells), ROW)])) == 1


@pytest.mark.parametrize(
    "name",
    [
        "Camera an ninh",
        "1. Camera an ninh",
        "Phân loại rác",
        "Xã hội hóa vườn rau",
        "Nhóm hộ tự quản",
        "Cấp nước",
    ],
)
def test_a_name_without_the_rest_of_its_row_is_no_group(tmp_path: Path, name: str) -> None:
    assert [w.row for w in rejected(saved(tmp_path, HEADING, ROW, alone(2, name), row(c3="B")))] == [3]


def test_the_heading_of_the_next_page_is_passed_over_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(models.wishes([saved(tmp_path, HEADING, ROW, HEADING, row(c3="Hẻm sáng"))])) == 2
    assert "headings again, passed over: 3" in capsys.readouterr().err


@pytest.mark.parametrize(
    "said",
    ["Tổng", "Cộng:", "TỔNG SỐ: 02 mô hình", "Toàn phường: 2", "Cộng dồn", "Lũy kế đến nay", "Tổng kinh phí", "T.cộng",
     "Cộng mục I", "Cộng nhóm A", "Σ", "TC", "Số lượng: 2", "Total:"],
)  # fmt: skip
def test_a_total_is_passed_over_however_it_is_called(
    tmp_path: Path, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, HEADING, ROW, alone(1, said, None, None, None, None, None, 2), row(c3="Hẻm sáng"))

    assert len(models.wishes([path])) == 2
    assert "totals passed over: 3" in capsys.readouterr().err


@pytest.mark.parametrize(
    "said",
    ["Danh sách có 02 mô hình./.", "./.", "----------", "Hải Châu, ngày    tháng   năm 2026", "Đà Nẵng, 5/1/2026",
     "T/M ĐẢNG ỦY", "LÃNH ĐẠO ĐƠN VỊ", "XÁC NHẬN CỦA ĐẢNG ỦY", "TRƯỞNG KHỐI DÂN VẬN", "CHÁNH VĂN PHÒNG", "Q. CHỦ TỊCH",
     "Người phụ trách", "- Như trên;", "--- HẾT ---", "Phụ lục kèm theo Công văn số 12", "Trang 1/2"],
)  # fmt: skip
def test_what_ends_a_list_is_passed_over_with_the_names_below_it(
    tmp_path: Path, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, HEADING, ROW, [], alone(7, said), alone(7, "Trần Thị B"))

    assert len(models.wishes([path])) == 1
    assert "passed over below the table: 4, 5" in capsys.readouterr().err


def test_what_was_passed_over_stands_in_the_result_for_scripts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, sheet, path = book(tmp_path, HEADING, alone(0, "I. KINH TẾ"), ROW, row(c3="Hẻm sáng"), *BELOW)
    sheet.row_dimensions[3].hidden = True
    made.save(path)

    assert main(["import", "models", str(path), "--check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["valid"] == 2
    for said in ("groups, passed over: 2", "totals passed over: 5", "hidden or filtered rows, read: 3"):
        assert any(said in notice for notice in told["notices"]), told


def test_half_a_row_at_the_end_is_still_wrong(tmp_path: Path) -> None:
    wrongs = rejected(saved(tmp_path, HEADING, ROW, row(c3="Hẻm sáng", c5=None, c6=None)))

    assert {(wrong.row, wrong.column) for wrong in wrongs} == {(3, "scope"), (3, "beneficiaries")}


def test_a_model_whose_name_begins_like_a_total_is_a_model(tmp_path: Path) -> None:
    path = saved(tmp_path, HEADING, row(c3="Tổng vệ sinh cuối tuần"), row(c3="Cộng đồng xanh"))

    assert len(models.wishes([path])) == 2


# --- how a CSV is separated ----------------------------------------------------------------------------------


def csv_of(tmp_path: Path, delimiter: str, quoted: bool = True) -> Path:
    cells = [str(cell) if not isinstance(cell, datetime) else "09/01/2026" for cell in ROW]
    cells[6] = "Thu gom, phân loại, tái chế; bán, gây quỹ"
    sign = '"' if quoted else ""
    path = tmp_path / "so.csv"
    lines = [HEADING, cells]
    path.write_text(
        "\n".join(delimiter.join(f"{sign}{c}{sign}" for c in line) for line in lines) + "\n", "utf-8"
    )
    return path


@pytest.mark.parametrize("delimiter", [";", "\t", ",", "|"])
def test_the_delimiter_is_the_one_under_which_there_is_a_heading(tmp_path: Path, delimiter: str) -> None:
    [wish] = models.wishes([csv_of(tmp_path, delimiter)])
    assert wish.body["content"] == "Thu gom, phân loại, tái chế; bán, gây quỹ"


def test_commas_in_texts_do_not_hide_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "so.csv"
    text = "Một, hai, ba, bốn, năm, sáu, bảy, tám, chín, mười"
    path.write_text(f"Đơn vị;Kỳ báo cáo;Kết quả\n20242;2026;{text}\n20194;2026;{text}\n", "utf-8")

    assert [wish.body["results"] for wish in reports.wishes([path], code_of)] == [text, text]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-32", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_in_any_form_of_unicode_and_of_lines(tmp_path: Path, encoding: str, end: str) -> None:
    path = csv_of(tmp_path, ";")
    path.write_bytes(path.read_text("utf-8").replace("\n", end).encode(encoding))

    assert models.wishes([path])[0].body["name"] == "Chợ văn minh"


def test_excels_own_line_about_the_delimiter_is_taken(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "|")
    path.write_text("sep=|\n" + path.read_text("utf-8"), "utf-8")

    [wish] = models.wishes([path])
    assert wish.row is not None and wish.row.number == 3


# --- headings and values as the field writes them ------------------------------------------------------------


def grouped(tmp_path: Path, merge: bool = True) -> Path:
    top = [*HEADING[:11], "Văn bản đăng ký", None, "Kế hoạch", None, "Kinh phí", None]
    below = [None] * 11 + ["Số", "Ngày", "Số", "Ngày", "Ngân sách", "Xã hội hóa"]
    more = ["12-CV/ĐU", "05/01/2026", "3-KH/ĐU", "06/01/2026", 1000, 2000]
    made, sheet, path = book(tmp_path, ["SỔ ĐĂNG KÝ"], top, below, [*ROW[:11], *more])
    if merge:
        for span in ("L2:M2", "N2:O2", "P2:Q2", *(f"{column}2:{column}3" for column in "ABCDEFGHIJK")):
            sheet.merge_cells(span)
    made.save(path)
    return path


@pytest.mark.parametrize("merge", [True, False])
def test_a_heading_may_have_groups_above_its_columns(tmp_path: Path, merge: bool) -> None:
    [wish] = models.wishes([grouped(tmp_path, merge)])

    assert wish.body["registration_document"] == {
        "kind": "Văn bản đăng ký",
        "number": "12-CV/ĐU",
        "dated": "2026-01-05",
    }
    assert wish.body["plan_document"]["number"] == "3-KH/ĐU"
    assert wish.body["resources"] == {"state_budget": 1000, "socialised": 2000}


def test_a_column_under_a_group_is_told_with_it(tmp_path: Path) -> None:
    path = tmp_path / "so.csv"
    path.write_text(
        "Đơn vị;Kỳ báo cáo;Kết quả;Văn bản;;;Văn bản cho năm\n;;;Loại;Số;Ngày;\n"
        "20242;2026;Tốt;Kế hoạch;1-KH/ĐU;hôm qua;2026\n",
        "utf-8",
    )
    with pytest.raises(Rejected) as found:
        reports.wishes([path], code_of)
    [wrong] = found.value.wrongs

    assert wrong.title == "Văn bản ▸ Ngày"


@pytest.mark.parametrize(
    ("said", "field", "kept"),
    [
        (
            "Quốc phòng, an ninh, tôn giáo, dân tộc",
            "defence_security",
            "Quốc phòng, an ninh, tôn giáo, dân tộc",
        ),
        ("QP-AN", "defence_security", None),
        ("Lĩnh vực Kinh tế", "economy", None),
        ("2. Văn hóa, xã hội", "culture_society", None),
        ("XD HTCT", "political_system", None),
        ("Xây dựng Đảng và hệ thống chính trị", "political_system", "Xây dựng Đảng và hệ thống chính trị"),
        ("Κinh tế", "economy", None),
        ("LV kinh tế", "economy", None),
        ("d) Xây dựng hệ thống chính trị", "political_system", None),
        ("(3) Lĩnh vực quốc phòng - an ninh", "defence_security", None),
        ("QP – AN – TG – DT", "defence_security", "QP – AN – TG – DT"),
        (
            "Quốc phòng, an ninh, dân tộc và tôn giáo",
            "defence_security",
            "Quốc phòng, an ninh, dân tộc và tôn giáo",
        ),
        ("ANTT", "defence_security", None),
        ("XDĐ", "political_system", None),
    ],
)
def test_a_field_as_other_years_called_it_is_taken_and_its_label_kept(
    tmp_path: Path, said: str, field: str, kept: str | None
) -> None:
    [wish] = models.wishes([saved(tmp_path, HEADING, row(c4=said))])

    assert (wish.body["field"], wish.body.get("topics")) == (field, None if kept is None else [kept])


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Tổ chức CT-XH", "socio_political_org"),
        ("Tổ chức chính trị – xã hội", "socio_political_org"),
        ("Hội Phụ nữ", "socio_political_org"),
        ("UBMTTQ", "fatherland_front"),
        ("Tổ dân phố", "residential_area"),
        ("LLVT", "armed_forces"),
        ("Hội LHPN", "socio_political_org"),
        ("Các tổ chức CT-XH", "socio_political_org"),
        ("CT-XH", "socio_political_org"),
        ("LĐLĐ", "socio_political_org"),
        ("UBMTTQVN", "fatherland_front"),
        ("Ban CTMT", "fatherland_front"),
        ("Ban CHQS", "armed_forces"),
        ("Tổ DP", "residential_area"),
        ("ĐVSN công lập", "public_service_unit"),
    ],
)
def test_a_kind_of_subject_may_be_shortened(tmp_path: Path, said: str, kind: str) -> None:
    [wish] = models.wishes([saved(tmp_path, HEADING, row(c11=said))])
    assert wish.body["subjects"][0]["type"] == kind


@pytest.mark.parametrize(
    "said",
    [
        "P. Hải Châu",
        "P.Hải Châu",
        "Phường Hải Châu, TP. Đà Nẵng",
        "phường hải châu",
        "Đảng ủy P. Hải Châu",
        "ĐU phường Hải Châu",
        "Phường Hải Châu, thành phố Đà Nẵng",
        "Ph. Hải Châu",
        "20242",
        20242,
    ],
)
def test_a_ward_may_be_shortened(tmp_path: Path, said: Any) -> None:
    [wish] = models.wishes([saved(tmp_path, HEADING, row(c2=said))])
    assert wish.body["unit"] == "20242"


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("Đ.K Hoàng Sa", "20333"),
        ("Thành ủy", "thanh-uy-da-nang"),
        ("Ban TG&DV Thành ủy", "btgdv"),
        ("Đảng ủy UBND thành phố", "dang-uy-ubnd"),
        ("ĐU các CQ Đảng TP", "dang-uy-co-quan-dang"),
        ("Đảng ủy Công an thành phố Đà Nẵng", "dang-uy-cong-an"),
        ("Đảng uỷ Quân sự", "dang-uy-quan-su"),
    ],
)
def test_the_citys_own_units_may_be_shortened(said: str, unit: str) -> None:
    assert code_of(said) == unit


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("Tên mô hình, điển hình", "name"), ("Thuộc lĩnh vực", "field"), ("Lĩnh vực đăng kí", "field"),
        ("Xã/phường/đặc khu", "unit"), ("Địa phương, đơn vị", "unit"), ("Địa chỉ cụ thể", "address"),
        ("Phạm vi, quy mô", "scope"), ("Địa bàn, đối tượng", "beneficiaries"),
        ("Nội dung, cách thức thực hiện", "content"), ("Thực trạng, lý do xây dựng", "current_situation"),
        ("Mục tiêu, tiêu chí", "aims"), ("Sản phẩm, kết quả đầu ra (có thể kiểm chứng)", "expected_results"),
        ("Khả năng duy trì, nhân rộng", "sustainability"), ("NSNN", "state_budget"), ("Mã số mô hình", "legacy_id"),
        ("Diện tích hiến đất (m²)", "land_m2"),
    ],
)  # fmt: skip
def test_a_heading_of_other_registers_and_forms_is_taken(title: str, column: str) -> None:
    found = headings.column_of((title,), models.FORM.named())
    assert found is not None and found.name == column


def test_of_two_titles_for_one_thing_the_first_is_taken_and_the_other_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [wish] = models.wishes([saved(tmp_path, [*HEADING, "Địa bàn thực hiện"], [*ROW, "Tổ 5"])])

    assert wish.body["scope"] == "Toàn chợ"
    assert "columns not taken: Địa bàn thực hiện" in capsys.readouterr().err


@pytest.mark.parametrize("said", ["Cấp tỉnh", "Tỉnh", "Tỉnh Quảng Nam", "Tỉnh ủy"])
def test_a_recognition_of_the_province_is_the_citys_and_says_what_it_was(tmp_path: Path, said: str) -> None:
    path = tmp_path / "so.csv"
    head = "model,level,decision_number,decided_on,authority"
    path.write_text(f"{head}\n{CARD['id']},{said},1-QĐ/TU,1/12/2024,Tỉnh ủy Quảng Nam\n", "utf-8")
    [wish] = earlier.recognitions([path], lambda: Models([{**CARD, "name": "A"}]))

    assert (wish.body["level"], wish.body["decision"]["title"]) == ("city", said)


def test_reasons_in_vietnamese_name_vietnamese_choices(tmp_path: Path) -> None:
    wrongs = rejected(saved(tmp_path, HEADING, row(c2="Phường Không Có", c4="Thể thao", c9="?", c11="Ai đó")))
    said = " ".join(wrong.vi for wrong in wrongs)

    assert {wrong.column for wrong in wrongs} == {"unit", "field", "basis", "subject_type"}
    assert "Xây dựng hệ thống chính trị" in said and "Duy trì" in said and "Phường Hải Châu" in said
    for code in ("economy", "maintained", "socio_political_org", "^[", "pattern"):
        assert code not in said and all("^[" not in wrong.en for wrong in wrongs)


def test_a_heading_in_look_alikes_is_found(tmp_path: Path) -> None:
    odd = [str(title).replace("Đ", "Ð").replace("a", "а") for title in HEADING]
    assert len(models.wishes([saved(tmp_path, odd, ROW)])) == 1


# --- encodings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("TuyÕn phè kh«ng r¸c", "--encoding tcvn3"),
        ("Tuyeán phoá khoâng raùc", "--encoding vni"),
        ("Tuyáº¿n phá»‘ khÃ´ng rÃ¡c", "--encoding utf-8"),
        ("Tuyêìn phôì không raìc", "--encoding cp1258"),
        ("Tuy\ufffdn ph\ufffd", "U+FFFD"),
        ("\uf0b7 Tuyến phố", "U+F0B7"),
        ("Tuyến phố\u202e", "U+202E"),
    ],
)
def test_a_text_that_was_read_wrongly_is_told_at_its_cell(tmp_path: Path, name: str, said: str) -> None:
    [wrong] = rejected(saved(tmp_path, HEADING, row(c3=name)))

    assert (wrong.row, wrong.column) == (2, "name")
    assert said in wrong.vi and said in wrong.en


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("tcvn3", "TuyÕn phè kh«ng r¸c"),
        ("vni", "Tuyeán phoá khoâng raùc"),
        ("cp1258", "Tuyêìn phôì không raìc"),
    ],
)
def test_it_is_put_right_when_its_encoding_is_said(tmp_path: Path, encoding: str, name: str) -> None:
    [wish] = models.wishes([saved(tmp_path, HEADING, row(c3=name))], encoding=encoding)

    assert wish.body["name"] == "Tuyến phố không rác" and wish.body["content"] == "Nội dung"


@pytest.mark.parametrize(("encoding", "name"), [("tcvn3", "TuyÕn phè"), ("vni", "Tuyeán phoá")])
def test_the_other_cells_of_its_row_are_left_when_they_are_unicode(
    tmp_path: Path, encoding: str, name: str
) -> None:
    rows = [row(c3=name, c6="Nhân dân, toàn dân", c7="Phường và xã")]
    [wish] = models.wishes([saved(tmp_path, HEADING, *rows)], encoding=encoding)
    assert wish.body["name"] == "Tuyến phố"
    assert "Nhân dân, toàn dân" in wish.body.values() and "Phường và xã" in wish.body.values()


def test_a_whole_file_of_another_encoding_is_told_and_put_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "so.csv"
    path.write_bytes("§¬n vÞ;Kú b¸o c¸o;KÕt qu¶\n20242;2026;TuyÕn phè kh«ng r¸c\n".encode("cp1252"))

    assert main(["import", "reports", str(path), "--check"]) == 1
    assert "--encoding tcvn3" in capsys.readouterr().err
    assert main(["import", "reports", str(path), "--check", "--encoding", "tcvn3"]) == 0
    assert reports.wishes([path], code_of, "tcvn3")[0].body["results"] == "Tuyến phố không rác"


def test_headings_of_another_encoding_say_so(tmp_path: Path) -> None:
    [wrong] = rejected(saved(tmp_path, ["§¬n vÞ", "Tªn m« h×nh", "LÜnh vùc"], ["20242", "a", "b"]))
    assert isinstance(wrong, Wrong) and "--encoding tcvn3" in wrong.vi
