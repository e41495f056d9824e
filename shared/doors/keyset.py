"""The public keys with which tokens are checked, as their keeper shows them now (JWKS).

A key that was withdrawn is believed no longer than `FRESH_SECONDS` and a moment. While its keeper does not answer, the
last keys hold on for `HELD_SECONDS`, and nobody hurries a keeper that is in trouble.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any, cast

import httpx
import jwt
import orjson
import structlog

from shared.errors import Unavailable
from shared.singleflight import SingleFlight

FRESH_SECONDS = 60.0
"""After so long the keys are read anew before anybody is believed by them."""
STRANGE_SECONDS = 30.0
"""A key that is not known may be new: so often is looked for one at most, whatever strangers send."""
HELD_SECONDS = 3600.0
"""So long the last keys are believed while their keeper does not answer."""
ANSWER_SECONDS = 5.0
SLOWEST_RETRY_SECONDS = 60.0
MOST_BYTES = 256 * 1024
MOST_KEYS = 100
LEAST_RSA_BITS = 2048

ALGORITHMS = ("EdDSA", "ES256", "ES384", "RS256", "PS256")
KINDS = ("OKP", "EC", "RSA")

Keys = Mapping[str | None, jwt.PyJWK]

logger = structlog.get_logger("dvk.doors")


class NoKeySet(Exception):
    """The keeper did not show a key set: what it said instead."""


class KeySet:
    """Keys by id. `read()` brings the document from wherever it is kept; NoKeySet when it cannot."""

    def __init__(self, read: Callable[[], Awaitable[bytes]], clock: Callable[[], float] = monotonic) -> None:
        """`clock()` gives seconds that only grow."""
        self.keys: Keys = {}
        """The same object for as long as the keeper shows the same."""
        self._read = read
        self._clock = clock
        self._document: object = None
        self._seen: float | None = None
        self._looked: float | None = None
        self._pause = 0.0
        self._flight = SingleFlight()

    async def key(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of this id, or the only one where a token names none; Unavailable when no keys can be believed."""
        if self._is_due(kid):
            await self._flight.run("keys", self._look)
        if self._seen is None or self._clock() - self._seen > HELD_SECONDS:
            raise Unavailable("token.keys-away", retry_after=max(1, round(self._pause)))
        if kid is None and len(self.keys) == 1:
            [only] = self.keys.values()
            return only
        return self.keys.get(kid)

    def _is_due(self, kid: str | None) -> bool:
        if self._looked is None:
            return True
        waited = self._clock() - self._looked
        return waited >= (self._pause or (FRESH_SECONDS if kid in self.keys else STRANGE_SECONDS))

    async def _look(self) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                document = orjson.loads(await self._read())
            if document != self._document:
                self.keys, self._document = usable(document), document
            self._seen, self._pause = self._clock(), 0.0
        except (NoKeySet, TimeoutError, ValueError) as error:
            self._pause = min(max(1.0, self._pause * 2), SLOWEST_RETRY_SECONDS)
            said = f"{type(error).__name__}: {error}"[:300]
            logger.warning("no keys for tokens", error=said, again=self._pause)
        finally:  # not before: who comes meanwhile waits for this look
            self._looked = self._clock()


def usable(document: Any) -> Keys:
    """The keys that sign tokens; what is for encryption, of a secret kind, weak or not a key is passed over.

    ValueError for what is no key set.
    """
    told = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
    if not isinstance(found := told.get("keys"), list) or len(cast("list[Any]", found)) > MOST_KEYS:
        raise ValueError("not a key set")
    keys: dict[str | None, jwt.PyJWK] = {}
    for one in cast("list[Any]", found):
        if (key := _signing(one)) is not None:
            keys[key.key_id] = key
    return keys


def _signing(one: Any) -> jwt.PyJWK | None:
    if not isinstance(one, dict):
        return None
    one = cast("dict[str, Any]", one)
    if one.get("kty") not in KINDS or one.get("use", "sig") != "sig":
        return None
    if "verify" not in one.get("key_ops", ["verify"]) or not isinstance(one.get("kid", ""), str):
        return None
    try:
        key = jwt.PyJWK(one)
    except Exception:  # noqa: BLE001 - a stranger's document: whatever is wrong with one key, the others hold
        return None
    bits = getattr(key.key, "key_size", LEAST_RSA_BITS) if key.key_type == "RSA" else LEAST_RSA_BITS
    return key if key.algorithm_name in ALGORITHMS and bits >= LEAST_RSA_BITS else None


def in_file(path: Path) -> KeySet:
    """The key set that a file holds."""

    async def read() -> bytes:
        return _contents(path)

    return KeySet(read)


def _contents(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NoKeySet(str(error)) from error


def at_address(url: str, http: httpx.AsyncClient) -> KeySet:
    """The key set that a provider shows; of an answer no more is read than a key set may have."""

    async def read() -> bytes:
        try:
            async with http.stream("GET", url, timeout=ANSWER_SECONDS, follow_redirects=False) as answer:
                answer.raise_for_status()
                return await _bounded(answer)
        except httpx.HTTPError as error:
            raise NoKeySet(f"{type(error).__name__}: {error}") from error

    return KeySet(read)


async def _bounded(answer: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > MOST_BYTES:
            raise NoKeySet(f"more than {MOST_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)
