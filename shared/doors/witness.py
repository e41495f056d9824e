"""A witness of ours over HTTP: its key, how that came from those before it, and what it cosigned last of each log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from fastapi import APIRouter, Response

from shared.doors.logs import LINES, TEXT
from shared.doors.openapi import told
from shared.errors import Unknown
from shared.reference.access import OPEN
from shared.tlog.witness import monitoring_path


@dataclass(frozen=True)
class Shown:
    """A witness as its routes see it."""

    vkey: str
    prefix: str
    """Of the origins of the logs."""
    logs: Iterable[str]
    """Those that it cosigns, by the last part of their origins."""
    handovers: Callable[[], Awaitable[bytes]]
    """How its key came from those before it."""
    note: Callable[[str], Awaitable[bytes | None]]
    """A log → its newest cosigned checkpoint; None before the first."""


def router(witness: Shown) -> APIRouter:
    """`/witness/vkey`, and each log's newest cosigned checkpoint by its name or by its origin's hash (C2SP)."""
    routes = APIRouter(prefix="/witness", tags=["log"])
    names = {monitoring_path(f"{witness.prefix}/{log}").split("/")[1]: log for log in witness.logs}

    @routes.get("/vkey", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def vkey() -> Response:
        """The key that verifies cosignatures."""
        return Response(witness.vkey + "\n", media_type=TEXT)

    @routes.get("/handovers", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def handovers() -> Response:
        """How that key came from those before it: signed notes, oldest first; nothing before the first."""
        return Response(await witness.handovers(), media_type=TEXT)

    @routes.get("/{log}/checkpoint", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def checkpoint(log: str) -> Response:
        """The newest checkpoint of a log, with the log's signature and those of its witnesses."""
        raw = await witness.note(names.get(log, log))
        if raw is None:
            raise Unknown("path.unknown")
        return Response(raw, media_type=TEXT)

    return routes
