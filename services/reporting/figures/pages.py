"""Sums that can be read at any ledger size: rows gathered on pages by stretch of business time and shard of units.

Three stretches: half-months (the finest; their edges are those of the usual cut-offs), quarters, years. A row that
flows and takes effect within one half-month goes on three pages: as it is on its half-month's, added up on its
quarter's and year's. The few that take effect later than they flowed (a reclassification, a reopened appraisal) go
as they are on the page of the year in which they flowed.

A page of rows keeps those of each figure apart, so that a figure's are read without the others'.

A page of sums begins with what was true at ledger size `start` and goes on with the changes since, each with its
ledger number; when the changes outgrow the beginning, a new page begins. So reading costs what a page holds, however
many events there were, and writing an event costs the same at any size.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from zlib import crc32

import orjson

from services.reporting.facts.spelling import FIRST_DAY
from services.reporting.figures.changes import Row
from services.reporting.figures.summary import Cells

MANY = 64
SHARDS = 16
OPEN = 2**53 - 1
"""The end of a page that is still being written."""
HALVES_A_YEAR, HALVES_A_QUARTER = 24, 6


def half_month(day: str) -> int:
    """The number of the half-month (1st–15th, 16th–end) in which a day lies."""
    return (int(day[:4]) * 12 + int(day[5:7]) - 1) * 2 + (int(day[8:10]) > 15)


def buckets_of(row: Row) -> list[str]:
    """The pages a row goes on: `h` and `x` keep rows as they are, `q` and `y` add them up."""
    half = half_month(row.eff)
    if row.flow and half_month(row.flow) != half:
        return [f"x{row.flow[:4]}"]
    return [f"h{half}", f"q{half // HALVES_A_QUARTER}", f"y{half // HALVES_A_YEAR}"]


def shard_of(unit: str) -> int:
    """Which of the shards a unit's rows stand on: pages stay small, and there are not too many of them."""
    return crc32(unit.encode()) % SHARDS


def slots_of(row: Row) -> list[str]:
    """The names of the pages a row goes on."""
    return [f"{bucket}|{shard_of(row.unit)}" for bucket in buckets_of(row)]


@dataclass(frozen=True)
class Plan:
    """Which pages answer for a period, and for which rows of each."""

    flows: frozenset[str]
    stocks: frozenset[str]

    @property
    def buckets(self) -> list[str]:
        """All pages to fetch."""
        return sorted(self.flows | self.stocks)


def plan(start: str, cut_off: str) -> Plan:
    """The pages of flows from start to cut-off, and of stocks from the beginning to the cut-off.

    Whole years and quarters come from pages of sums; the rest, and half-months that are cut, from pages of rows.
    """
    crossing = {f"x{year}" for year in range(int(start[:4]), int(cut_off[:4]) + 1)}
    return Plan(frozenset({*_cover(start, cut_off), *crossing}), frozenset(_cover(FIRST_DAY, cut_off)))


def _cover(start: str, end: str) -> Iterator[str]:
    first, last = half_month(start), half_month(end)
    whole_first = first if start[8:] in ("01", "16") else first + 1
    whole_last = last if _is_last_of_half(end) else last - 1
    half = first
    while half <= last:
        for letter, length in (("y", HALVES_A_YEAR), ("q", HALVES_A_QUARTER)):
            if half % length == 0 and half >= whole_first and half + length - 1 <= whole_last:
                yield f"{letter}{half // length}"
                half += length
                break
        else:
            yield f"h{half}"
            half += 1


def _is_last_of_half(day: str) -> bool:
    year, month, number = (int(part) for part in day.split("-"))
    return number in (15, monthrange(year, month)[1])


# --- pages of sums ------------------------------------------------------------------------------------


@dataclass
class Sums:
    """One page of sums of one stretch and shard: what stood at `start`, and every change since."""

    start: int
    end: int = OPEN
    base: dict[str, int] = field(default_factory=dict[str, int])
    changes: list[tuple[int, str, int]] = field(default_factory=list[tuple[int, str, int]])

    def full(self) -> bool:
        """True when a new page should begin with the next entry."""
        return len(self.changes) >= max(MANY, len(self.base))

    def next_page(self, n: int) -> Sums:
        """End this page before entry `n`; the page that begins with it."""
        self.end = n
        return Sums(n, base={cell: value for cell, value in sorted(self.at(n).items()) if value})

    def add(self, row: Row) -> None:
        """Write one change."""
        self.changes.append((row.n, _cell(row), row.value))

    def at(self, size: int) -> Counter[str]:
        """The sums as known at a ledger size that this page answers for."""
        sums = Counter(self.base)
        for n, cell, value in self.changes:
            if n <= size:
                sums[cell] += value
        return sums

    def stored(self) -> bytes:
        """The page as bytes: the names of its cells once, then numbers."""
        names = {cell: place for place, cell in enumerate(self.base)}
        changes = [[n, names.setdefault(cell, len(names)), value] for n, cell, value in self.changes]
        return orjson.dumps([list(names), list(self.base.values()), changes])

    @classmethod
    def from_stored(cls, start: int, end: int, body: bytes) -> Sums:
        """The page in these bytes."""
        names, base, changes = orjson.loads(body)
        return cls(
            start,
            end,
            dict(zip(names, base, strict=False)),
            [(n, names[place], value) for n, place, value in changes],
        )


