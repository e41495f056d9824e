"""The routes of notices: one's own, the secret address of one's feed, and what is read there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from services.reporting.facts.spelling import whole
from services.reporting.notices.keys import Addresses
from services.reporting.notices.noticing import noticed
from services.reporting.queries.asking import asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.seeing import must_read
from shared.doors.http import json_answer
from shared.doors.openapi import problems_named, told
from shared.reference.access import OPEN
from shared.reference.authority import Actor

KIND = "notice"
IN_FEED = 50


def router(
    context: Context, addresses: Addresses, must_stand: Callable[[Actor], Awaitable[None]]
) -> APIRouter:
    """All of them; `must_stand` refuses whoever acts for a unit that is closed or not there."""
    routes = APIRouter(tags=["reporting"])

    @routes.get("/notices", openapi_extra=parameters("before", "limit", "after", access=KIND))
    async def mine(request: Request) -> Response:
        """What concerns whoever asks, newest first: what others did to the things of their unit (received, returned,
        assessed, decided, listed, commended, corrected), what came in for those who appraise and decide; and under
        `due` what they have to do within fourteen days or are late with. No names of persons."""
        actor = await context.who(request)
        must_read(actor, KIND)
        query = asked(request, ("before", "limit", "after"))
        _, limit = query.page()
        before = None if (text := query["before"]) is None else whole(text, "before")
        known = await query.known(context.reads)
        return json_answer((await noticed(context, known, actor, limit, before)).body())

    @routes.get("/notices/address", openapi_extra=told(access=KIND))
    async def address(request: Request) -> Response:
        """The secret end of the address at which a feed reader, which keeps no token, reads the same notices. It is
        good for 400 days, and ends with the account's tokens when they are taken back."""
        actor = await context.who(request)
        must_read(actor, KIND)
        return json_answer({"address": addresses.of(actor)})

    @routes.get(
        "/notices/feed/{address}",
        openapi_extra=told(access=OPEN) | {"responses": problems_named(["401", "403"])},
    )
    async def fed(address: str) -> Response:
        """The newest notices of the reader whose secret address this is; 401 where it is none, or none any more."""
        actor = addresses.reader(address)
        await must_stand(actor)
        known = await context.reads.known()
        found = await noticed(context, known, actor, IN_FEED)
        who = {"sub": actor.sub, "role": actor.role, **({"unit": actor.unit} if actor.unit else {})}
        return json_answer({**found.body(), "reader": who})

    return routes
