"""What stands behind a figure makes the figure: every key, every slice, every scope, at any size and period."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.facts.city import City as Units
from services.reporting.figures import behind, summary
from services.reporting.figures.behind import Slice
from services.reporting.figures.changes import Row
from services.reporting.figures.periods import Policies, period
from services.reporting.figures.question import Question
from services.reporting.figures.scope import CITY, Scope
from shared.contracts.figures import by_field
from shared.errors import Refused, Unknown
from shared.reference.authority import UnitCard
from tests.reporting.book import Book
from tests.reporting.test_figures import NO_SHRINKING, TOWNS, days, names, towns


def rows_of(book: Book, size: int, asked: Question) -> dict[str, list[Row]]:
    """The rows of a period by their keys, as the store hands them out."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in book.rows:
        known = row.n <= size and row.eff <= asked.period.cut_off
        inside = not row.flow or row.flow >= asked.period.start
        if known and inside and (asked.units is None or row.unit in asked.units):
            found[row.key].append(row)
    return found


def made(key: str, asked: Question, rows: dict[str, list[Row]], part: Slice) -> int | None:
    """The figure that the records behind it make."""
    if key.startswith("quota."):
        return len(behind.demands_behind(key, asked, part))
    wanted = [row for name in behind.row_keys(key, asked.rules) for row in rows.get(name, ())]
    return behind.made_of(key, behind.records(key, asked, wanted, part))


def slices_of(figures: dict[str, Any]) -> list[tuple[Slice, dict[str, Any]]]:
    """Every part of a summary that a drill-down may be asked for."""
    parts = [(Slice(by, name), shown) for by in behind.SLICES for name, shown in figures[f"by_{by}"].items()]
    return [(Slice(), figures["whole"]), *parts]


@pytest.mark.thorough
@settings(max_examples=25, deadline=None, phases=NO_SHRINKING)
@given(
    seed=st.integers(0, 3),
    town=towns,
    name=names,
    part=st.floats(0.2, 1),
    cut_off=st.one_of(st.none(), days),
    data=st.data(),
)
def test_the_records_behind_every_figure_make_it(
    seed: int, town: str, name: str, part: float, cut_off: str | None, data: st.DataObject
) -> None:
    _, entries, book = TOWNS[town](seed)
    size = round(part * len(entries))
    units = [e.event.data["unit"] for e in entries[:size] if e.event.name == "UnitRegistered"]
    scope = data.draw(st.sampled_from([CITY, *(Scope(unit) for unit in units), Scope(bloc="Khối 1")]))
    try:
        asked = book.asked(name, size, scope, cut_off)
        figures = summary.figures(asked)
    except (Refused, Unknown) as refusal:
        assert refusal.code in ("unit.merged", "bloc.unknown", "cut-off.before-start")
        return
    rows = rows_of(book, size, asked)

    different = {
        (key, part.by, part.name): (value, found)
        for part, shown in slices_of(figures)
        for key, value in shown.items()
        if (found := made(key, asked, rows, part)) != value
    }
    assert different == {}, "(figure, slice): (shown, made of its records)"


@pytest.mark.thorough
@settings(max_examples=15, deadline=None, phases=NO_SHRINKING)
@given(seed=st.integers(0, 3), town=towns, name=names, part=st.floats(0.2, 1))
def test_a_unit_or_bloc_asked_for_alone_has_the_figures_it_has_in_the_citys_summary(
    seed: int, town: str, name: str, part: float
) -> None:
    _, entries, book = TOWNS[town](seed)
    size = round(part * len(entries))
    whole = summary.figures(book.asked(name, size))

    for by, scope in (("by_unit", "unit"), ("by_bloc", "bloc")):
        for which, shown in whole[by].items():
            alone = summary.figures(book.asked(name, size, Scope(**{scope: which})))["whole"]
            assert {key: n for key, n in alone.items() if n} == {key: n for key, n in shown.items() if n}


def test_units_that_became_one_adopted_as_one() -> None:
    wards = {"a": ("a", True, "b"), "b": ("b", False, None), "c": ("c", False, None)}
    cards = {
        unit: UnitCard(unit=unit, name=name, kind="commune_committee", closed=closed, merged_into=into)
        for unit, (name, closed, into) in wards.items()
    }
    rows = [
        Row(n, "2026-03-01", "2026-03-01", "c", "economy", "replication.units", unit, 1, f"model/{n}")
        for n, unit in enumerate("abc", 1)
    ]
    policies = Policies([])
    asked = Question(
        period("2026", policies), Units(cards), policies,
        Counter({(row.unit, row.field, row.key, row.sub): row.value for row in rows}),
    )  # fmt: skip

    assert summary.figures(asked)["whole"]["replication.units"] == 2
    found = behind.records("replication.units", asked, rows, Slice())
    assert sorted(record.part for record in found) == ["b", "b", "c"]
    assert behind.made_of("replication.units", found) == 2


@pytest.mark.parametrize("key", ["reports.missing", "activities.contests"])
def test_what_units_report_is_not_told_by_field(key: str) -> None:
    assert not by_field(key)
