"""A mail server that takes letters, or ends the way a test wants it to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import BinaryIO, Literal

Ending = Literal["takes", "busy", "unknown", "drops-before", "drops-after", "drops-taken"]
"""Takes it; 451 and 550 for the address; breaks the wire before the text, within it, and after it was taken."""


@dataclass
class Post:
    """What came, and how the next letters end (the last for ever)."""

    port: int = 0
    endings: list[Ending] = field(default_factory=lambda: list[Ending](["takes"]))
    letters: list[EmailMessage] = field(default_factory=list[EmailMessage])
    tried: int = 0

    def ending(self) -> Ending:
        return self.endings.pop(0) if len(self.endings) > 1 else self.endings[0]


@contextmanager
def mail_server() -> Generator[Post]:
    """A server on a free port of this machine."""
    post = Post()
    with socket.create_server(("127.0.0.1", 0)) as server:
        post.port = server.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(server, post), daemon=True)
        thread.start()
        try:
            yield post
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _serve(server: socket.socket, post: Post) -> None:
    while True:
        try:
            wire, _ = server.accept()
        except OSError:
            return
        with wire, suppress(OSError):
            wire.settimeout(10)
            _talk(wire, post)


def _talk(wire: socket.socket, post: Post) -> None:
    with wire.makefile("rb") as lines:
        ending = post.ending()
        post.tried += 1
        wire.sendall(b"220 here\r\n")
        while line := lines.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                if ending == "drops-before":
                    return
                wire.sendall(b"354 go on\r\n")
                text = _text(lines)
                if ending == "drops-after":
                    return
                post.letters.append(message_from_bytes(text, policy=default))
                if ending == "drops-taken":
                    return
                wire.sendall(b"250 taken\r\n")
            elif word == b"RCPT" and ending in ("busy", "unknown"):
                wire.sendall(b"451 later\r\n" if ending == "busy" else b"550 nobody here\r\n")
            elif word == b"QUIT":
                wire.sendall(b"221 bye\r\n")
                return
            else:
                wire.sendall(b"250 yes\r\n")


def _text(lines: BinaryIO) -> bytes:
    found: list[bytes] = []
    for line in iter(lines.readline, b""):
        if line == b".\r\n":
            break
        found.append(line.removeprefix(b".") if line.startswith(b"..") else line)
    return b"".join(found)
