"""The console as a reader finds it: every link leads somewhere, nobody sees more than the queries tell them."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import httpx
import pytest

from services.console.pages.lists import LISTS
from services.console.sessions import SESSION
from services.console.signing_in import next_page
from tests.support.console import Served

MOST_PAGES = 100
EVERY_PAGE = (
    "summaries/2026", "quota", "models", "models/*", "replications/*", "units", "units/*", "inspections",
    "unit-reports", "appraisals", "recognitions", "listings", "replications", "adoptions", "rounds", "rounds/*",
    "commendations", "commendations/*", "forms", "due", "scorecards", "scorecards/2026", "exceptions", "recognised",
    "catalogue", "events",
    "policies", "criteria-sets", "legal-bases", "published", "ledger", "operations", "baseline", "figures/*/*",
)  # fmt: skip
"""What an auditor comes to by following links."""


def officer_unit(served: Served) -> str:
    """The ward of which most is told."""
    units = [e.event.data["unit"] for e in served.town.ledger() if e.event.name == "ModelRegistered"]
    return max(units, key=units.count)


def tree(answer: httpx.Response) -> ElementTree.Element:
    """The page as a tree; a page that is not well-formed does not parse."""
    return ElementTree.fromstring(answer.text.removeprefix("<!DOCTYPE html>"))


def links(page: ElementTree.Element, kept: bool | None = None) -> list[str]:
    """Where the page leads; `kept` only to documents that are downloaded, or only to others."""
    return [a.attrib["href"] for a in page.iter("a") if kept in (None, "download" in a.attrib)]


def shape(url: str) -> str:
    """What kind of page an address is: ids are all alike, and of the parameters only the past makes another."""
    path, _, query = url.partition("?")
    path = re.sub(
        r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/units/)[^/]+|(?<=/unit/)[^/]+|(?<=unit-report/).+", "*", path
    )
    path = re.sub(r"(?<=/figures/)[^/]+/[^/]+", "*/*", path)
    return path + "?" + ",".join(sorted(re.findall(r"(?:^|&)(at|as_of)=", query)))


def crawl(reader: httpx.Client, start: str, deep: bool = True) -> dict[str, httpx.Response]:
    """Every kind of page that can be reached by links, one of each kind; not `deep`: from the first page only.

    First those of this language and of today, then, until there are `MOST_PAGES`, the others.
    """
    found: dict[str, httpx.Response] = {}
    seen = {shape(start)}
    waiting, later = deque([start]), deque[str]()
    while (waiting or later) and len(found) < MOST_PAGES:
        url = waiting.popleft() if waiting else later.popleft()
        answer = found[url] = reader.get(url)
        if (
            (not deep and url != start)
            or answer.status_code != 200
            or "html" not in answer.headers["content-type"]
        ):
            continue
        for href in links(tree(answer), kept=False):
            target = urljoin(url, href.partition("#")[0])
            assert urlsplit(target).netloc == "", f"{url} leads outside: {href}"
            if re.match(r"/(vi|en)/(do|decide)\b", target):
                continue  # forms, which need the services that take what is sent: see `test_life.py`
            if shape(target) not in seen:
                seen.add(shape(target))
                elsewhere = target[:3] != start[:3] or not shape(target).endswith("?")
                (later if elsewhere else waiting).append(target)
    return found


@pytest.mark.parametrize(
    ("role", "start", "deep"),
    [
        ("auditor", "/vi", True),
        ("subscriber", "/en", True),
        ("operator", "/en", False),
        ("approver", "/vi", False),
    ],
)
def test_every_link_of_every_page_leads_somewhere(served: Served, role: str, start: str, deep: bool) -> None:
    with served.reader(role, officer_unit(served) if role == "approver" else None) as reader:
        pages = crawl(reader, start, deep)
    _are_good_pages(pages)
    if (role, deep) == ("auditor", True):
        reached = {re.sub(r"\?.*", "", shape(url)) for url in pages}
        assert reached >= {f"/vi/{path}" for path in EVERY_PAGE}
    assert len(pages) > (3 if role == "subscriber" else 30 if deep else 15)


def test_an_officer_sees_no_unit_but_the_own_and_those_below(served: Served) -> None:
    own = officer_unit(served)
    others = {
        e.event.data["name"]
        for e in served.town.ledger()
        if e.event.name == "UnitRegistered" and own not in (e.event.data["unit"], e.event.data.get("parent"))
    }
    with served.reader("unit_officer", own) as reader:
        pages = crawl(reader, "/vi")
    _are_good_pages(pages)
    for url, answer in pages.items():
        assert not [name for name in others if name in answer.text], url


def _are_good_pages(pages: dict[str, httpx.Response]) -> None:
    assert {url: a.status_code for url, a in pages.items() if a.status_code != 200} == {}
    for url, answer in pages.items():
        if "html" in answer.headers["content-type"]:
            _is_a_good_page(url, answer)


def _is_a_good_page(url: str, answer: httpx.Response) -> None:
    page = tree(answer)
    lang = url[1:3]
    assert page.attrib["lang"] == lang, url
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy and "http" not in policy
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == (
        "nosniff",
        "no-store",
    )
    assert len(list(page.iter("h1"))) == len(list(page.iter("main"))) == 1, url
    assert links(page)[0] == "#main", f"{url} has no skip link first"
    for element in page.iter():
        assert "style" not in element.attrib and not any(name.startswith("on") for name in element.attrib), (
            url
        )
        for name in ("src", "href", "action"):
            assert not re.match(r"https?:|//|data:|javascript:", element.attrib.get(name, "")), url
    for table in page.iter("table"):
        assert all("scope" in th.attrib for th in table.iter("th")), f"{url}: a heading without scope"
    ids = {e.attrib["id"] for e in page.iter() if "id" in e.attrib}
    labelled = {label.attrib.get("for") for label in page.iter("label")}
    wrapped = {id(inner) for label in page.iter("label") for inner in label.iter()}
    for kind in ("input", "select", "textarea"):
        for control in page.iter(kind):
            if control.attrib.get("type") != "hidden":
                named = control.attrib.get("id") in labelled or id(control) in wrapped
                assert named or "aria-label" in control.attrib, f"{url}: {control.attrib} has no label"
    assert all(target is None or target in ids for target in labelled), url


@pytest.mark.parametrize("role", ["auditor", "unit_officer"])
def test_what_is_shown_can_be_taken_along(served: Served, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "services.reporting.ledger.bundles.PATIENCE_SECONDS", 0.2
    )  # nobody is there to wait for
    own = officer_unit(served)
    model = next(
        e.event.data["model"]
        for e in served.town.ledger()
        if e.event.name == "ModelRegistered" and e.event.data["unit"] == own
    )
    with served.reader(role, own if role == "unit_officer" else None) as reader:
        for path, count in (("/vi/summaries/2026", 5), (f"/en/models/{model}", 4)):
            papers = links(tree(reader.get(path)), kept=True)
            assert len(papers) == count
            for paper in papers:
                answer = reader.get(paper)
                if paper.endswith(".bundle"):  # the other services are not there to sign what it proves
                    assert answer.status_code == 503 and "retry-after" in answer.headers
                    continue
                assert answer.status_code == 200 and answer.content, paper
                assert "html" not in answer.headers["content-type"]
                assert answer.headers["cache-control"] == "no-store"


SHOWN = ("/due", "/exceptions/2026", "/scorecards/2026", "/quota/2026", "/figures/2026/models.registered_new",
         "/figures/2026/quota.missed", "/events?event=ModelRegistered", "/policies",
         "/criteria-sets", "/forms")  # fmt: skip
"""Pages that show the answer of a question that is no list of things."""


@pytest.mark.parametrize("path", SHOWN)
def test_whatever_else_a_page_lists_is_taken_along_whole_too(served: Served, path: str) -> None:
    own = officer_unit(served)
    for role, unit in (("auditor", None), ("unit_officer", own)):
        with served.reader(role, unit) as reader:
            page = reader.get(f"/vi{path}")
            assert page.status_code == 200, page.text
            files = [link for link in links(tree(page), kept=True) if f"{path.partition('?')[0]}." in link]
            assert len(files) in (
                (0, 4) if path == "/policies" else (0,) if 'class="empty"' in page.text else (4,)
            ), path
            for link in files:
                answer = reader.get(link)
                assert answer.status_code == 200, f"{role} {link}: {answer.text}"
                assert "attachment" in answer.headers["content-disposition"]
            kept = [
                link for link in links(tree(reader.get(f"/en{path}")), kept=True) if "sep=semicolon" in link
            ]
            heads = [reader.get(link).content.decode("utf-8-sig").splitlines()[0].split(";") for link in kept]
            assert all({"Unit", "About", "Version"} & {*row} for row in heads), heads


def test_a_list_is_taken_along_whole_with_the_filters_that_were_chosen(served: Served) -> None:
    with served.reader("auditor") as reader:
        for listed in LISTS:
            page = reader.get(f"/vi{listed.path}")
            files = [link for link in links(tree(page), kept=True) if f"{listed.path}." in link]
            assert len(files) == (0 if 'class="empty"' in page.text else 4), listed.path
            for link in files:
                assert reader.get(link).status_code == 200, link
        shown = tree(reader.get("/vi/models?state=received&limit=2&offset=2"))
        [commas] = [
            link
            for link in links(shown, kept=True)
            if link.partition("?")[0].endswith(".csv") and "sep" not in link
        ]
        [semicolons] = [link for link in links(shown, kept=True) if "sep=semicolon" in link]
        assert reader.get(f"{commas}&lang=en").text == reader.get(commas).text, "a page has its own language"
        rows = reader.get(commas).content.decode("utf-8-sig").splitlines()
        total = int("".join(filter(str.isdigit, str(shown.findtext(".//p[@class='count']/b")))))
        assert len(rows) == total + 1 and all(",đang triển khai," in row for row in rows[1:])
        assert reader.get(semicolons).content.decode("utf-8-sig").splitlines()[0].count(";") == 10
        assert reader.get("/vi/models.odt").status_code == 404


@pytest.mark.parametrize(
    ("role", "path", "status", "code"),
    [
        ("subscriber", "/vi/models", 403, "not-allowed"),
        ("subscriber", "/vi/histories/policy/scheme", 403, "not-allowed"),
        ("subscriber", "/vi/operations", 403, "not-allowed"),
        ("approver", "/vi/operations", 403, "not-allowed"),
        ("auditor", "/vi/models/none", 404, "model.unknown"),
        ("auditor", "/en/nothing/here", 404, "path.unknown"),
        ("auditor", "/vi/summaries/2025", 404, "period.unknown"),
        ("auditor", "/vi/figures/2026/models.lost", 404, "figure.unknown"),
        ("auditor", "/vi/models?colour=red", 422, "query.malformed"),
        ("auditor", "/vi/models?offset=minus", 422, "query.malformed"),
        ("auditor", "/vi/models?path=x&self=y", 422, "query.malformed"),
        ("auditor", "/vi/models.csv?path=x&visit=y", 422, "query.malformed"),
        ("auditor", "/vi/quota/2026.csv?ask=x&path=y", 422, "query.malformed"),
        ("auditor", "/vi/models?limit=0", 422, "query.malformed"),
        ("auditor", "/en?at=99999999", 422, "at.beyond-ledger"),
        ("subscriber", "/vi/rounds", 403, "not-allowed"),
        ("subscriber", "/vi/due", 403, "not-allowed"),
        ("auditor", "/vi/rounds/none", 404, "round.unknown"),
        ("auditor", "/en/commendations/none", 404, "commendation.unknown"),
        ("auditor", "/vi/replications/none", 404, "model.unknown"),
        ("auditor", "/vi/compare?appraisals=a&appraisals=b", 404, "appraisal.unknown"),
        ("auditor", "/vi/compare?appraisals=a,b,c,d,e,f", 422, "query.malformed"),
        ("auditor", "/vi/commendations?limit=0", 422, "query.malformed"),
        ("auditor", "/vi/legal-bases?at=99999999", 422, "at.beyond-ledger"),
        ("auditor", "/vi/due?what=everything", 422, "query.malformed"),
        ("auditor", "/vi/due?limit=some", 422, "query.malformed"),
        ("auditor", f"/vi/search?q={'a' * 10_000}", 422, "query.malformed"),
        ("auditor", "/vi/models?field=economy&field=none&limit=1&limit=2", 422, "query.malformed"),
        ("auditor", "/vi/models?at=1&as_of=2026-02-01", 422, "at.with-as-of"),
        ("auditor", "/vi/histories/dream/1", 404, "history.unknown-kind"),
        ("auditor", "/vi/models/%3Cscript%3Ealert(1)", 404, "model.unknown"),
    ],
)
def test_an_error_is_a_page_with_the_stable_code(
    served: Served, role: str, path: str, status: int, code: str
) -> None:
    with served.reader(role, officer_unit(served) if role == "approver" else None) as reader:
        answer = reader.get(path)
    assert answer.status_code == status
    page = tree(answer)
    assert code in [element.text for element in page.iter("code")]
    assert "<script>alert" not in answer.text
    _is_a_good_page(path, answer)


def test_a_page_beyond_the_end_says_that_nothing_is_there(served: Served) -> None:
    with served.reader("auditor") as reader:
        for path in ("/vi/commendations", "/vi/rounds", "/vi/inspections", "/vi/due"):
            page = tree(reader.get(f"{path}?offset=10000"))
            assert [p for p in page.iter("p") if p.attrib.get("class") == "empty"], path
            count = next(p for p in page.iter("p") if p.attrib.get("class") == "count")
            assert count.findtext("b") not in (None, "0"), path


def test_dossiers_that_are_ticked_stand_side_by_side(served: Served) -> None:
    with served.reader("auditor") as reader:
        listed = tree(reader.get("/vi/appraisals"))
        boxes = [e.attrib["value"] for e in listed.iter("input") if e.attrib.get("type") == "checkbox"]
        answer = reader.get("/vi/compare", params={"appraisals": boxes[:3]})
        _is_a_good_page("/vi/compare", answer)
        heads = next(tree(answer).iter("thead"))
    assert len(list(heads.iter("th"))) == 4
    told = [link.attrib["href"] for link in heads.iter("a")]
    assert told == [f"/vi/histories/appraisal/{ident}" for ident in boxes[:3]]


def test_another_units_model_is_not_shown(served: Served) -> None:
    own = officer_unit(served)
    other = next(
        e.event.data["model"]
        for e in served.town.ledger()
        if e.event.name == "ModelRegistered" and e.event.data["unit"] != own
    )
    with served.reader("unit_officer", own) as reader:
        for path in (f"/vi/models/{other}", f"/vi/histories/model/{other}"):
            assert reader.get(path).status_code == 403


def test_the_past_travels_through_every_link(served: Served) -> None:
    with served.reader("auditor") as reader:
        answer = reader.get("/vi/models?as_of=2026-06-01")
        page = tree(answer)
        assert "Như đã biết vào 01/6/2026" in answer.text
        inside = [href for href in links(page) if href.startswith("/vi/")]
        back = [href for href in inside if "as_of=2026-06-01" not in href]
        assert len(inside) > 10
        assert {href for href in back if "at=" not in href} == {"/vi/models"}, (
            "only the way back leaves the past"
        )
        [then] = map(int, re.findall(r"<b>(\d+)</b> mục", answer.text))
        [now] = map(int, re.findall(r"<b>(\d+)</b> mục", reader.get("/vi/models").text))
    assert 0 < then < now


def test_who_has_no_token_is_asked_for_one_and_led_back(served: Served) -> None:
    with served.reader(None) as reader:
        asked = reader.get("/vi/models?field=economy")
        assert asked.status_code == 401
        assert 'value="/vi/models?field=economy"' in asked.text
        wrong = sign_in(reader, served, "a.b.c")
        assert wrong.status_code == 401 and "token.invalid" in wrong.text
        answer = sign_in(reader, served, served.token("auditor"), follow=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/vi/models?field=economy")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
        assert reader.get("/vi/models").status_code == 200
        out = reader.post("/vi/sign-out", data=carried(reader), follow_redirects=False)
        assert out.status_code == 303
        assert reader.get("/vi/models").status_code == 401


def carried(reader: httpx.Client) -> dict[str, str]:
    """What a form of a page carries that was made for this reader's browser."""
    [token] = set(re.findall(r'name="form_token" value="([0-9a-f]{64})"', reader.get("/vi/sign-in").text))
    return {"form_token": token}


