"""Every page as axe sees it (WCAG 2.2 AA): both languages, light and dark, on a phone and on a desk."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from services.console.sessions import SESSION
from tests.support.whole import Whole

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(500)]
MOST_BYTES = 100_000
LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("vi", {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}}),
    ("en", {"color_scheme": "dark", "viewport": {"width": 360, "height": 800}}),
)
PAGES: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("auditor", None): (
        "", "/summaries/2026", "/quota", "/baseline", "/models", "/models/{model}", "/units", "/units/20242",
        "/inspections", "/unit-reports", "/appraisals", "/histories/appraisal/{appraisal}", "/recognitions",
        "/listings", "/replications", "/replications/{model}", "/adoptions", "/rounds", "/due", "/scorecards/2026",
        "/scorecards/2026/20242", "/exceptions/2026", "/recognised", "/catalogue", "/policies", "/criteria-sets",
        "/legal-bases", "/published", "/ledger", "/developers", "/operations", "/runbook", "/runbook/store-away",
        "/events", "/search?q=dan", "/nowhere",
    ),
    ("unit_officer", "20242"): ("", "/do", "/files", "/notices", "/do/models", "/do/unit-reports?period=2026-H1",
                                "/do/activities"),
    ("appraiser", "btgdv"): ("", "/do/models/{model}/inspect", "/do/models/{model}/correct"),
    ("approver", "btv-thanhuy"): ("/decide", "/decide/recognitions/recognise", "/publish"),
}  # fmt: skip


@pytest.mark.parametrize(("lang", "looks"), LOOKS, ids=["vi-light-desk", "en-dark-phone"])
def test_axe_finds_nothing_and_every_page_is_small(
    whole: Whole, chromium: Browser, lang: str, looks: dict[str, Any]
) -> None:
    known = {
        "model": whole.items("/models", recognised="city", limit="1")[0]["id"],
        "appraisal": whole.items("/appraisals", limit="1")[0]["id"],
    }
    axe, wrong = Axe(), list[str]()
    for (role, unit), paths in PAGES.items():
        context = chromium.new_context(base_url=whole.console, **looks)
        session = whole.session(role, unit)
        context.add_cookies([{"name": SESSION, "value": session, "url": whole.console}])
        page = context.new_page()
        for path in paths:
            where = f"/{lang}{path.format(**known)}"
            answer = page.goto(where)
            assert answer is not None and answer.status < 500, where
            if len(answer.body()) > MOST_BYTES:
                wrong.append(f"{where}: {len(answer.body())} bytes")
            if page.evaluate("document.documentElement.scrollWidth") > looks["viewport"]["width"]:
                wrong.append(f"{where}: wider than the screen")
            found: list[dict[str, Any]] = axe.run(page).response["violations"]
            wrong += [f"{where}: {each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]
        context.close()
    assert wrong == []
