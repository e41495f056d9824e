"""Signing in: the same tokens as at every other door, kept in a cookie that no script and no other site can use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.reporting.console.page import HEADERS, templates
from services.reporting.documents.rendering import Lang
from shared.doors.http import body_of
from shared.errors import NotAllowed

COOKIE = "dvk_token"
MOST_FORM = 16 * 1024
TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
OURS = re.compile(r"/(vi|en)(/[^\\]*|\?.*)?", re.DOTALL)


def token_of(request: Request) -> str | None:
    """The token that the cookie holds, as the bearer header would carry it."""
    return request.cookies.get(COOKIE) or None


def must_be_own_form(request: Request) -> None:
    """Raise `console.foreign-form` (403) unless a page of this very site sent the form.

    The cookie is SameSite=Strict already; this also stops a form that would sign somebody in as another.
    """
    origin, host = request.headers.get("origin"), request.headers.get("host")
    if origin is None or urlsplit(origin).netloc != host:
        raise NotAllowed("console.foreign-form")


async def form(request: Request) -> dict[str, str]:
    """The members of a form that was sent."""
    body = await body_of(request, MOST_FORM)
    return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=10))


def next_page(wanted: str | None, lang: Lang) -> str:
    """Where to go after signing in: a page of the console and nothing else."""
    return wanted if wanted and OURS.fullmatch(wanted) and not wanted.startswith("//") else f"/{lang}"


def sign_in_page(
    lang: Lang, wanted: str, problem: Mapping[str, Any] | None = None, status: int = 401
) -> Response:
    """The page where one pastes a token, with the reason why if there was one before."""
    other: Lang = "en" if lang == "vi" else "vi"
    body = (
        templates()
        .get_template("sign_in.html")
        .render(
            lang=lang,
            say=lambda vi, en: vi if lang == "vi" else en,
            wanted=wanted,
            other=f"/{other}/sign-in",
            problem=problem,
        )
    )
    answer = HTMLResponse(body, status, HEADERS)
    if problem is not None and problem.get("code") != "console.foreign-form":
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def signed_in(request: Request, token: str, wanted: str) -> Response:
    """On to the page that was wanted, with the cookie: until the browser ends or the token expires."""
    answer = RedirectResponse(wanted, 303, HEADERS)
    # Behind a proxy that ends TLS the request is plain, and the browser still says where its page came from.
    secure = "https" in (request.url.scheme, urlsplit(request.headers.get("origin", "")).scheme)
    answer.set_cookie(COOKIE, token, path="/", httponly=True, samesite="strict", secure=secure)
    return answer


def signed_out(lang: Lang) -> Response:
    """Back to the sign-in page, without the cookie."""
    answer = RedirectResponse(f"/{lang}/sign-in", 303, HEADERS)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer
