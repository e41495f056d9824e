"""Who is at the door: bearer tokens (JWT) with `sub`, `role` and perhaps `unit`, checked against a key set."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import jwt
import orjson

from shared.doors.claims import Holding, Unauthenticated, actor_of
from shared.errors import Unavailable
from shared.reference.authority import Actor
from shared.singleflight import SingleFlight

ALGORITHMS = ("EdDSA", "ES256", "ES384", "RS256", "PS256")
REFRESH_SECONDS = 30.0
MOST_TOKEN = 16 * 1024
"""Characters of a token; those of real providers have one or two thousand."""


class Tokens:
    """Checks tokens against a JWKS from a file (embedded) or a URL (an OIDC provider)."""

    def __init__(
        self,
        file: Path | None,
        url: str | None,
        issuer: str | None,
        audience: str | None,
        http: httpx.AsyncClient,
        holding: Holding,
    ) -> None:
        """`holding` says how long a token may be good for, and how exact clocks are."""
        self._holding = holding
        self._file = file
        self._url = url
        self._issuer = issuer
        self._audience = audience
        self._http = http
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._read_at = -REFRESH_SECONDS
        self._flight = SingleFlight()

    async def actor(self, authorization: str | None) -> Actor:
        """Who sends this, from the `Authorization` header; raises Unauthenticated, or Unavailable without keys."""
        scheme, _, token = (authorization or "").partition(" ")
        if not token:
            raise Unauthenticated("token.missing")
        if scheme.lower() != "bearer":
            raise Unauthenticated("token.invalid")
        header = self._header(token)
        key = await self._key(header.get("kid"))
        claims = self._claims(token, key)
        self._holding.check(claims)
        return actor_of(claims)

    @staticmethod
    def _header(token: str) -> dict[str, Any]:
        if len(token) > MOST_TOKEN:
            raise Unauthenticated("token.invalid")
        try:
            header = jwt.get_unverified_header(token)
        except Exception as error:  # it is a stranger's text: whatever is wrong with it, it is no token
            raise Unauthenticated("token.invalid") from error
        if header.get("alg") not in ALGORITHMS:
            raise Unauthenticated("token.invalid")
        return header

    def _claims(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        """What it says, once its signature, its maker and whom it is for are found right."""
        try:
            return jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                options={  # the rest is for `claims.py`, whatever shape it has
                    "verify_aud": self._audience is not None,
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_sub": False,
                    "verify_jti": False,
                },
            )
        except Exception as error:  # signed or not: no shape of a claim may do more than be refused
            raise Unauthenticated("token.invalid") from error

    async def _key(self, kid: str | None) -> jwt.PyJWK:
        if kid not in self._keys and monotonic() - self._read_at >= REFRESH_SECONDS:
            await self._flight.run("keys", self._read)
        key = self._keys.get(kid)
        if key is None and kid is None and len(self._keys) == 1:
            [key] = self._keys.values()
        if key is None:
            raise Unauthenticated("token.invalid")
        return key

    async def _read(self) -> None:
        """Read the key set anew: a token signed by a key we do not know may follow a rotation."""
        try:
            if self._file is not None:
                found = orjson.loads(self._file.read_bytes())
            else:
                answer = await self._http.get(str(self._url), timeout=5)
                answer.raise_for_status()
                found = answer.json()
            self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(found).keys}
            self._read_at = monotonic()
        except (
            OSError,
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            httpx.HTTPError,
            jwt.PyJWTError,
        ) as error:
            if not self._keys:
                raise Unavailable("token.keys-away") from error
