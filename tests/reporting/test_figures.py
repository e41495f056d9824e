"""Every figure, as known at any size for any period, cut-off and scope, is what the oracle counts from the events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.reporting.facts.entry import Entry
from services.reporting.figures import summary
from services.reporting.figures.scope import CITY, Scope
from shared.errors import Refused, Unknown
from tests.reporting.book import Book, same
from tests.reporting.keeping import keeping
from tests.reporting.livelier import lively
from tests.reporting.oracle import Oracle
from tests.support.lives import City


@cache
def played(seed: int) -> tuple[City, list[Entry], Book]:
    """An ordinary city of this seed, its ledger and its read models."""
    town = City(seed)
    town.found(9)
    town.live(days=560, acts=420)
    entries = town.ledger()
    return town, entries, Book(entries)


Told = tuple[City, list[Entry], Book]
TOWNS: dict[str, Callable[[int], Told]] = {"ordinary": played, "lively": lively, "keeping": keeping}
towns = st.sampled_from(sorted(TOWNS))

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""A smaller seed is not a simpler city: what is shown is the first difference found."""

SLICES = ("unit", "bloc", "kind", "area", "tag", "origin")
days = st.dates(min_value=date(2025, 11, 1), max_value=date(2028, 12, 31)).map(str)
names = st.one_of(
    st.sampled_from(["2026", "2027", "2026-H1", "2027-H1", "2028-H1", "interim-2028", "final-2030"]),
    st.tuples(days, days).map(lambda pair: f"{min(pair)}..{max(pair)}"),
)


@pytest.mark.thorough
@settings(max_examples=60, deadline=None, phases=NO_SHRINKING)
@given(seed=st.integers(0, 3), town=towns, name=names, part=st.floats(0, 1), data=st.data())
def test_every_figure_is_what_the_oracle_counts(
    seed: int, town: str, name: str, part: float, data: st.DataObject
) -> None:
    _, entries, book = TOWNS[town](seed)
    size = round(part * len(entries))
    oracle = Oracle(entries, size)
    start, end, years = oracle.span(name)
    cut_off = data.draw(st.one_of(st.none(), days.filter(lambda day: day >= start)))
    if cut_off is not None:
        end = cut_off
        if name.startswith(("interim", "final")) or ".." in name:
            years = list(range(int(start[:4]), int(end[:4]) + 1))
    units = [e.event.data["unit"] for e in entries[:size] if e.event.name == "UnitRegistered"]
    scope = data.draw(st.sampled_from([CITY, CITY, *(Scope(unit) for unit in units), Scope(bloc="Khối 1"),
                                       Scope(bloc="Khối 3")]))  # fmt: skip
    asked = book.asked(name, size, scope, cut_off)
    assert (asked.period.start, asked.period.cut_off, list(asked.period.years)) == (start, end, years)
    at = oracle.units(end)
    if scope.unit is not None and (heir := oracle.heir(at, scope.unit)) != scope.unit:
        with pytest.raises(Refused, match=r"unit\.merged") as refusal:
            summary.figures(asked)
        assert refusal.value.details["merged_into"] == heir
        return
    if scope.bloc is not None and not any(oracle.belongs(at, unit, "bloc", scope.bloc) for unit in at):
        with pytest.raises(Unknown, match=r"bloc\.unknown"):
            summary.figures(asked)
        return
    shown, of = summary.figures(asked), {"unit": scope.unit, "bloc": scope.bloc}

    same(shown["whole"], oracle.figures(start, end, years, **of))
    field = data.draw(st.sampled_from(sorted(shown["by_field"])))
    same(shown["by_field"][field], oracle.figures(start, end, years, field=field, **of))
    by = data.draw(st.sampled_from([by for by in SLICES if not of.get(by)]))
    of_ = data.draw(st.sampled_from([None, *sorted(shown[f"by_{by}"])]))
    if of_ is not None:
        same(shown[f"by_{by}"][of_], oracle.figures(start, end, years, **{**of, by: of_}))


@pytest.mark.thorough
@settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
@given(seed=st.integers(0, 3), order=st.integers(0, 10**6), name=names)
def test_the_order_in_which_the_sources_arrive_changes_no_figure(seed: int, order: int, name: str) -> None:
    town, entries, book = lively(seed) if order % 2 else played(seed)
    other = town.shuffled(order)

    assert summary.figures(Book(other).asked(name, len(other))) == summary.figures(
        book.asked(name, len(entries))
    )


@pytest.mark.thorough
@settings(max_examples=10, deadline=None, phases=NO_SHRINKING)
@given(seed=st.integers(0, 3), order=st.integers(0, 10**6), part=st.floats(0, 1), name=names)
def test_half_arrived_sources_are_counted_as_they_are(seed: int, order: int, part: float, name: str) -> None:
    town, _, _ = lively(seed) if order % 2 else played(seed)
    entries = town.shuffled(order)
    size = round(part * len(entries))
    oracle = Oracle(entries, size)

    same(summary.figures(Book(entries).asked(name, size))["whole"], oracle.figures(*oracle.span(name)))