def sign_in(reader: httpx.Client, served: Served, token: str, follow: bool = True) -> httpx.Response:
    form = {"token": token, "next": "/vi/models?field=economy", **carried(reader)}
    headers = {"Origin": served.url}
    return reader.post("/vi/sign-in", data=form, headers=headers, follow_redirects=follow)


def test_behind_a_proxy_that_ends_tls_the_cookie_stays_on_tls(served: Served) -> None:
    host = {"Host": "dvk.example", "Origin": "https://dvk.example"}
    with served.reader(None) as reader:
        form = {"token": served.token("auditor"), **carried(reader)}
        over_tls = reader.post("/vi/sign-in", data=form, headers=host, follow_redirects=False)
        plain = sign_in(reader, served, served.token("auditor"), follow=False)
    assert "secure" in over_tls.headers["set-cookie"].lower()
    assert over_tls.headers["set-cookie"].startswith("__Host-dvk-session=")
    assert "secure" not in plain.headers["set-cookie"].lower()


def test_an_expired_token_is_told_so(served: Served) -> None:
    session = served.session(served.token("auditor", ttl=-60))
    with httpx.Client(base_url=served.url, cookies={SESSION: session}) as reader:
        vi, en = reader.get("/vi"), reader.get("/en/models")
    assert vi.status_code == en.status_code == 401
    assert "Mã truy cập đã hết hạn." in vi.text and "The token has expired." in en.text


