"""How far each log was cosigned, from the first time on: a row for each cosignature, which is only ever added to.

Collection `cosignatures`: `{_id: "<log>:<size in 16 digits>", root}`. So a memory of an earlier day that is put back in
the place of what was cosigned last is told from it, and a log's own record of what it signed that was begun anew.
"""

from __future__ import annotations

from contextlib import suppress

from shared.store.mongo import Database, DuplicateKeyError
from shared.tlog.checkpoint import Checkpoint

COLLECTION = "cosignatures"


async def farthest(database: Database, source: str) -> int:
    """The largest size of this log that was cosigned; 0 before the first."""
    return await _size(database, source, -1)


async def nearest(database: Database, source: str) -> int:
    """The smallest size of this log, beyond none, that was cosigned; 0 before the first."""
    return await _size(database, source, 1)


async def _size(database: Database, source: str, order: int) -> int:
    of_it = {"_id": {"$gt": f"{source}:{0:016d}", "$lt": f"{source};"}}
    found = await database[COLLECTION].find_one(of_it, {"_id": 1}, sort=[("_id", order)])
    return 0 if found is None else int(found["_id"].rpartition(":")[2])


async def add(database: Database, source: str, of: Checkpoint) -> None:
    """Write down that a log was cosigned at this size."""
    with suppress(DuplicateKeyError):
        await database[COLLECTION].insert_one({"_id": f"{source}:{of.size:016d}", "root": of.root})
