"""The secret address of a feed: who it is for, sealed so that nobody else makes one, and good until it is taken back.

A feed reader keeps no token. The address says who reads and since when; `dvk revoke` of that account ends it as it ends
their tokens, and after `DAYS` a new one is fetched.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import orjson

from shared.derived import derived
from shared.doors.claims import Unauthenticated
from shared.reference.authority import Actor

DAYS = 400
DAY = 86_400
PURPOSE = b"dvk/notices/address/v1"
TAG = 16
MOST = 1_000


class Addresses:
    """Makes and reads secret addresses; all processes of a system with the same key make the same."""

    def __init__(
        self, seed: bytes, now: Callable[[], int], revoked: Callable[[str, Mapping[str, Any]], bool]
    ) -> None:
        """`now` is in whole seconds; `revoked(sub, claims)` as for tokens."""
        self._key = derived(seed, PURPOSE)
        self._now, self._revoked = now, revoked

    def of(self, actor: Actor) -> str:
        """The address of this reader, made today."""
        claims = {"sub": actor.sub, "role": actor.role, "unit": actor.unit, "iat": self._now() // DAY * DAY}
        body = orjson.dumps(claims, option=orjson.OPT_SORT_KEYS)
        return urlsafe_b64encode(self._tag(body) + body).decode("ascii").rstrip("=")

    def reader(self, address: str) -> Actor:
        """For whom it is; Unauthenticated where it is none of ours, too old, or was taken back."""
        try:
            packed = urlsafe_b64decode(address[:MOST] + "=" * (-len(address) % 4))
        except ValueError:
            raise Unauthenticated("token.invalid") from None
        tag, body = packed[:TAG], packed[TAG:]
        if not body or not hmac.compare_digest(tag, self._tag(body)):
            raise Unauthenticated("token.invalid")
        claims: dict[str, Any] = orjson.loads(body)
        if self._now() - claims["iat"] > DAYS * DAY:
            raise Unauthenticated("token.expired")
        # It says its day only, so one that was made on the day of a revocation ends with it, before or after.
        if self._revoked(claims["sub"], claims):
            raise Unauthenticated("token.revoked")
        return Actor(claims["sub"], claims["role"], claims["unit"])

    def _tag(self, body: bytes) -> bytes:
        return hmac.new(self._key, body, sha256).digest()[:TAG]
