"""What one process of the embedded default is told, of the settings that it declares."""

from __future__ import annotations

import os
from dataclasses import dataclass

from services.cli.embedded import EmbeddedServers
from services.cli.places import LOOPBACK, DataDir
from services.cli.tokens import AUDIENCE, ISSUER
from services.console.settings import Settings as OfConsole
from shared import SERVICES
from shared.process.settings import Settings as OfServices

CONSOLE = "console"
"""The web front: it runs beside the services and asks them."""

OF_THE_SYSTEM = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")
PASSED_ON = (
    "DVK_LOG_LEVEL",
    "DVK_LOG_PREFIX",
    "DVK_EVIDENCE_LIMIT",
    "DVK_TEMPLATES",
    "DVK_CLOCK_APART_SECONDS",
    "DVK_CLOCK_TRUSTED_ON",
    "DVK_HTTP_CONNECTIONS",
    "DVK_HTTP_UPLOAD_SECONDS",
    "DVK_HTTP_ANSWER_SECONDS",
    "DVK_TOKEN_LONGEST_SECONDS",
    "DVK_TOKEN_LEEWAY_SECONDS",
    "DVK_SECURITY_LOG_DAYS",
    "DVK_LIMIT_ADDRESS",
    "DVK_LIMIT_ACCOUNT",
    "DVK_LOCKOUT_FAILURES",
    "DVK_LOCKOUT_SECONDS",
)
"""Settings of ours that a service takes over: none that would change where it writes or whom it believes."""


@dataclass(frozen=True)
class Ports:
    """`base + 1` … `base + 7`."""

    base: int
    tls: bool = False

    def of(self, service: str) -> int:
        """The HTTP port of a service, or of the console."""
        return self.base + 7 if service == CONSOLE else self.base + 1 + SERVICES.index(service)

    @property
    def nats(self) -> int:
        return self.base + 5

    @property
    def mongo(self) -> int:
        return self.base + 6

    def all(self) -> dict[str, int]:
        """Every port and who wants it."""
        web = {name: self.of(name) for name in (*SERVICES, CONSOLE)}
        return {**web, "nats": self.nats, "mongo": self.mongo}

    def url(self, service: str) -> str:
        """Where a service answers."""
        return f"{'https' if self.tls else 'http'}://{LOOPBACK}:{self.of(service)}"


def environment(
    service: str, place: DataDir, ports: Ports, servers: EmbeddedServers, driver: str
) -> dict[str, str]:
    """The environment of one service."""
    env = _of_all(service, place, ports) | {
        "DVK_MONGO_URL": servers.mongo.url_of(service),
        "DVK_MONGO_DRIVER": driver,
        "DVK_MONGO_AUTHORISATION": "required" if servers.mongo.authorised else "optional",
        "DVK_NATS_URL": servers.nats.address,
        "DVK_NATS_USER": service,
        "DVK_NATS_PASSWORD": servers.nats.passwords[service],
        "DVK_LOG_KEY_FILE": str(place.log_key(service)),
        "DVK_KEY_ENCRYPTION_KEY_FILE": str(place.key_encryption_keys),
        "DVK_PEER_KEYS_FILE": str(place.peer_keys),
        "DVK_KEY_STORE": str(place.key_store),
    }
    if service == "reporting":
        env["DVK_WITNESS_KEY_FILE"] = str(place.witness_key)
        env["DVK_WEBHOOK_NETWORKS"] = "127.0.0.0/8,::1/128"
        if place.witnesses.exists():
            env["DVK_WITNESSES_FILE"] = str(place.witnesses)
    return env


def console_environment(place: DataDir, ports: Ports) -> dict[str, str]:
    """The environment of the console."""
    return _of_all(CONSOLE, place, ports) | {"DVK_CONSOLE_KEY_FILE": str(place.console_key)}


def _of_all(name: str, place: DataDir, ports: Ports) -> dict[str, str]:
    """Where it listens, where the services are, whom all of them believe, and what time it is."""
    declared = OfConsole.names() if name == CONSOLE else OfServices.names()
    passed = (*OF_THE_SYSTEM, *(each for each in PASSED_ON if each in declared))
    return {
        **{each: value for each in passed if (value := os.environ.get(each))},
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "DVK_HTTP_HOST": LOOPBACK,
        "DVK_HTTP_PORT": str(ports.of(name)),
        "DVK_JWKS_FILE": str(place.jwks),
        "DVK_TOKEN_ISSUER": ISSUER,
        "DVK_TOKEN_AUDIENCE": AUDIENCE,
        "DVK_CLOCK_FILE": str(place.clock),
        **({"DVK_TLS_DIR": str(place.tls)} if ports.tls else {}),
        "DVK_SECURITY_LOG_DIR": str(place.security),
        **{f"DVK_{service.upper()}_URL": ports.url(service) for service in SERVICES},
    }
