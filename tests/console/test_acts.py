"""Every act of every role has a page with a form; what was recorded can be corrected, old beside new."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest

from services.console.contracts import ACTING, Act, acts_of
from shared.contracts.words import LANGS
from tests.support.whole import Whole, form_of, heading, wrongs_of

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(400)]
UNITS = {"appraiser": "btgdv", "approver": "btv-thanhuy"}
NEVER_HERE = frozenset({"people"})
"""Acts on persons, whose ids no page shows."""


def acts(whole: Whole) -> list[Act]:
    """Every act as the running services publish it."""
    found: list[Act] = []
    for service in ACTING:
        document = httpx.get(f"{whole.urls[service]}/openapi.json").raise_for_status().json()
        found += acts_of(service, document).values()
    return [act for act in found if act.collection not in NEVER_HERE]


def things(whole: Whole) -> dict[str, list[str]]:
    """The things of each collection that the ledger has told of, by id."""
    kinds = {"activity": "activities"}
    found: dict[str, list[str]] = {}
    for name in ("registry", "appraisal", "awards"):
        with whole.service(name, "auditor") as reader:
            lines = reader.get("/log/entries", params={"from": "1", "limit": "1000"}).text.splitlines()
        for stream in re.findall(r'"subject":"([^"]+)"', "\n".join(lines)):
            kind, _, ident = stream.partition("/")
            found.setdefault(kinds.get(kind, f"{kind}s"), []).append(ident)
    return found


def owner(whole: Whole, act: Act, ident: str | None) -> str:
    """The unit whose thing it is; any ward for what is yet to be made."""
    if ident is None:
        return "20242"
    with whole.service(act.service, "auditor") as reader:
        return str(reader.get(f"/{act.collection}/{ident}").json().get("unit", "20242"))


def test_the_form_of_every_act_opens_for_whoever_may_do_it(whole: Whole) -> None:
    known, opened = things(whole), set[str]()
    for act in acts(whole):
        ident = next(iter(known.get(act.collection, ())), None)
        if act.verb is not None and ident is None:
            continue
        where = f"/do/{act.collection}" + (f"/{ident}/{act.verb}" if act.verb else "")
        for role in act.roles:
            with whole.browser(role, UNITS.get(role) or owner(whole, act, ident)) as browser:
                for lang in LANGS:
                    answer = browser.get(f"/{lang}{where}")
                    assert answer.status_code in (200, 403), f"{role} {where}: {answer.status_code}"
                    assert "{" not in heading(answer)
                    if answer.status_code == 200:
                        opened.add(act.name)
    assert len(opened) >= 40, sorted(opened)


def corrections(whole: Whole) -> list[str]:
    """Where the appraiser of the city is offered to correct an event of a model that is not recognised."""
    model = next(card for card in whole.items("/models", limit="100") if not card.get("recognised"))
    with whole.browser("appraiser", "btgdv") as browser:
        page = browser.get(f"/vi/models/{model['id']}")
    return [unescape(href) for href in re.findall(r'href="([^"]+/correct\?corrects=[^"]+)"', page.text)]


def test_an_event_is_corrected_from_its_line_with_what_it_says_beside_each_box(whole: Whole) -> None:
    where = corrections(whole)[0]
    with whole.browser("appraiser", "btgdv") as browser:
        page = browser.get(where)
        form = form_of(page)
        before = form.boxes["changes.name"]
        assert f"Đang ghi:</b> {before}" in unescape(page.text)

        assert "Chưa sửa nội dung nào." in wrongs_of(form.press(browser, reason="Không có gì"))
        wrong = form.press(browser, changes__year="hai nghìn", reason="Nhầm năm")
        assert wrong.status_code == 422 and "Năm đăng ký" in wrongs_of(wrong)
        assert form_of(wrong).boxes["changes.year"] == "hai nghìn"

        done = form.press(browser, changes__name=f"{before} (đúng)", reason="Ghi nhầm tên")
        assert heading(done) == "Đã ghi nhận: Đính chính"
        again = browser.get(where)
        assert form_of(again).boxes["changes.name"] == f"{before} (đúng)"


def test_an_event_is_found_by_the_id_that_stands_on_paper(whole: Whole) -> None:
    model = whole.items("/models", limit="1")[0]
    with whole.browser("auditor") as browser:
        page = browser.get(f"/vi/models/{model['id']}")
        ident = re.findall(r'<code id="id-\d+">([0-9a-f-]{36})</code>', page.text)[0]
        found = browser.get("/vi/search", params={"q": ident})
    assert f"/vi/models/{model['id']}#n" in found.text and "1</b> kết quả" in found.text


def test_what_is_printed_is_offered_where_it_is_shown_and_handed_out(whole: Whole) -> None:
    told = things(whole)
    pages = [f"/vi/models/{ident}" for ident in told["models"][:3]]
    pages += [f"/vi/histories/{kind}/{ident}" for kind in ("appraisal", "recognition", "listing", "replication",
                                                           "adoption") for ident in told[f"{kind}s"][:2]]  # fmt: skip
    printed: set[str] = set()
    with whole.browser("auditor") as browser:
        for page in pages:
            for href in re.findall(r'href="(/vi/papers/[^"]+)"', browser.get(page).text):
                answer = browser.get(unescape(href))
                assert answer.status_code == 200, f"{page} {href}"
                assert answer.content[:2] == b"PK"
                printed.add(href.split("/")[3])
    with whole.browser("approver", "btv-thanhuy") as browser:
        for href in re.findall(r'href="(/vi/papers/[^"]+)"', browser.get("/vi/decide").text):
            assert browser.get(href).status_code == 200
    assert printed >= {"registration", "reception", "inspection", "dossier", "appraisal", "recognition", "proposal",
                       "adoption", "catalogue"}  # fmt: skip


def test_who_only_reads_is_offered_no_correction(whole: Whole) -> None:
    model = whole.items("/models", limit="1")[0]["id"]
    with whole.browser("auditor") as browser:
        assert "/correct?" not in browser.get(f"/vi/models/{model}").text
