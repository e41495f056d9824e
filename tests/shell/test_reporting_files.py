"""Every list as XLSX, DOCX and CSV: what the list itself shows, and never a formula."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from docx import Document

from services.reporting.documents.listing import as_csv, as_docx, as_xlsx, listing
from services.reporting.documents.rule_views import RULE_VIEWS
from services.reporting.documents.views import VIEWS, View, viewed
from services.reporting.figures.lists import BY_PATH, LISTS
from services.reporting.queries import listed
from shared.contracts.reading import DUE, EXCEPTIONS, OBLIGATIONS, REPORT_STATES
from shared.contracts.words import LANGS, words
from shared.contracts.words.spelling import day
from shared.contracts.words.telling import Names
from tests.support.asking import Asking

pytestmark = pytest.mark.asyncio(loop_scope="module")

AUDITOR = {"who": "auditor:ai"}


ASKED = {
    "/due": {"/due": "items"},
    "/exceptions/{period}": {"/exceptions/2027": "items"},
    "/quota/{period}": {"/figures/2027/quota.missed": "demands", "/figures/2027/quota.met": "demands"},
    "/scorecards/{year}": {"/scorecards/2027": "items"},
    "/figures/{period}/{key}": {"/figures/2026-01-01..2027-12-31/models.received": "records"},
    "/events": {"/events": "items"},
}
"""By view: which answers a file of it has the rows of, and what holds them."""
WHERE = {"/quota/{period}": "/quota/2027"}


@pytest.mark.parametrize("path", sorted(BY_PATH))
async def test_a_list_is_given_as_a_spreadsheet_a_word_table_and_csv(asking: Asking, path: str) -> None:
    total = (await asking.get(path, limit=1))["total"]
    rows = await in_every_form(asking, path, "")
    assert len(rows) == total + 1
    assert {len(row) for row in rows} == {len(BY_PATH[path].columns)}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.path)
async def test_whatever_else_is_shown_is_given_so_too(asking: Asking, view: View, lang: str) -> None:
    narrowed = {"event": "ModelReceived"} if view.path == "/events" else {}
    asked = ASKED[view.path]
    answers = [await everything(asking, path, **narrowed) for path in asked]
    items = [item for answer, of in zip(answers, asked.values(), strict=True) for item in answer[of]]
    path = WHERE.get(view.path, next(iter(asked)))
    rows = await in_every_form(asking, path, urlencode({"lang": lang, **narrowed}))

    columns = view.columns[view.holder(answers[0])]
    assert items and len(rows) == len(items) + 1
    assert rows[0] == [column.head[lang == "en"] for column in columns]
    codes = {*DUE, *EXCEPTIONS, *REPORT_STATES, *OBLIGATIONS, "quota.met", "quota.missed", "True", "False"}
    spoken = {
        said[lang == "en"]
        for table in (DUE, EXCEPTIONS, REPORT_STATES, OBLIGATIONS)
        for said in table.values()
    }
    assert not {cell for row in rows[1:] for cell in row} & (codes - spoken)


async def everything(asking: Asking, path: str, **narrowed: str) -> dict[str, Any]:
    """An answer with all that goes on from it."""
    whole = answer = await asking.get(path, limit=500, **narrowed)
    for member in ("items", "records", "demands"):
        while member in whole and ("next" in answer or len(whole[member]) < answer.get("total", 0)):
            more = {"before": answer["next"]} if "next" in answer else {"offset": len(whole[member])}
            answer = await asking.get(path, limit=500, **narrowed, **more)
            whole[member] += answer[member]
    return whole


async def in_every_form(asking: Asking, path: str, query: str) -> list[list[str]]:
    """The rows of a file, alike in all its forms; none of its cells is made by a machine for machines."""
    files = {
        suffix: (await asking.http.get(f"{path}.{suffix}?{query}", headers=AUDITOR))
        for suffix in ("csv", "xlsx", "docx")
    }
    assert {suffix: answer.status_code for suffix, answer in files.items()} == dict.fromkeys(files, 200)
    rows = list(csv.reader(io.StringIO(files["csv"].content.decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).active
    table = Document(io.BytesIO(files["docx"].content)).tables[0]

    assert files["csv"].content.startswith(b"\xef\xbb\xbf")
    assert len(rows) == len(table.rows) and sheet is not None and sheet.max_row == len(rows)
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert not [cell for row in rows for cell in row if "{" in cell or cell == "None"]
    return rows


async def test_a_row_of_a_view_says_what_its_page_says(asking: Asking) -> None:
    async def row(path: str, at: int = 0, **given: Any) -> list[str]:
        answer = await asking.http.get(path, params={"limit": 500, **given}, headers=AUDITOR)
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))[at + 1]

    late = (await asking.get("/due", overdue="true", limit=1))["items"][0]
    told = await row("/due.csv", overdue="true")
    assert told[0].startswith(DUE[late["what"]][0])
    assert told[3:] == [day(late["due_on"], "vi"), "quá hạn", str(late["days"])]
    assert (await row("/due.csv", overdue="true", lang="en"))[3:5] == [late["due_on"], "overdue"]

    found = (await asking.get("/exceptions/2027", limit=1))["items"][0]
    told = await row("/exceptions/2027.csv")
    assert (
        told[:2] == [EXCEPTIONS[found["kind"]][0], day(found["on"], "vi")] and told[4] == found["unit_name"]
    )
    assert f"[{found['events'][0]['ledger']}]" in told[5]

    card = (await asking.get("/scorecards/2027", limit=1))["items"][0]
    told = await row("/scorecards/2027.csv")
    assert told[0] == card["name"] and told[3] == str(sum(card["inspections"].values()))
    assert told[1] == ("" if not card["quota"] else "đạt" if card["quota_met"] else "chưa đạt")

    missed = (await asking.get("/figures/2027/quota.missed"))["total"]
    quota = await asking.http.get("/quota/2027.csv?sep=semicolon", headers=AUDITOR)
    assert quota.text.count(";chưa đạt\r\n") == missed
    assert await asking.problem("/quota/2027.csv", key="quota.met") == (422, "query.malformed")
    assert await asking.problem("/scorecards/1999.csv") == (404, "period.unknown")
    assert await asking.problem("/figures/2027/models.lost.csv") == (404, "figure.unknown")
    assert await asking.problem("/due.odt") == (404, "format.unknown")
    assert await asking.problem("/exceptions/2027.csv", who="unit_officer:x:nobody") == (403, "not-allowed")


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


async def test_no_cell_is_ever_a_formula_and_days_are_written_as_in_documents() -> None:
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
async def test_every_column_has_a_label(lang: str) -> None:
    told = words("vi" if lang == "vi" else "en")
    nameless = {m for each in LISTS for m in each.columns if m not in told.labels}
    assert nameless == set(), f"their titles go into [labels] of shared/contracts/words/{lang}.toml"


RULES = {
    "/policies": {"ledger_size": 9, "on": "2027-01-01", "in_force": 1, "items": [
        {"ledger": 3, "on": "2026-01-01", "version": 1, "effective_from": "2026-02-01", "accept_days": 7,
         "registration_deadline": "03-31"}]},
    "/criteria-sets": {"ledger_size": 9, "on": "2027-01-01", "items": [
        {"criteria_set": "x", "in_force": 2, "versions": [
            {"version": n, "effective_from": "2026-02-01", "purpose": "recognition", "level": "city",
             "criteria": [{"code": "c_bld_1", "text": "Tên gọi rõ ràng"}]} for n in (1, 2)]}]},
    "/forms": {"ledger_size": 9, "on": "2027-01-01", "in_force": 1, "items": [
        {"version": 1, "effective_from": "2026-02-01", "forms": [
            {"name": "Huân chương", "track": "state", "level": "state", "recipient_kinds": ["collective"]},
            {"name": "Giấy khen", "track": "state", "level": "city", "recipient_kinds": ["individual"]}]}]},
}  # fmt: skip
"""An answer of each question about the rules."""


def rules_of(path: str, lang: str) -> list[list[str]]:
    [view] = [each for each in RULE_VIEWS if each.path == path]
    answer: Any = RULES[path]
    shown = viewed(view, answer, answer["items"], Names(), "en" if lang == "en" else "vi")
    return list(csv.reader(io.StringIO(as_csv(shown).decode("utf-8-sig"), newline="")))


async def test_the_rules_are_given_one_term_criterion_or_form_a_row() -> None:
    policies, criteria, forms = (rules_of(path, "vi") for path in RULES)
    assert [row[3:] for row in policies[1:]] == [
        ["Số ngày tiếp nhận hồ sơ", "7"],
        ["Hạn đăng ký mô hình của năm", "31/03"],
    ]
    assert policies[1][:3] == ["1", "01/02/2026", "có"]
    assert [row[3:] for row in criteria[1:]] == [
        [n, "01/02/2026", in_force, "c_bld_1", "Tên gọi rõ ràng"]
        for n, in_force in (("1", "không"), ("2", "có"))
    ]
    assert [(row[3], row[5]) for row in forms[1:]] == [
        ("Huân chương", "cấp Nhà nước"),
        ("Giấy khen", criteria[1][1]),
    ]
    assert rules_of("/policies", "en")[2][4] == "03-31" and rules_of("/forms", "en")[1][5] == "State level"


@pytest.mark.parametrize("path", RULES)
async def test_what_is_asked_without_pages_is_a_file_too(asking: Asking, path: str) -> None:
    rows = await in_every_form(asking, path, "on=2027-06-30")
    assert len({len(row) for row in rows}) == 1 and len(rows[0]) >= 5


async def test_a_file_that_would_take_too_much_memory_is_refused_by_what_was_read(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "MOST_ITEMS", 5)
    monkeypatch.setattr(listed, "MOST_BYTES", 1)
    for path in ("/events.csv", "/models.xlsx"):
        answer = await asking.http.get(path, headers=AUDITOR)
        assert (answer.status_code, answer.json()["code"]) == (409, "file.too-many-rows")
        assert answer.json()["most"] == 5, "how many would fit"
    assert (await asking.http.get("/models.csv?limit=5", headers=AUDITOR)).status_code == 200
