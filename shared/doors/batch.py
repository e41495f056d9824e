"""The batch door: an array of commands, answered one by one, each idempotent by its own id."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from shared.doors.access import Access
from shared.doors.gateway import Gateway, must_fit
from shared.doors.http import body_of, correlation_of, json_answer
from shared.doors.openapi import CORRELATION_HEADER, batch_operation
from shared.errors import Malformed, TooLarge, Unavailable
from shared.reference.authority import Actor

MOST_BATCH = 500
MOST_BATCH_BODY = 8 * 1024 * 1024
MOST_BATCH_SIGNS = 300_000
"""Commas, colons and brackets of a batch: 500 commands of 600 each, those within texts counted too."""
MOST_BATCHES = 16
"""At once in one process: each may hold its whole body in memory."""


def router(gateway: Gateway, access: Access) -> APIRouter:
    """`POST /batch` of one service."""
    routes = APIRouter()
    room = asyncio.Semaphore(MOST_BATCHES)

    @routes.post("/batch", name="Batch", operation_id="Batch", openapi_extra=batch_operation(gateway.roles()))
    async def batch(request: Request) -> Response:
        """An array of commands, answered one by one in order. Each item: `command` (its name), `command_id`
        (optional UUID), and the command's body with the id inside. Items are decided one after the other."""
        actor = await access.sender(request, gateway.roles())
        if room.locked():
            raise Unavailable("busy")
        async with room:
            return await decided(request, actor)

    async def decided(request: Request, actor: Actor) -> Response:
        body = await body_of(request, MOST_BATCH_BODY)
        items = await gateway.parsing.value(body, MOST_BATCH_SIGNS)
        if not isinstance(items, list):
            raise Malformed("body.not-a-list")
        if len(items) > MOST_BATCH:
            raise TooLarge("batch.too-long", most=MOST_BATCH)
        correlation = correlation_of(request.headers.get(CORRELATION_HEADER))
        answers: list[dict[str, Any]] = []
        away = False
        for item in items:
            answers.append(await one_of_batch(gateway, item, actor, correlation, away))
            away = away or answers[-1].get("code") in AWAY_CODES
        return json_answer(answers)

    return routes


AWAY_CODES = ("store-away", "outcome-unknown")


async def one_of_batch(
    gateway: Gateway, item: Any, actor: Actor, correlation: str | None, away: bool = False
) -> dict[str, Any]:
    """One item's answer; a refusal of one does not touch the others.

    `away` when the store did not answer the item before: then this one is not tried, because each would wait
    as long again.
    """
    command_id: str | None = None
    try:
        if not isinstance(item, dict):
            raise Malformed("body.not-an-object")
        wish = dict(item)
        given_id = wish.pop("command_id", None)
        if given_id is not None and not isinstance(given_id, str):
            raise Malformed("command.id-malformed")
        command_id, given = gateway.command_id(given_id)
        row = gateway.row(wish.pop("command", None))
        must_fit(wish)
        if away:
            raise Unavailable("store-away")
        answer = await gateway.take(row, wish, actor, command_id, given, correlation=correlation)
        return {"status": 200, "command_id": command_id, **answer.body()}
    except Exception as error:  # noqa: BLE001 - becomes the answer of its line
        refusal = gateway.answer(error)
        return {"command_id": command_id, **gateway.problems.body(refusal, command_id)}
