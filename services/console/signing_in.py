"""Signing in and out: the same tokens as at every other door, sealed into a cookie that nobody else can use."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from services.console.page import HEADERS, templates
from services.console.sessions import FORMS, SESSION, Sealed, cookie, drop, keep, new_browser
from services.console.words import said_in
from shared.contracts.words import Lang
from shared.errors import NotAllowed

TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
OURS = re.compile(r"/(vi|en)(/[^\\]*|\?.*)?", re.DOTALL)
PRESS = "_press"
"""Which button was pressed."""
TOKEN_BOX = "_token"
"""Where a token is pasted beside what was typed, when the session ended in the middle of a form."""
FORM_TOKEN = "form_token"
"""The hidden member of every form that shows it was made for this browser."""


def sealed(request: Request) -> Sealed:
    """What seals sessions here."""
    return request.app.state.sealed


def session_of(request: Request) -> dict[str, str] | None:
    """The session: the token as the bearer header carries it, and what renews it if something does."""
    held = cookie(request, SESSION)
    session = sealed(request).open(held) if held else None
    return session if session and "token" in session else None


def form_token(request: Request) -> tuple[str, str | None]:
    """What the forms of this browser carry; and what it is to keep for that, when it keeps nothing yet."""
    browser = cookie(request, FORMS)
    fresh = None if browser else new_browser()
    return sealed(request).form_token(browser or fresh or ""), fresh


def keep_forms(request: Request, answer: Response, fresh: str | None) -> None:
    """Give a browser that kept nothing yet what its forms are bound to."""
    if fresh is not None:
        keep(request, answer, FORMS, fresh)


def must_be_own_form(request: Request, sent: Mapping[str, Any]) -> None:
    """Raise `console.foreign-form` (403) unless a page of this very site, made for this browser, sent the form.

    The session's cookie does not come along from elsewhere anyway; this also stops a form that would sign somebody
    in as another.
    """
    origin, host = request.headers.get("origin"), request.headers.get("host")
    if origin is not None and urlsplit(origin).netloc != host:
        raise NotAllowed("console.foreign-form")
    browser = cookie(request, FORMS)
    given = str(sent.get(FORM_TOKEN, ""))
    if browser is None or not hmac.compare_digest(
        given.encode(), sealed(request).form_token(browser).encode()
    ):
        raise NotAllowed("console.foreign-form")


def next_page(wanted: str | None, lang: Lang) -> str:
    """Where to go after signing in: a page of the console and nothing else."""
    return wanted if wanted and OURS.fullmatch(wanted) and not wanted.startswith("//") else f"/{lang}"


def sign_in_page(
    request: Request,
    lang: Lang,
    wanted: str,
    problem: Mapping[str, Any] | None = None,
    status: int = 401,
    typed: FormData | None = None,
) -> Response:
    """The page where one signs in, with the reason why if there was one before.

    What was typed into a form meanwhile goes along, so that nothing of it is lost.
    """
    other: Lang = "en" if lang == "vi" else "vi"
    carried, fresh = form_token(request)
    body = (
        templates()
        .get_template("sign_in.html")
        .render(
            lang=lang,
            say=partial(said_in, lang),
            wanted=wanted,
            other=f"/{other}/sign-in",
            problem=problem,
            form_token=carried,
            typed=None if typed is None else _texts(typed),
            files=typed is not None and any(not isinstance(value, str) for _, value in typed.multi_items()),
            token_box=TOKEN_BOX,
            by_provider=request.app.state.by_provider,
        )
    )
    answer = HTMLResponse(body, status, HEADERS)
    keep_forms(request, answer, fresh)
    if problem is not None and problem.get("code") != "console.foreign-form":
        drop(request, answer, SESSION)
    return answer


def _texts(typed: FormData) -> list[tuple[str, str]]:
    ours = (FORM_TOKEN, TOKEN_BOX, PRESS)
    return [
        (name, value) for name, value in typed.multi_items() if isinstance(value, str) and name not in ours
    ]


def signed_in(request: Request, answer: Response, session: dict[str, str]) -> Response:
    """The answer, with a session: until the browser ends or the token expires."""
    keep(request, answer, SESSION, sealed(request).seal(session))
    return answer


def signed_out(request: Request, lang: Lang) -> Response:
    """Back to the sign-in page, without the session."""
    answer = RedirectResponse(f"/{lang}/sign-in", 303, HEADERS)
    drop(request, answer, SESSION)
    return answer
