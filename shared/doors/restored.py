"""The word of an operator that a log which came out of a backup may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from shared.doors.http import json_answer
from shared.doors.openapi import told
from shared.errors import Malformed, Unavailable

if TYPE_CHECKING:
    from shared.process.running import Running

MOST_REASON = 500


def reason_in(query: str) -> str:
    """Why an operator does it, without what stands around it; `query.malformed` where nothing is said, or too much."""
    if not 1 <= len(reason := query.strip()) <= MOST_REASON:
        raise Malformed("query.malformed", parameter="reason")
    return reason


def router(running: Running) -> APIRouter:
    """`POST /restored/accept`."""
    routes = APIRouter(tags=["running"])

    @routes.post("/restored/accept", openapi_extra=told(access="upkeep"))
    async def accept(request: Request, reason: str) -> Response:
        """Go on from what was restored: commands are taken, checkpoints signed. `reason` is kept, with who said so.

        Not while others hold more of this log (503 `log.behind`): what is missing has to be put back first.
        """
        actor = await running.access.reader(request, "upkeep")
        said = reason_in(reason)
        closed = running.gate.closed
        if closed is not None and closed.code == "log.behind":
            raise Unavailable(closed.code, closed.retry_after, **closed.details)
        return json_answer({"accepted": await running.restored.accept(actor.sub, said)})

    return routes
