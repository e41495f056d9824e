"""An object store that speaks S3, on loopback, and a wire to it that breaks as it is told."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep
from typing import Any

import httpx

from services.cli.children import free_port
from shared.process.tls import Tls

BUCKET = "city"
PLACE = f"s3://{BUCKET}/dan-van-kheo"
ACCESS_KEY, SECRET_KEY = "AKIATHEBACKUPSKEY", "geheim/THE+secret+of/the+backups"
STARTED_SECONDS = 60.0
ANSWER = (
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code>'
    "<Message>as it is told</Message><RequestId>1</RequestId></Error>"
)


def environment(url: str) -> dict[str, str]:
    """What an operator sets."""
    return {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "us-east-1",
    }


@contextmanager
def object_store() -> Generator[str]:
    """A store with one empty bucket, by its address; it forgets everything when it ends."""
    port = free_port()
    words = [sys.executable, "-c", f"from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url, until = f"http://127.0.0.1:{port}", monotonic() + STARTED_SECONDS
    try:
        while True:
            assert process.poll() is None and monotonic() < until, "the object store does not start"
            with suppress(httpx.HTTPError):
                httpx.put(f"{url}/{BUCKET}", timeout=STARTED_SECONDS).raise_for_status()
                break
            sleep(0.1)
        yield url
    finally:
        process.kill()
        process.wait()


def emptied(url: str) -> None:
    """Whatever stands in the bucket is gone."""
    httpx.post(f"{url}/moto-api/reset").raise_for_status()
    httpx.put(f"{url}/{BUCKET}").raise_for_status()


@dataclass
class Fault:
    """What becomes of requests of this method for names that end so, after the first few."""

    method: str
    ends: str = ""
    status: int = 0
    """An answer of this number, with `code`; 0: the wire is cut in the middle of what is sent, and stays cut."""
    code: str = ""
    after: int = 0
    only_if: str = ""
    """Only requests with this header."""

    def meets(self, request: BaseHTTPRequestHandler) -> bool:
        """Whether it is the turn of this request."""
        if request.command != self.method or not request.path.partition("?")[0].endswith(self.ends):
            return False
        if self.only_if and self.only_if not in request.headers:
            return False
        self.after -= 1
        return self.after < 0


@dataclass
class Wire:
    """Between a program and the store: passes everything on, but for the faults."""

    store: str
    faults: list[Fault] = field(default_factory=list[Fault])
    cut: bool = False
    seen: list[str] = field(default_factory=list[str])
    """Method and path of every request."""
    url: str = ""


@contextmanager
def wire_to(store: str, tls: Tls | None = None) -> Generator[Wire]:
    """A wire, at an address of its own; with certificates it speaks TLS."""
    wire = Wire(store)

    class Between(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            with suppress(ConnectionError, ValueError):
                super().handle_one_request()

        def passed(self) -> None:
            if wire.cut:
                self.close_connection = True
                return
            wire.seen.append(f"{self.command} {self.path}")
            length = int(self.headers.get("Content-Length") or 0)
            fault = next((each for each in wire.faults if each.meets(self)), None)
            if fault is not None and not fault.status:
                self.rfile.read(length // 2)
                wire.cut = self.close_connection = True
                return
            body = self.rfile.read(length)
            if fault is None:
                self.handed_on(body)
            else:
                self.answered(fault.status, {}, ANSWER.format(code=fault.code).encode())

        def handed_on(self, body: bytes) -> None:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            answer = httpx.request(self.command, f"{wire.store}{self.path}", headers=headers, content=body)
            kept = {
                name: value
                for name, value in answer.headers.items()
                if name not in ("content-length", "connection", "transfer-encoding", "content-encoding")
            }
            length = answer.headers.get("content-length") if self.command == "HEAD" else None
            self.answered(answer.status_code, kept, answer.content, length)

        def answered(
            self, status: int, headers: dict[str, str], body: bytes, length: str | None = None
        ) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", length or str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = passed

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name at home
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Between)
    server.daemon_threads = True
    if tls is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(tls.certificate, tls.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    wire.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_address[1]}"
    try:
        yield wire
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
