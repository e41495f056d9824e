"""Every list as XLSX, DOCX and CSV: what the list itself shows, and never a formula."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from docx import Document

from services.reporting.documents.listing import as_csv, as_docx, as_xlsx, listing
from services.reporting.figures.lists import BY_PATH, LISTS
from shared.contracts.words import LANGS, words
from shared.contracts.words.telling import Names
from tests.support.asking import Asking

AUDITOR = {"who": "auditor:ai"}


@pytest.mark.parametrize("path", sorted(BY_PATH))
async def test_a_list_is_given_as_a_spreadsheet_a_word_table_and_csv(asking: Asking, path: str) -> None:
    total = (await asking.get(path, limit=1))["total"]
    files = {
        suffix: (await asking.http.get(f"{path}.{suffix}", headers=AUDITOR))
        for suffix in ("csv", "xlsx", "docx")
    }
    assert {suffix: answer.status_code for suffix, answer in files.items()} == dict.fromkeys(files, 200)
    rows = list(csv.reader(io.StringIO(files["csv"].content.decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).active
    table = Document(io.BytesIO(files["docx"].content)).tables[0]

    assert files["csv"].content.startswith(b"\xef\xbb\xbf")
    assert len(rows) == total + 1 == len(table.rows) and sheet is not None and sheet.max_row == total + 1
    assert {len(row) for row in rows} == {len(BY_PATH[path].columns)}
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert not [cell for row in rows for cell in row if "{" in cell or cell == "None"]


async def test_a_file_has_the_filters_of_its_list_and_the_separator_that_is_asked_for(asking: Asking) -> None:
    received = (await asking.get("/models", state="received", limit=1))["total"]
    answer = await asking.http.get("/models.csv?state=received&sep=semicolon", headers=AUDITOR)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    page = await asking.http.get("/models.csv?limit=3&offset=1", headers=AUDITOR)

    assert len(rows) == received + 1 and rows[0][0] == "Tên"
    assert {row[6] for row in rows[1:]} == {"đang triển khai"}
    assert len(page.text.splitlines()) == 4
    assert await asking.problem("/models.csv", sep="dot") == (422, "query.malformed")
    assert await asking.problem("/models.csv", colour="red") == (422, "query.malformed")
    assert await asking.problem("/models.odt") == (404, "format.unknown")
    then = await asking.http.get(f"/models.csv?at={len(asking.entries) // 2}", headers=AUDITOR)
    assert then.headers["dvk-ledger-size"] == str(len(asking.entries) // 2)


async def test_a_file_shows_what_the_reader_may_see(asking: Asking) -> None:
    unit = (await asking.get("/models", limit=1))["items"][0]["unit"]
    who = f"unit_officer:x:{unit}"
    seen = (await asking.get("/models", who=who, limit=1))["total"]
    own = await asking.http.get("/models.csv", headers={"who": who})

    assert len(own.text.splitlines()) == seen + 1
    assert await asking.problem("/models.xlsx", who="subscriber:x") == (403, "not-allowed")
    assert (await asking.http.get("/recognised.xlsx", headers={"who": "subscriber:x"})).status_code == 200


def test_no_cell_is_ever_a_formula_and_days_are_written_as_in_documents() -> None:
    nasty = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1"]
    items = [
        {"name": name, "unit": "u", "year": 2027, "registered_on": "2028-06-30", "late": True}
        for name in nasty
    ]
    shown = listing(BY_PATH["/models"], items, 9, Names({"u": "Đảng ủy phường Hải Châu"}), "vi")
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(shown))).active
    rows = list(csv.reader(io.StringIO(as_csv(shown).decode("utf-8-sig"), newline="")))

    assert sheet is not None
    assert [sheet.cell(n, 1).data_type for n in range(2, 7)] == ["s"] * 5
    assert all(row[0].startswith(("'", "□")) for row in rows[1:])
    assert rows[1][2:5] == ["Đảng ủy phường Hải Châu", "", "2027"] and rows[1][7:9] == ["có", "30/6/2028"]
    assert as_docx(shown) == as_docx(shown)


@pytest.mark.parametrize("lang", LANGS)
def test_every_column_has_a_label(lang: str) -> None:
    told = words("vi" if lang == "vi" else "en")
    assert {m for each in LISTS for m in each.columns if m not in told.labels} == set()
