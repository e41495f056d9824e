"""The short way to a command: from its path to its endpoint, past the framework's layers.

The framework keeps the routes for what it writes about them, and takes every other request; a command's endpoint reads
the request itself, so that matching forty patterns and solving dependencies that are not there would be all it added.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.types import Message, Receive, Scope, Send

from shared.doors.security import WORKED_ON
from shared.errors import Unavailable
from shared.store.pulse import Pulse, fell_silent
from shared.wiring import CommandRow

Endpoint = Callable[[Request], Awaitable[Response]]
Answered = Callable[[Request, Exception], Awaitable[Response]]
Parts = tuple[str | None, ...]
WITHOUT_STORE = frozenset({"/health/live", "/health/ready", "/metrics", "/followers", "/batch"})
"""Answered from what is known; and a batch answers for each of its commands."""


class App(FastAPI):
    """The framework's application with a table of commands before it."""

    def __init__(self, answered: Answered, pulse: Pulse, **options: Any) -> None:
        """`answered(request, error)` is the answer to anything that an endpoint raises; nobody waits for a store whose
        `pulse` is gone."""
        super().__init__(**options)
        self._answered = answered
        self._pulse = pulse
        self._commands: dict[Parts, tuple[CommandRow, Endpoint]] = {}

    def take(self, row: CommandRow, endpoint: Endpoint) -> None:
        """Answer a command's path by its endpoint."""
        self._commands[_parts(row.path)] = (row, endpoint)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        found = self._found(scope) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None:
            return await self._at_length(scope, receive, send)
        row, endpoint, parameters = found
        scope[WORKED_ON] = row.path
        request = Request({**scope, "path_params": parameters, "app": self}, receive, send)
        try:
            response = await endpoint(request)
        except Exception as error:  # noqa: BLE001 - becomes the answer
            response = await self._answered(request, error)
        await response(request.scope, receive, send)
        return None

    async def _at_length(self, scope: Scope, receive: Receive, send: Send) -> None:
        """By the framework; until the store falls silent, where the answer may need it."""
        if scope["type"] != "http" or scope["path"] in WITHOUT_STORE:
            return await super().__call__(scope, receive, send)
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            async with self._pulse.listening():
                await super().__call__(scope, receive, sending)
        except Unavailable as silent:
            if not started:
                request = Request(scope, receive)
                command: str | None = getattr(request.state, "command_id", None)
                response = await self._answered(request, silent if command is None else fell_silent(command))
                await response(scope, receive, send)
        return None

    def _found(self, scope: Scope) -> tuple[CommandRow, Endpoint, dict[str, str]] | None:
        if scope.get("root_path"):
            return None
        said = scope["path"].split("/")
        if (exact := self._commands.get(tuple(said))) is not None:
            return *exact, {}
        if len(said) != 4 or not said[2]:
            return None
        row, endpoint = self._commands.get((said[0], said[1], None, said[3]), (None, None))
        if row is None or endpoint is None or row.placeholder is None:
            return None
        return row, endpoint, {row.placeholder: said[2]}


def _parts(path: str) -> Parts:
    return tuple(None if part.startswith("{") else part for part in path.split("/"))
