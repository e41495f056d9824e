"""Registers as wards keep them: titles, merged cells, dates in every spelling, and what is no table at all."""

from __future__ import annotations

import csv
import unicodedata
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from services.cli.importing import earlier, models, units
from services.cli.importing.finding import Models
from services.cli.importing.units import code_of
from services.cli.main import main
from services.cli.telling import Failure
from shared.registers import reports
from shared.registers.rows import Rejected, Wrong, write_rejected
from shared.registers.wishes import wrongs_of

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
HEADING = [
    "TT", "Phường, xã", "Tên mô hình (*)", "LĨNH VỰC", "Phạm vi", "Doi tuong", "Nội dung", "Năm", "Loại đăng ký",
    "Chủ thể", "Loại chủ thể", "Ngày bắt đầu", "Ghi chú",
]  # fmt: skip
ROW: list[Any] = [
    1, "Phường Hải Châu", "Chợ văn minh", "Kinh tế", "Toàn chợ", "Tiểu thương", "Nội dung", 2026.0, "Mới",
    "Ban quản lý chợ", "Đoàn thể", datetime(2026, 1, 9), "",
]  # fmt: skip
CARD = {"id": "0190b4f0-0000-7000-8000-000000000001", "reference": "DVK-2026-000001", "unit": "20242"}


def row(**changed: Any) -> list[Any]:
    """A good row, but for the columns named by their place (`c3` is the name)."""
    cells = list(ROW)
    for name, value in changed.items():
        cells[int(name[1:]) - 1] = value
    return cells


def book(tmp_path: Path, *lines: list[Any]) -> tuple[Workbook, Any, Path]:
    made = Workbook()
    sheet = made.worksheets[0]
    for line in lines:
        sheet.append(line)
    return made, sheet, tmp_path / "so.xlsx"


def register(tmp_path: Path, *rows: list[Any]) -> Path:
    """A register as a ward prints it."""
    numbering = [f"({n})" for n in range(1, len(HEADING) + 1)]
    lines = [["ĐẢNG ỦY PHƯỜNG HẢI CHÂU"], ["SỔ ĐĂNG KÝ MÔ HÌNH"], [], HEADING, numbering, *rows]
    made, sheet, path = book(tmp_path, *lines)
    sheet.merge_cells("A2:M2")
    made.save(path)
    return path


def rejected(path: Path) -> list[Wrong]:
    with pytest.raises(Rejected) as found:
        models.wishes([path])
    return list(found.value.wrongs)


def test_titles_numbers_of_columns_and_blank_rows_are_no_models(tmp_path: Path) -> None:
    [wish] = models.wishes([register(tmp_path, [], ROW, [])])

    assert wish.row is not None and wish.row.number == 7
    assert {name: wish.body[name] for name in ("unit", "name", "field", "year", "basis", "started_on")} == {
        "unit": "20242", "name": "Chợ văn minh", "field": "economy", "year": 2026, "basis": "new",
        "started_on": "2026-01-09",
    }  # fmt: skip


@pytest.mark.parametrize(
    "cell", [date(2026, 1, 9), "09/01/2026", "9.1.2026", " 9-1-2026 ", "2026-01-09", "2026-01-09 00:00:00"]
)
def test_a_day_may_be_written_in_many_ways(tmp_path: Path, cell: object) -> None:
    [wish] = models.wishes([register(tmp_path, row(c12=cell))])

    assert wish.body["started_on"] == "2026-01-09"


@pytest.mark.parametrize("cell", ["13/13/2026", "31/02/2026", "đầu năm", 46031])
def test_what_is_no_day_is_named(tmp_path: Path, cell: object) -> None:
    [wrong] = rejected(register(tmp_path, row(c12=cell)))

    assert (wrong.row, wrong.column, wrong.title) == (6, "started_on", "Ngày bắt đầu")
    assert "dd/mm/yyyy" in wrong.vi and "dd/mm/yyyy" in wrong.en


def test_decomposed_letters_trailing_and_unbreakable_spaces_and_broken_lines_do_not_matter(
    tmp_path: Path,
) -> None:
    name = unicodedata.normalize("NFD", " Chợ\u00a0văn\r\nminh \u200b")
    [wish] = models.wishes([register(tmp_path, row(c3=name))])

    assert wish.body["name"] == "Chợ văn minh"


def test_a_register_without_a_field_column_is_registered_without_a_field(tmp_path: Path) -> None:
    lines = [[cell for n, cell in enumerate(line) if n != 3] for line in (HEADING, ROW)]
    made, _, path = book(tmp_path, *lines)
    made.save(path)
    [wish] = models.wishes([path])

    assert "field" not in wish.body
    assert wrongs_of(wish, {}) == []


