"""How services show one another who they are: each signs tokens of its own, good for minutes, made anew by itself.

The key is derived from the seed of the service's log (HKDF-SHA256): one secret to keep, two keys. Its public half,
under the service's name, stands in the key set that all services read (`DVK_PEER_KEYS_FILE`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Mapping
from functools import cached_property
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from shared.derived import derived
from shared.reference.authority import SERVICE

ALGORITHM = "EdDSA"
GOOD_FOR_SECONDS = 300
RENEWED_SECONDS = 60
"""So long before its end a token is replaced."""


class PeerKey:
    """The key of one service at the others' doors."""

    def __init__(self, service: str, seed: bytes) -> None:
        """`seed` is that of the service's log."""
        self.name = f"service:{service}"
        self._seed = derived(seed, b"dvk/peer/v1")

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._seed)

    def public(self) -> dict[str, Any]:
        """The public JWK."""
        key: dict[str, Any] = OKPAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        return {**key, "alg": ALGORITHM, "use": "sig", "kid": self.name}

    def token(self, audience: str, now: int) -> str:
        """A token from now on; `now` is the machine's own time, seconds since 1970."""
        claims: Mapping[str, Any] = {
            "sub": self.name, "role": SERVICE, "iss": self.name, "aud": audience,
            "iat": now, "exp": now + GOOD_FOR_SECONDS, "jti": secrets.token_hex(16),
        }  # fmt: skip
        return jwt.encode(dict(claims), self._private, algorithm=ALGORITHM, headers={"kid": self.name})


class PeerAuth(httpx.Auth):
    """Puts a token that holds into every request."""

    def __init__(self, key: PeerKey, audience: str, now: Callable[[], int]) -> None:
        self._key = key
        self._audience = audience
        self._now = now
        self._token = ""
        self._until = 0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """See httpx."""
        now = self._now()
        if (
            not now < self._until - RENEWED_SECONDS or now < self._until - GOOD_FOR_SECONDS
        ):  # or the clock went back
            self._token, self._until = self._key.token(self._audience, now), now + GOOD_FOR_SECONDS
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