@pytest.mark.parametrize("origin", [None, "null", "https://elsewhere.example"])
def test_a_form_from_elsewhere_is_refused(served: Served, origin: str | None) -> None:
    with served.reader("auditor") as reader, served.reader("auditor") as other:
        own, of_another_browser = carried(reader), carried(other)
        headers = {} if origin is None else {"Origin": origin}
        for path in ("/vi/sign-in", "/vi/sign-out"):
            sent = {"token": "a.b.c", **(of_another_browser if origin is None else own)}
            answer = reader.post(path, data=sent, headers=headers)
            assert answer.status_code == 403 and "console.foreign-form" in answer.text
        assert reader.get("/vi/models").status_code == 200, "the reader is still signed in"


@pytest.mark.parametrize(
    "wanted",
    ["https://elsewhere.example", "//elsewhere.example", "/models", "/vi\\elsewhere", "/vietnam", "", None],
)
def test_after_signing_in_one_goes_to_the_console_and_nowhere_else(wanted: str | None) -> None:
    assert next_page(wanted, "vi") == "/vi"


def test_the_cookie_opens_no_other_door(served: Served) -> None:
    """Commands take the header only: no site can make a browser send one."""
    session = served.session(served.token("operator"))
    with httpx.Client(base_url=served.reporting, cookies={SESSION: session}) as reader:
        assert reader.get("/models").status_code == 401
        assert reader.post("/rebuild").status_code == 401
        as_token = {"Authorization": f"Bearer {session}"}
        assert reader.get("/models", headers=as_token).status_code == 401, "what is sealed is no token"


def test_numbers_are_written_as_each_language_writes_them(served: Served) -> None:
    with served.reader("auditor") as reader:
        assert "1.309 (60,9%)" in reader.get("/vi/summaries/2026").text
        assert "1,309 (60,9%)" in reader.get("/en/summaries/2026").text  # the share is quoted as printed


def test_what_pages_load_may_be_kept_for_ever(served: Served) -> None:
    with served.reader(None) as reader:
        page = tree(reader.get("/vi"))
        for address in {
            *(e.attrib["href"] for e in page.iter("link")),
            *(e.attrib["src"] for e in page.iter("script")),
        }:
            answer = reader.get(address)
            assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
        assert reader.get("/console/secret").status_code == 404
