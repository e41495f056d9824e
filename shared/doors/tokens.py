"""Who is at the door: bearer tokens (JWT) with `sub`, `role` and perhaps `unit`, checked against a key set."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import jwt
import orjson

from shared.errors import Refused, Unavailable
from shared.reference.authority import ROLES, Actor
from shared.singleflight import SingleFlight

ALGORITHMS = ("EdDSA", "ES256", "ES384", "RS256", "PS256")
REFRESH_SECONDS = 30.0


class Unauthenticated(Refused):
    """Nobody we know: no token, or one that does not hold (`token.missing`, `token.expired`, `token.invalid`)."""

    status = 401


class Tokens:
    """Checks tokens against a JWKS from a file (embedded) or a URL (an OIDC provider)."""

    def __init__(
        self,
        file: Path | None,
        url: str | None,
        issuer: str | None,
        audience: str | None,
        http: httpx.AsyncClient,
    ) -> None:
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
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise Unauthenticated("token.invalid") from error
        if header.get("alg") not in ALGORITHMS:
            raise Unauthenticated("token.invalid")
        key = await self._key(header.get("kid"))
        try:
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                options={"require": ["exp", "sub"], "verify_aud": self._audience is not None},
            )
        except jwt.ExpiredSignatureError as error:
            raise Unauthenticated("token.expired") from error
        except jwt.PyJWTError as error:
            raise Unauthenticated("token.invalid") from error
        return self._actor(claims)

    @staticmethod
    def _actor(claims: dict[str, Any]) -> Actor:
        sub, role, unit = claims.get("sub"), claims.get("role"), claims.get("unit")
        if not isinstance(sub, str) or not 1 <= len(sub) <= 200 or sub.startswith("policy:"):
            raise Unauthenticated("token.invalid")
        if role not in ROLES or not (unit is None or (isinstance(unit, str) and unit)):
            raise Unauthenticated("token.invalid")
        return Actor(sub, role, unit)

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
        except (OSError, ValueError, httpx.HTTPError, jwt.PyJWTError) as error:
            if not self._keys:
                raise Unavailable("token.keys-away") from error
