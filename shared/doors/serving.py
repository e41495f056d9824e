"""The HTTP server itself: uvicorn with bounds on what a stranger can cost.

uvicorn reads headers of any size (and its parser puts them together in quadratic time), and waits for ever for whoever
says nothing more. Here a connection is in one phase at a time, each with its bound, and once a second all are looked
through. Who is over a bound is told so where that can be told, and let go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Literal, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.doors.front import Application, Bounded, Safe, problem
from shared.doors.headers import SAFE
from shared.doors.limits import Limits
from shared.doors.problems import MEDIA_TYPE
from shared.errors import Malformed, Refused, Unavailable
from shared.metrics import LET_GO
from shared.waiting import noticed

NEAR = "127.0.0.1"
TICK_SECONDS = 1.0
Phase = Literal["silent", "head", "body", "answer", "rest"]
LINES: dict[int, bytes] = {400: b"Bad Request", 408: b"Request Timeout", 431: b"Request Header Fields Too Large",
                           503: b"Service Unavailable"}  # fmt: skip


class NotHttp(Malformed):
    """What came is no request."""

    status = 400


class HeadTooLarge(Malformed):
    """Request line and headers are over their bound."""

    status = 431


class TooSlow(Malformed):
    """A request that began and did not come."""

    status = 408


def raw_answer(refusal: Refused | Unavailable) -> bytes:
    """A whole HTTP answer, after which the connection ends."""
    body = problem(refusal)
    head = b"HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n" % (
        refusal.status, LINES[refusal.status], MEDIA_TYPE.encode(), len(body),
    )  # fmt: skip
    retry = b"retry-after: %d\r\n" % refusal.retry_after if isinstance(refusal, Unavailable) else b""
    safe = b"".join(b"%s: %s\r\n" % pair for pair in SAFE)
    return head + safe + retry + b"\r\n" + body


class Connection(HttpToolsProtocol):
    """One connection, and how long it has been in its phase."""

    def __init__(self, limits: Limits, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self._limits = limits
        self._wrong: Refused = NotHttp("request.malformed")
        self._taken = 0
        self._unused = 0
        self._unsent = 0
        self._moved = self.loop.time()
        self._enter("silent")

    def _enter(self, phase: Phase) -> None:
        self.phase: Phase = phase
        self.since = self._moved = self.loop.time()
        self._taken = self._unused = 0

    # --- what comes ------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Take it, or let the one go that has been silent longest, or refuse it."""
        super().connection_made(transport)
        if len(self.connections) <= self._limits.connections:
            return
        others = cast(Iterable[Connection], self.connections - {self})
        quiet = min((c for c in others if c.phase in ("silent", "head")), key=lambda c: c.since, default=None)
        if quiet is None:
            self.refuse(Unavailable("busy"), "connections")
        else:
            quiet.abort("connections")

    def data_received(self, data: bytes) -> None:
        """Count what came, and read it unless it is too much."""
        if self.transport.is_closing():
            return
        if self.phase == "silent":
            self._enter("head")
        self._moved = self.loop.time()
        self._taken += len(data)
        self._unused += len(data)
        super().data_received(data)
        if self.parser is None or self.transport.is_closing():
            return
        if (
            self._unused > self._limits.head
            and self.phase in ("head", "body")
            and not self._is_long_read(data)
        ):
            self._wrong = HeadTooLarge("head.too-large", most=self._limits.head)
            self.send_400_response("")

    def _is_long_read(self, data: bytes) -> bool:
        """One read may bring more than the bound at once; the next shows whether anything came of it."""
        return self._unused == len(data) and self.phase == "body"

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header more, of the head or after the body."""
        if len(self.headers) >= self._limits.headers:
            self._wrong = HeadTooLarge("head.too-large", headers=self._limits.headers)
            raise ValueError("too many headers")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there: its size is known now, wherever the reads fell."""
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self._limits.head:
            self._wrong = HeadTooLarge("head.too-large", most=self._limits.head)
            raise ValueError("too large")
        if len(self.pipeline) >= self._limits.pipelined:
            raise ValueError("too many requests ahead")
        self._enter("body")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body: what stands around it was not too much."""
        self._unused = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """All of the request is there."""
        self._enter("answer" if self._is_working() else "silent")
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is out; if its request is not in yet, it has a moment to end."""
        came = self.phase == "answer"
        super().on_response_complete()
        if not self.transport.is_closing():
            self._enter("answer" if self._is_working() else "silent" if came else "rest")

    def _is_working(self) -> bool:
        # None before the first request, whatever uvicorn declares
        return self.cycle is not None and not self.cycle.response_complete  # pyright: ignore[reportUnnecessaryComparison]

    # --- who is let go ---------------------------------------------------------------------------

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the name of the library
        """What uvicorn calls when a request cannot be read."""
        self.refuse(self._wrong, self._wrong.code)

    def refuse(self, refusal: Refused | Unavailable, why: str) -> None:
        """Say so, unless an answer is on its way already, and end."""
        LET_GO.labels(why).inc()
        if not self._is_working() or not self.cycle.response_started:
            self.transport.write(raw_answer(refusal))
        self.transport.close()

    def abort(self, why: str) -> None:
        """End without a word: nobody listens."""
        LET_GO.labels(why).inc()
        self.transport.abort()

    def look(self, now: float) -> None:
        """Let it go when it has been in its phase for too long."""
        limits = self._limits
        unsent = self.transport.get_write_buffer_size()
        if unsent and unsent == self._unsent:
            if now - self._moved > limits.pause:
                self.abort("answer-not-taken")
            return
        if unsent:
            self._unsent, self._moved = unsent, now
            return
        self._unsent = 0
        waited = now - self.since
        if self.transport.is_closing():
            return
        if self.phase == "silent" and waited > limits.idle:
            self.abort("silent")
        elif self.phase == "head" and waited > limits.head_within:
            self.refuse(TooSlow("request.too-slow"), "head-too-slow")
        elif self.phase == "rest" and waited > limits.linger:
            self.abort("rest-not-sent")
        elif self.phase == "body":
            self._look_at_body(now, waited)

    def _look_at_body(self, now: float, waited: float) -> None:
        limits = self._limits
        if self.flow.read_paused:
            self._moved = now  # we do not listen just now
        elif (
            now - self._moved > limits.pause
            or waited > limits.upload
            or (waited > limits.pause and self._taken < limits.slowest * (waited - limits.pause))
        ):
            self.refuse(TooSlow("request.too-slow"), "body-too-slow")


