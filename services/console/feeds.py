"""A reader's notices as an Atom feed: at a secret address, for programs that keep no token."""

from __future__ import annotations

import re
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import httpx
from fastapi import APIRouter, Request, Response

from services.console.asking import Asking
from services.console.page import HEADERS, templates
from services.console.serving import Doors
from services.console.visit import Visit
from shared.contracts.words import LANGS, Lang
from shared.doors.claims import Unauthenticated
from shared.doors.problems import MEDIA_TYPE
from shared.errors import Unavailable, Unknown
from shared.reference.authority import Actor

ADDRESS = re.compile(r"[A-Za-z0-9_-]{1,1000}")
ATOM = "application/atom+xml"
NEAR_DAYS = 14
"""So long before its day reporting tells of what is due."""


def router(doors: Doors, url: str | None) -> APIRouter:
    """The one route. `url` is where readers find the console; without it, where they found it."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/feed/{lang}/{address}.atom")
    async def feed(request: Request, lang: str, address: str) -> Response:
        words: Lang | None = next((each for each in LANGS if each == lang), None)
        if words is None:
            raise Unknown("path.unknown")
        if not ADDRESS.fullmatch(address):
            raise Unauthenticated("token.invalid")
        try:
            answer = await doors.services["reporting"].get(f"/notices/feed/{address}")
        except httpx.HTTPError as away:
            raise Unavailable("console.service-away", 60, service="reporting") from away
        if not answer.is_success:
            return Response(
                answer.content, answer.status_code, HEADERS, answer.headers.get("content-type", MEDIA_TYPE)
            )
        found: dict[str, Any] = answer.json()
        who: dict[str, str] = found["reader"]
        visit = Visit(
            words,
            Actor(who["sub"], who["role"], who.get("unit")),
            Asking(doors.services, ""),
            "/",
            {},
            found["on"],
        )
        body = templates().get_template("feed.xml").render(
            v=visit, base=url or str(request.base_url).rstrip("/"), own=request.url.path, happened=found["items"],
            due=[{**item, "near_on": _near(item["due_on"])} for item in found["due"]],
            who=sha256("\n".join((who["sub"], who["role"], who.get("unit", ""))).encode()).hexdigest()[:32],
            updated=found["items"][0]["time"] if found["items"] else f"{found['on']}T00:00:00+07:00",
        )  # fmt: skip
        return _unless_known(request, body.lstrip().encode())

    return routes


def _near(day: str) -> str:
    """The day from which one is told of it."""
    return (date.fromisoformat(day) - timedelta(days=NEAR_DAYS)).isoformat()


def _unless_known(request: Request, body: bytes) -> Response:
    """The feed, or that it is as the reader has it already."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": tag, "Cache-Control": "private, max-age=300"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=ATOM)
