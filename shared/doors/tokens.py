"""Who is at the door: bearer tokens (JWT) with `sub`, `role` and perhaps `unit`, checked against a key set."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
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
REMEMBERED_SECONDS = 30.0
"""So long a signature that was verified is not verified again."""
MOST_REMEMBERED = 4096
MOST_TOKEN = 16 * 1024
"""Characters of a token; those of real providers have one or two thousand."""


@dataclass(frozen=True)
class Verified:
    """A token whose signature was found right: what it says, whom it makes the bearer, by which keys, until when
    that is believed without looking again. Whether it still holds is asked every time."""

    claims: dict[str, Any]
    actor: Actor
    keys: dict[str | None, jwt.PyJWK]
    until: float


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


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
        self._verified: dict[bytes, Verified] = {}

    async def actor(self, authorization: str | None) -> Actor:
        """Who sends this, from the `Authorization` header; raises Unauthenticated, or Unavailable without keys."""
        scheme, _, token = (authorization or "").partition(" ")
        if not token:
            raise Unauthenticated("token.missing")
        if scheme.lower() != "bearer":
            raise Unauthenticated("token.invalid")
        if (known := self._known(token)) is None:
            header = self._header(token)
            key = await self._key(header.get("kid"))
            claims = self._claims(token, key)
            known = Verified(claims, actor_of(claims), self._keys, monotonic() + REMEMBERED_SECONDS)
            self._remember(token, known)
        self._holding.check(known.claims)
        return known.actor

    def _known(self, token: str) -> Verified | None:
        """What was found of this very token a moment ago, unless the keys were read anew since."""
        known = self._verified.get(_hash(token))
        if known is None or known.keys is not self._keys or monotonic() >= known.until:
            return None
        return known

    def _remember(self, token: str, known: Verified) -> None:
        if len(self._verified) >= MOST_REMEMBERED:
            self._verified.clear()
        self._verified[_hash(token)] = known

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
