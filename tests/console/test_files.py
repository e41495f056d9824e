"""A ward without a network fetches a form as a file, fills it in, brings it back, sees what it asks for, sends it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import httpx
import openpyxl
import pytest

from tests.support.whole import Whole, form_of, tree

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(400)]
WARD = "20242"
LANTERNS = (
    "Phố đèn lồng",
    "Kinh tế",
    "",
    "Tổ 9",
    "Người dân",
    "Treo đèn",
    "",
    "2026",
    "Mới",
    "Chi bộ 9",
    "Tổ chức đảng",
)


def fetched(browser: httpx.Client, where: str) -> Any:
    answer = browser.get(f"/vi/files/{where}").raise_for_status()
    assert "attachment" in answer.headers["content-disposition"]
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def filled(browser: httpx.Client, where: str, write: Callable[[Any], None]) -> bytes:
    book = fetched(browser, where)
    write(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def brought(browser: httpx.Client, content: bytes, name: str = "dang-ky.xlsx") -> httpx.Response:
    page = browser.get("/vi/files")
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert token is not None
    sent = {"form_token": (None, token[1]), "_press": (None, "check"), "filled": (name, content)}
    return browser.post("/vi/files", files=sent)


def text(answer: httpx.Response) -> str:
    main = next(each for each in tree(answer).iter("main"))
    return " ".join(unescape(" ".join(main.itertext())).split())


def lanterns(book: Any) -> None:
    for column, said in enumerate(LANTERNS, start=1):
        book["Đăng ký"].cell(6, column).value = said or None


def test_a_form_is_sent_once_however_often_it_is_brought(whole: Whole) -> None:
    with whole.browser("unit_officer", WARD) as browser:
        content = filled(browser, f"registration.xlsx?unit={WARD}", lanterns)
        shown = brought(browser, content)
        assert shown.status_code == 200 and "Phố đèn lồng" in text(shown)
        first = form_of(shown).press(browser)
        assert "Ghi nhận mới: 1 ·" in text(first)
        again = form_of(shown).press(browser)
        later = form_of(brought(browser, content, "lan-hai.xlsx")).press(browser)
        for answer in (again, later):
            assert "Ghi nhận mới: 0 · đã có từ trước, không ghi lại: 1" in text(answer)
    assert [card["name"] for card in whole.items("/models", unit=WARD, limit="500")].count(
        "Phố đèn lồng"
    ) == 1


def test_what_is_wrong_is_shown_by_row_and_column_and_nothing_is_sent(whole: Whole) -> None:
    def wrong(book: Any) -> None:
        lanterns(book)
        book["Đăng ký"].cell(6, 2).value = "Thể thao"
        book["Đăng ký"].cell(6, 8).value = "hai nghìn"

    with whole.browser("unit_officer", WARD) as browser:
        answer = brought(browser, filled(browser, f"registration.xlsx?unit={WARD}", wrong))
    assert answer.status_code == 422
    assert "Có 2 lỗi trong tệp" in text(answer) and 'value="send"' not in answer.text
    assert "6 Lĩnh vực Thể thao phải là một trong" in text(answer) and "6 Năm đăng ký hai nghìn" in text(
        answer
    )


def test_what_the_rules_refuse_is_told_beside_its_row(whole: Whole) -> None:
    def report(said: str) -> Callable[[Any], None]:
        def write(book: Any) -> None:
            book["Báo cáo"]["B6"] = said

        return write

    with whole.browser("unit_officer", WARD) as browser:
        where = f"unit-report.xlsx?unit={WARD}&period=2026-11-30"
        first = form_of(brought(browser, filled(browser, where, report("Đã làm")))).press(browser)
        other = form_of(brought(browser, filled(browser, where, report("Làm khác")))).press(browser)
    assert first.status_code == 200 and "Ghi nhận mới: 1" in text(first)
    assert other.status_code == 422 and "bị từ chối: 1" in text(other)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 no archive", b"x" * (2 * 1024 * 1024 + 1)],
                         ids=["empty", "pdf", "no-archive", "too-large"])  # fmt: skip
def test_another_file_is_refused_with_a_sentence(whole: Whole, content: bytes) -> None:
    with whole.browser("unit_officer", WARD) as browser:
        answer = brought(browser, content, "../../x\\y.xlsx")
    assert answer.status_code == 422 and "y.xlsx" in text(answer) and "x\\y" not in text(answer)


def test_a_unit_fetches_no_form_of_another_and_a_reader_none_at_all(whole: Whole) -> None:
    with whole.browser("unit_officer", WARD) as browser:
        assert browser.get("/vi/files/registration.xlsx?unit=20194").status_code == 404
        assert browser.get("/vi/files/nothing.xlsx").status_code == 404
    with whole.browser("auditor") as browser:
        assert browser.get("/vi/files").status_code == 403


def test_what_is_sent_instead_of_a_form_is_nothing(whole: Whole) -> None:
    with whole.browser("unit_officer", WARD) as browser:
        content = filled(browser, f"registration.xlsx?unit={WARD}", lanterns)
        form = form_of(brought(browser, content))
        for said in (
            "",
            "{}",
            "[]",
            '{"command":"ReceiveModel","about":"x","body":{}}',
            '{"command":1,"about":2,"body":3}',
        ):
            form.boxes["wish"] = said
            answer = form.press(browser)
            assert answer.status_code == 200 and "Ghi nhận mới" not in text(answer)
