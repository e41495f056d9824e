"""The example subscribers of the documents run as they stand there, and miss nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from services.cli.agencies.guide import hook_guide
from services.cli.agencies.register import Agency
from services.reporting.feed.hooks.sending import Sender
from services.reporting.feed.hooks.signing import headers_of, new_secret
from shared.process.ids import unix_time
from shared.process.kinds import networks_of
from tests.shell.test_feed import Reader, reader
from tests.support.service import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

__all__ = ("reader",)
DOCS = Path(__file__).parents[2] / "docs" / "agencies"
NODE = shutil.which("node")
PROGRAMS = [
    pytest.param((sys.executable, DOCS / "subscriber.py"), id="Python"),
    pytest.param(
        (NODE or "", DOCS / "subscriber.mjs"),
        id="Node",
        marks=pytest.mark.skipif(NODE is None, reason="there is no Node here"),
    ),
]


@asynccontextmanager
async def served(app: Any) -> AsyncGenerator[str]:
    """The application behind a port, for programs that are not ours."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await until(lambda: server.started)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


class Program:
    """One that runs, and what it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self.reading = asyncio.create_task(self.read())

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode().strip())


@asynccontextmanager
async def running(*words: str | Path, cwd: Path) -> AsyncGenerator[Program]:
    """A program that goes on until the block ends."""
    env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    started = await asyncio.create_subprocess_exec(
        *map(str, words), stdout=asyncio.subprocess.PIPE, cwd=cwd, env=env
    )
    program = Program(started)
    try:
        yield program
    finally:
        with suppress(ProcessLookupError):
            started.kill()
        await program.reading
        await started.wait()


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_subscriber_gets_everything_and_goes_on_where_it_stopped(
    reader: Reader, program: tuple[str, Path], tmp_path: Path
) -> None:
    app = reader.http._transport.app  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    (tmp_path / "token").write_text("a-token\n")
    wanted = [f"{event.position} {event.type} {event.stream}" for event in reader.public]

    def kept() -> str:
        place = tmp_path / "place"
        return place.read_text() if place.exists() else ""

    async with served(app) as url:
        async with running(*program, url, "token", "place", cwd=tmp_path) as first:
            await until(lambda: first.lines == wanted and kept() == f"/feed?from={len(reader.log) + 1}", 60)

        (tmp_path / "place").write_text(f"/feed?from={reader.public[-3].position}")
        async with running(*program, url, "token", "place", cwd=tmp_path) as again:
            await until(lambda: again.lines == wanted[-3:], 60)


async def test_the_server_of_the_webhook_guide_takes_what_is_signed_and_nothing_else(
    reader: Reader, tmp_path: Path
) -> None:
    secret, event = new_secret(), reader.public[0]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/hook"
    guide = hook_guide(Agency(name="so-noi-vu", key=""), url, "en")
    (tmp_path / "server.py").write_text(guide.split("```python\n")[1].partition("```")[0])
    (tmp_path / "so-noi-vu.whsec").write_text(secret)
    sender = Sender(networks_of("127.0.0.0/8"))

    async def status(*secrets: str, at: int = 0) -> int | None:
        headers = headers_of(event.id, event.raw, secrets, unix_time() + at)
        return (await sender.send(url, headers, event.raw)).status

    async def listens() -> bool:
        return await status(new_secret()) == 401

    try:
        async with running(sys.executable, "server.py", cwd=tmp_path) as server:
            await until(listens, 60)
            assert await status(secret) == 204
            assert await status(new_secret(), secret) == 204, "one of two signatures is enough"
            assert await status(new_secret(), new_secret()) == 401
            assert await status(secret, at=-3600) == 401, "an old delivery that somebody repeats"
            await until(lambda: len(server.lines) == 2)
    finally:
        await sender.close()