def test_a_register_of_one_ward_needs_no_column_for_it(tmp_path: Path) -> None:
    lines = [[cell for n, cell in enumerate(line) if n != 1] for line in (HEADING, ROW)]
    made, _, path = book(tmp_path, *lines)
    made.save(path)

    assert [wrong.column for wrong in rejected(path)] == ["unit"]
    assert models.wishes([path], unit="20242")[0].body["unit"] == "20242"


def test_a_cell_merged_downwards_holds_for_each_of_its_rows(tmp_path: Path) -> None:
    made, sheet, path = book(tmp_path, HEADING, ROW, row(c2=None, c3="Hẻm sáng"))
    sheet.merge_cells("B2:B3")
    made.save(path)

    assert [wish.body["unit"] for wish in models.wishes([path])] == ["20242", "20242"]


def test_every_sheet_is_read_and_one_without_a_heading_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, _, path = book(tmp_path, HEADING, ROW)
    made.create_sheet("Hướng dẫn").append(["Điền theo mẫu"])
    other = made.create_sheet("Xã hội")
    other.append(HEADING)
    other.append(row(c3="Hẻm sáng", c2="Phường không có"))
    made.save(path)

    [wrong] = rejected(path)
    assert (wrong.file, wrong.row, wrong.column) == ("so.xlsx [Xã hội]", 2, "unit")
    assert "Hướng dẫn" in capsys.readouterr().err


def test_two_models_of_one_name_in_a_ward_need_a_code_each(tmp_path: Path) -> None:
    [wrong] = rejected(register(tmp_path, ROW, row(c7="Nội dung khác")))
    assert wrong.row == 7 and "legacy_id" in wrong.en

    coded = [[*HEADING, "Mã mô hình"], [*ROW, "01"], [*row(c7="Nội dung khác"), "02"]]
    made, _, path = book(tmp_path, *coded)
    made.save(path)
    assert len({wish.body["model"] for wish in models.wishes([path])}) == 2


def test_the_same_code_in_two_wards_is_two_models(tmp_path: Path) -> None:
    made, _, path = book(tmp_path, [*HEADING, "Mã"], [*ROW, "01"], [*row(c2="Phường Thanh Khê"), "01"])
    made.save(path)

    assert len({wish.body["model"] for wish in models.wishes([path])}) == 2


@pytest.mark.parametrize(
    "changed, column, vi",
    [
        ({"c3": "x" * 501}, "name", "500"),
        ({"c4": "Thể thao"}, "field", "Quốc phòng, an ninh"),
        ({"c8": "hai nghìn"}, "year", "số nguyên"),
        ({"c8": 1999}, "year", "2020"),
        ({"c9": "Chưa rõ"}, "basis", "Duy trì"),
        ({"c11": None}, "subject_type", "trống"),
        ({"c3": "=1+1"}, "name", "công thức"),
    ],
    ids=[
        "too long",
        "no such field",
        "no number",
        "too early",
        "no such basis",
        "empty",
        "formula without result",
    ],
)
def test_each_wrong_cell_is_named_with_its_reason(
    tmp_path: Path, changed: dict[str, Any], column: str, vi: str
) -> None:
    wrong = rejected(register(tmp_path, row(**changed)))[0]

    assert (wrong.row, wrong.column) == (6, column)
    assert vi in wrong.vi


