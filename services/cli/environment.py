"""What one service process of the embedded default is told: every setting of `shared/process/settings.py`."""

from __future__ import annotations

import os
from dataclasses import dataclass

from services.cli.embedded import EmbeddedServers, passwords
from services.cli.places import LOOPBACK, DataDir
from services.cli.tokens import AUDIENCE, ISSUER
from shared.process.settings import SERVICES

PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "DVK_LOG_LEVEL",
    "DVK_LOG_PREFIX",
    "DVK_EVIDENCE_LIMIT",
    "DVK_CLOCK_APART_SECONDS",
    "DVK_CLOCK_TRUSTED_ON",
    "DVK_HTTP_CONNECTIONS",
    "DVK_HTTP_UPLOAD_SECONDS",
    "DVK_HTTP_ANSWER_SECONDS",
    "DVK_TOKEN_LONGEST_SECONDS",
    "DVK_TOKEN_LEEWAY_SECONDS",
)
"""What a service may know of ours: nothing that would change where it writes or whom it believes."""


@dataclass(frozen=True)
class Ports:
    """`base + 1` … `base + 6`."""

    base: int

    def of(self, service: str) -> int:
        """The HTTP port of a service."""
        return self.base + 1 + SERVICES.index(service)

    @property
    def nats(self) -> int:
        return self.base + 5

    @property
    def mongo(self) -> int:
        return self.base + 6

    def all(self) -> dict[str, int]:
        """Every port and who wants it."""
        return {**{service: self.of(service) for service in SERVICES}, "nats": self.nats, "mongo": self.mongo}

    def url(self, service: str) -> str:
        """Where a service answers."""
        return f"http://{LOOPBACK}:{self.of(service)}"


def environment(
    service: str, place: DataDir, ports: Ports, servers: EmbeddedServers, driver: str
) -> dict[str, str]:
    """The environment of one service."""
    env = {name: value for name in PASSED_ON if (value := os.environ.get(name))}
    env |= {
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "DVK_HTTP_HOST": LOOPBACK,
        "DVK_HTTP_PORT": str(ports.of(service)),
        "DVK_MONGO_URL": servers.mongo.url_of(service),
        "DVK_MONGO_DRIVER": driver,
        "DVK_MONGO_AUTHORISATION": "required" if servers.mongo.authorised else "optional",
        "DVK_NATS_URL": servers.nats.url,
        "DVK_NATS_USER": service,
        "DVK_NATS_PASSWORD": passwords(place.secrets / "nats.json")[service],
        "DVK_LOG_KEY_FILE": str(place.log_key(service)),
        "DVK_KEY_ENCRYPTION_KEY_FILE": str(place.key_encryption_keys),
        "DVK_JWKS_FILE": str(place.jwks),
        "DVK_TOKEN_ISSUER": ISSUER,
        "DVK_TOKEN_AUDIENCE": AUDIENCE,
        "DVK_PEER_TOKEN_FILE": str(place.peer_token(service)),
        "DVK_CLOCK_FILE": str(place.clock),
    }
    env |= {f"DVK_{name.upper()}_URL": ports.url(name) for name in SERVICES}
    if service == "reporting":
        env["DVK_WITNESS_KEY_FILE"] = str(place.witness_key)
    return env
