"""What the services and the console are told alike: where they listen, whom they ask, whom they believe."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from ssl import SSLContext
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from shared import SERVICES
from shared.authorities import believed
from shared.process.believing import Believing
from shared.process.guarding import Guarding
from shared.process.kinds import FILE, HTTP, IS_HTTP, WHOLE
from shared.process.tls import WithTls, spoken

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
MEGABYTE = 1024 * 1024


def _bare(url: str) -> str:
    return url.rstrip("/")


Peer = Annotated[str, HTTP, IS_HTTP, AfterValidator(spoken), AfterValidator(_bare)]
"""Where a service answers."""


class Told(Believing, Guarding, WithTls):
    """There is no default for an address, a key or a secret: whoever asks the wrong services misleads everybody."""

    http_host: str = "127.0.0.1"
    http_port: Annotated[int, WHOLE, Field(ge=1, le=65_535)]
    http_connections: Annotated[int, WHOLE, Field(ge=10)] = 1000
    http_upload_seconds: Annotated[int, WHOLE, Field(ge=1)] = 600
    http_answer_seconds: Annotated[int, WHOLE, Field(ge=1)] = 120
    registry_url: Peer
    appraisal_url: Peer
    awards_url: Peer
    reporting_url: Peer
    clock_file: Annotated[Path | None, FILE] = None
    evidence_limit: Annotated[int, WHOLE, Field(ge=1)] = 20 * MEGABYTE
    log_level: LogLevel = "INFO"
    traces_url: Annotated[str | None, HTTP, IS_HTTP] = None
    """Where a collector takes traces (OTLP over HTTP); none are made without it."""
    traces_percent: Annotated[int, WHOLE, Field(ge=1, le=100)] = 100
    """Of how many requests in a hundred."""

    @property
    def peers(self) -> Mapping[str, str]:
        """HTTP addresses of the four services, by name."""
        addresses = (self.registry_url, self.appraisal_url, self.awards_url, self.reporting_url)
        return dict(zip(SERVICES, addresses, strict=True))

    @property
    def believed(self) -> SSLContext:
        """Whose certificates are believed there: our own authority's where there is one, else the machine's."""
        return self.tls.asking() if self.tls else believed(*self.peers.values())

    @property
    def door(self) -> tuple[str, int]:
        """Where the HTTP door is."""
        return self.http_host, self.http_port

    @property
    def certificate(self) -> tuple[Path, Path] | None:
        """With what it speaks TLS, if it does."""
        return self.tls and self.tls.door()
