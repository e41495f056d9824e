"""`GET /feed`: the public events for those without a broker, one canonical event per line; `/feed/live`: the same as
server-sent events.

A reader keeps one number, the position after the last one read. The answer says it (`Link: …; rel="next"`), so that a
filter that finds nothing still gets on; asked again it costs little while nothing came (`ETag`, 304).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.sse import EventSourceResponse, format_sse_event

from services.reporting.feed.asking import LIVE, LONGEST, PAGE, first_of, proven, resumed, wanted_of
from services.reporting.feed.public import SOURCE, Wanted
from services.reporting.feed.reading import Feed, Page
from shared.doors.access import Access
from shared.doors.logs import LINES, MOST_ENTRIES, NDJSON, whole
from shared.doors.openapi import told
from shared.errors import Unavailable

KIND = "public-event"
MOST_LISTENERS = 200
BEAT_SECONDS = 15.0
LOOK_SECONDS = 5.0
"""So often a listener looks anew when nothing was heard: another process may have written."""
RETRY_MILLISECONDS = 3000
MOST_PROVEN = 200
"""So many events of a page carry proofs at most."""
ONWARD = ("from", "since")
Proving = Callable[[str, int], Awaitable[bytes | None]]
"""(service, position) → its tlog-proof; None while the witness has not cosigned it."""
PAGED = told(*PAGE, access=KIND, media=NDJSON, schema=LINES) | {
    "responses": {"304": {"description": "As it was when it carried the tag in `If-None-Match`."}}
}


@dataclass
class Feeding:
    """What the feed's routes need of the running service."""

    feed: Feed
    access: Access
    is_unit: Callable[[str], Awaitable[bool]]
    today: Callable[[], str]
    prove: Proving | None
    """None where there is no witness."""
    listeners: int = 0


def router(feeding: Feeding) -> APIRouter:
    """The two routes."""
    routes = APIRouter(tags=["feed"])

    @routes.get("/feed", openapi_extra=PAGED)
    async def feed(request: Request) -> Response:
        """What authority decided, one event per line (NDJSON), oldest first: recognised, revoked, listed, delisted,
        commended, cancelled, and corrections of these. `Link` says where to go on; asked again with `If-None-Match` the
        answer is 304 until there is more. Lines are the bytes of the log, so that each can be proven."""
        await feeding.access.reader(request, KIND)
        first = await first_of(request, feeding.feed, feeding.today)
        wanted = await wanted_of(request, feeding.is_unit)
        limit = whole(request, "limit", MOST_ENTRIES, least=1, most=MOST_ENTRIES)
        if not proven(request):
            page = await feeding.feed.page(wanted, first, limit)
            return _answer(request, [event.raw for event in page.events], page.following)
        page = await feeding.feed.page(wanted, first, min(limit, MOST_PROVEN))
        return _answer(request, *await _with_proofs(feeding, page))

    @routes.get("/feed/live", openapi_extra=told(*LIVE, access=KIND, media="text/event-stream", schema=LINES))
    async def live(request: Request) -> Response:
        """The same as server-sent events, as they happen: `id` is the position reached, `event` the type, `data` the
        canonical event. `Last-Event-ID` (or `from`) says where to go on. A connection ends after five minutes."""
        await feeding.access.reader(request, KIND)
        wanted = await wanted_of(request, feeding.is_unit)
        first = resumed(request)
        seconds = whole(request, "wait", LONGEST, most=LONGEST)
        if feeding.listeners >= MOST_LISTENERS:
            raise Unavailable("busy")
        return EventSourceResponse(
            _told(feeding, wanted, first, seconds), headers={"X-Accel-Buffering": "no"}
        )

    return routes


async def _told(feeding: Feeding, wanted: Wanted, first: int, seconds: int) -> AsyncIterator[bytes]:
    feeding.listeners += 1
    until, beat = monotonic() + seconds, monotonic() + BEAT_SECONDS
    try:
        yield format_sse_event(retry=RETRY_MILLISECONDS)
        while True:
            size = feeding.feed.ledger_size
            page = await feeding.feed.page(wanted, first, MOST_ENTRIES)
            for event in page.events:
                yield format_sse_event(id=str(event.position), event=event.type, data_str=event.raw.decode())
            at_end, first, now = page.following == first, page.following, monotonic()
            if now >= beat or (at_end and now >= until):
                # An id without data is kept by the reader and shown to nobody: it need not look at these again.
                yield format_sse_event(id=str(first - 1))
                beat = now + BEAT_SECONDS
            if at_end and now >= until:
                return
            if at_end:
                await feeding.feed.wait(size, min(until - now, beat - now, LOOK_SECONDS))
    finally:
        feeding.listeners -= 1


async def _with_proofs(feeding: Feeding, page: Page) -> tuple[list[bytes], int]:
    """The events up to the first that cannot be proven yet, and where the next page begins."""
    lines: list[bytes] = []
    for event in page.events:
        proof = None if feeding.prove is None else await feeding.prove(SOURCE, event.position)
        if proof is None:
            return lines, event.position
        lines.append(b'{"event":%b,"proof":%b}' % (event.raw, orjson.dumps(proof.decode())))
    return lines, page.following


def _answer(request: Request, lines: list[bytes], following: int) -> Response:
    body = b"".join(line + b"\n" for line in lines)
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ONWARD]
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Link": f'</feed?{urlencode([("from", str(following)), *kept])}>; rel="next"'}
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=NDJSON)
