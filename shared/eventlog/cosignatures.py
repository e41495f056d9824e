"""How far each log was cosigned, from the first time on: a row for each cosignature, which is only ever added to.

Collection `cosignatures`: `{_id: "<log>:<size in 16 digits>", root}`. So a memory of an earlier day that is put back in
the place of what was cosigned last is told from it, and a log's own record of what it signed that was begun anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from shared.store.mongo import Database, DuplicateKeyError
from shared.tlog.checkpoint import Checkpoint

COLLECTION = "cosignatures"


def run_of(source: str, kept: Mapping[str, Any] | None) -> str:
    """Under which name sizes are added now: another one each time an operator had a witness begin anew with a log."""
    times = 0 if kept is None else len(kept.get("before", ()))
    return f"{source}#{times}" if times else source


async def farthest(database: Database, source: str) -> int:
    """The largest size of this log that was cosigned; 0 before the first."""
    return await _size(database, source, -1)


async def last(database: Database, source: str, origin: str) -> Checkpoint | None:
    """The largest checkpoint of this log that was cosigned, `origin` being the log's name; None before the first."""
    found = await _row(database, source, -1)
    return None if found is None else Checkpoint(origin, _size_in(found), bytes(found["root"]))


async def nearest(database: Database, source: str) -> int:
    """The smallest size of this log, beyond none, that was cosigned; 0 before the first."""
    return await _size(database, source, 1)


async def _size(database: Database, source: str, order: int) -> int:
    found = await _row(database, source, order)
    return 0 if found is None else _size_in(found)


async def _row(database: Database, source: str, order: int) -> dict[str, Any] | None:
    of_it = {"_id": {"$gt": f"{source}:{0:016d}", "$lt": f"{source};"}}
    return await database[COLLECTION].find_one(of_it, sort=[("_id", order)])


def _size_in(row: dict[str, Any]) -> int:
    return int(row["_id"].rpartition(":")[2])


async def add(database: Database, source: str, of: Checkpoint) -> None:
    """Write down that a log was cosigned at this size."""
    with suppress(DuplicateKeyError):
        await database[COLLECTION].insert_one({"_id": f"{source}:{of.size:016d}", "root": of.root})
