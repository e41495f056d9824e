"""The files of one service, in GridFS (bucket `evidence`), each once under the SHA-256 of its bytes.

    evidence.chunks  { files_id: <sha256>, n, data }     unique (files_id, n)
    evidence.files   { _id: <sha256>, length, chunkSize, uploadDate, filename, metadata: { media_type } }
    evidence.brought { _id: <sha256>/<unit>/<account>, sha256, by, unit? }     who sent it, for whom

A chunk's place follows from the hash of the whole, so its bytes can only be the same: one that is there already
is right, whoever wrote it. The entry in `files` comes last and alone makes the file exist. So a crash leaves
chunks that nobody is shown and that the same upload later finds done, two uploads at once write one file, and
nothing is ever overwritten or removed.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Protocol

import structlog

from shared.errors import NotAllowed, Unknown
from shared.evidence.named import File
from shared.reference.authority import Actor
from shared.store import mongo
from shared.store.mongo import Database

BUCKET = "evidence"
CHUNK = 255 * 1024
"""GridFS's own. It never changes: half of an upload may lie there in chunks of this size."""
AT_ONCE = 4

logger = structlog.get_logger("dvk.evidence")


class Altered(Exception):
    """The store gave other bytes than those whose hash this is."""


@dataclass(frozen=True)
class Kept:
    """A file that is held."""

    sha256: str
    name: str
    media_type: str
    size: int

    def shown(self) -> dict[str, Any]:
        """As an `Evidence` of a command."""
        return {
            "sha256": self.sha256,
            "name": self.name,
            "media_type": self.media_type,
            "size": self.size,
        }


def hash_of(file: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and size of a whole file, read in parts."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while part := file.read(CHUNK):
        digest.update(part)
        size += len(part)
    return digest.hexdigest(), size


class Seen(Protocol):
    """Who may have a file."""

    async def must_see(self, actor: Actor, files: Iterable[File]) -> None:
        """`not-allowed` for a file that the actor may not have."""
        ...


class Files:
    """Keeps and finds."""

    seen: Seen | None = None
    """Who may have which; without it nobody may."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """`now()` is the machine's time: when a file came in, for whoever looks into the store."""
        self._database = database
        self._files = database["evidence.files"]
        self._chunks = database["evidence.chunks"]
        self._brought = database["evidence.brought"]
        self._now = now

    async def start(self) -> None:
        """Make the index that lets a chunk be written once."""
        await self._chunks.create_index([("files_id", 1), ("n", 1)], unique=True, name="files_id_1_n_1")
        await self._brought.create_index("sha256")

    async def find(self, sha256: str) -> Kept | None:
        """The file of this hash, once all of it is here."""
        found = await self._files.find_one({"_id": sha256})
        if found is None:
            return None
        return Kept(sha256, found["filename"], found["metadata"]["media_type"], int(found["length"]))

    async def must_hold(self, files: Iterable[File]) -> None:
        """`evidence.unknown` for a file that is not here, or is not of the type and size that are said."""
        for file in sorted(files, key=lambda one: one.sha256):
            held = await self.find(file.sha256)
            if held is None or (held.media_type, held.size) != (file.media_type, file.size):
                raise Unknown("evidence.unknown", sha256=file.sha256)

    async def brought(self, sha256: str, by: str, unit: str | None) -> None:
        """Write down who sent a file and for which unit: they may name it before anything else does."""
        entry = {"_id": f"{sha256}/{unit or ''}/{by}", "sha256": sha256, "by": by}
        if unit is not None:
            entry["unit"] = unit
        await mongo.insert_missing(self._brought, [entry])

    async def brought_by(self, sha256: str) -> list[tuple[str, str | None]]:
        """The accounts that sent a file, each with the unit it acted for."""
        found = await self._brought.find({"sha256": sha256}).to_list(None)
        return [(one["by"], one.get("unit")) for one in found]

    async def must_see(self, actor: Actor, files: Iterable[File]) -> None:
        """`not-allowed` for a file that the actor may not have, and so may not name either."""
        if self.seen is None:
            raise NotAllowed("not-allowed")
        await self.seen.must_see(actor, files)

    async def keep(self, file: IO[bytes], as_: Kept) -> None:
        """Store the file, all of it durable on return; nothing to do when it is here. `as_` tells its hash and
        size, which the caller has found from these very bytes."""
        if await self.find(as_.sha256) is not None:
            return
        file.seek(0)
        n = 0
        while parts := await asyncio.to_thread(_parts, file):
            documents = [{"files_id": as_.sha256, "n": n + i, "data": part} for i, part in enumerate(parts)]
            await mongo.insert_missing(self._chunks, documents)
            n += len(parts)
        # If we die before this, the chunks are nobody's; the same file sent again finds them written.
        entry = {
            "_id": as_.sha256,
            "length": as_.size,
            "chunkSize": CHUNK,
            "uploadDate": self._now(),
            "filename": as_.name,
            "metadata": {"media_type": as_.media_type},
        }
        await mongo.insert_missing(self._files, [entry])

    async def read(self, held: Kept) -> AsyncIterator[bytes]:
        """Its bytes in parts. The last part is given only when the whole has the right hash; else Altered."""
        digest, waiting = hashlib.sha256(), b""
        async for part in mongo.read_file(self._database, BUCKET, held.sha256):
            if waiting:
                yield waiting
            digest.update(part)
            waiting = part
        if digest.hexdigest() != held.sha256:
            logger.error("evidence was altered in the store", sha256=held.sha256)
            raise Altered(held.sha256)
        yield waiting


def _parts(file: IO[bytes]) -> list[bytes]:
    return [part for _ in range(AT_ONCE) if (part := file.read(CHUNK))]
