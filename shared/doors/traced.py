"""Where a request's trace begins, or goes on: its span at the HTTP door."""

from __future__ import annotations

from opentelemetry.trace import SpanKind, Status, StatusCode

from shared import tracing
from shared.doors.front import Application, Message, Receive, Send
from shared.doors.security import route_of

ASKED_ALL_THE_TIME = ("/health/", "/metrics", "/log/", "/ledger/positions")
"""By machines, many times a minute: what of it matters, metrics say."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class Traced:
    """An application whose requests are spans: method, route and status, and nothing else of them."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http" or scope["path"].startswith(ASKED_ALL_THE_TIME):
            return await self._app(scope, receive, send)
        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        given = next((value for name, value in scope["headers"] if name == tracing.HEADER.encode()), b"")
        parent = given.decode("latin-1") or None
        with tracing.span(method, SpanKind.SERVER, parent, **{"http.request.method": method}) as span:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        span.set_status(Status(StatusCode.ERROR))
                await send(message)

            try:
                return await self._app(scope, receive, sending)
            finally:
                if route := route_of(scope):
                    span.update_name(f"{method} {route}")
                    span.set_attribute("http.route", route)
