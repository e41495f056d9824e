"""The files of one service, in GridFS (bucket `evidence`), each once under the SHA-256 of its bytes.

    evidence.chunks  { files_id: <sha256>, n, data, sealed: true }     unique (files_id, n)
    evidence.files   { _id: <sha256>, length, chunkSize, uploadDate, metadata: { media_type, size, name, unused? } }
    evidence.brought { _id: <sha256>/<unit>/<account>, sha256, by, unit? }     who sent it, for whom

Chunks and name are sealed under a key of the file's own, which lies in the key file store (`sealing`): with the key the
file is gone, also from backups. Files of before have neither `sealed` nor `size`, and their `filename` in clear.
A chunk's place follows from the hash of the whole, so its bytes can only be the same: one that is there already
is right, whoever wrote it. The entry in `files` comes last and alone makes the file exist. So a crash leaves
chunks that nobody is shown and that the same upload later finds done, and two uploads at once write one file. A file
goes in the order entry, chunks, key: what a crash leaves of it is found by its key (`tending`).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Protocol

import structlog

from shared.errors import NotAllowed, Refused, Unavailable, Unknown
from shared.evidence.named import File
from shared.evidence.sealing import (
    TAG,
    NotUnsealed,
    key_of,
    opened_chunk,
    opened_name,
    sealed_chunk,
    sealed_name,
)
from shared.evidence.withdrawing import withdrawals
from shared.following.projections import collection_name
from shared.people.keyfiles import KeyFiles
from shared.people.keyring import NotUnwrapped
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
    recorded: Callable[[str], Awaitable[bool]]
    """Whether the log says that this file was withdrawn."""

    def __init__(self, database: Database, keys: KeyFiles, now: Callable[[], datetime]) -> None:
        """`keys` are those of this service's files; `now()` is the machine's time: when a file was sent last."""
        self.keys = keys
        self._database = database
        self.recorded = _nothing
        self._withdrawn = database[collection_name(withdrawals(""))]
        self._files = database["evidence.files"]
        self._chunks = database["evidence.chunks"]
        self._brought = database["evidence.brought"]
        self._now = now

    async def start(self) -> None:
        """Make the index that lets a chunk be written once."""
        await self._chunks.create_index([("files_id", 1), ("n", 1)], unique=True, name="files_id_1_n_1")
        await self._brought.create_index("sha256")

    async def find(self, sha256: str) -> Kept | None:
        """The file of this hash, once all of it is here, and as long as its key is."""
        found = await self._files.find_one({"_id": sha256, "metadata.unused": {"$exists": False}})
        if found is None:
            return None
        said = found["metadata"]
        if "size" not in said:
            return Kept(sha256, found["filename"], said["media_type"], int(found["length"]))
        if not self.keys.has(sha256):
            return None
        return Kept(sha256, self._name(sha256, said["name"]), said["media_type"], int(said["size"]))

    def _name(self, sha256: str, sealed: bytes) -> str:
        try:
            return opened_name(self.keys.read(sha256).key, sha256, bytes(sealed))
        except (NotUnwrapped, NotUnsealed) as closed:
            logger.error("the key of a file does not open it", sha256=sha256, error=str(closed))
            raise Unavailable("keys-away") from closed

    async def must_find(self, sha256: str) -> Kept:
        """The file of this hash; `evidence.withdrawn` or `evidence.unknown` when it is not here (any more)."""
        if (held := await self.find(sha256)) is not None:
            return held
        raise Unknown(
            "evidence.withdrawn" if await self.was_withdrawn(sha256) else "evidence.unknown", sha256=sha256
        )

    async def was_ever(self, sha256: str) -> bool:
        """Whether this file is here or was withdrawn."""
        return await self.has_left(sha256) or await self.was_withdrawn(sha256)

    async def was_withdrawn(self, sha256: str) -> bool:
        """Whether this file was here once and was withdrawn."""
        return await self.recorded(sha256)

    async def must_hold(self, files: Iterable[File]) -> None:
        """`evidence.unknown` for a file that is not here, or is not of the type and size that are said."""
        for file in sorted(files, key=lambda one: one.sha256):
            held = await self.must_find(file.sha256)
            if (held.media_type, held.size) != (file.media_type, file.size):
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
        if await self._is_here(as_.sha256):
            return
        key = await asyncio.to_thread(key_of, self.keys, as_.sha256)
        await self._chunks.delete_many({"files_id": as_.sha256, "sealed": {"$exists": False}})
        file.seek(0)
        n = 0
        while parts := await asyncio.to_thread(_parts, file):
            await mongo.insert_missing(self._chunks, _sealed(key, as_.sha256, n, parts))
            n += len(parts)
        # If we die before this, the chunks are nobody's; the same file sent again finds them written.
        entry = {
            "_id": as_.sha256,
            "length": as_.size + n * TAG,
            "chunkSize": CHUNK + TAG,
            "uploadDate": self._now(),
            "metadata": {
                "media_type": as_.media_type,
                "size": as_.size,
                "name": sealed_name(key, as_.sha256, as_.name),
            },
        }
        await mongo.insert_missing(self._files, [entry])

    async def _is_here(self, sha256: str) -> bool:
        """Whether this file is here; then it was sent once more just now, and is used or not from this moment on."""
        if await self.was_withdrawn(sha256):
            raise Refused("evidence.withdrawn", sha256=sha256)
        anew = {"$set": {"uploadDate": self._now()}, "$unset": {"metadata.unused": ""}}
        if (await self._files.update_one({"_id": sha256}, anew)).matched_count == 0:
            return False
        if await self.find(sha256) is not None:
            return True
        await self._files.delete_one(
            {"_id": sha256}
        )  # its key is gone: what comes now is stored under a new one
        return False

    async def withdrawn(self) -> list[str]:
        """Every file that was withdrawn, whether anything of it is left or not."""
        return [one["_id"] for one in await self._withdrawn.find({}, {"_id": 1}).to_list(None)]

    async def has_left(self, sha256: str) -> bool:
        """Whether anything of this file is here."""
        if self.keys.has(sha256) or await self._files.find_one({"_id": sha256}, {"_id": 1}) is not None:
            return True
        return await self._chunks.find_one({"files_id": sha256}, {"_id": 1}) is not None

    async def remove(self, sha256: str) -> None:
        """Take a file away for good. If we die in it, what is left is found by its key and taken away next time."""
        await self._files.delete_one({"_id": sha256})
        await self._chunks.delete_many({"files_id": sha256})
        await asyncio.to_thread(self.keys.destroy, sha256)

    async def read(self, held: Kept) -> AsyncIterator[bytes]:
        """Its bytes in parts. The last part is given only when the whole has the right hash; else Altered."""
        digest, waiting = hashlib.sha256(), b""
        async for part in self._opened(held):
            if waiting:
                yield waiting
            digest.update(part)
            waiting = part
        if digest.hexdigest() != held.sha256:
            logger.error("evidence was altered in the store", sha256=held.sha256)
            raise Altered(held.sha256)
        yield waiting

    async def _opened(self, held: Kept) -> AsyncIterator[bytes]:
        sealed = await self._files.find_one({"_id": held.sha256, "metadata.size": {"$exists": True}})
        key = None if sealed is None else self.keys.read(held.sha256).key
        number = 0
        async for part in mongo.read_file(self._database, BUCKET, held.sha256):
            try:
                yield part if key is None else opened_chunk(key, held.sha256, number, part)
            except NotUnsealed as altered:
                logger.error("evidence was altered in the store", sha256=held.sha256)
                raise Altered(held.sha256) from altered
            number += 1


def _parts(file: IO[bytes]) -> list[bytes]:
    return [part for _ in range(AT_ONCE) if (part := file.read(CHUNK))]


def _sealed(key: bytes, sha256: str, first: int, parts: list[bytes]) -> list[dict[str, Any]]:
    return [
        {"files_id": sha256, "n": n, "data": sealed_chunk(key, sha256, n, part), "sealed": True}
        for n, part in enumerate(parts, first)
    ]


async def _nothing(_sha256: str) -> bool:
    return False
