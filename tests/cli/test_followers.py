"""Who does not answer keeps nobody else from being shown."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

import pytest

from services.cli.followers import rows_of
from services.cli.remedies import remedy
from services.cli.talking import System, soon
from shared.errors import OfNewerVersion


class OneRow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'[{"name": "relay", "source": "awards", "state": "running", "position": 7}]')

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
        """Nobody reads this."""


@pytest.fixture
def answering() -> Iterator[str]:
    served = ThreadingHTTPServer(("127.0.0.1", 0), OneRow)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


@pytest.fixture
def frozen() -> Iterator[str]:
    """Takes connections and says nothing, as a process does that is stopped."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_frozen_services_are_named_first_and_the_others_shown_within_three_seconds(
    answering: str, frozen: str
) -> None:
    urls = {"registry": frozen, "appraisal": frozen, "awards": answering, "reporting": "http://127.0.0.1:9"}
    began = monotonic()

    rows = rows_of(System(urls, lambda actor: "x").all_at_once("/followers"))

    assert monotonic() - began < 3
    assert [(row["service"], row["state"]) for row in rows] == [
        ("registry", "silent"), ("appraisal", "silent"), ("reporting", "silent"), ("awards", "running"),
    ]  # fmt: skip
    assert all("does not answer" in row["reason"] for row in rows[:3])


async def test_who_is_slow_where_all_are_slow_is_waited_for_and_nobody_for_long() -> None:
    async def after(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    began = monotonic()
    assert await soon({"one": after(0.6), "other": after(1.1), "frozen": after(60)}) == {
        "one": 0.6,
        "other": 1.1,
    }
    assert 1.4 < monotonic() - began < 10


def test_what_only_a_newer_version_can_apply_is_not_told_to_be_tried_again() -> None:
    stopped = {"code": "follower.stopped", "follower": "projection:units"}
    newer = {**stopped, "reason": f"{OfNewerVersion.__name__}: this version does not know it"}
    assert (
        remedy("awards", {**stopped, "reason": "KeyError: 'x'"})
        == "dvk followers retry awards projection:units"
    )
    assert "install the newer version" in str(remedy("awards", newer))
