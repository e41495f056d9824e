"""What runs out without anybody noticing: the disks that the log and the keys lie on, and our own certificate."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509

from shared.lastknown import LastKnown
from shared.process.tls import Tls
from shared.store.mongo import Database

SELDOM_SECONDS = 20.0
LOW_SHARE, LOW_BYTES = 0.05, 20_000_000_000
"""Less than a twentieth of a disk, and less than 20 GB: time to look, while commands still go on."""
STORE, KEYS = "store", "keys"


@dataclass(frozen=True)
class Disk:
    """How much space is left where something of ours lies, in bytes."""

    place: str
    free: int
    total: int

    @property
    def is_low(self) -> bool:
        """Whether somebody should look."""
        return self.free < self.total * LOW_SHARE and self.free < LOW_BYTES


class Disks:
    """The disk of the store as its primary sees it, and that of the key file store; the last that was known."""

    def __init__(self, database: Database, key_store: Path) -> None:
        self._database = database
        self._key_store = key_store
        self._store = LastKnown(self._of_store, fresh=SELDOM_SECONDS)

    async def all(self) -> list[Disk]:
        """Whatever is known; what a store does not tell is left out."""
        store = (await self._store.get()).value
        return [each for each in (store, self._of_keys()) if each is not None]

    async def _of_store(self) -> Disk | None:
        said = await self._database.command("dbStats")
        if not (total := said.get("fsTotalSize")):
            return None
        return Disk(STORE, int(total - said["fsUsedSize"]), int(total))

    def _of_keys(self) -> Disk | None:
        try:
            found = shutil.disk_usage(self._key_store)
        except OSError:
            return None
        return Disk(KEYS, found.free, found.total)


def end_of(tls: Tls | None) -> float | None:
    """When the certificate that lies there now is over, in seconds since 1970; None without TLS."""
    if tls is None:
        return None
    return x509.load_pem_x509_certificate(tls.certificate.read_bytes()).not_valid_after_utc.timestamp()


def low(disks: Iterable[Disk]) -> Iterable[dict[str, Any]]:
    """What is known of each disk that is nearly full, for an alarm."""
    for disk in disks:
        if disk.is_low:
            yield {"place": disk.place, "free": disk.free, "total": disk.total}
