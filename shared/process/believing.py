"""Whose tokens a process believes: read once from its environment, the same for the services and for the console."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from shared.doors.claims import Holding
from shared.doors.keyset import at_address, in_file
from shared.doors.tokens import Makers, Tokens
from shared.process.environment import Environment, SettingMissing


@dataclass(frozen=True)
class Believing:
    """Where the keys are, and what a token must say."""

    jwks_file: Path | None
    jwks_url: str | None
    peer_keys_file: Path | None
    """Where the services' own keys are; None where none of them is believed."""
    issuer: str
    audience: str
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


ISSUER, AUDIENCE = "DVK_TOKEN_ISSUER", "DVK_TOKEN_AUDIENCE"
LONGEST = "DVK_TOKEN_LONGEST_SECONDS"
DAY = 86_400
"""So long a provider's token is good for at most, unless a setting says otherwise."""


def from_environment(given: Environment) -> Believing:
    """See `.env.example`; SettingMissing names the variable that is absent or wrong."""
    file, url = given.file("DVK_JWKS_FILE"), given.maybe("DVK_JWKS_URL")
    if not (file or url):
        raise SettingMissing("DVK_JWKS_URL (or DVK_JWKS_FILE) is not set: without it no token can be checked")
    for name, said in ((ISSUER, "by whom"), (AUDIENCE, "for whom")):
        if given.maybe(name) is None:
            raise SettingMissing(
                f"{name} is not set: it says {said} a token must be made; without it, a token that was made for "
                "another system would be believed"
            )
    return Believing(
        jwks_file=file,
        jwks_url=url,
        peer_keys_file=given.file("DVK_PEER_KEYS_FILE"),
        issuer=given.need(ISSUER),
        audience=given.need(AUDIENCE),
        longest=given.number(LONGEST, DAY) if given.maybe(LONGEST) or file is None else None,
        leeway=given.number("DVK_TOKEN_LEEWAY_SECONDS", 10, 0),
        metrics_token=given.secret("DVK_METRICS_TOKEN"),
    )


def tokens_of(of: Believing, http: httpx.AsyncClient, now: Callable[[], int]) -> Tokens:
    """What checks tokens; `now()` is the machine's own time."""
    keys = in_file(of.jwks_file) if of.jwks_file is not None else at_address(of.jwks_url or "", http)
    peers = in_file(of.peer_keys_file) if of.peer_keys_file is not None else None
    return Tokens(Makers(keys, of.issuer, of.audience, peers), Holding(now, of.longest, of.leeway))
