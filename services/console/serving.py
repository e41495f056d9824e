"""The console's routes: every page of the table, in both languages, for whoever holds a token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, QueryParams

from services.console.asking import Asking, Refusal, Services
from services.console.contracts import Contracts
from services.console.page import FILES, HEADERS, file, page
from services.console.provider import SigningIn
from services.console.sessions import SEEN, SEEN_SECONDS, cookie, keep
from services.console.signing_in import (
    TOKEN_BOX,
    form_token,
    keep_forms,
    must_be_own_form,
    session_of,
    sign_in_page,
    signed_in,
)
from services.console.visit import Visit
from shared.contracts.words import LANGS, Lang
from shared.doors.claims import Unauthenticated
from shared.doors.problems import Problems
from shared.errors import Internal, NotAllowed, Refused, Unavailable, Unknown
from shared.reference.authority import Actor
from shared.text.numbers import plain

View = Callable[[Visit, dict[str, str]], Awaitable[Response]]
"""(the visit, what the path names) → the page."""

KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}

MOST_FILES, MOST_BOXES, MOST_PART = 60, 4000, 64 * 1024
"""Of a form: files, boxes, bytes of one box."""

logger = structlog.get_logger("dvk.console")


@dataclass(frozen=True)
class Doors:
    """What the pages need of the running console."""

    actor: Callable[[str | None], Awaitable[Actor]]
    """Who holds the token of an `Authorization` header; Unauthenticated."""
    problems: Problems
    services: Services
    contracts: Contracts
    new_id: Callable[[], str]
    today: Callable[[], str]
    """The city's date."""
    provider: SigningIn | None = None
    """Who signs people in; None where they paste a token."""


def router(
    doors: Doors, pages: Sequence[tuple[str, View]], forms: Sequence[tuple[str, View]] = ()
) -> APIRouter:
    """All pages, in both languages; to those of `forms` something is sent, too."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def front_door() -> Response:
        return RedirectResponse("/vi", 307, HEADERS)

    @routes.get("/console/{name}")
    async def loaded(name: str) -> Response:
        if name not in FILES:
            return Response(status_code=404, headers=HEADERS)
        return Response(file(name), headers=KEPT, media_type=FILES[name])

    for lang in LANGS:
        for path, view in pages:
            _page(routes, doors, lang, path, view)
        for path, view in forms:
            _page(routes, doors, lang, path, view, ("GET", "POST"))
        _page(routes, doors, lang, "/{rest:path}", _nothing)
    return routes


def given(parameters: QueryParams) -> dict[str, str]:
    """The parameters that say something; what is ticked several times, with commas between."""
    said: dict[str, list[str]] = {}
    for name, value in parameters.multi_items():
        if value.strip():
            said.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in said.items()}


async def _nothing(_visit: Visit, _named: dict[str, str]) -> Response:
    raise Unknown("path.unknown")


def _page(
    routes: APIRouter, doors: Doors, lang: Lang, path: str, view: View, methods: Sequence[str] = ("GET",)
) -> None:
    async def endpoint(request: Request) -> Response:
        try:
            return await _serve(request, doors, lang, view)
        finally:
            await request.close()  # files that came along

    routes.add_api_route(f"/{lang}{path}", endpoint, methods=list(methods), name=f"page {lang}{path}")


async def _serve(request: Request, doors: Doors, lang: Lang, view: View) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    sent, distrusted = await _sent(request, doors)
    given_now = str(sent.get(TOKEN_BOX, "")).strip() if sent is not None and distrusted is None else ""
    session = {"token": given_now} if given_now else session_of(request)
    if session is None:
        return sign_in_page(request, lang, wanted, typed=sent)
    failure: Exception | None = None
    before = session
    try:
        actor, session = await _who(doors, session)
    except Unauthenticated as refused:
        return sign_in_page(request, lang, wanted, doors.problems.body(refused), typed=sent)
    except Exception as error:  # noqa: BLE001 - becomes a page
        actor, failure = Actor("", ""), error
    carried, fresh = form_token(request)
    visit = Visit(
        lang,
        actor,
        Asking(doors.services, session["token"]),
        request.url.path.removeprefix(f"/{lang}") or "/",
        given(request.query_params),
        doors.today(),
        carried,
        contracts=doors.contracts,
        new_id=doors.new_id,
        sent=sent,
        distrusted=distrusted,
        seen=_seen(request),
    )
    answer = await _answer(doors, visit, view, dict(request.path_params), failure)
    keep_forms(request, answer, fresh)
    if visit.looked is not None:
        keep(request, answer, SEEN, str(visit.looked), seconds=SEEN_SECONDS)
    return signed_in(request, answer, session) if given_now or session is not before else answer


def _seen(request: Request) -> int:
    return plain(cookie(request, SEEN) or "") or 0


async def _who(doors: Doors, session: dict[str, str]) -> tuple[Actor, dict[str, str]]:
    """Who holds the session; one whose token has expired goes on where the provider lets it."""
    try:
        return await doors.actor(f"Bearer {session['token']}"), session
    except Unauthenticated as refused:
        if refused.code != "token.expired" or doors.provider is None or "refresh" not in session:
            raise
        renewed = await doors.provider.renew(session["refresh"])
        return await doors.actor(f"Bearer {renewed['token']}"), renewed


async def _sent(request: Request, doors: Doors) -> tuple[FormData | None, Mapping[str, Any] | None]:
    """What was sent, and why it is only to be shown again if it is."""
    if request.method != "POST":
        return None, None
    sent = await request.form(max_files=MOST_FILES, max_fields=MOST_BOXES, max_part_size=MOST_PART)
    try:
        must_be_own_form(request, sent)
    except NotAllowed as refused:
        return sent, doors.problems.body(refused)
    return sent, None


async def _answer(
    doors: Doors, visit: Visit, view: View, named: dict[str, str], failure: Exception | None
) -> Response:
    try:
        if failure is not None:
            raise failure
        return await view(visit, named)
    except Refusal as refusal:
        return error_page(visit, refusal.problem, refusal.status, refusal.retry_after)
    except Exception as error:  # noqa: BLE001 - becomes a page
        told = answered(error)
        retry = str(told.retry_after) if isinstance(told, Unavailable) else None
        return error_page(visit, doors.problems.body(told), told.status, retry)


def answered(error: BaseException) -> Refused | Unavailable:
    """What to tell a reader about anything that was raised: never a stack trace."""
    if isinstance(error, Refused | Unavailable):
        return error
    logger.error("failed", error=f"{type(error).__name__}: {error}", exc_info=error)
    return Internal("internal")


def error_page(visit: Visit, problem: Any, status: int, retry_after: str | None = None) -> Response:
    """What went wrong, in the reader's language, with the stable code and the way on."""
    sentence = problem.get("detail" if visit.lang == "vi" else "detail_en") or problem.get("code", "")
    shown = {
        name: value
        for name, value in problem.items()
        if name not in ("type", "title", "status", "code", "detail", "detail_en") and value not in ([], {})
    }
    answer = page(visit, "error.html", sentence, status, sentence=sentence, problem=problem, details=shown)
    if retry_after is not None:
        answer.headers["Retry-After"] = retry_after
    return answer
