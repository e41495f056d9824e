"""What every request over HTTP passes before it comes to its application, whichever process that is of."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
import structlog

from shared.doors.headers import with_safe
from shared.doors.limits import Limits
from shared.doors.problems import MEDIA_TYPE, Problems
from shared.errors import Internal, Refused, Unavailable

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
SENTENCES = Problems({})

logger = structlog.get_logger("dvk.server")


def problem(refusal: Refused | Unavailable) -> bytes:
    """The body of a refusal that is said before any service is asked."""
    return orjson.dumps(SENTENCES.body(refusal))


class Bounded:
    """An application whose answers begin in time, and whose failures are said once.

    The framework raises again what it has answered, so that a server may log it; it is in the log already.
    """

    def __init__(self, app: Application, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        loop, started = asyncio.get_running_loop(), False

        async def sending(message: Message) -> None:
            nonlocal started
            if not started:
                started = True
                timer.reschedule(None)
            await send(message)

        async def receiving() -> Message:
            message = await receive()
            if not started and not message.get("more_body"):
                timer.reschedule(loop.time() + self._limits.answer)
            return message

        refusal: Refused | Unavailable = Unavailable("too-slow")
        try:
            async with asyncio.timeout(self._limits.upload + self._limits.answer) as timer:
                return await self._app(scope, receiving, sending)
        except TimeoutError:
            logger.warning("an answer took too long", path=scope["path"][:200], method=scope["method"])
        except Exception as error:
            if started:
                return None
            logger.error("failed", error=f"{type(error).__name__}: {error}", exc_info=error)
            refusal = Internal("internal")
        if not started:
            await answer(send, refusal)
        return None


async def answer(send: Send, refusal: Refused | Unavailable) -> None:
    """Answer with a refusal, before or beside the application."""
    body = problem(refusal)
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    headers.append((b"connection", b"close"))
    if isinstance(refusal, Unavailable):
        headers.append((b"retry-after", str(refusal.retry_after).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Safe:
    """An application all of whose answers say what browsers and caches may not do with them."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": with_safe(message.get("headers", ()))}
            await send(message)

        await self._app(scope, receive, sending)
