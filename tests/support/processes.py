"""Small services as real processes over servers of their own, to be driven from outside, killed and started again."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from services.cli.children import end_child, start_child, tail
from services.cli.embedded import EmbeddedServers
from services.cli.environment import Ports, environment
from services.cli.keys import make_keys
from services.cli.places import DataDir
from services.cli.tokens import make
from shared.process.settings import Driver
from tests.support.ports import free_base

ROOT = Path(__file__).resolve().parents[2]


class Processes:
    """The small services of `small_services` over an embedded NATS and MongoDB in one directory."""

    def __init__(self, directory: Path) -> None:
        self.place = DataDir(directory)
        self.place.path.mkdir(parents=True, exist_ok=True)
        self.ports = Ports(free_base())
        make_keys(self.place)
        self.servers = EmbeddedServers(self.place.path, self.ports.nats, self.ports.mongo)
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._reporting = ThreadingHTTPServer(("127.0.0.1", self.ports.of("reporting")), NothingSeen)
        threading.Thread(target=self._reporting.serve_forever, daemon=True).start()

    @property
    def poison(self) -> Path:
        """While this file is there, a unit whose name is `poison` cannot be followed."""
        return self.place.path / "poison"

    def url(self, service: str) -> str:
        return self.ports.url(service)

    def token(self, role: str = "operator", sub: str = "op", unit: str | None = None) -> str:
        return make(self.place, sub, role, unit)

    def client(self, service: str, role: str = "operator", **options: Any) -> httpx.Client:
        """Speaks to a service with a token of this role."""
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        return httpx.Client(base_url=self.url(service), headers=headers, **{"timeout": 30, **options})  # pyright: ignore[reportArgumentType]

    def begin(self, service: str, driver: Driver = "motor") -> None:
        """Start a service without waiting for it."""
        env = environment(service, self.place, self.ports, self.servers, driver)
        env |= {"PYTHONPATH": str(ROOT), "SMALL_POISON": str(self.poison)}
        env["DVK_MONGO_URL"] = (
            self.servers.mongo.url
        )  # the rights of the real services are not for the small ones
        argv = [sys.executable, "-m", "tests.support.small_services", service]
        self._children[service] = start_child(argv, self.place.service_log(service), env=env, cwd=ROOT)

    def start(self, service: str, driver: Driver = "motor") -> None:
        """Start a service and wait until it takes commands."""
        self.begin(service, driver)
        self.until_ready(service)

    def until_ready(self, service: str, within: float = 60.0) -> None:
        """Wait until everything a service needs answers."""
        end = time.monotonic() + within
        state: Any = None
        while time.monotonic() < end:
            try:
                answer = httpx.get(self.url(service) + "/health/ready", timeout=5)
                state = answer.json()
                if answer.status_code == 200:
                    return
            except (httpx.HTTPError, ValueError) as silent:
                state = silent
            if self._children[service].poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{service}: {state}\n{tail(self.place.service_log(service))}")

    def kill(self, service: str) -> None:
        """End a service at once, as a crash would."""
        child = self._children[service]
        child.send_signal(signal.SIGKILL)
        child.wait()

    def stop(self, service: str) -> int:
        """End a service in order; its exit code."""
        return end_child(self._children[service], grace=15)

    def alive(self, service: str) -> bool:
        """Whether the process lives."""
        return self._children[service].poll() is None

    def end(self) -> None:
        """End everything that was started here, and nothing else."""
        for child in self._children.values():
            if child.poll() is None:
                child.kill()
                child.wait()
        self._reporting.shutdown()
        self._reporting.server_close()
        for server in (self.servers.nats, self.servers.mongo):
            if server.running:
                server.thaw()
        self.servers.kill()


class NothingSeen(BaseHTTPRequestHandler):
    """Answers for reporting, which a starting service asks how far it followed: nowhere yet."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
        """Nobody reads this."""
