"""What awards adds to a service: the second witness and its addresses (C2SP tlog-witness)."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from services.awards.cosigning import Cosigner
from shared.doors import witness
from shared.doors.http import body_of, json_answer
from shared.doors.logs import LINES, TEXT
from shared.doors.openapi import asked, problems_named, told
from shared.doors.restored import MOST_REASON, reason_in
from shared.errors import Malformed, Refused
from shared.process.ids import unix_time
from shared.process.own_keys import COSIGNED, keys_of
from shared.process.replaced_keys import handovers_of
from shared.process.running import Running
from shared.reference.access import OPEN
from shared.tlog.witness import MOST_BODY, SIZE_TYPE, Refusal

OTHER_SIZE = 409
LOG = asked("log", {"type": "string", "enum": [*COSIGNED]}, "Which log.", required=True)
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
    handovers = partial(handovers_of, running.database, "witness")
    shown = witness.Shown(cosigner.key.verifying.vkey, prefix, COSIGNED, handovers, cosigner.shown)
    running.routers += [_asked(running, cosigner), witness.router(shown), _forgetting(running, cosigner)]


def _asked(running: Running, cosigner: Cosigner) -> APIRouter:
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

    return routes


def _forgetting(running: Running, cosigner: Cosigner) -> APIRouter:
    routes = APIRouter(prefix="/witness", tags=["running"])

    @routes.post("/forget", openapi_extra=told(LOG, REASON, access="upkeep"))
    async def forget(request: Request, log: str, reason: str) -> Response:
        """Begin anew with a log that was lost and came out of a backup as another one; `reason` is kept."""
        actor = await running.access.reader(request, "upkeep")
        if log not in COSIGNED:
            raise Malformed("query.malformed", parameter="log")
        return json_answer({"forgotten": await cosigner.forget(log, actor.sub, reason_in(reason))})

    return routes
