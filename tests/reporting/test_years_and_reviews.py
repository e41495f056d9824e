"""The years of the scheme and its reviews say the same: of what is new, and of the quota of every year."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.facts.entry import Entry
from services.reporting.figures import behind, summary
from services.reporting.figures.changes import Row
from services.reporting.figures.question import Question
from services.reporting.figures.scope import Scope
from tests.reporting.book import Book
from tests.reporting.test_figures import NO_SHRINKING, TOWNS, towns
from tests.support.lives import POLICY, City

YEARS = ("2026", "2027", "2028", "2029", "2030")
ONCE = ("models.registered_new", "models.registered_maintained", "quality.late", "recognised.city",
        "activities.recorded.contests", "documents.recorded.plan")  # fmt: skip
"""Figures of which every part lies in one year."""


def whole(asked: Question) -> dict[str, Any]:
    return summary.figures(asked)["whole"]


def the_five_years_end(book: Book, size: int) -> str:
    """The last day that a year of the scheme counts, as known at a size."""
    return book.asked("2030", size).period.cut_off


@pytest.mark.thorough
@settings(max_examples=40, deadline=None, phases=NO_SHRINKING)
@given(seed=st.integers(0, 3), town=towns, part=st.floats(0, 1), unit=st.booleans())
def test_what_is_new_over_the_years_is_what_the_review_says_at_any_size(
    seed: int, town: str, part: float, unit: bool
) -> None:
    _, entries, book = TOWNS[town](seed)
    size = round(part * len(entries))
    scope = Scope("thanh-uy") if unit and size > 1 else Scope()
    years = [whole(book.asked(year, size, scope)) for year in YEARS]
    review = whole(book.asked("final-2030", size, scope, the_five_years_end(book, size)))

    assert {key: sum(year[key] for year in years) for key in ONCE} == {key: review[key] for key in ONCE}


@pytest.mark.thorough
@settings(max_examples=30, deadline=None, phases=NO_SHRINKING)
@given(seed=st.integers(0, 3), town=towns, part=st.floats(0.1, 1))
def test_no_model_is_new_for_two_years_and_none_is_new_and_maintained_for_one(
    seed: int, town: str, part: float
) -> None:
    _, entries, book = TOWNS[town](seed)
    asked = book.asked("final-2030", round(part * len(entries)))
    new, years = Counter[str](), Counter[tuple[str, str]]()
    for row in built_rows(book, asked, round(part * len(entries))):
        new[row.ref] += row.value if row.key.startswith("built.new") else 0
        years[row.ref, row.sub] += row.value

    assert max(new.values(), default=0) <= 1
    assert set(years.values()) <= {0, 1}


@pytest.mark.thorough
@settings(max_examples=25, deadline=None, phases=NO_SHRINKING)
@given(
    seed=st.integers(0, 3), town=towns, part=st.floats(0.1, 1), name=st.sampled_from((*YEARS, "final-2030"))
)
def test_the_models_behind_a_demand_of_the_quota_are_as_many_as_it_has(
    seed: int, town: str, part: float, name: str
) -> None:
    _, entries, book = TOWNS[town](seed)
    size = round(part * len(entries))
    asked = book.asked(name, size)
    rows = built_rows(book, asked, size)

    for demand in summary.building_demands(asked):
        assert sum(one.value for one in behind.builders(demand, asked, rows)) == demand.have, demand


def built_rows(book: Book, asked: Question, size: int) -> list[Row]:
    """The rows of what was built by the cut-off, as the store hands them out."""
    return [row for row in book.rows
            if row.n <= size and row.eff <= asked.period.cut_off and row.key.endswith("@2")
            and row.key.startswith("built.")]  # fmt: skip


# --- the quota of the scheme ----------------------------------------------------------------------------


@cache
def a_merger() -> tuple[list[Entry], Book]:
    """Ninety-three communes and wards of which, in July 2028, three become a new one and one joins its neighbour."""
    town = City(7)
    town.found(0)
    wards = [str(20200 + number) for number in range(93)]
    for ward in wards:
        town.unit(ward, f"Đảng ủy phường {ward}", "commune_committee", parent="thanh-uy", area="ward")
    town.unit(
        "20999", "Đảng ủy đặc khu Hoàng Sa", "commune_committee", parent="thanh-uy", area="special_zone"
    )
    town.now = town.now.replace(year=2028, month=7)
    town.unit("30001", "Đảng ủy phường mới", "commune_committee", parent="thanh-uy", area="ward")
    for closed, into in ((wards[0], "30001"), (wards[1], "30001"), (wards[2], "30001"), (wards[3], wards[4])):
        town.tell(town.registry, f"unit/{closed}", "UnitClosed",
                  {"on": town.today, "unit": closed, "merged_into": into, "reason": "Sắp xếp"})  # fmt: skip
    entries = town.ledger()
    return entries, Book(entries)


def asked_of(name: str, cut_off: str | None = None) -> int:
    """How many demands of the quota there are in a period."""
    entries, book = a_merger()
    figures = whole(book.asked(name, len(entries), cut_off=cut_off))
    return figures["quota.met"] + figures["quota.missed"]


def test_ninety_three_communes_and_wards_owe_four_models_each_year_and_1860_in_five() -> None:
    town = City(7)
    town.found(0)
    for number in range(93):
        town.unit(str(20200 + number), "Đảng ủy phường", "commune_committee", parent="thanh-uy", area="ward")
    entries = town.ledger()
    book = Book(entries)

    demanded = [
        whole(book.asked(name, len(entries)))["quota.missed"] for name in ("2026", "2030", "final-2030")
    ]
    assert demanded == [372, 372, 1860]


def test_a_later_merger_re_judges_no_year_before_it() -> None:
    assert [asked_of(year) for year in YEARS] == [372, 372, 360, 360, 360]
    assert asked_of("final-2030") == 2 * 372 + 3 * 360


def test_a_year_is_judged_by_the_cut_off_where_that_comes_before_its_last_day() -> None:
    assert asked_of("2028-H1") == 372
    assert asked_of("interim-2028") == 2 * 372 + 372
    assert asked_of("interim-2028", "2028-07-31") == 2 * 372 + 360


@pytest.mark.parametrize(("year", "minimum"), [("2026", 1), ("2027", 2)])
def test_a_year_is_judged_by_the_policy_of_its_last_day(year: str, minimum: int) -> None:
    town = City(7)
    town.found(0)
    town.unit("20200", "Đảng ủy phường", "commune_committee", parent="thanh-uy", area="ward")

    rule = {**POLICY["building_quota"][0], "minimum": 2}
    town.tell(town.registry, "policy/scheme", "PolicyPublished",
              {"on": town.today, "version": 2, **POLICY, "effective_from": "2027-07-01", "building_quota": [rule]},
              actor="operator", role="operator")  # fmt: skip
    entries = town.ledger()
    asked = Book(entries).asked(year, len(entries), cut_off=f"{year}-12-31")

    assert {demand.minimum for demand in summary.building_demands(asked)} == {minimum}


def test_a_model_of_a_ward_counts_for_the_ward_it_was_built_in_and_is_shown_with_its_successor() -> None:
    town = City(7)
    town.found(0)
    for ward in ("20200", "20201"):
        town.unit(ward, f"Đảng ủy phường {ward}", "commune_committee", parent="thanh-uy", area="ward")
    for field in ("economy", "culture_society", "defence_security", "political_system"):
        model = town.register(on="2026-02-01", unit="20200", year=2026, basis="new", field=field)
        town.of(model, "ModelReceived", "2026-02-10")
    town.now = town.now.replace(year=2028)
    town.tell(town.registry, "unit/20200", "UnitClosed",
              {"on": town.today, "unit": "20200", "merged_into": "20201", "reason": "Sắp xếp"})  # fmt: skip
    entries = town.ledger()
    asked = Book(entries).asked("final-2030", len(entries))
    figures = summary.figures(asked)
    met = [demand for demand in summary.building_demands(asked) if demand.met]

    assert {(demand.unit, demand.year) for demand in met} == {("20200", 2026)}
    assert figures["whole"]["quota.met"] == figures["by_unit"]["20201"]["quota.met"] == 4
    assert figures["by_unit"]["20201"]["quota.missed"] == 4 * 5 + 4, (
        "its own of five years, and those of 2027"
    )
    assert "20200" not in figures["by_unit"]
