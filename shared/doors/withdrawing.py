"""Files go away: `POST /evidence/{sha256}/withdraw`, for whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from shared.contracts.message import Command
from shared.doors.evidence import SHA256
from shared.doors.gateway import MOST_BODY
from shared.doors.http import COMMAND_HEADER, body_of, json_answer
from shared.doors.openapi import command_operation
from shared.errors import NotAllowed, Unknown
from shared.evidence.withdrawing import WITHDRAW

if TYPE_CHECKING:
    from shared.doors.seen_files import SeenFiles
    from shared.process.running import Running


def router(running: Running, seen: SeenFiles) -> APIRouter:
    """The route, for a service that holds files."""
    routes = APIRouter(tags=["evidence"])

    @routes.post("/evidence/{sha256}/withdraw", openapi_extra=command_operation(WITHDRAW, "WithdrawEvidence"))
    async def withdraw(request: Request, sha256: str) -> Response:
        """Take the bytes of a file away for good, with its `reason`: operators, and those of the place that brought it.
        The hash stays wherever it is named; the file can be neither had nor sent again."""
        command_id, given = running.gateway.command_id(request.headers.get(COMMAND_HEADER))
        request.state.command_id = command_id
        actor = await running.access.sender(request, WITHDRAW.roles)
        await running.access.must_stand(actor)
        is_known = SHA256.fullmatch(sha256) is not None and await running.files.was_ever(sha256)
        is_theirs = is_known and await seen.is_owner(actor, sha256)

        def known_and_theirs(_command: Command) -> None:
            if not is_known:
                raise Unknown("evidence.unknown", sha256=sha256)
            if not is_theirs:
                raise NotAllowed("not-allowed", sha256=sha256)

        body = await body_of(request, MOST_BODY)
        answer = await running.gateway.take(
            WITHDRAW, body, actor, command_id, given, target=sha256, check=known_and_theirs
        )
        # If we die here, whoever keeps the files in order takes it away.
        await running.files.remove(sha256)
        return json_answer(answer.body(), headers={COMMAND_HEADER: command_id})

    return routes
