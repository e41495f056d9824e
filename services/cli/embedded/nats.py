"""nats-server with JetStream, as a program of the embedded default."""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from services.cli.agencies.register import keys_of
from services.cli.embedded.programs import executable
from services.cli.embedded.server import LOOPBACK, Server
from services.cli.permissions import OPERATOR, permissions
from services.cli.writing import write_secret
from shared.process.tls import Tls

MAX_PAYLOAD = 1024 * 1024
CONFIGURATION = "nats.conf"
SECRETS = "secrets"


class NatsServer(Server):
    """nats-server with JetStream. Without passwords for services it lets everybody do everything (tests)."""

    name = "nats"
    program = "nats-server"

    def __init__(
        self,
        directory: Path,
        port: int | None,
        hold: Callable[[], int],
        passwords: dict[str, str] | None,
        tls: Tls | None = None,
    ) -> None:
        super().__init__(directory, port, hold)
        self._tls = tls
        self.passwords = passwords or {}
        self._identity = ""

    @property
    def address(self) -> str:
        """Where it listens, without a name and a password: whoever has none is not let in."""
        return f"{self._scheme}://{LOOPBACK}:{self.port}"

    @property
    def _scheme(self) -> str:
        return "tls" if self._tls else "nats"

    @property
    def url(self) -> str:
        """For the operator, who may read events and send commands."""
        return self.url_of(OPERATOR)

    def url_of(self, user: str) -> str:
        """With a service's or the operator's password in it; for everybody the same when there are no users."""
        if user not in self.passwords:
            return self.address
        return f"{self._scheme}://{user}:{self.passwords[user]}@{LOOPBACK}:{self.port}"

    def _command(self) -> Sequence[str | Path]:
        self._identity = f"dvk-{secrets.token_hex(4)}"
        config: dict[str, Any] = {
            "server_name": self._identity,
            "host": LOOPBACK,
            "port": self.port,
            "max_payload": MAX_PAYLOAD,
            "jetstream": {"store_dir": str(self.directory / "jetstream")},
        }
        if self._tls:
            # Who begins with TLS is answered with TLS; who waits is told that it is needed.
            config["tls"] = {
                "cert_file": str(self._tls.certificate),
                "key_file": str(self._tls.key),
                "handshake_first": "auto",
            }
        if self.passwords:
            config |= permissions(self.passwords, keys_of(self.directory.parent / SECRETS))
        path = self.directory / CONFIGURATION
        write_secret(path, json.dumps(config, ensure_ascii=False, indent=2))
        return [executable(self.program), "--config", path]

    def _answers(self) -> bool:
        """It greets with its INFO once JetStream is there; a stranger on this port has another name."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                greeting = connection.makefile("rb").readline()
        except OSError:
            return False
        if not greeting.startswith(b"INFO "):
            return False
        info: dict[str, object] = json.loads(greeting.removeprefix(b"INFO "))
        return info.get("server_name") == self._identity and bool(info.get("jetstream"))
