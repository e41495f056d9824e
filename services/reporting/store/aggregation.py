"""Adding up pages: the sums of a period as known at a ledger size. Nothing here scans the ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from typing import Any

from services.reporting.facts.spelling import FIRST_DAY
from services.reporting.figures import pages, summary
from services.reporting.figures.changes import Row
from services.reporting.figures.model_figures import STOCKS
from services.reporting.store.generation import Book, page_of


def answering(bucket: str, size: int) -> dict[str, Any]:
    """The pages of a stretch that may answer for a ledger size; `begun` tells which of them do.

    Nothing more is asked of the store than its index knows: the embedded server reads the whole stretch when one
    more member is named.
    """
    return {"bucket": bucket, "to": {"$gt": size}} if bucket[0] in "qy" else {"bucket": bucket}


def begun(
    documents: Iterable[dict[str, Any]], size: int, units: frozenset[str] | None
) -> Iterator[dict[str, Any]]:
    """Of these pages those that were begun by a ledger size and on which these units may stand."""
    shards = None if units is None else {pages.shard_of(unit) for unit in units}
    for document in documents:
        if document["from"] <= size and (shards is None or document["shard"] in shards):
            yield document


async def cells(
    book: Book, size: int, start: str, cut_off: str, session: Any = None, units: frozenset[str] | None = None
) -> summary.Cells:
    """The sums of a period as known at a ledger size, added up from the pages that answer for it.

    With `units` only their shards are added up; other units of those shards are among the sums.
    """
    return await _added(book, size, start, cut_off, pages.plan(start, cut_off), session, units)


async def flows_of(
    book: Book, size: int, year: int, session: Any = None, units: frozenset[str] | None = None
) -> summary.Cells:
    """The sums of what flowed in a year, as `cells` has them, without the stocks at its end."""
    start, cut_off = f"{year}-01-01", f"{year}-12-31"
    by = pages.Plan(pages.plan(start, cut_off).flows, frozenset())
    return await _added(book, size, start, cut_off, by, session, units)


async def _added(
    book: Book,
    size: int,
    start: str,
    cut_off: str,
    by: pages.Plan,
    session: Any,
    units: frozenset[str] | None,
) -> summary.Cells:
    found: summary.Cells = Counter()
    for bucket in by.buckets:
        documents = await book.pages.find(answering(bucket, size), session=session).to_list(None)
        for document in begun(documents, size, units):
            pages.add_page(found, bucket, page_of(document), size, start, cut_off, by)
    return found


async def rows(
    book: Book,
    size: int,
    keys: Collection[str],
    start: str,
    cut_off: str,
    units: frozenset[str] | None = None,
) -> list[Row]:
    """The rows that these figures of a period are made of, as they were written: of these units, known at the size.

    Figures that are stocks begin with the first day, whatever `start`.
    """
    found: list[Row] = []
    for stock in (True, False):
        wanted = frozenset(key for key in keys if key.startswith(STOCKS) is stock)
        if not wanted:
            continue
        since = FIRST_DAY if stock else start
        for query in _stretches(since, cut_off, stock):
            for page in await _pages(book, query, size, wanted, units):
                found += page.counted(size, start, cut_off, flows=not stock, stocks=stock)
    return found


async def newest_rows(
    book: Book, size: int, keys: Collection[str], year: int, units: frozenset[str] | None = None
) -> AsyncIterator[Row]:
    """The rows of flows of a year, added up as `summed` does, the newest half-month first; no more is read than taken.

    A half-month's rows stand on its own pages, and on that of its year when they took effect later; those have
    effect only by the end of the year.
    """
    wanted, start, cut_off = frozenset(keys), f"{year}-01-01", f"{year}-12-31"
    late: defaultdict[int, list[Row]] = defaultdict(list)
    for query in _stretches(start, cut_off, stock=False)[1:]:
        for page in await _pages(book, query, size, wanted, units):
            for row in page.counted(size, start, cut_off, flows=True, stocks=False):
                late[pages.half_month(row.flow)].append(row)
    for half in range(pages.half_month(cut_off), pages.half_month(start) - 1, -1):
        told = late[half]
        for page in await _pages(book, {"bucket": f"h{half}"}, size, wanted, units):
            told += page.counted(size, start, cut_off, flows=True, stocks=False)
        for row in sorted(summed(told), key=lambda row: (row.flow, row.ref, row.key), reverse=True):
            yield row


def _stretches(start: str, cut_off: str, stock: bool) -> list[dict[str, Any]]:
    """The pages on which the rows of a period stand as they are."""
    first, last = pages.half_month(start), pages.half_month(cut_off)
    halves: dict[str, Any] = {"bucket": {"$gte": f"h{first}", "$lte": f"h{last}"}}
    years = range(int(start[:4]), int(cut_off[:4]) + 1)
    return [halves] if stock else [halves, *({"bucket": f"x{year}"} for year in years)]


async def finding_rows(
    book: Book, size: int, start: str, cut_off: str, units: frozenset[str] | None = None
) -> list[Row]:
    """The audit findings counted in a period as known at a ledger size, by day; each once, its value how many alike."""
    query = {"bucket": {"$gte": f"e{pages.half_month(start)}", "$lte": f"e{pages.half_month(cut_off)}"}}
    return summed(
        row
        for page in await _pages(book, query, size, None, units)
        for row in page.counted(size, start, cut_off, flows=True, stocks=False)
        if row.flow <= cut_off
    )


async def _pages(
    book: Book, query: dict[str, Any], size: int, keys: frozenset[str] | None, units: frozenset[str] | None
) -> list[pages.Rows]:
    """Pages of rows begun by a ledger size, with only the rows of these keys and units."""

    def wanted(unit: str, key: str) -> bool:
        return (keys is None or key in keys) and (units is None or unit in units)

    parts = () if keys is None else tuple(f"body.{pages.part_of(key)}" for key in keys)
    told = dict.fromkeys(("from", "to", "shard", *parts), 1) if parts else None
    documents = begun(await book.pages.find(query, told).to_list(None), size, units)
    return [pages.Rows.from_stored(d["from"], d["to"], d.get("body", {}), wanted) for d in documents]


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