def test_a_heading_between_the_rows_and_a_total_are_no_models(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = register(tmp_path, ["I. LĨNH VỰC KINH TẾ"] + [None] * 12, ROW, [None, None, "Tổng cộng: 1"])

    assert len(models.wishes([path])) == 1
    assert "tổng" in (said := capsys.readouterr().err) and "8" in said


def test_a_column_nobody_knows_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, _, path = book(tmp_path, [*HEADING, "Dia chii"], [*ROW, "Đường số 1"])
    made.save(path)
    models.wishes([path])

    assert "Dia chii" in capsys.readouterr().err


def test_a_persons_name_is_not_in_the_command_id(tmp_path: Path) -> None:
    one, other = (
        models.wishes([register(tmp_path, row(c10=name, c11="Người dân"))])[0] for name in ("Ông A", "Bà B")
    )

    assert one.body["subjects"][0]["person"] == {"name": "Ông A"}
    assert one.command_id == other.command_id


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("so.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "mật khẩu"),
        ("so.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "mật khẩu"),
        ("so.csv", b"%PDF-1.7", "PDF"),
        ("so.xls", b"<html><table>", "HTML"),
        ("so.csv", b"a\0b", "bảng tính"),
        ("so.xlsx", b"PK\x03\x04none", "XLSX"),
    ],
)
def test_what_is_no_spreadsheet_says_what_to_do(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Failure) as failure:
        models.wishes([tmp_path / name])

    assert said in failure.value.vi and name in failure.value.en


# --- reports and earlier decisions ----------------------------------------------------------------


def test_a_row_that_repeats_unit_and_period_adds_a_document() -> None:
    [report] = reports.wishes([EXAMPLES / "reports.csv"], code_of)

    assert (report.body["unit"], report.body["period"], report.body["on"]) == (
        "20242",
        "2026-H1",
        "2026-06-20",
    )
    assert report.body["activities"] == {"conferences": 4, "training_courses": 1}
    assert report.body["funding"] == {"state_budget": 15_000_000}
    assert [document["for"] for document in report.body["documents"]] == [2026, "2026-2030"]


def test_a_unit_does_not_report_a_period_twice(tmp_path: Path) -> None:
    path = tmp_path / "reports.csv"
    path.write_text("unit;period;results\n20242;2026;A\n20242;Năm 2026;B\n", "utf-8")
    with pytest.raises(Rejected) as found:
        reports.wishes([path], code_of)

    assert [wrong.row for wrong in found.value.wrongs] == [3]


@pytest.mark.parametrize("said", [CARD["id"].upper(), "dvk-2026-000001", "SO-7"])
def test_a_model_is_found_by_any_of_its_codes(tmp_path: Path, said: str) -> None:
    path = tmp_path / "listings.csv"
    path.write_text(f"model,decision_number,decided_on,authority\n{said},1-ĐA/TU,1/12/2025,BTV\n", "utf-8")
    [wish] = earlier.listings(
        [path], lambda: Models([{**CARD, "name": "A", "legacy_id": "so-7"}], "registry:7")
    )

    assert (wish.body["model"], wish.batched()["after"]) == (CARD["id"], "registry:7")
    assert wrongs_of(wish, {}) == []


def test_a_model_is_found_by_its_name_in_its_unit() -> None:
    card = {**CARD, "name": "Chợ văn minh (dữ liệu mẫu)"}
    elsewhere = {**card, "id": card["id"].replace("1", "2"), "unit": "20209"}
    [wish] = earlier.recognitions([EXAMPLES / "recognitions.csv"], lambda: Models([card, elsewhere]))

    assert (wish.body["model"], wish.body["level"]) == (card["id"], "grassroots")
    assert wish.body["decision"]["decided_on"] == "2024-10-12"
    assert wrongs_of(wish, {}) == []


def test_a_model_nobody_knows_and_one_of_two_are_told(tmp_path: Path) -> None:
    path = tmp_path / "listings.csv"
    head = "model_name,decision_number,decided_on,authority\n"
    path.write_text(
        f"{head}Hẻm sáng,1,1/12/2025,BTV\nChợ văn minh,1,1/12/2025,BTV\n,1,1/12/2025,BTV\n", "utf-8"
    )
    two = [{**CARD, "id": f"{CARD['id'][:-1]}{n}", "name": "Chợ văn minh"} for n in (1, 2)]
    with pytest.raises(Rejected) as found:
        earlier.listings([path], lambda: Models(two))

    assert [(wrong.row, wrong.column) for wrong in found.value.wrongs] == [
        (2, "model_name"),
        (3, "model_name"),
        (4, "model"),
    ]


# --- what the caller gets ---------------------------------------------------------------------------


def test_every_example_is_right() -> None:
    assert len(models.wishes([EXAMPLES / "models.csv"])) == 2
    assert len(units.wishes([EXAMPLES / "units.csv"])) == 10
    card = {**CARD, "name": "Chợ văn minh (dữ liệu mẫu)"}
    assert len(earlier.listings([EXAMPLES / "listings.csv"], lambda: Models([card]))) == 1


def test_rejected_rows_are_written_for_a_spreadsheet(tmp_path: Path) -> None:
    path = register(tmp_path, row(c4="=HYPERLINK"), row(c3="x" * 501))
    into = tmp_path / "rejected.csv"

    assert main(["import", "models", str(path), "--check", "--rejected", str(into)]) == 1
    assert into.read_bytes().startswith(b"\xef\xbb\xbf")
    with into.open(encoding="utf-8-sig", newline="") as file:
        [_, *lines] = list(csv.reader(file))
    assert [(line[0], line[1]) for line in lines] == [("so.xlsx", "6"), ("so.xlsx", "7")]

    good = register(tmp_path, ROW)
    assert main(["import", "models", str(good), "--check", "--rejected", str(into)]) == 0
    assert len(into.read_text("utf-8-sig").splitlines()) == 1


def test_what_a_spreadsheet_would_calculate_is_written_as_text(tmp_path: Path) -> None:
    write_rejected(tmp_path / "r.csv", [Wrong("a", 2, "name", "vi", "en", value="=cmd()")])

    assert "'=cmd()" in (tmp_path / "r.csv").read_text("utf-8-sig")
