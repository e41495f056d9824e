"""The two addresses of a witness over HTTP, with nothing but the standard library."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from services.cli.witnessing.memory import Witness
from shared.tlog.witness import MOST_BODY, Refusal

SECONDS = 10.0
TEXT = "text/plain; charset=utf-8"


class Server(ThreadingHTTPServer):
    """Answers `POST …/add-checkpoint`, `…/add-handovers`, `GET /<hex>/checkpoint` and `/vkey` for a witness."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, Handler)
        self.witness = witness


class Handler(BaseHTTPRequestHandler):
    """One connection; who is silent for ten seconds is let go."""

    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]
    timeout = SECONDS
    protocol_version = "HTTP/1.1"
    server_version = "dvk-witness"
    sys_version = ""

    def do_POST(self) -> None:
        """Somebody asks to have a checkpoint cosigned."""
        length = self.headers.get("Content-Length", "")
        verb = self.path.rpartition("/")[2]
        if verb not in ("add-checkpoint", "add-handovers"):
            self._answer(404, b"there is nothing here\n")
        elif not (length.isascii() and length.isdecimal()) or int(length[:9]) > MOST_BODY:
            self._answer(413 if length else 411, b"a body of at most 16 KiB is expected\n")
        else:
            said = self._said(verb, self.rfile.read(int(length)))
            if isinstance(said, Refusal):
                self._answer(said.status, said.body.encode(), said.media_type)
            else:
                self._answer(200, said)

    def _said(self, verb: str, body: bytes) -> bytes | Refusal:
        witness = self.server.witness
        return (
            witness.add_checkpoint(body) if verb == "add-checkpoint" else witness.add_handovers(body) or b""
        )

    def do_GET(self) -> None:
        """Somebody looks at what was cosigned last."""
        shown = self.server.witness.shown(self.path)
        if shown is None:
            self._answer(404, b"there is nothing here\n")
        else:
            self._answer(200, shown)

    def _answer(self, status: int, body: bytes, media: str = TEXT) -> None:
        self.close_connection = status >= 400
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the class above
        """What it cosigned stands in its memory; requests are nobody's business."""
