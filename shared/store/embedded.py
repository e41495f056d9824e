"""How to ask SecantusDB, the stand-in where no mongod runs, for what a MongoDB gives by itself.

It scans for ranges and sorts, compares each document with each number asked for, builds an answer whole before it
sends the first of it, and does not look into a partial index. So it is asked for known numbers in small runs, and
the end of a row is found by galloping. Nothing here is about what is right, only about how long it takes: whoever
asks plainly gets the same answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from shared.store.mongo import Collection, Database

SET_NAME = "secantus"
RUN = 16
LEAPS = 24


def stands_in(database: Database) -> bool:
    """Whether the stand-in is what answers here; False before anything has answered."""
    known = database.client.topology_description.server_descriptions().values()
    return any(server.replica_set_name == SET_NAME for server in known)


async def by_numbers(
    collection: Collection,
    numbers: range,
    member: str,
    wanted: Mapping[str, int] | None,
    also: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """See `asking.by_numbers`. The first run goes alone: at the end of a row it is the only one that finds anything."""
    runs = [numbers[at : at + RUN] for at in range(0, len(numbers), RUN)]

    async def one(run: range) -> list[dict[str, Any]]:
        return await collection.find({**also, member: {"$in": list(run)}}, wanted).to_list(None)

    found = await one(runs[0]) if runs else []
    if runs and len(found) == len(runs[0]):
        for more in await asyncio.gather(*(one(run) for run in runs[1:])):
            found += more
    return found


async def by_ids(
    collection: Collection,
    ids: Sequence[Any],
    member: str,
    wanted: Mapping[str, int] | None,
    also: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """See `asking.by_ids`: in small runs, beside one another."""
    runs = [list(ids[at : at + RUN]) for at in range(0, len(ids), RUN)]
    found = await asyncio.gather(
        *(collection.find({**also, member: {"$in": run}}, wanted).to_list(None) for run in runs)
    )
    return [document for some in found for document in some]


async def last(
    collection: Collection, start: int, member: str, wanted: Mapping[str, int] | None, also: Mapping[str, Any]
) -> dict[str, Any] | None:
    """See `asking.last`: by galloping, since the row has no gaps."""
    known, seen = start, False
    while True:
        ask = [known, *(known + 2**leap for leap in range(LEAPS))]
        present = await collection.find({**also, member: {"$in": ask}}, {member: 1}).to_list(None)
        found = {document[member] for document in present}
        seen = seen or known in found
        if not (beyond := found - {known}):
            break
        known = max(beyond)
        seen = True
    return await collection.find_one({**also, member: known}, wanted) if seen else None
