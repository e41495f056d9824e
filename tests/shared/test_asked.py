"""A container is healthy when its own door says that it is ready, and asking costs next to nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from shared.process.asked import Door, here, ready


@contextmanager
def door(status: int) -> Generator[int]:
    """A door that answers so."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health/ready" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
            """Nobody reads this."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_it_is_as_ready_as_its_door_says(status: int, healthy: bool) -> None:
    with door(status) as port:
        assert ready(Door(port, tls=False)) is healthy


def test_where_nobody_answers_it_is_not_ready() -> None:
    assert not ready(Door(9, tls=False))
    assert not ready(Door(9, tls=True))


def test_the_door_is_the_one_that_the_process_was_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVK_HTTP_PORT", "8000")
    monkeypatch.setenv("DVK_TLS_DIR", "")
    assert here() == Door(8000, tls=False)
    monkeypatch.setenv("DVK_TLS_DIR", "/run/tls")
    assert here() == Door(8000, tls=True)


def test_asking_loads_nothing_but_the_own_library_of_python() -> None:
    loaded = "import sys, shared.process.asked as a; print(*{name.partition('.')[0] for name in sys.modules})"
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert not {"pydantic", "structlog", "pydantic_settings"} & set(said.stdout.split())
