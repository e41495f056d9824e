"""The routes of signing in and out: with the city's provider where there is one, with a pasted token elsewhere."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from services.console.page import HEADERS, templates
from services.console.provider import BACK, FLOW_SECONDS
from services.console.serving import Doors
from services.console.sessions import FLOW, cookie, drop, keep
from services.console.signing_in import (
    TOKEN,
    must_be_own_form,
    next_page,
    sealed,
    sign_in_page,
    signed_in,
    signed_out,
)
from services.console.words import said_in
from shared.contracts.words import LANGS, Lang
from shared.doors.claims import Unauthenticated
from shared.errors import NotAllowed, Refused, Unavailable


def router(doors: Doors) -> APIRouter:
    """All of it, in both languages."""
    routes = APIRouter(include_in_schema=False)
    for lang in LANGS:
        _in(routes, doors, lang)
        _out(routes, doors, lang)
    if doors.provider is not None:
        _by_provider(routes, doors)
    return routes


def _in(routes: APIRouter, doors: Doors, lang: Lang) -> None:
    @routes.get(f"/{lang}/sign-in")
    async def asked(request: Request) -> Response:
        return sign_in_page(request, lang, next_page(request.query_params.get("next"), lang), status=200)

    @routes.post(f"/{lang}/sign-in")
    async def sign_in(request: Request) -> Response:
        async with request.form(max_files=0) as sent:
            return await signing_in(request, sent)

    async def signing_in(request: Request, sent: FormData) -> Response:
        wanted = next_page(str(sent.get("next", "")), lang)
        token = str(sent.get("token", "")).strip()
        try:
            must_be_own_form(request, sent)
            if not TOKEN.fullmatch(token):
                raise Unauthenticated("token.invalid" if token else "token.missing")
            await doors.actor(f"Bearer {token}")
        except (Refused, Unavailable) as refused:
            return sign_in_page(request, lang, wanted, doors.problems.body(refused), refused.status)
        return signed_in(request, RedirectResponse(wanted, 303, HEADERS), {"token": token})

    @routes.get(f"/{lang}/signed-in")
    async def in_again() -> Response:
        """Somebody signed in beside a form that waits for them."""
        return _alone(lang, "signed_in.html")


def _out(routes: APIRouter, doors: Doors, lang: Lang) -> None:
    @routes.post(f"/{lang}/sign-out")
    async def sign_out(request: Request) -> Response:
        try:
            async with request.form(max_files=0) as sent:
                must_be_own_form(request, sent)
        except NotAllowed as refused:
            return sign_in_page(request, lang, f"/{lang}", doors.problems.body(refused), refused.status)
        if doors.provider is None:
            return signed_out(request, lang)
        answer = RedirectResponse(f"/{lang}/signed-out", 303, HEADERS)
        answer.raw_headers.extend(h for h in signed_out(request, lang).raw_headers if h[0] == b"set-cookie")
        return answer

    @routes.get(f"/{lang}/signed-out")
    async def out() -> Response:
        """Signed out here; the way to sign out of the provider too."""
        leaving = None if doors.provider is None else await doors.provider.leaving()
        return _alone(lang, "signed_out.html", leaving=leaving)


def _alone(lang: Lang, template: str, **shown: str | None) -> Response:
    body = templates().get_template(template).render(
        lang=lang, say=partial(said_in, lang), **shown
    )  # fmt: skip
    return HTMLResponse(body, headers=HEADERS)


def _by_provider(routes: APIRouter, doors: Doors) -> None:
    assert doors.provider is not None
    provider = doors.provider

    @routes.get("/sign-in/begin")
    async def begin(request: Request) -> Response:
        wanted = next_page(request.query_params.get("next"), "vi")
        try:
            address, flow = await provider.begin(wanted)
        except Unavailable as away:
            return sign_in_page(request, _lang(wanted), wanted, doors.problems.body(away), away.status)
        answer = RedirectResponse(address, 303, HEADERS)
        keep(request, answer, FLOW, sealed(request).seal(flow), seconds=FLOW_SECONDS)
        return answer

    @routes.get(BACK)
    async def back(request: Request) -> Response:
        held = cookie(request, FLOW)
        flow = sealed(request).open(held, FLOW_SECONDS) if held else None
        wanted = next_page(flow.get("wanted") if flow else None, "vi")
        try:
            session = await provider.finish(flow, dict(request.query_params))
            await doors.actor(f"Bearer {session['token']}")
        except (Refused, Unavailable) as refused:
            return sign_in_page(request, _lang(wanted), wanted, doors.problems.body(refused), refused.status)
        answer = signed_in(request, RedirectResponse(wanted, 303, HEADERS), session)
        drop(request, answer, FLOW)
        return answer


def _lang(wanted: str) -> Lang:
    return "en" if wanted.startswith("/en") else "vi"
