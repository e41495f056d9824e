"""The key that signs the ledger: derived from the seed of reporting's log, so that there is one secret to keep."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.tlog.note import LOG, SigningKey


def ledger_key(origin: str, seed: bytes) -> SigningKey:
    """The ledger's own key (HKDF-SHA256); one secret, two keys, for one key must never speak for two logs."""
    return SigningKey(origin, LOG, HKDF(SHA256(), 32, salt=None, info=b"dvk/ledger/v1").derive(seed))
