"""What the console needs to know of the world around it, read once from the environment and handed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.process.believing import Believing
from shared.process.believing import from_environment as believed
from shared.process.environment import Environment
from shared.process.guarding import Guarding
from shared.process.guarding import from_environment as guarded
from shared.process.settings import SERVICES
from shared.process.tls import Tls
from shared.process.tls import from_environment as tls_from


@dataclass(frozen=True)
class Provider:
    """The city's identity provider (OpenID Connect), and as whom the console asks it."""

    issuer: str
    client_id: str
    client_secret: str | None
    """None for a public client: PKCE alone then."""
    scope: str


@dataclass(frozen=True)
class Settings:
    """No default for an address or a key: a front that asks the wrong services misleads everybody."""

    http_host: str
    http_port: int
    http_connections: int
    http_upload_seconds: int
    http_answer_seconds: int
    tls: Tls | None
    """TLS at the door and to the services; their addresses say so already."""
    url: str | None
    """Where readers find the console, as they write it; None where nobody needs to be sent back to it."""
    services: Mapping[str, str]
    """HTTP addresses of the four services, by name."""
    key_file: Path
    believing: Believing
    guarding: Guarding
    provider: Provider | None
    """Who signs people in; None where they paste a token."""
    clock_file: Path | None
    evidence_limit: int
    log_level: str


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the console; SettingMissing names the variable that is absent or wrong."""
    given = Environment(environment)
    need, maybe, number = given.need, given.maybe, given.number
    tls = tls_from(given)
    address = tls.address if tls else str
    return Settings(
        http_host=maybe("DVK_HTTP_HOST") or "127.0.0.1",
        http_port=number("DVK_HTTP_PORT", None),
        http_connections=number("DVK_HTTP_CONNECTIONS", 1000, 10),
        http_upload_seconds=number("DVK_HTTP_UPLOAD_SECONDS", 600),
        http_answer_seconds=number("DVK_HTTP_ANSWER_SECONDS", 120),
        tls=tls,
        url=(maybe("DVK_CONSOLE_URL") or "").rstrip("/") or None,
        services={name: address(need(f"DVK_{name.upper()}_URL")).rstrip("/") for name in SERVICES},
        key_file=Path(need("DVK_CONSOLE_KEY_FILE")),
        believing=believed(given),
        guarding=guarded(given),
        provider=_provider(given),
        clock_file=given.file("DVK_CLOCK_FILE"),
        evidence_limit=number("DVK_EVIDENCE_LIMIT", 20 * 1024 * 1024),
        log_level=maybe("DVK_LOG_LEVEL") or "INFO",
    )


def _provider(given: Environment) -> Provider | None:
    if (issuer := given.maybe("DVK_OIDC_ISSUER")) is None:
        return None
    given.need("DVK_CONSOLE_URL")
    return Provider(
        issuer.rstrip("/"),
        given.need("DVK_OIDC_CLIENT_ID"),
        given.secret("DVK_OIDC_CLIENT_SECRET"),
        given.maybe("DVK_OIDC_SCOPE") or "openid",
    )
