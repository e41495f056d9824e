"""What a stranger can cost: heads, silence, slowness, number; and that everybody else is answered meanwhile."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from time import monotonic
from typing import Any

import httpx
import pytest

from shared.doors.limits import Limits
from shared.doors.serving import Connection, server
from tests.support.wires import wire

SOON = Limits(head_within=1.0, idle=1.0, pause=1.0, linger=1.0, answer=1.5)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body and says how much it was; `/slow` never answers, `/deaf` answers before it has read,
    `/long` answers with 8 MB, `/broken` fails."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    size, more = 0, scope["path"] != "/deaf"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    if scope["path"] == "/slow":
        await asyncio.sleep(60)
    if scope["path"] == "/broken":
        raise RuntimeError("nobody foresaw this")
    body = b"x" * 8_000_000 if scope["path"] == "/long" else str(size).encode()
    own = [(b"Cache-Control", b"public, max-age=60")] if scope["path"] == "/kept" else []
    await send({"type": "http.response.start", "status": 200, "headers": own})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving(limits: Limits) -> AsyncGenerator[int]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    port: int = listening.getsockname()[1]
    served = server(application, "127.0.0.1", port, limits)
    task = asyncio.create_task(served._serve([listening]))  # pyright: ignore[reportPrivateUsage]  (no signals here)
    while not served.started:
        await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        served.force_exit = True
        served.leave()
        await task
        for left in list(served.server_state.connections):
            assert isinstance(left, Connection)
            left.transport.abort()
        await asyncio.sleep(0)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(SOON) as port:
        yield port


async def asked(port: int, *parts: bytes | float, read: bool = True) -> tuple[int, dict[str, Any]]:
    """Send parts with pauses between; the status and the problem that come back, 0 for nothing at all."""
    async with wire(port, limit=2**24) as (incoming, out):
        try:
            for part in parts:
                if isinstance(part, float):
                    await asyncio.sleep(part)
                else:
                    out.write(part)
                    await out.drain()
            async with asyncio.timeout(15):
                answer = await incoming.read()
        except ConnectionError:
            return 0, {}
    if not answer:
        return 0, {}
    head, _, body = answer.partition(b"\r\n\r\n")
    assert all(line in head.lower() for line in SAID_ALWAYS), head
    told = json.loads(body) if b"problem+json" in head.lower() else {"body": body}
    return int(head.split()[1]), told


def head(path: str = "/", *lines: str, method: str = "GET") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *lines, "", ""]).encode()


CLOSED = "Connection: close"
SAID_ALWAYS = (
    b"\r\nx-content-type-options: nosniff",
    b"\r\nreferrer-policy: no-referrer",
    b"\r\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'",
    b"\r\nx-frame-options: deny",
)
"""What stands in every answer, a refusal before any service is asked included."""


async def test_who_behaves_is_answered(port: int) -> None:
    assert (await asked(port, head("/", CLOSED)))[0] == 200
    status, told = await asked(
        port, head("/", CLOSED, "Content-Length: 6", method="POST"), b"abc", 0.5, b"def"
    )
    assert (status, told["body"].endswith(b"6\r\n0\r\n\r\n")) == (200, True)


@pytest.mark.parametrize("much", [
    head("/" + "a" * 40_000),
    head("/", "X-Long: " + "a" * 40_000),
    head("/", *(f"X-{n}: 1" for n in range(200))),
    b"GET / HTTP/1.1\r\nX-Never-Ends: " + b"a" * 400_000,
    b"GET /" + b"a" * 400_000,
    b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 100_000,
    head("/", "Transfer-Encoding: chunked", method="POST") + b"1\r\na\r\n0\r\nX-After: " + b"a" * 400_000,
    head("/", "Transfer-Encoding: chunked", method="POST") + b"1;" + b"a" * 400_000,
], ids=["address", "header", "headers", "endless header", "endless address", "endless headers", "trailer",
        "extension"])  # fmt: skip
async def test_a_head_has_a_size(port: int, much: bytes) -> None:
    status, told = await asked(port, much)
    assert status in (0, 431), told  # who is still sending may not hear why
    assert status == 0 or told["code"] == "head.too-large"


async def test_a_huge_head_keeps_nobody_waiting(port: int) -> None:
    async def huge() -> None:
        async with wire(port) as (_, out):
            with pytest.raises(ConnectionError):
                out.write(b"GET / HTTP/1.1\r\nX: ")
                for _ in range(75):
                    out.write(b"a" * 1_000_000)
                    await out.drain()

    sending = asyncio.create_task(huge())
    slowest = 0.0
    while not sending.done():
        began = monotonic()
        assert (await asked(port, head("/", CLOSED)))[0] == 200
        slowest = max(slowest, monotonic() - began)
    await sending
    assert slowest < 1


@pytest.mark.parametrize("bad", [b"\x00\x01\x02\r\n\r\n", b"HELLO\r\n\r\n", head().replace(b"HTTP/1.1", b"HTTP/9.9"),
                                 head("/", "Content-Length: x"), head("/\xff"), head() * 100])  # fmt: skip
async def test_what_is_no_request_is_said_so(port: int, bad: bytes) -> None:
    status, told = await asked(port, bad)
    assert (status, told.get("code")) in ((400, "request.malformed"), (200, None))


@pytest.mark.thorough
@pytest.mark.parametrize(("parts", "status"), [
    ((), 0),
    ((b"GET / HT",), 408),
    ((b"GET / HTTP/1.1\r\n", 0.4, b"A: b\r\n", 0.4, b"C: d\r\n", 0.4, b"E: f\r\n", 0.4, b"G: h\r\n"), 408),
    ((head("/", "Content-Length: 10", method="POST"), b"abc"), 408),
    ((head("/", "Transfer-Encoding: chunked", method="POST"), b"3\r\nabc\r\n"), 408),
    ((head("/slow"),), 503),
    ((head("/deaf", "Content-Length: 10", method="POST"),), 200),
], ids=["says nothing", "stops in its head", "drips its head", "stops in its body", "stops between chunks",
        "waits for an answer that does not come", "is answered before it has sent all"])  # fmt: skip
async def test_nobody_is_waited_for_without_end(
    port: int, parts: tuple[bytes | float, ...], status: int
) -> None:
    began = monotonic()
    assert (await asked(port, *parts))[0] in (status, 0)  # who is still sending may not hear it
    assert monotonic() - began < 8


@pytest.mark.thorough
async def test_who_drips_a_body_is_let_go_though_something_always_comes() -> None:
    async with serving(replace(SOON, pause=0.5, slowest=1000)) as port:
        drops: list[bytes | float] = [head("/", "Content-Length: 1000", method="POST")]
        drops += [part for _ in range(20) for part in (b"a", 0.2)]
        assert (await asked(port, *drops))[0] in (0, 408)


@pytest.mark.thorough
async def test_an_upload_ends_in_its_time() -> None:
    async with serving(replace(SOON, upload=1.5)) as port:
        parts: list[bytes | float] = [head("/", "Content-Length: 100000", method="POST")]
        parts += [part for _ in range(20) for part in (b"a" * 1000, 0.2)]
        assert (await asked(port, *parts))[0] in (0, 408)


@pytest.mark.thorough
async def test_who_does_not_take_the_answer_is_let_go(port: int) -> None:
    taker = socket.socket()
    taker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    taker.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(taker, ("127.0.0.1", port))
    await loop.sock_sendall(taker, head("/long"))
    await asyncio.sleep(4)
    taken = 0
    with pytest.raises((ConnectionError, EOFError)):
        while True:
            part = await loop.sock_recv(taker, 65_536)
            if not part:
                raise EOFError
            taken += len(part)
    taker.close()
    assert taken < 8_000_000


async def test_the_silent_make_room_for_those_who_ask() -> None:
    async with (
        serving(replace(SOON, idle=60, head_within=60, connections=50)) as port,
        AsyncExitStack() as silent,
    ):
        for _ in range(80):
            await silent.enter_async_context(wire(port))
        for _ in range(20):
            assert (await asked(port, head("/", CLOSED)))[0] == 200


async def test_when_all_work_a_new_one_is_told_to_come_again() -> None:
    async with serving(replace(SOON, answer=30, connections=3)) as port, AsyncExitStack() as waiting:
        for _ in range(3):
            _, out = await waiting.enter_async_context(wire(port))
            out.write(head("/slow"))
        await asyncio.sleep(0.3)
        status, told = await asked(port)
        assert (status, told["code"]) == (503, "busy")


@pytest.mark.thorough
async def test_a_failure_is_an_answer_too(port: int) -> None:
    status, told = await asked(port, head("/broken"))
    assert (status, told["code"]) == (500, "internal")


@pytest.mark.parametrize(
    ("path", "kept"), [("/", b"no-store"), ("/broken", b"no-store"), ("/kept", b"public, max-age=60")]
)
async def test_no_cache_keeps_an_answer_unless_its_route_says_so(port: int, path: str, kept: bytes) -> None:
    async with wire(port) as (incoming, out):
        out.write(head(path, CLOSED))
        answer = (await incoming.read()).lower()
    assert re.findall(rb"\r\ncache-control: ([^\r]*)", answer) == [kept]


@pytest.mark.parametrize(
    ("proxies", "seen"), [("127.0.0.1", "10.1.2.3"), ("192.0.2.9", "127.0.0.1"), ("*", "10.1.2.3")]
)
async def test_only_a_proxy_that_is_named_says_for_whom_it_asks(proxies: str, seen: str) -> None:
    async def tells(scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["client"][0].encode()})

    config = server(tells, "127.0.0.1", 1, SOON, proxies=proxies).config
    config.load()
    transport = httpx.ASGITransport(config.loaded_app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        assert (await http.get("/", headers={"X-Forwarded-For": "10.1.2.3"})).text == seen
