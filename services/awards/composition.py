"""What awards adds to a service: the second witness and its addresses (C2SP tlog-witness)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from services.awards.cosigning import WHERE, Cosigner
from shared.doors.http import body_of, json_answer
from shared.doors.logs import LINES, TEXT
from shared.doors.openapi import asked, problems_named, told
from shared.doors.restored import MOST_REASON
from shared.errors import Malformed, Refused, Unknown
from shared.process.ids import unix_time
from shared.process.own_keys import keys_of
from shared.process.replaced_keys import handovers_of
from shared.process.running import Running
from shared.reference.access import OPEN
from shared.tlog.witness import MOST_BODY, SIZE_TYPE, Refusal

OTHER_SIZE = 409
LOG = asked("log", {"type": "string", "enum": [*WHERE]}, "Which log.", required=True)
REASON = asked("reason", {"type": "string", "minLength": 1, "maxLength": MOST_REASON}, "Why.", required=True)
ASKED: dict[str, Any] = {
    **told(access=OPEN, media="text/plain", schema=LINES),
    "requestBody": {"required": True, "content": {"text/plain": {"schema": LINES}}},
    "responses": {
        **problems_named(["400", "403", "404"]),
        str(OTHER_SIZE): {
            "description": "Another size was cosigned last: this one.",
            "content": {SIZE_TYPE: {"schema": LINES}},
        },
    },
}


class NotCosigned(Refused):
    """A checkpoint that does not continue what was seen, or is none of a log that is cosigned here."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__("checkpoint.refused", reason=refusal.code)
        self.status = refusal.status


def extend(running: Running) -> None:
    """Give a running service the second witness and its addresses."""
    peer, prefix = running.peers["reporting"], running.settings.log_prefix
    cosigner = Cosigner(running.database, peer, prefix, keys_of(running.settings)["witness"], unix_time)
    running.routers += [_router(running, cosigner), _forgetting(running, cosigner)]


def _router(running: Running, cosigner: Cosigner) -> APIRouter:
    routes = APIRouter(prefix="/witness", tags=["log"])

    @routes.post("/add-checkpoint", openapi_extra=ASKED)
    async def add_checkpoint(request: Request) -> Response:
        """Cosign a checkpoint of reporting's log or of the ledger that continues the one cosigned last: a line.

        Whose checkpoint it is says its signature; whoever brings it may be anybody (C2SP tlog-witness).
        """
        running.restored.must_be_accepted()
        said = await cosigner.add_checkpoint(await body_of(request, MOST_BODY))
        if not isinstance(said, Refusal):
            return Response(said, media_type=TEXT)
        if said.status == OTHER_SIZE:  # what comes next is asked with this size
            return Response(said.body, OTHER_SIZE, media_type=said.media_type)
        raise NotCosigned(said)

    @routes.get("/vkey", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def vkey() -> Response:
        """The key that verifies the second witness's cosignatures."""
        return Response(cosigner.key.verifying.vkey + "\n", media_type=TEXT)

    @routes.get("/handovers", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def handovers() -> Response:
        """How that key came from those before it: signed notes, oldest first; nothing before the first."""
        return Response(await handovers_of(running.database, "witness"), media_type=TEXT)

    @routes.get("/{log}/checkpoint", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def checkpoint(log: str) -> Response:
        """What was cosigned last of `reporting`'s log or of the `ledger`, by its name or the hash of its origin."""
        raw = await cosigner.shown(log)
        if raw is None:
            raise Unknown("path.unknown")
        return Response(raw, media_type=TEXT)

    return routes


def _forgetting(running: Running, cosigner: Cosigner) -> APIRouter:
    routes = APIRouter(prefix="/witness", tags=["running"])

    @routes.post("/forget", openapi_extra=told(LOG, REASON, access="upkeep"))
    async def forget(request: Request, log: str, reason: str) -> Response:
        """Begin anew with a log that was lost and came out of a backup as another one; `reason` is kept."""
        actor = await running.access.reader(request, "upkeep")
        if log not in WHERE:
            raise Malformed("query.malformed", parameter="log")
        if not 1 <= len(reason := reason.strip()) <= MOST_REASON:
            raise Malformed("query.malformed", parameter="reason")
        return json_answer({"forgotten": await cosigner.forget(log, actor.sub, reason)})

    return routes
