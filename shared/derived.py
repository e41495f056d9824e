"""Keys that follow from a seed: one secret to keep, and a key for each use of it."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


def derived(seed: bytes, purpose: bytes) -> bytes:
    """The key for one purpose (HKDF-SHA256, RFC 5869), 32 bytes; from none of them the seed or another is found."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(seed)
