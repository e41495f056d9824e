"""Whose tokens a process believes: settings that the services and the console read alike."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ClassVar

import httpx
from pydantic import Field

from shared.doors.claims import Holding
from shared.doors.keyset import at_address, in_file
from shared.doors.tokens import Makers, Tokens
from shared.process.declaring import Declared, Need
from shared.process.key_files import KEY_SET
from shared.process.kinds import FILE, HTTP, IS_HTTP, SECRET, WHOLE, Why

DAY = 86_400
"""So long a provider's token is good for at most, unless a setting says otherwise."""
_NO_KEYS = Why(
    "hoặc đặt DVK_JWKS_FILE; nếu không, không kiểm được mã nào",
    "or DVK_JWKS_FILE; without it no token can be checked",
)
_MADE_BY = Why(
    "mã phải do ai cấp; nếu không, mã cấp cho hệ thống khác cũng được tin",
    "it says by whom a token must be made; without it, a token that was made for another system would be believed",
)
_MADE_FOR = Why(
    "mã phải được cấp cho ai; nếu không, mã cấp cho hệ thống khác cũng được tin",
    "it says for whom a token must be made; without it, a token that was made for another system would be believed",
)


class Believing(Declared):
    """Where the keys are, and what a token must say."""

    jwks_file: Annotated[Path | None, FILE, KEY_SET] = None
    jwks_url: Annotated[str | None, HTTP, IS_HTTP, _NO_KEYS] = None
    peer_keys_file: Annotated[Path | None, FILE, KEY_SET] = None
    """Where the services' own keys are; None where none of them is believed."""
    token_issuer: Annotated[str, _MADE_BY]
    token_audience: Annotated[str, _MADE_FOR]
    token_longest_seconds: Annotated[int, WHOLE, Field(ge=1)] = 0
    """Seconds a token may be good for altogether; see `longest` for where nothing is said."""
    token_leeway_seconds: Annotated[int, WHOLE, Field(ge=0)] = 10
    """Seconds that a provider's clock and ours may be apart."""
    metrics_token: Annotated[str | None, SECRET] = Field(None, repr=False)
    """Whoever sends this as a bearer token may read `/metrics`."""
    needs: ClassVar[tuple[Need, ...]] = (Need("jwks_url", unless="jwks_file"),)

    @property
    def longest(self) -> int | None:
        """Seconds a token may be good for; a day where a provider makes them; None for as long as a maker says."""
        return self.token_longest_seconds or (DAY if self.jwks_file is None else None)

    def measures(self, authorization: str | None) -> bool:
        """Whether an `Authorization` header is that of whoever gathers metrics; nobody's where no token is set."""
        if self.metrics_token is None:
            return False
        return secrets.compare_digest((authorization or "").encode(), f"Bearer {self.metrics_token}".encode())


def tokens_of(of: Believing, http: httpx.AsyncClient, now: Callable[[], int]) -> Tokens:
    """What checks tokens; `now()` is the machine's own time."""
    keys = in_file(of.jwks_file) if of.jwks_file is not None else at_address(of.jwks_url or "", http)
    peers = in_file(of.peer_keys_file) if of.peer_keys_file is not None else None
    makers = Makers(keys, of.token_issuer, of.token_audience, peers)
    return Tokens(makers, Holding(now, of.longest, of.token_leeway_seconds))
