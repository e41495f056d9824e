"""The witness over HTTP: its key, how that came from those before it, and what it cosigned last of each log."""

from __future__ import annotations

from hashlib import sha256

from fastapi import APIRouter, Response

from services.reporting.ledger.witness import Witness
from shared import SERVICES
from shared.doors.logs import LINES, TEXT
from shared.doors.openapi import told
from shared.errors import Unknown
from shared.process.replaced_keys import handovers_of
from shared.process.running import Running
from shared.reference.access import OPEN


def router(running: Running, witness: Witness) -> APIRouter:
    """`/witness/vkey`, and each log's newest cosigned checkpoint by service name or by its origin's hash."""
    routes = APIRouter(prefix="/witness", tags=["log"])
    origins = {
        sha256(f"{running.settings.log_prefix}/{source}".encode()).hexdigest(): source
        for source in (*SERVICES, "ledger")
    }

    @routes.get("/vkey", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def vkey() -> Response:
        """The key that verifies cosignatures."""
        return Response(witness.vkey + "\n", media_type=TEXT)

    @routes.get("/handovers", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def handovers() -> Response:
        """How that key came from those before it: signed notes, oldest first; nothing before the first."""
        return Response(await handovers_of(running.database, "witness"), media_type=TEXT)

    @routes.get("/{log}/checkpoint", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def checkpoint(log: str) -> Response:
        """The newest checkpoint of a log, with the log's signature and those of its witnesses."""
        raw = await witness.note(origins.get(log, log), 0)
        if raw is None:
            raise Unknown("path.unknown")
        return Response(raw, media_type=TEXT)

    return routes
