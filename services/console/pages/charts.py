"""Charts as tables: every figure stands in a cell as a number, and the drawing beside it is only that number again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FULL = 1000
"""The width of a whole bar, in the units of its drawing."""


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: what it is called, its number, where it leads, and how long it is of `FULL`."""

    name: str
    value: int
    width: int
    href: str | None = None
    key: str = ""
    share: str = ""


def bars(rows: Sequence[tuple[str, int, str | None, str]], total: int | None = None) -> list[Bar]:
    """Bars for (name, value, href, key): as long as their share of `total`, or of the greatest."""
    whole = max((value for _, value, _, _ in rows), default=0) if total is None else total
    return [
        Bar(name, value, 0 if whole <= 0 else FULL * value // whole, href, key)
        for name, value, href, key in rows
    ]


@dataclass(frozen=True)
class UnitQuota:
    """What the building quota asked of one unit: by field `have/minimum` and whether that is enough."""

    unit: str
    cells: Mapping[str, Mapping[str, Any]]
    met: int
    asked: int


def quota_map(demands: Sequence[tuple[Mapping[str, Any], bool]]) -> list[UnitQuota]:
    """Demands, each with whether it is met, as one row per unit and one cell per field (`any`: in whichever)."""
    by_unit: dict[str, dict[str, dict[str, Any]]] = {}
    for demand, met in demands:
        cell = {**demand, "met": met}
        by_unit.setdefault(demand["unit"], {})[demand.get("field") or "any"] = cell
    return [
        UnitQuota(unit, cells, sum(cell["met"] for cell in cells.values()), len(cells))
        for unit, cells in by_unit.items()
    ]


@dataclass(frozen=True)
class Month:
    """One month of a series: each figure with how tall it is of the series' greatest month, out of 100."""

    name: str
    values: Mapping[str, int]
    heights: Mapping[str, int]


def months(series: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> list[Month]:
    """The months of a period, figure by figure, drawn to one measure for each figure."""
    most = {key: max((line[key] for line in series), default=0) for key in keys}
    return [
        Month(
            line["month"],
            {key: line[key] for key in keys},
            {key: 0 if not most[key] else 100 * line[key] // most[key] for key in keys},
        )
        for line in series
    ]
