"""The console in a real browser: with and without JavaScript, by keyboard, on a phone, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from services.console.sessions import FORMS, SESSION
from tests.support.console import Served

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture
def opened(served: Served, chromium: Browser) -> Iterator[Open]:
    """Opens a page as an auditor, in a browser that remembers nothing; whatever it complains of fails the test."""
    complaints: list[str] = []
    with ExitStack() as ends:

        def make(path: str, role: str | None = "auditor", **options: Any) -> Page:
            context = chromium.new_context(base_url=served.url, **options)
            ends.callback(context.close)
            if role is not None:
                session = served.session(served.token(role))
                context.add_cookies([{"name": SESSION, "value": session, "url": served.url}])
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda said: complaints.append(said.text) if "Content Security" in said.text else None,
            )
            page.on(
                "request", lambda asked: complaints.append(asked.url) if served.url not in asked.url else None
            )
            page.goto(path)
            return page

        yield make
    assert complaints == []


def a_model(served: Served) -> str:
    """The model of which most is told."""
    models = [e.event.data["model"] for e in served.town.ledger() if "model" in e.event.data]
    return max(models, key=models.count)


def count(page: Page) -> int:
    return int((page.locator(".count b").text_content() or "").replace(".", ""))


def test_one_signs_in_reads_and_signs_out(served: Served, opened: Open) -> None:
    page = opened("/vi/models?field=economy", role=None)
    page.get_by_label("Mã truy cập").fill(served.token("auditor"))
    page.get_by_role("button", name="Đăng nhập").click()
    assert page.url.endswith("/vi/models?field=economy")
    kept = {cookie.get("name"): cookie for cookie in page.context.cookies()}
    assert set(kept) == {SESSION, FORMS}
    assert all((c.get("httpOnly"), c.get("sameSite")) == (True, "Strict") for c in kept.values())
    page.get_by_role("button", name="Thoát").click()
    assert page.url.endswith("/vi/sign-in")
    assert {cookie.get("name") for cookie in page.context.cookies()} == {FORMS}


@pytest.mark.parametrize("javascript", [True, False])
def test_filters_and_links_work_with_and_without_javascript(opened: Open, javascript: bool) -> None:
    page = opened("/vi/models", java_script_enabled=javascript)
    everything = count(page)
    page.get_by_label("Lĩnh vực").select_option("economy")
    page.get_by_role("button", name="Lọc").click()
    assert 0 < count(page) < everything
    assert "field=economy" in page.url
    page.locator("tbody th a").first.click()
    assert page.locator(".timeline li").count() > 0


def test_the_slider_goes_back_in_time_by_keyboard(served: Served, opened: Open) -> None:
    page = opened(f"/vi/models/{a_model(served)}")
    events = page.locator(".timeline li").count()
    slider = page.get_by_label("Kéo để chọn ngày")
    slider.focus()
    slider.press("Home")
    slider.press("Enter")
    page.wait_for_url("**as_of=*")
    assert "Như đã biết vào" in (page.locator(".then").text_content() or "")
    assert page.locator(".timeline li").count() < events
    page.get_by_role("link", name="Trở về hiện tại").click()
    assert page.locator(".timeline li").count() == events
    assert page.locator(".then").count() == 0


def test_without_javascript_the_day_is_a_field_and_a_button(served: Served, opened: Open) -> None:
    page = opened(f"/vi/models/{a_model(served)}", java_script_enabled=False)
    assert not page.locator(".slide").is_visible()
    field = page.get_by_label("Xem như đã biết vào ngày")
    field.fill(field.get_attribute("min") or "")
    page.get_by_role("button", name="Xem", exact=True).click()
    assert page.locator(".then").is_visible()
    page.get_by_role("link", name="Mô hình", exact=True).click()
    assert "as_of=" in page.url


@pytest.mark.parametrize("path", ["/vi", "/vi/summaries/2026", "/vi/models", "/vi/quota", "/vi/ledger", "/vi/nothing",
                                  "/vi/baseline", "/vi/operations", "/vi/sign-in", "MODEL", "/vi/units",
                                  "/vi/figures/2026/models.received", "/vi/criteria-sets", "/vi/scorecards/2026",
                                  "/vi/exceptions/2026", "/vi/due", "/vi/inspections", "/vi/rounds",
                                  "/vi/commendations", "/vi/compare", "/vi/forms", "/vi/legal-bases",
                                  "/vi/appraisals"])  # fmt: skip
def test_nothing_is_wider_than_a_phone(served: Served, opened: Open, path: str) -> None:
    page = opened(
        path.replace("MODEL", f"/vi/models/{a_model(served)}"), viewport={"width": 360, "height": 740}
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_first_key_leads_past_the_menu_and_focus_is_seen(opened: Open) -> None:
    page = opened("/vi")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Đến nội dung chính")
    assert skip.evaluate("e => e === document.activeElement && getComputedStyle(e).outlineStyle === 'solid'")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_language_is_changed_where_one_stands(opened: Open) -> None:
    page = opened("/vi/models?field=economy")
    there = count(page)
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/en/models?field=economy") and count(page) == there
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_menu_is_there_on_a_desk_and_folded_on_a_phone(opened: Open) -> None:
    assert opened("/vi", viewport={"width": 1280, "height": 800}).locator(".menu .groups").is_visible()
    phone = opened("/vi", viewport={"width": 360, "height": 740})
    assert not phone.get_by_role("link", name="Sổ cái", exact=True).is_visible()
    phone.locator(".menu summary").click()
    phone.get_by_role("link", name="Sổ cái", exact=True).click()
    assert re.search(r"/vi/ledger$", phone.url)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(opened: Open, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    page = opened("/vi/summaries/2026", color_scheme=scheme)
    for selector in (
        "body",
        ".lead",
        "main a",
        "thead th",
        ".menu a",
        ".menu h2",
        ".top a",
        "footer",
        "button",
    ):
        assert page.evaluate(CONTRAST, selector) >= 4.5, selector


CONTRAST = """selector => {
  const linear = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const element = document.querySelector(selector);
  const clear = (e) => (parts(getComputedStyle(e).backgroundColor)[3] ?? 1) === 0;
  let ground = element;
  while (ground.parentElement && clear(ground)) ground = ground.parentElement;
  const one = light(parts(getComputedStyle(element).color));
  const two = light(parts(getComputedStyle(ground).backgroundColor));
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}"""
