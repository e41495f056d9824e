"""Odd requests at the console: a page or a plain refusal, never a 500, and the console goes on."""

from __future__ import annotations

import random
import re
from urllib.parse import quote_from_bytes, urlsplit

import httpx
import pytest

from services.console.app import FORMS as APP_FORMS
from services.console.app import PAGES as APP_PAGES
from services.console.sessions import SESSION
from tests.doors.test_odd_requests import ODD
from tests.support.console import Served

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

PAGES = [
    *(
        "/",
        "/vi/sign-in",
        "/vi/sign-out",
        "/vi/signed-in",
        "/vi/signed-out",
        "/sign-in/begin",
        "/sign-in/back",
    ),
    *("/console/{name}", "/{nothing}", "/vi/{nothing}", "/health/live", "/health/ready", "/metrics"),
]
MOST_UNREAD = 16 * 1024
"""What is refused unread, the server may answer by closing: such bodies go where forms are taken."""
HEADS = (b"Accept-Language", b"Origin", b"Referer", b"Range", b"If-None-Match")
QUERIES = (
    "unit",
    "at",
    "as_of",
    "limit",
    "offset",
    "next",
    "lang",
    "q",
    "after",
    "year",
    "code",
    "state",
    "sort",
)
OURS = (
    "path",
    "visit",
    "ask",
    "self",
    "ending",
    "lang",
    "params",
    "template",
    "title",
    "status",
    "kind",
    "limit",
)
"""What the console calls things itself: a query may use any name."""
FORMS = [
    (b"", "application/x-www-form-urlencoded"),
    (b"a=%ff&a=%00&=&&", "application/x-www-form-urlencoded"),
    (b"token=" + b"x" * 100_000, "application/x-www-form-urlencoded"),
    (b"&".join(b"f%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"\xff\"\r\n\r\n"
     b"\xff\r\n--x--\r\n", "multipart/form-data; boundary=x"),
    (b"x", "multipart/form-data"),
    (b"x", "multipart/form-data; boundary=" + "y" * 300),
    (b"{}", "application/json"),
    (b"\xff\xfe", "text/plain; charset=no-such"),
]  # fmt: skip


def asked(chance: random.Random, page: str, method: str, cookies: list[bytes]) -> httpx.Request:
    """A request for this page with odd things in its path, query, heads and body."""
    path = re.sub(r"{[^}]*}", lambda _: quote_from_bytes(chance.choice(ODD) or b"-", safe=""), page)
    query = "&".join(f"{name}={quote_from_bytes(chance.choice(ODD))}" for name in chance.sample(QUERIES, 3))
    heads = [(b"Cookie", chance.choice(cookies))]
    heads += [(name, visible(chance.choice(ODD))) for name in HEADS if chance.random() < 0.4]
    body = b""
    if method == "POST":
        takes_forms = page.partition("?")[0][3:] in {path for path, _view in APP_FORMS} | {"/sign-in"}
        body, kind = chance.choice([form for form in FORMS if takes_forms or len(form[0]) < MOST_UNREAD])
        heads.append((b"Content-Type", kind.encode()))
    return httpx.Request(method, f"http://console{path}?{query}", headers=heads, content=body)


def test_no_odd_request_breaks_the_console(served: Served) -> None:
    chance = random.Random(20_261_130)
    wrong: list[str] = []
    signed = f"{SESSION}={served.session(served.token('auditor'))}".encode()
    stale = [SESSION.encode() + b"=\xff\xfe", SESSION.encode() + b"=x; " + signed]
    cookies = [b"", b"=", b"a" * 3000, *stale, signed, signed]
    pages = [f"/{lang}{path}" for lang in ("vi", "en") for path, _view in (*APP_PAGES, *APP_FORMS)]
    with httpx.Client(timeout=30, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        for page in [*PAGES, *pages]:
            for method in ("GET", "POST"):
                request = asked(chance, page, method, cookies)
                request.url = httpx.URL(served.url).join(request.url.raw_path.decode())
                if found := amiss(client, request):
                    wrong.append(f"{found}: {method} {request.url} {request.headers.raw[2:]}"[:900])
    assert not wrong, "\n".join(wrong)
    with served.reader("auditor") as reader:
        assert reader.get("/vi/models").status_code == 200


def test_a_query_may_use_any_name(served: Served) -> None:
    query = "&".join(f"{name}=x" for name in OURS)
    wrong: list[str] = []
    with served.reader("auditor") as reader:
        for path, _view in APP_PAGES:
            address = re.sub(r"{[^}]*}", "csv", f"/vi{path}")
            for each in (address, f"{address}.csv"):
                answer = reader.get(f"{each}?{query}")
                if answer.status_code >= 500 and answer.status_code != 503:
                    wrong.append(f"{answer.status_code}: {each}")
    assert not wrong, "\n".join(wrong)


def amiss(client: httpx.Client, request: httpx.Request) -> str | None:
    """What is wrong with the answer; the services beside reporting are away, which is said with 503."""
    try:
        answer = client.send(request)
    except httpx.TransportError as error:
        return repr(error)
    if answer.status_code >= 500 and answer.status_code != 503:
        return str(answer.status_code)
    if urlsplit(answer.headers.get("location", "")).netloc:
        return f"leads to {answer.headers['location']}"
    return None


def visible(value: bytes) -> bytes:
    """A value that a client can put into a head at all."""
    return value.replace(b"\r", b" ").replace(b"\n", b" ").replace(b"\x00", b" ").strip()
