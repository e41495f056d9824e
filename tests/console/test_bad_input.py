"""Nothing is lost, nothing is sent twice: double clicks, two tabs, the back button, an ended session, a lost line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from services.console.sessions import SESSION
from tests.support.papers import pdf
from tests.support.whole import Whole

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(300)]
UNIT = "20242"
FORM = "/vi/do/activities"
Signed = Callable[..., BrowserContext]


@pytest.fixture
def signed(whole: Whole, chromium: Browser) -> Iterator[Signed]:
    """A browser in which an officer of the ward is signed in."""
    with ExitStack() as ends:

        def make(role: str = "unit_officer", unit: str = UNIT) -> BrowserContext:
            context = chromium.new_context(base_url=whole.console)
            ends.callback(context.close)
            session = {"name": SESSION, "value": whole.session(role, unit), "url": whole.console}
            context.add_cookies([session])  # pyright: ignore[reportArgumentType]
            return context

        yield make


def fill(page: Page, title: str) -> None:
    """The form of an activity, filled in."""
    page.goto(FORM)
    page.locator("[name=kind]").first.check() if page.locator(
        "[name=kind][type=radio]"
    ).count() else page.locator("select[name=kind]").select_option(index=1)
    page.locator("[name=title]").fill(title)
    page.locator("[name=on]").fill("2026-05-05")


def recorded(whole: Whole, title: str) -> int:
    """How many activities of this title are on record."""
    with whole.service("registry", "auditor") as reader:
        lines = reader.get("/log/entries", params={"from": "1", "limit": "1000"}).text
    return lines.count(f'"title":"{title}"')


def test_pressing_send_twice_gives_one_act(whole: Whole, signed: Signed) -> None:
    page = signed().new_page()
    fill(page, "Gửi hai lần")
    page.locator("button[value=send]").dblclick()
    page.wait_for_url("**/done/**")
    assert recorded(whole, "Gửi hai lần") == 1


def test_after_the_back_button_the_same_form_is_not_recorded_again(whole: Whole, signed: Signed) -> None:
    page = signed().new_page()
    fill(page, "Bấm quay lại")
    page.locator("button[value=send]").click()
    page.wait_for_url("**/done/**")
    page.go_back()
    fill_again = page.locator("[name=title]").input_value()
    if fill_again:
        page.locator("button[value=send]").click()
        page.wait_for_load_state()
        assert recorded(whole, "Bấm quay lại") == 1


def test_two_tabs_record_two_acts_of_their_own(whole: Whole, signed: Signed) -> None:
    context = signed()
    one, other = context.new_page(), context.new_page()
    fill(one, "Thẻ thứ nhất")
    fill(other, "Thẻ thứ hai")
    for page in (one, other):
        page.locator("button[value=send]").click()
        page.wait_for_url("**/done/**")
    assert (recorded(whole, "Thẻ thứ nhất"), recorded(whole, "Thẻ thứ hai")) == (1, 1)


def test_a_stale_form_shows_what_happened_and_keeps_what_was_typed(whole: Whole, signed: Signed) -> None:
    model = whole.items("/models", unit=UNIT, state="received", limit="1")[0]["id"]
    where = f"/vi/do/models/{model}/amend"
    context = signed()
    slow, quick = context.new_page(), context.new_page()
    slow.goto(where)
    quick.goto(where)
    for page, said in ((quick, "Đường Một"), (slow, "Đường Hai")):
        page.locator("[name=address]").fill(said)
        page.locator("[name=reason]").fill("Đổi địa chỉ")
        page.locator("button[value=send]").click()
        page.wait_for_load_state()
    assert "Trong lúc anh/chị điền, đã có việc khác được ghi nhận" in slow.locator("main").inner_text()
    assert slow.locator("[name=address]").input_value() == "Đường Hai"
    slow.locator("button[value=send]").click()
    slow.wait_for_url("**/done/**")


def test_a_session_that_ends_in_the_middle_loses_nothing(whole: Whole, signed: Signed) -> None:
    context = signed()
    page = context.new_page()
    fill(page, "Hết phiên giữa chừng")
    context.clear_cookies(name=SESSION)
    page.locator("button[value=send]").click()
    page.wait_for_load_state()
    assert recorded(whole, "Hết phiên giữa chừng") == 0
    page.locator("textarea").fill(whole.token("unit_officer", UNIT))
    page.get_by_role("button", name="Đăng nhập và làm tiếp").click()
    page.wait_for_load_state()
    assert page.locator("[name=title]").input_value() == "Hết phiên giữa chừng"
    page.locator("button[value=send]").click()
    page.wait_for_url("**/done/**")
    assert recorded(whole, "Hết phiên giữa chừng") == 1


def test_a_line_lost_while_a_file_goes_up_records_nothing_and_the_form_is_still_there(
    whole: Whole, signed: Signed, tmp_path: Path
) -> None:
    context = signed()
    page = context.new_page()
    fill(page, "Mất mạng khi tải tệp")
    paper = tmp_path / "tep.pdf"
    paper.write_bytes(pdf())
    page.locator("input[type=file]").first.set_input_files(paper)
    page.route("**/do/**", lambda route: route.abort("connectionreset"))
    page.locator("button[value=send]").click()
    page.wait_for_timeout(500)
    assert recorded(whole, "Mất mạng khi tải tệp") == 0
    page.unroute_all()
    page.go_back()
    page.wait_for_load_state()
    page.goto(FORM)
    assert page.locator("[name=title]").input_value() == "Mất mạng khi tải tệp"
    assert "chưa gửi" in page.locator("main").inner_text()
