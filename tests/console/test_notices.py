"""What others did that concerns an officer is on a page and in a feed; whose act it was is told nothing of it."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree

import httpx
import pytest

from tests.support.whole import Whole

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(400)]
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(page: httpx.Response) -> str:
    found = re.search(r'href="(/feed/vi/[^"]+\.atom)"', page.text)
    assert found is not None
    return unescape(found[1])


def own_unit(whole: Whole) -> str:
    """A ward whose model was received."""
    return str(whole.items("/models", state="received", limit="1")[0]["unit"])


def test_a_ward_reads_of_what_was_done_to_its_models_on_a_page_and_in_a_feed(whole: Whole) -> None:
    with whole.browser("unit_officer", own_unit(whole)) as browser:
        page = browser.get("/vi/notices")
        assert page.status_code == 200 and "Tiếp nhận mô hình" in page.text
    answer = httpx.get(whole.console + feed(page))
    assert answer.headers["content-type"].startswith("application/atom+xml")
    entries = ElementTree.fromstring(answer.text).findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids)) > 0
    assert all(entry.findtext(f"{ATOM}updated") and entry.findtext(f"{ATOM}title") for entry in entries)
    known = {"If-None-Match": answer.headers["etag"]}
    assert httpx.get(whole.console + feed(page), headers=known).status_code == 304


def test_what_came_since_the_last_look_is_marked(whole: Whole) -> None:
    with whole.browser("unit_officer", own_unit(whole)) as browser:
        assert 'class="mark good">mới<' not in browser.get("/vi/notices").text
        marked = {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar
                                      if cookie.name != "dvk-seen") + "; dvk-seen=1"}  # fmt: skip
        assert 'class="mark good">mới<' in browser.get("/vi/notices", headers=marked).text


def test_the_desk_says_what_is_new_until_it_is_marked_as_seen(whole: Whole) -> None:
    with whole.browser("unit_officer", own_unit(whole)) as browser:
        first = browser.get("/vi")
        assert "Người khác vừa ghi nhận" in first.text and "Tiếp nhận mô hình" in first.text
        sent = dict(re.findall(r'name="(form_token|upto)" value="([^"]+)"', first.text))
        forged = browser.post("/vi/seen", data={**sent, "form_token": "x"}, follow_redirects=True)
        assert "Tiếp nhận mô hình" in forged.text
        seen = browser.post("/vi/seen", data=sent, follow_redirects=True)
        assert "Mới từ lần xem trước" in seen.text and "Không có gì mới." in seen.text
        less = {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar
                                    if cookie.name != "dvk-seen") + "; dvk-seen=1"}  # fmt: skip
        assert "Tiếp nhận mô hình" in browser.get("/vi", headers=less).text


def test_an_appraiser_reads_of_what_came_in_and_a_decider_of_what_waits(whole: Whole) -> None:
    for role, unit, said in (
        ("appraiser", "btgdv", "Đăng ký mô hình"),
        ("approver", "btv-thanhuy", "công nhận"),
    ):
        with whole.browser(role, unit) as browser:
            assert said in browser.get("/vi/notices").text


def test_nobody_is_told_of_their_own_acts(whole: Whole) -> None:
    with whole.service("reporting", "auditor") as reader:
        event = next(
            each for each in reader.get("/events", params={"event": "ModelRegistered"}).json()["items"]
        )
    with whole.service("reporting", "appraiser", "btgdv") as reader:
        told = reader.get("/notices", params={"limit": "500"}).json()["items"]
        assert event["ledger"] in {each["ledger"] for each in told}
        assert "the-appraiser" not in {each.get("actor") for each in told}
        assert all("data" not in each and "actor" not in each for each in told)


def test_an_address_that_is_none_is_told_so(whole: Whole) -> None:
    for where, status in (
        ("/feed/vi/nothing.atom", 401),
        ("/feed/fr/nothing.atom", 404),
        ("/feed/vi/%00.atom", 401),
    ):
        answer = httpx.get(whole.console + where)
        assert answer.status_code == status and answer.json()["code"] in ("token.invalid", "path.unknown")
