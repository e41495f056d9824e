"""Whose tokens a process believes: read once from its environment, the same for the services and for the console."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from shared.doors.claims import Holding
from shared.doors.tokens import Tokens
from shared.process.environment import Environment, SettingMissing


@dataclass(frozen=True)
class Believing:
    """Where the keys are, and what a token must say."""

    jwks_file: Path | None
    jwks_url: str | None
    issuer: str | None
    audience: str | None
    longest: int | None
    """Seconds a token may be good for altogether; None for as long as its maker says."""
    leeway: int
    """Seconds that a provider's clock and ours may be apart."""
    metrics_token: str | None
    """Whoever sends this as a bearer token may read `/metrics`."""

    def measures(self, authorization: str | None) -> bool:
        """Whether an `Authorization` header is that of whoever gathers metrics; nobody's where no token is set."""
        if self.metrics_token is None:
            return False
        return secrets.compare_digest((authorization or "").encode(), f"Bearer {self.metrics_token}".encode())


def from_environment(given: Environment) -> Believing:
    """See `.env.example`; SettingMissing names the variable that is absent or wrong."""
    longest = "DVK_TOKEN_LONGEST_SECONDS"
    if not (given.maybe("DVK_JWKS_FILE") or given.maybe("DVK_JWKS_URL")):
        raise SettingMissing("DVK_JWKS_URL (or DVK_JWKS_FILE) is not set: without it no token can be checked")
    return Believing(
        jwks_file=given.file("DVK_JWKS_FILE"),
        jwks_url=given.maybe("DVK_JWKS_URL"),
        issuer=given.maybe("DVK_TOKEN_ISSUER"),
        audience=given.maybe("DVK_TOKEN_AUDIENCE"),
        longest=given.number(longest, 1) if given.maybe(longest) else None,
        leeway=given.number("DVK_TOKEN_LEEWAY_SECONDS", 10, 0),
        metrics_token=given.secret("DVK_METRICS_TOKEN"),
    )


def tokens_of(of: Believing, http: httpx.AsyncClient, now: Callable[[], int]) -> Tokens:
    """What checks tokens; `now()` is the machine's own time."""
    return Tokens(
        of.jwks_file, of.jwks_url, of.issuer, of.audience, http, Holding(now, of.longest, of.leeway)
    )
