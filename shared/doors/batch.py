"""The batch door: an array of commands, answered one by one, each idempotent by its own id."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic
from typing import Any, cast

from fastapi import APIRouter, Request, Response

from shared.doors.access import Access
from shared.doors.gateway import Gateway, must_fit
from shared.doors.http import body_of, correlation_of, json_answer
from shared.doors.openapi import CORRELATION_HEADER, batch_operation
from shared.errors import Malformed, TooLarge, Unavailable
from shared.reference.authority import Actor
from shared.slices import Slices

MOST_BATCH = 500
MOST_BATCH_BODY = 8 * 1024 * 1024
MOST_BATCH_SIGNS = 300_000
"""Commas, colons and brackets of a batch: 500 commands of 600 each, those within texts counted too."""
MOST_BATCHES = 16
"""At once in one process: each may hold its whole body in memory."""
MOST_BEHIND_SECONDS = 6.0
"""So long, in all, the items of one batch wait for what the other services have said."""


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
        patience = Patience()
        slices = Slices()
        for item in items:
            await slices.turn()
            with patience.timed():
                answers.append(await one_of_batch(gateway, item, actor, correlation, patience.over))
            patience.heard(answers[-1].get("code"))
        return json_answer(answers)

    return routes


class Patience:
    """Whether what the items of one batch wait for is waited for again: each would wait as long as the one before."""

    def __init__(self) -> None:
        self.over: str | None = None
        """The code of those that are not tried any more."""
        self._waited = 0.0
        self._last = 0.0

    @contextmanager
    def timed(self) -> Generator[None]:
        """One item."""
        began = monotonic()
        yield
        self._last = monotonic() - began

    def heard(self, code: str | None) -> None:
        """What came of it: a store that is away is waited for once, others that are ahead for some seconds in all."""
        if self.over is not None:
            return
        if code in ("store-away", "outcome-unknown"):
            self.over = "store-away"
        elif code == "behind":
            self._waited += self._last
            if self._waited >= MOST_BEHIND_SECONDS:
                self.over = "behind"


async def one_of_batch(
    gateway: Gateway, item: Any, actor: Actor, correlation: str | None, over: str | None = None
) -> dict[str, Any]:
    """One item's answer; a refusal of one does not touch the others. With `over` it is not tried (see `Patience`)."""
    command_id: str | None = None
    try:
        if not isinstance(item, dict):
            raise Malformed("body.not-an-object")
        wish: dict[str, Any] = dict(cast("dict[str, Any]", item))
        given_id = wish.pop("command_id", None)
        if given_id is not None and not isinstance(given_id, str):
            raise Malformed("command.id-malformed")
        command_id, given = gateway.command_id(given_id)
        row = gateway.row(wish.pop("command", None))
        must_fit(wish)
        if over is not None:
            raise Unavailable(over)
        answer = await gateway.take(row, wish, actor, command_id, given, correlation=correlation)
        return {"status": 200, "command_id": command_id, **answer.body()}
    except Exception as error:  # noqa: BLE001 - becomes the answer of its line
        refusal = gateway.answer(error)
        return {"command_id": command_id, **gateway.problems.body(refusal, command_id)}
