"""Asking for rows that are numbered without gaps: a log, a ledger, signatures.

Plain ranges, sorts and lists on an index. Only where the stand-in for MongoDB answers is it asked as `embedded` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.store import embedded
from shared.store.mongo import Collection, OperationFailure

ANOTHER_SHAPE = (85, 86)
"""What the store answers when an index of this name or key is there with other options."""


async def by_numbers(
    collection: Collection,
    numbers: range,
    wanted: Mapping[str, int] | None,
    member: str = "_id",
    also: Mapping[str, Any] | None = None,
) -> dict[int, dict[str, Any]]:
    """{number: document} of those whose `member` is one of these consecutive numbers, as far as they are there.

    `wanted` are the members to bring, all of them when it is None; `also` narrows the row (`{"source": "registry"}`).
    """
    fields, where = _fields(wanted, member), also or {}
    if embedded.stands_in(collection.database):
        found = await embedded.by_numbers(collection, numbers, member, fields, where)
    else:
        query = {**where, member: {"$gte": numbers.start, "$lt": numbers.stop}}
        found = await collection.find(query, fields).to_list(None)
    return {document[member]: document for document in found}


async def by_ids(
    collection: Collection,
    ids: Sequence[Any],
    wanted: Mapping[str, int] | None,
    member: str = "_id",
    also: Mapping[str, Any] | None = None,
) -> dict[Any, dict[str, Any]]:
    """{id: document} of those of these ids that are there."""
    fields, where = _fields(wanted, member), also or {}
    if embedded.stands_in(collection.database):
        found = await embedded.by_ids(collection, ids, member, fields, where)
    else:
        found = await collection.find({**where, member: {"$in": list(ids)}}, fields).to_list(None)
    return {document[member]: document for document in found}


async def last(
    collection: Collection,
    start: int,
    wanted: Mapping[str, int] | None,
    member: str = "_id",
    also: Mapping[str, Any] | None = None,
) -> dict[str, Any] | None:
    """The document with the highest number from `start` on; None when there is none. The row has no gaps."""
    fields, where = _fields(wanted, member), also or {}
    if embedded.stands_in(collection.database):
        return await embedded.last(collection, start, member, fields, where)
    query = {**where, member: {"$gte": start}}
    [found] = await collection.find(query, fields).sort(member, -1).limit(1).to_list(None) or [None]
    return found


async def unique_where_present(collection: Collection, member: str) -> None:
    """An index under which no two documents share `member`; those without it are not in it.

    Partial; sparse says the same, and is what the stand-in looks into. One that is there in the other shape stays.
    """
    shape: dict[str, Any] = {"partialFilterExpression": {member: {"$exists": True}}}
    if embedded.stands_in(collection.database):
        shape = {"sparse": True}
    try:
        await collection.create_index(member, unique=True, name=member, **shape)
    except OperationFailure as refused:
        if refused.code not in ANOTHER_SHAPE:
            raise


def _fields(wanted: Mapping[str, int] | None, member: str) -> dict[str, int] | None:
    return None if wanted is None else {**wanted, member: 1}
