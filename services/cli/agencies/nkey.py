"""Keys of NATS users (nkeys): Ed25519, written in base32 with what they are in front and a CRC-16 behind.

The seed stays with the agency; the server knows the public key alone.
"""

from __future__ import annotations

import binascii
from base64 import b32decode, b32encode, b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEED, USER = 18 << 3, 20 << 3


@dataclass(frozen=True)
class Key:
    """One user's key; `seed` is the secret."""

    raw: bytes

    @property
    def seed(self) -> str:
        """`SU…`"""
        return _text(bytes([SEED | USER >> 5, (USER & 31) << 3]) + self.raw)

    @property
    def public(self) -> str:
        """`U…`"""
        return _text(
            bytes([USER]) + Ed25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw()
        )

    def sign(self, nonce: str) -> bytes:
        """The answer to a server's nonce, as its protocol has it."""
        return b64encode(Ed25519PrivateKey.from_private_bytes(self.raw).sign(nonce.encode()))

    @classmethod
    def parse(cls, seed: str) -> Key:
        """The key of a seed; ValueError for what is none of a user."""
        padded = seed.strip() + "=" * (-len(seed.strip()) % 8)
        key = cls(b32decode(padded)[2:34])
        if key.seed != seed.strip():
            raise ValueError("no seed of a user")
        return key


def new_key() -> Key:
    """A key that nobody has."""
    return Key(Ed25519PrivateKey.generate().private_bytes_raw())


def _text(body: bytes) -> str:
    return b32encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "little")).decode().rstrip("=")