class Server(uvicorn.Server):
    """uvicorn, which wakes once a second, looks through its connections, and ends as soon as it is told."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    async def main_loop(self) -> None:
        """See uvicorn, which wakes ten times a second to see whether it was told to end."""
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            await noticed(self._told, TICK_SECONDS)

    async def on_tick(self, counter: int) -> bool:
        """Once a second."""
        now = asyncio.get_running_loop().time()
        for connection in list(self.server_state.connections):
            if isinstance(connection, Connection):
                connection.look(now)
        return await super().on_tick(counter)

    def leave(self) -> None:
        """End in order, now; from any thread."""
        self.should_exit = True
        self._wake()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """What a signal to end does."""
        super().handle_exit(sig, frame)
        self._wake()

    def _wake(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)


def server(
    app: Application,
    host: str,
    port: int,
    limits: Limits,
    tls: tuple[Path, Path] | None = None,
    proxies: str = NEAR,
) -> Server:
    """A server of the application on this address; `tls` are the certificate and key with which it speaks TLS.

    `proxies` are the addresses that are believed when they say for whom they ask (`X-Forwarded-For`).
    """
    certificate, key = tls or (None, None)
    config = uvicorn.Config(
        Safe(Bounded(app, limits)),
        host=host,
        port=port,
        forwarded_allow_ips=proxies,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        http=cast(Any, partial(Connection, limits)),
        ws="none",
        log_config=None,
        access_log=False,
        timeout_keep_alive=int(limits.idle),
        timeout_graceful_shutdown=4,
        server_header=False,
    )
    return Server(config)