def _cell(row: Row) -> str:
    return f"{'' if row.flow else '='}{row.unit}|{row.field}|{row.key}|{row.sub}"


def add_sums(cells: Cells, sums: Iterable[tuple[str, int]], *, flows: bool, stocks: bool) -> None:
    """Add what a page of sums says; `=` marks cells of stocks."""
    for cell, value in sums:
        stock = cell[0] == "="
        if stocks if stock else flows:
            unit, name, key, sub = (cell[1:] if stock else cell).split("|")
            cells[unit, name, key, sub] += value


# --- pages of rows ------------------------------------------------------------------------------------


@dataclass
class Rows:
    """One page of rows of one stretch and shard, as they are; it answers for every size from `start` on."""

    start: int
    end: int = OPEN
    rows: list[Row] = field(default_factory=list[Row])

    def full(self) -> bool:
        """True when a new page should begin with the next entry."""
        return len(self.rows) >= 4 * MANY

    def next_page(self, n: int) -> Rows:
        """End this page before entry `n`; the page that begins with it."""
        self.end = n
        return Rows(n)

    def add(self, row: Row) -> None:
        """Write one row."""
        self.rows.append(row)

    def stored(self) -> Stored:
        """The page for the store: by key the names of its cells and records once, then its rows by columns."""
        parts: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            parts[part_of(row.key)].append(row)
        return {name: _packed(rows) for name, rows in parts.items()}

    @classmethod
    def from_stored(
        cls, start: int, end: int, body: Mapping[str, bytes], wanted: Wanted | None = None
    ) -> Rows:
        """The page in these parts (some may be left out); with `wanted` only its rows of such units and keys."""
        found: list[Row] = []
        for part in body.values():
            names, refs, *columns = orjson.loads(part)
            cells = [name.removeprefix("=").split("|") for name in names]
            chosen = [wanted is None or wanted(unit, key) for unit, _, key, _ in cells]
            if any(chosen):
                found += [
                    Row._make((n, eff, flow, *cells[cell], value, refs[ref]))
                    for n, eff, flow, cell, value, ref in zip(*columns, strict=True)
                    if chosen[cell]
                ]
        return cls(start, end, found)

    def counted(self, size: int, start: str, cut_off: str, *, flows: bool, stocks: bool) -> Iterator[Row]:
        """The rows that count for a period as known at a ledger size."""
        for row in self.rows:
            if row.n <= size and row.eff <= cut_off and (flows and row.flow >= start if row.flow else stocks):
                yield row


Wanted: TypeAlias = Callable[[str, str], bool]
"""Whether rows of a unit and key are asked for."""

Stored: TypeAlias = bytes | Mapping[str, bytes]
"""What the store keeps of a page: of sums one run of bytes, of rows one for every key."""


def part_of(key: str) -> str:
    """Under which name a page of rows keeps those of a figure: the store takes dots in names for paths."""
    return key.replace(".", "/")


def _packed(rows: Iterable[Row]) -> bytes:
    cells: dict[str, int] = {}
    refs: dict[str, int] = {}
    told = [
        (row.n, row.eff, row.flow, cells.setdefault(_cell(row), len(cells)), row.value,
         refs.setdefault(row.ref, len(refs)))
        for row in rows
    ]  # fmt: skip
    return orjson.dumps([list(cells), list(refs), *zip(*told, strict=True)])


def new_page(slot: str, start: int) -> Sums | Rows:
    """An empty page of the kind that this stretch has."""
    return Sums(start) if slot[0] in "qy" else Rows(start)


def page_from(bucket: str, start: int, end: int, body: Stored) -> Sums | Rows:
    """A stored page of the kind that this stretch has."""
    if isinstance(body, bytes):
        return Sums.from_stored(start, end, body)
    return Rows.from_stored(start, end, body)


def add_page(
    cells: Cells, bucket: str, page: Sums | Rows, size: int, start: str, cut_off: str, by: Plan
) -> None:
    """Add to the cells what one page says for a period as known at a ledger size."""
    flows, stocks = bucket in by.flows, bucket in by.stocks
    if isinstance(page, Sums):
        add_sums(cells, page.at(size).items(), flows=flows, stocks=stocks)
        return
    for row in page.counted(size, start, cut_off, flows=flows, stocks=stocks):
        cells[row.unit, row.field, row.key, row.sub] += row.value
