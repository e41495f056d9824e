"""Adding up pages: the sums of a period as known at a ledger size. Nothing here scans the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from services.reporting.books import Book, page_of
from services.reporting.domain import pages, summary
from services.reporting.domain.changes import Row


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


async def finding_rows(
    book: Book, size: int, start: str, cut_off: str, units: frozenset[str] | None = None
) -> list[Row]:
    """The audit findings counted in a period as known at a ledger size; each row once, its value how many alike."""
    query: dict[str, Any] = {
        "bucket": {"$gte": f"e{pages.half_month(start)}", "$lte": f"e{pages.half_month(cut_off)}"},
        "from": {"$lte": size},
    }
    documents = await book.pages.find({**query, **shards(units)}).to_list(None)
    return summed(
        row
        for document in documents
        if isinstance(page := page_of(document), pages.Rows)
        for row in page.counted(size, start, cut_off, flows=True, stocks=False)
        if row.flow <= cut_off and (units is None or row.unit in units)
    )


async def flow_rows(
    book: Book, size: int, keys: Collection[str], start: str, cut_off: str, units: frozenset[str] | None
) -> list[Row]:
    """The rows of figures that flow, day by day, in a period as known at a ledger size."""
    first, last = pages.half_month(start), pages.half_month(cut_off)
    buckets: list[dict[str, Any]] = [{"bucket": {"$gte": f"h{first}", "$lte": f"h{last}"}}]
    buckets += [{"bucket": f"x{year}"} for year in range(int(start[:4]), int(cut_off[:4]) + 1)]
    found: list[Row] = []
    for query in buckets:
        for document in await book.pages.find({**query, "from": {"$lte": size}, **shards(units)}).to_list(
            None
        ):
            page = page_of(document)
            assert isinstance(page, pages.Rows)
            found += [
                row for row in page.counted(size, start, cut_off, flows=True, stocks=False)
                if row.key in keys and row.flow <= cut_off and (units is None or row.unit in units)
            ]  # fmt: skip
    return summed(found)


def summed(rows: Iterable[Row]) -> list[Row]:
    """Rows that differ only in when they were known, added up; those that came to nothing left out."""
    sums: Counter[tuple[str, str, str, str, str, str]] = Counter()
    for row in rows:
        sums[row.flow, row.ref, row.key, row.sub, row.unit, row.field] += row.value
    return [
        Row(0, "", flow, unit, field, key, sub, value, ref)
        for (flow, ref, key, sub, unit, field), value in sorted(sums.items())
        if value > 0
    ]
