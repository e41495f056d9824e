"""Signing in with the city's provider, and a session that ends in the middle of a form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from services.cli.tokens import make
from services.console.sessions import SESSION, Sealed
from tests.support.console import Served, console, running
from tests.support.provider import Provider


@dataclass
class Signing:
    """A console with a provider, and how long the tokens hold that it hands out next."""

    url: str
    provider: Provider
    served: Served
    ttl: list[int] = field(default_factory=lambda: [3600])

    def reader(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, follow_redirects=True, timeout=30)


@pytest.fixture
def signing(served: Served) -> Iterator[Signing]:
    made = Signing(
        "", Provider(lambda: make(served.site.place, "kiem-toan", "auditor", None, made.ttl[-1])), served
    )
    with running(made.provider.app) as issuer:
        told: dict[str, str] = {"DVK_OIDC_ISSUER": issuer, "DVK_OIDC_CLIENT_ID": "dvk"}
        front: list[Any] = []

        async def later(scope: Any, receive: Any, send: Any) -> None:
            await front[0](scope, receive, send)

        with running(lambda: later) as made.url:
            front.append(
                console(served.site, told | {"DVK_CONSOLE_URL": made.url}, reporting=served.reporting)
            )
            yield made


def test_one_signs_in_with_the_city_and_comes_back_to_the_page_one_wanted(signing: Signing) -> None:
    with signing.reader() as reader:
        asked = reader.get("/vi/models?field=economy")
        assert asked.status_code == 401 and "Mã truy cập" not in asked.text
        [begin] = re.findall(r'href="(/sign-in/begin[^"]*)"', asked.text)
        answer = reader.get(begin.replace("&amp;", "&"))
        assert answer.status_code == 200 and str(answer.url).endswith("/vi/models?field=economy")
        [said] = signing.provider.said
        assert len(said["code_verifier"]) >= 43 and said["redirect_uri"] == f"{signing.url}/sign-in/back"
        set_cookie = "".join(
            h for r in answer.history for h in r.headers.get_list("set-cookie") if SESSION in h
        )
        assert "HttpOnly" in set_cookie and "SameSite=lax" in set_cookie


@pytest.mark.parametrize("query", ["", "code=x", "code=x&state=other", "error=access_denied&state=s"])
def test_who_comes_back_from_nowhere_is_not_signed_in(signing: Signing, query: str) -> None:
    with signing.reader() as reader:
        reader.get("/sign-in/begin?next=/vi", follow_redirects=False)
        answer = reader.get(f"/sign-in/back?{query}")
        assert answer.status_code == 401 and "console.sign-in-failed" in answer.text
        assert reader.get("/vi/models").status_code == 401


def test_a_token_that_expires_is_renewed_while_the_provider_lets_it(signing: Signing) -> None:
    signing.ttl.append(-60)
    old = make(signing.served.site.place, "kiem-toan", "auditor", None, -60)
    held = Sealed(signing.served.site.place.console_key).seal({"token": old, "refresh": "r1"})
    signing.ttl.append(3600)
    with signing.reader() as reader:
        reader.cookies.set(SESSION, held)
        assert reader.get("/vi/models").status_code == 200
        assert signing.provider.said[-1]["grant_type"] == "refresh_token"
        assert reader.get("/vi/models").status_code == 200 and len(signing.provider.said) == 1


def test_signing_out_ends_the_session_and_leads_out_of_the_provider_too(signing: Signing) -> None:
    with signing.reader() as reader:
        page = reader.get("/sign-in/begin?next=/vi")
        [carried] = set(re.findall(r'name="form_token" value="([0-9a-f]{64})"', page.text))
        out = reader.post("/vi/sign-out", data={"form_token": carried})
        assert "/leave" in out.text and reader.get("/vi/models").status_code == 401


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing_that_was_typed(served: Served) -> None:
    old = served.session(served.token("unit_officer", "20194", ttl=-60))
    with httpx.Client(base_url=served.url, cookies={SESSION: old}, timeout=30) as reader:
        [carried] = set(
            re.findall(r'name="form_token" value="([0-9a-f]{64})"', reader.get("/vi/sign-in").text)
        )
        sent = {
            "form_token": carried,
            "_press": "send",
            "_command": "01",
            "name": "Tên <mới>",
            "content": "Một\nHai",
        }
        answer = reader.post("/vi/do/models", data=sent)
        assert answer.status_code == 401 and "Chưa có gì được gửi" in answer.text
        kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
        assert (
            kept["name"] == "Tên &lt;mới&gt;" and kept["content"] == "Một\nHai" and kept["_command"] == "01"
        )
        assert "_press" not in kept
