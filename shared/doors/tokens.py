"""Who is at the door: bearer tokens (JWT) with `sub`, `role` and perhaps `unit`, checked against a key set.

People's tokens are made by the city's provider. A service makes its own for the others' doors (`process/peering.py`):
the key's id is the service's name, and such a key makes nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from typing import Any

import jwt

from shared import passing
from shared.doors.claims import PEER, Holding, Unauthenticated, actor_of
from shared.doors.keyset import ALGORITHMS, Keys, KeySet
from shared.doors.turnstile import OPEN
from shared.errors import TooMany
from shared.reference.authority import Actor

REMEMBERED_SECONDS = 30.0
"""So long a signature that was verified is not verified again."""
MOST_REMEMBERED = 4096
MOST_TOKEN = 16 * 1024
"""Characters of a token; those of real providers have one or two thousand."""


@dataclass(frozen=True)
class Verified:
    """A token whose signature was found right: what it says, whom it makes the bearer, by which keys of which set,
    until when that is believed without looking again. Whether it still holds is asked every time."""

    claims: dict[str, Any]
    actor: Actor
    by: KeySet
    keys: Keys
    until: float


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True)
class Makers:
    """Whose tokens are believed, and what they must say."""

    keys: KeySet
    issuer: str
    audience: str
    peers: KeySet | None = None
    """The services' own keys, each called after its service; None where none is believed."""


class Tokens:
    """Checks tokens; see `process/believing.py` for where the keys are."""

    def __init__(
        self,
        makers: Makers,
        holding: Holding,
        revoked: Callable[[str, Mapping[str, Any]], bool] = lambda _sub, _claims: False,
    ) -> None:
        """`holding` says how long a token may be good for, and how exact clocks are; `revoked(sub, claims)` whether it
        was taken back before its time."""
        self.revoked = revoked
        self.turnstile = OPEN
        """Who comes how often; whoever runs a process puts its own there."""
        self._makers = makers
        self._holding = holding
        self._verified: dict[bytes, Verified] = {}

    async def actor(self, authorization: str | None) -> Actor:
        """Who sends this, from the `Authorization` header; raises Unauthenticated, or Unavailable without keys."""
        try:
            actor = await self._actor(authorization)
        except (Unauthenticated, TooMany) as refused:
            passing.is_refused(refused.code)
            raise
        passing.is_of(actor)
        self.turnstile.is_known(actor)
        return actor

    async def _actor(self, authorization: str | None) -> Actor:
        scheme, _, token = (authorization or "").partition(" ")
        if not token:
            raise Unauthenticated("token.missing")
        if (
            _hash(token) not in self._verified
        ):  # who was let in before goes on, whoever else is at the address
            self.turnstile.must_be_free()
        try:
            return await self._found(scheme, token)
        except Unauthenticated:
            self.turnstile.failed()
            raise

    async def _found(self, scheme: str, token: str) -> Actor:
        if scheme.lower() != "bearer":
            raise Unauthenticated("token.invalid")
        if (known := self._known(token)) is None:
            known = await self._verify(token)
            self._remember(token, known)
        self._holding.check(known.claims)
        if self.revoked(known.actor.sub, known.claims):
            raise Unauthenticated("token.revoked")
        return known.actor

    def _known(self, token: str) -> Verified | None:
        """What was found of this very token a moment ago, unless the keys changed since."""
        known = self._verified.get(_hash(token))
        if known is None or known.keys is not known.by.keys or monotonic() >= known.until:
            return None
        return known

    def _remember(self, token: str, known: Verified) -> None:
        if len(self._verified) >= MOST_REMEMBERED:
            self._verified.clear()
        self._verified[_hash(token)] = known

    async def _verify(self, token: str) -> Verified:
        kid = self._header(token).get("kid")
        peer = kid if isinstance(kid, str) and PEER.fullmatch(kid) else None
        keys, issuer = self._makers.keys, self._makers.issuer
        if peer is not None and self._makers.peers is not None:
            keys, issuer = self._makers.peers, peer
        key = await keys.key(kid)
        if key is None:
            raise Unauthenticated("token.invalid")
        claims = self._claims(token, key, issuer)
        actor = actor_of(claims)
        if keys is self._makers.peers and actor.sub != peer:
            raise Unauthenticated("token.invalid", claim="sub")
        return Verified(claims, actor, keys, keys.keys, monotonic() + REMEMBERED_SECONDS)

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

    def _claims(self, token: str, key: jwt.PyJWK, issuer: str) -> dict[str, Any]:
        """What it says, once its signature, its maker and whom it is for are found right."""
        try:
            return jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm_name],
                issuer=issuer,
                audience=self._makers.audience,
                options={  # the rest is for `claims.py`, whatever shape it has
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_sub": False,
                    "verify_jti": False,
                },
            )
        except Exception as error:  # signed or not: no shape of a claim may do more than be refused
            raise Unauthenticated("token.invalid") from error
