"""The key that signs the ledger: derived from the seed of reporting's log, so that there is one secret to keep."""

from __future__ import annotations

from shared.derived import derived
from shared.tlog.note import LOG, SigningKey


def ledger_key(origin: str, seed: bytes) -> SigningKey:
    """The ledger's own key (HKDF-SHA256); one secret, two keys, for one key must never speak for two logs."""
    return SigningKey(origin, LOG, derived(seed, b"dvk/ledger/v1"))
