"""Followers seen and helped from outside: where they are, why one stopped, try again or go past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from shared.doors.gateway import MOST_BODY
from shared.doors.http import COMMAND_HEADER, body_of, json_answer
from shared.doors.openapi import command_operation, told
from shared.errors import Unknown
from shared.following.follower import Follower
from shared.relaying.resetting import RESET, ResetRelay
from shared.relaying.skipping import SKIP

if TYPE_CHECKING:
    from shared.process.running import Running


def router(running: Running) -> APIRouter:  # noqa: C901 - one flat table of cases
    """`GET /followers`, `POST /followers/{name}/retry` and `/skip`, `POST /relays/{service}/reset`."""
    routes = APIRouter(tags=["running"])

    def found(name: str, source: str | None) -> list[Follower]:
        named = [f for f in running.followers if f.status.name == name and source in (None, f.status.source)]
        if not named:
            raise Unknown("follower.unknown")
        return named

    @routes.get("/followers", openapi_extra=told(access="follower"))
    async def followers(request: Request) -> Response:
        """Every follower of this service: name, source, state, position, head, lag, reason."""
        await running.access.reader(request, "follower")
        return json_answer(await running.health.followers())

    @routes.post("/followers/{name}/retry", openapi_extra=told(access="upkeep"))
    async def retry(request: Request, name: str, source: str | None = None) -> Response:
        """Try the event again that stopped this follower."""
        actor = await running.access.reader(request, "upkeep")
        for follower in found(name, source):
            follower.retry(actor.sub)
        return json_answer({"retried": name})

    @routes.post("/followers/{name}/skip", openapi_extra=command_operation(SKIP, "SkipEvent"))
    async def skip(request: Request, name: str) -> Response:
        """Go past the event that stopped this follower: `source`, `position`, `reason`; it is recorded first."""
        command_id, given = running.gateway.command_id(request.headers.get(COMMAND_HEADER))
        request.state.command_id = command_id
        actor = await running.access.reader(request, "upkeep")
        body = await body_of(request, MOST_BODY)
        answer = await running.gateway.take(
            SKIP, body, actor, command_id, given, target=name, check=stopped_there
        )
        data = answer.recorded.data
        for follower in found(name, data["source"]):
            if follower.status.failed_at == data["position"]:
                await follower.skip(data["position"])
        return json_answer(answer.body(), headers={COMMAND_HEADER: command_id})

    @routes.post("/relays/{relay}/reset", openapi_extra=command_operation(RESET, "ResetRelay"))
    async def reset(request: Request, relay: str) -> Response:
        """Give the broker the log anew: `reason`, and the `messages` and `sha256` of what it held, exported before.

        Only while the relay stands still because the broker holds other bytes. It is recorded before the broker's
        stream is taken away; the relay then makes another and publishes from the first event on.
        """
        command_id, given = running.gateway.command_id(request.headers.get(COMMAND_HEADER))
        request.state.command_id = command_id
        actor = await running.access.reader(request, "upkeep")
        if relay != running.service.name:
            raise Unknown("follower.unknown")
        body = await body_of(request, MOST_BODY)
        held = await running.relay.broker_last()

        def exported(command: object) -> None:
            assert isinstance(command, ResetRelay)
            running.relay.may_reset(command.messages, held)

        answer = await running.gateway.take(
            RESET, body, actor, command_id, given, target=relay, check=exported
        )
        await running.relay.reset()
        return json_answer(answer.body(), headers={COMMAND_HEADER: command_id})

    def stopped_there(command: object) -> None:
        name, source, position = (getattr(command, member) for member in ("follower", "source", "position"))
        if any(f.status.failed_at == position for f in found(name, source)):
            return
        raise Unknown("follower.not-stopped-there", position=position)

    return routes
