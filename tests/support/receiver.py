"""An agency's server: a real one, which remembers what came and answers as it is told."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import orjson


@dataclass(frozen=True)
class Came:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def position(self) -> int:
        return orjson.loads(self.body)["position"]


@dataclass
class Receiver:
    """What came, and what is answered next: the first of `answers`, then always `status`."""

    url: str = ""
    status: int = 204
    answers: list[int] = field(default_factory=list[int])
    more: dict[str, str] = field(default_factory=dict[str, str])
    """Further headers of each answer."""
    hangs: float = 0.0
    says: bytes = b""
    came: list[Came] = field(default_factory=list[Came])
    ended: bool = False

    @property
    def positions(self) -> list[int]:
        return [one.position for one in self.came]


@contextmanager
def receiving() -> Generator[Receiver]:
    """A server on this machine for as long as the block lasts."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.came.append(Came(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            until = time.monotonic() + found.hangs
            while time.monotonic() < until and not found.ended:
                time.sleep(0.02)
            status = found.answers.pop(0) if found.answers else found.status
            try:
                self.send_response(status)
                for name, value in found.more.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("content-length", str(len(found.says)))
                self.end_headers()
                self.wfile.write(b"" if status == 204 else found.says)
            except OSError:
                self.close_connection = True  # the caller had enough

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
            """Nobody reads this."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield found
    finally:
        found.ended = True
        server.shutdown()
        thread.join()
        server.server_close()
