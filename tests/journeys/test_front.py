"""The front as it is shipped, before services of a test: who reaches what, how much of it, and when one is away."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from services.cli.certificates import certify
from services.cli.children import end_child, free_port, start_child
from services.cli.embedded.programs import executable
from services.cli.permissions import OPERATOR, permissions
from shared import SERVICES

ROOT = Path(__file__).parents[2]
CADDY = Path(sys.executable).parent / "caddy"
CADDYFILE = ROOT / "deploy" / "caddy" / "Caddyfile"
NAMES = ("registry", "appraisal", "awards", "reporting", "console")

pytestmark = [pytest.mark.servers, pytest.mark.timeout(120)]


class Answering(BaseHTTPRequestHandler):
    """Says who it is, at which path, and how much came."""

    def do_GET(self) -> None:
        self._say(0)

    def do_POST(self) -> None:
        self._say(len(self.rfile.read(int(self.headers.get("Content-Length", 0)))))

    def _say(self, came: int) -> None:
        body = f"{self.server.server_name} {self.path} {came}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def behind() -> Iterator[dict[str, ThreadingHTTPServer]]:
    servers = {name: ThreadingHTTPServer(("127.0.0.1", 0), Answering) for name in NAMES}
    for name, server in servers.items():
        server.server_name = name
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield servers
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def front(behind: dict[str, ThreadingHTTPServer], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Caddyfile, word for word but for where it listens and that names stand for ports of this machine."""
    place, port, health = tmp_path_factory.mktemp("front"), free_port(), free_port()
    text = CADDYFILE.read_text("utf-8").replace("http://:8081", f"http://127.0.0.1:{health}")
    text = re.sub(r"dynamic a \{args\[0\]\} 8000 \{\s*refresh 5s\s*\}", "to {args[1]}", text)
    for name, server in behind.items():
        address = f"127.0.0.1:{server.server_port}"
        text = text.replace(f"import service {name}\n", f"import service {name} {address}\n")
        text = text.replace(f"import replicas {name}\n", f"import replicas {name} {address}\n")
    text = text.replace("import replicas {args[0]}\n", "import replicas {args[0]} {args[1]}\n")
    file = place / "Caddyfile"
    file.write_text(text, "utf-8")
    env = {"DVK_SITE": f":{port}", "HOME": str(place), "XDG_DATA_HOME": str(place)}
    child = start_child([CADDY, "run", "--config", file, "--adapter", "caddyfile"], place / "log", env=env)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                assert httpx.get(f"http://127.0.0.1:{health}/").status_code == 200
                break
            except httpx.ConnectError:
                assert time.monotonic() < until, (place / "log").read_text("utf-8")[-2000:]
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        end_child(child)


@pytest.mark.parametrize("more", [{}, {"DVK_SITE": "dvk.example", "DVK_SITE_TLS": "tls internal"}])
def test_the_file_is_one_that_caddy_takes_and_would_not_write_otherwise(more: dict[str, str]) -> None:
    env = {"HOME": "/tmp", **more}
    command = [CADDY, "validate", "--config", CADDYFILE, "--adapter", "caddyfile"]
    found = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert found.returncode == 0, found.stderr
    assert "not formatted" not in found.stderr


@pytest.mark.parametrize("name", NAMES[:4])
def test_a_service_stands_below_its_name(front: str, name: str) -> None:
    assert httpx.get(f"{front}/{name}/models/1?a=b").text == f"{name} /models/1?a=b 0"


def test_everything_else_is_the_consoles(front: str) -> None:
    assert httpx.get(f"{front}/").text == "console / 0"
    assert httpx.get(f"{front}/models/registry/x").text == "console /models/registry/x 0"


@pytest.mark.parametrize("name", NAMES[:4])
def test_metrics_are_not_for_outside(front: str, name: str) -> None:
    assert httpx.get(f"{front}/{name}/metrics").status_code == 404


def test_evidence_passes_and_what_is_beyond_every_bound_does_not(front: str) -> None:
    assert httpx.post(f"{front}/registry/evidence", content=b"x" * 20_971_520).text.endswith(" 20971520")
    too_much = httpx.post(f"{front}/registry/evidence", content=b"x" * 70_000_000)
    assert too_much.status_code == 413


def test_who_is_away_is_502_and_comes_back(front: str, behind: dict[str, ThreadingHTTPServer]) -> None:
    awards = behind["awards"]
    port = awards.server_port
    awards.shutdown()
    awards.server_close()
    began = time.monotonic()
    assert httpx.get(f"{front}/awards/x", timeout=20).status_code in (502, 503)
    assert time.monotonic() - began < 10
    assert httpx.get(f"{front}/registry/x").status_code == 200
    again = ThreadingHTTPServer(("127.0.0.1", port), Answering)
    again.server_name = "awards"
    threading.Thread(target=again.serve_forever, daemon=True).start()
    behind["awards"] = again
    time.sleep(5.5)
    assert httpx.get(f"{front}/awards/x").text == "awards /x 0"


def test_nats_with_tls_is_one_that_nats_server_takes(tmp_path: Path) -> None:
    """What `deploy/tls.yml` has NATS read, at the places where it lies in the container."""
    etc, tls, accounts = tmp_path / "etc" / "nats", tmp_path / "run" / "tls", tmp_path / "run" / "secrets"
    for directory in (etc, accounts):
        directory.mkdir(parents=True)
    certify(tls, tmp_path / "authority.key", datetime(2026, 12, 1, tzinfo=UTC))
    shutil.copy(ROOT / "deploy" / "nats" / "nats.conf", etc / "dvk.conf")
    text = (ROOT / "deploy" / "nats" / "tls.conf").read_text("utf-8").replace("/run/tls", str(tls))
    (etc / "tls.conf").write_text(text, "utf-8")
    (accounts / "nats-accounts").write_text(
        json.dumps(permissions(dict.fromkeys((*SERVICES, OPERATOR), "p"), {}))
    )
    command = [executable("nats-server"), "-t", "--config", etc / "tls.conf"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
