"""Rows of figures and findings as columns: summed at any ledger size and for any period by masks.

A row (`changes.Row`) says from which ledger entry and for which cut-offs on a cell is larger by so much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from typing import NamedTuple

import numpy as np

from services.reporting.figures.changes import Row
from services.reporting.figures.question import Cells
from services.reporting.store.columns import LARGE, SMALL, Array, Columns, Draft, Mask, Names, Numbers, Shape

ROWS = Shape(
    {"n": SMALL, "eff": SMALL, "flow": SMALL, "cell": SMALL, "ref": SMALL, "value": LARGE}, ("cell", "ref")
)
"""Dates are the number that their digits make, no date is 0; a cell is (unit, field, key, sub)."""


Cell = tuple[str, str, str, str]
"""(unit, field, key, sub)"""
Place = tuple[str, str, str]
"""Where a record counts: (unit, field, part)."""


class Span(NamedTuple):
    """A period of business dates: what flowed since `start`, and what stands at the `cut_off` unless told otherwise."""

    start: str
    cut_off: str
    stocks: bool = True


class Wanted(NamedTuple):
    """Which rows are asked for: of these keys, units and fields; None for all."""

    keys: Collection[str] | None = None
    units: Collection[str] | None = None
    fields: Collection[str] | None = None


ALL = Wanted()


@dataclass(frozen=True)
class Sums:
    """Rows added up that differ only in when they were known and took effect; none that came to nothing."""

    flow: Numbers
    cell: Numbers
    ref: Numbers
    value: Numbers

    def chosen(self, some: Numbers) -> Sums:
        """Those at these places, or where this is true."""
        return Sums(self.flow[some], self.cell[some], self.ref[some], self.value[some])


class Rows(Columns):
    """The rows of one book, of figures or of audit findings."""

    def __init__(self) -> None:
        super().__init__(ROWS)
        self._parts = [(member, Array(SMALL), Names()) for member in range(3)]
        """Of each cell the number of its unit, of its field and of its key."""

    def cut(self, sizes: Mapping[str, int]) -> None:
        """See `Columns.cut`."""
        super().cut(sizes)
        for _, of, _ in self._parts:
            of.cut(min(len(of.all), sizes["cell"]))

    def write(self, rows: Sequence[Row]) -> Draft:
        """Put these rows at the end."""
        return self.put({
            "n": [row.n for row in rows],
            "eff": [_number(row.eff) for row in rows],
            "flow": [_number(row.flow) for row in rows],
            "cell": [row[3:7] for row in rows],
            "ref": [row.ref for row in rows],
            "value": [row.value for row in rows],
        })  # fmt: skip

    def cells(self, size: int, span: Span, wanted: Wanted = ALL) -> Cells:
        """The sums of a period as known at a ledger size."""
        chosen = self._chosen(size, span, wanted)
        names = self.names["cell"].list
        sums = np.zeros(len(names), LARGE)
        np.add.at(sums, self["cell"][chosen], self["value"][chosen])
        (some,) = np.nonzero(sums)
        told = zip(some.tolist(), sums[some].tolist(), strict=True)
        return Counter({names[cell]: value for cell, value in told})

    def rows(self, size: int, span: Span, wanted: Wanted = ALL) -> list[Row]:
        """What is known of a period at a ledger size, added up (see `Sums`), in no order."""
        return self.told(self._summed(self._chosen(size, span, wanted)))

    def told(self, sums: Sums) -> list[Row]:
        """Sums as rows: without `n` and `eff`."""
        cells, refs = self.names["cell"].list, self.names["ref"].list
        columns = (sums.flow, sums.cell, sums.ref, sums.value)
        return [
            Row._make((0, "", _date(flow), *cells[cell], value, refs[ref]))
            for flow, cell, ref, value in zip(*(some.tolist() for some in columns), strict=True)
        ]

    def records(
        self, size: int, span: Span, wanted: Wanted, place: Callable[[Cell], Place | None], most: int
    ) -> tuple[int, list[tuple[str, Place, int]]]:
        """How many records there are, and the first so many at least by their names: (record, place, value).

        `place` says where a cell's records count, as one with those of other cells of that place; None for nowhere.
        """
        places, refs = Names(), self.names["ref"].list
        table = self._table(lambda cell: -1 if (found := place(cell)) is None else places.add(found), wanted)
        chosen = self._chosen(size, span, wanted)
        where, ref, value = table[self["cell"][chosen]], self["ref"][chosen], self["value"][chosen]
        where, ref, value = (column[where >= 0] for column in (where, ref, value))
        if not len(where):
            return 0, []
        both = where * len(refs) + ref
        order = np.argsort(both)
        starts = np.flatnonzero(np.diff(both[order], prepend=-1))
        sums = np.add.reduceat(value[order], starts)
        first, sums = order[starts[sums != 0]], sums[sums != 0]
        where, ref = where[first], ref[first]
        chosen_refs = nsmallest(most, ((refs[number], number) for number in np.unique(ref).tolist()))
        shown = np.isin(ref, [number for _, number in chosen_refs])
        told = zip(ref[shown].tolist(), where[shown].tolist(), sums[shown].tolist(), strict=True)
        return len(first), [(refs[number], places.list[at], total) for number, at, total in told]

    def months(
        self, size: int, span: Span, wanted: Wanted, fits: Callable[[Cell], bool]
    ) -> Counter[tuple[str, str]]:
        """What flowed in a period, month by month: (`2027-05`, key) → how much of the cells that fit."""
        keys = Names()
        table = self._table(lambda cell: keys.add(cell[2]) if fits(cell) else -1, wanted)
        chosen = self._chosen(size, span._replace(stocks=False), wanted)
        key, month = table[self["cell"][chosen]], self["flow"][chosen] // 100
        both = (month.astype(LARGE) * max(len(keys.list), 1) + key)[key >= 0]
        found, place = np.unique(both, return_inverse=True)
        sums = np.zeros(len(found), LARGE)
        np.add.at(sums, place, self["value"][chosen][key >= 0])
        return Counter({
            (_date(one // len(keys.list) * 100)[:7], keys.list[one % len(keys.list)]): total
            for one, total in zip(found.tolist(), sums.tolist(), strict=True)
        })  # fmt: skip

    def _table(self, number: Callable[[Cell], int], wanted: Wanted) -> Numbers:
        """A number for each of the wanted cells, by cell; -1 for all others."""
        cells = self.names["cell"].list
        table = np.full(len(cells), -1, LARGE)
        for cell in np.flatnonzero(self._wanted(wanted)).tolist():
            table[cell] = number(cells[cell])
        return table

    def single(self, size: int, span: Span, wanted: Wanted = ALL) -> Sums:
        """What flowed in a period as known at a ledger size, thing by thing and day by day."""
        chosen = self._chosen(size, span._replace(stocks=False), wanted)
        sums = self._summed(chosen)
        return sums.chosen((sums.value > 0) & (sums.flow <= _number(span.cut_off)))

    def year_by_year(self, size: int, years: Collection[int], wanted: Wanted) -> Sums:
        """The same of several years, of each by what has effect by its end."""
        known = self.known(size)
        flow = self["flow"][:known]
        year = flow // 10000
        mask = (year >= min(years)) & (year <= max(years)) & (self["eff"][:known] <= year * 10000 + 1231)
        sums = self._summed(np.flatnonzero(mask & self._wanted(wanted)[self["cell"][:known]]))
        return sums.chosen(sums.value > 0)

    def counted(self, sums: Sums) -> Counter[str]:
        """How many there are of each key."""
        names = self.names["cell"].list
        total = np.zeros(len(names), LARGE)
        np.add.at(total, sums.cell, sums.value)
        (some,) = np.nonzero(total)
        found: Counter[str] = Counter()
        for cell, value in zip(some.tolist(), total[some].tolist(), strict=True):
            found[names[cell][2]] += value
        return found

    def standing(self, sums: Sums, stands: Callable[[Cell, str | None], bool | None]) -> Sums:
        """Those that stand; `stands(cell, None)` tells for all days, None where it is to be asked of each day."""
        names = self.names["cell"].list
        told = {cell: stands(names[cell], None) for cell in np.unique(sums.cell).tolist()}
        table = np.ones(len(names), bool)
        table[[cell for cell, yes in told.items() if yes is False]] = False
        mask = table[sums.cell]
        asked = np.isin(sums.cell, [cell for cell, yes in told.items() if yes is None])
        for place in np.flatnonzero(asked).tolist():
            mask[place] = bool(stands(names[sums.cell[place]], _date(int(sums.flow[place]))))
        return sums.chosen(mask)

    def of(self, sums: Sums, wanted: Wanted) -> Sums:
        """Those of these keys, units and fields."""
        return sums if wanted == ALL else sums.chosen(self._wanted(wanted)[sums.cell])

    def newest(self, sums: Sums, most: int) -> list[Row]:
        """The newest so many single ones at least, of a whole day all or none; in no order."""
        order = np.argsort(-sums.flow)
        enough = int(np.searchsorted(np.cumsum(sums.value[order]), most))
        if enough < len(order):
            order = order[sums.flow[order] >= sums.flow[order[enough]]]
        return self.told(sums.chosen(order))

    def _chosen(self, size: int, span: Span, wanted: Wanted) -> Numbers:
        """The places of the rows that count for a period as known at a ledger size."""
        known = self.known(size)
        flow = self["flow"][:known]
        mask = flow >= _number(span.start)
        if span.stocks:
            mask |= flow == 0
        mask &= self["eff"][:known] <= _number(span.cut_off)
        if wanted != ALL:
            mask &= self._wanted(wanted)[self["cell"][:known]]
        return np.flatnonzero(mask)

    def _summed(self, chosen: Numbers) -> Sums:
        flow, cell, ref, value = (self[name][chosen] for name in ("flow", "cell", "ref", "value"))
        if not len(chosen):
            return Sums(flow, cell, ref, value)
        places = (flow.astype(LARGE) * len(self.names["cell"].list) + cell) * len(
            self.names["ref"].list
        ) + ref
        order = np.argsort(places)
        starts = np.flatnonzero(np.diff(places[order], prepend=-1))
        sums = np.add.reduceat(value[order], starts)
        first = order[starts[sums != 0]]
        return Sums(flow[first], cell[first], ref[first], sums[sums != 0])

    def _wanted(self, wanted: Wanted) -> Mask:
        """Of which cells, by number, rows are asked for."""
        cells = self.names["cell"].list
        known = len(self._parts[0][1].all)
        mask = np.ones(len(cells), bool)
        for (member, of, names), asked in zip(
            self._parts, (wanted.units, wanted.fields, wanted.keys), strict=True
        ):
            of.add([names.add(cell[member]) for cell in cells[known:]])
            if asked is not None:
                mask &= names.among(asked)[of.all]
        return mask


@lru_cache(maxsize=8192)
def _number(day: str) -> int:
    return int(day.replace("-", "")) if day else 0


@lru_cache(maxsize=8192)
def _date(number: int) -> str:
    return f"{number // 10000:04}-{number // 100 % 100:02}-{number % 100:02}" if number else ""
