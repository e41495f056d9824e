"""Adding up pages: the sums of a period as known at a ledger size. Nothing here scans the ledger."""

from __future__ import annotations

from collections import Counter
from typing import Any

from services.reporting.books import Book, page_of
from services.reporting.domain import pages, summary


def answering(bucket: str, size: int, units: frozenset[str] | None) -> dict[str, Any]:
    """The pages of a stretch that answer for a ledger size."""
    query: dict[str, Any] = {"bucket": bucket, "from": {"$lte": size}}
    if bucket[0] in "qy":
        query["to"] = {"$gt": size}
    return {**query, **shards(units)}


def shards(units: frozenset[str] | None) -> dict[str, Any]:
    """Only the pages on which these units may stand."""
    return {} if units is None else {"shard": {"$in": sorted({pages.shard_of(unit) for unit in units})}}


async def cells(
    book: Book, size: int, start: str, cut_off: str, session: Any = None, units: frozenset[str] | None = None
) -> summary.Cells:
    """The sums of a period as known at a ledger size, added up from the pages that answer for it.

    With `units` only their shards are read; other units of those shards are among the sums.
    """
    by = pages.plan(start, cut_off)
    found: summary.Cells = Counter()
    for bucket in by.buckets:
        for document in await book.pages.find(answering(bucket, size, units), session=session).to_list(None):
            pages.add_page(found, bucket, page_of(document), size, start, cut_off, by)
    return found
