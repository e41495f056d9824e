"""How a delivery is signed, after the Standard Webhooks specification: id, time, and one signature for each secret."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from standardwebhooks import Webhook

from shared.derived import derived
from shared.relaying.publishing import CONTENT_TYPE

SECRET_BYTES, NONCE = 32, 12


class NotOurs(Exception):
    """A secret that was sealed with another key."""


def new_secret() -> str:
    """`whsec_` and base64: what the agency is given, once."""
    return f"whsec_{b64encode(token_bytes(SECRET_BYTES)).decode()}"


def headers_of(id: str, body: bytes, secrets: Sequence[str], now: int) -> Mapping[str, str]:
    """The headers of one delivery sent at `now`, in seconds since 1970."""
    at, text = datetime.fromtimestamp(now, UTC), body.decode()
    return {
        "webhook-id": id,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(Webhook(secret).sign(id, at, text) for secret in secrets),
        "content-type": CONTENT_TYPE,
    }


class Sealing:
    """Keeps secrets from who reads the database or a backup of it: they open with the seed of the log's key."""

    def __init__(self, seed: bytes) -> None:
        self._cipher = AESGCM(derived(seed, b"dvk/webhooks/v1"))

    def sealed(self, name: str, secret: str) -> bytes:
        """The secret of the agency of this name, sealed."""
        nonce = token_bytes(NONCE)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), name.encode())

    def opened(self, name: str, sealed: bytes) -> str:
        """What `sealed` was given; NotOurs where it was another key, or another agency's."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], name.encode()).decode()
        except InvalidTag:
            raise NotOurs(name) from None
