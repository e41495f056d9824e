"""What a unit owes for a year, and what shows that it is there."""

from __future__ import annotations

import pytest

from services.reporting.figures.obligations import Shown, owed
from shared.reference.authority import UnitCard
from shared.reference.defaults import default_policy

WARD = UnitCard("a", "Đảng ủy phường A", "commune_committee", "thanh-uy")
FRONT = UnitCard("f", "Mặt trận", "front", "thanh-uy")
DAYS = default_policy()
ALL_YEARS = [2026, 2027, 2028, 2029, 2030]


def states(shown: Shown, on: str, year: int = 2027, unit: UnitCard = WARD) -> dict[str, str]:
    """What of everything stands how, as one sees it on a day."""
    items = [one.seen(on) for one in owed(unit, year, shown, DAYS)]
    return {item.get("period", item["what"]): item["state"] for item in items}


def test_who_has_nothing_lacks_everything_but_what_is_not_due_yet() -> None:
    assert states(Shown(), "2027-02-01") == {
        "scheme_plan": "missing", "plan": "due", "resolution": "missing", "criteria": "missing",
        "assignments": "missing", "inspection_plan": "missing", "estimate": "missing", "registration": "due",
        "2027-H1": "due", "2027": "due",
    }  # fmt: skip
    assert {*states(Shown(), "2027-12-21").values()} == {"missing"}
    assert states(Shown(), "2027-03-31")["plan"] == "due"
    assert states(Shown(), "2027-04-01")["plan"] == "missing"


@pytest.mark.parametrize(
    ("kind", "years", "shows"),
    [
        ("plan", [2027], {"plan"}),
        ("programme", [2027], {"plan"}),
        ("plan", ALL_YEARS, {"scheme_plan"}),
        ("programme", [2026, 2027], {"plan"}),
        ("plan", [2028], set()),
        ("resolution", [2027], {"resolution"}),
        ("resolution", [2026], set()),
        ("criteria", ALL_YEARS, {"criteria"}),
        ("assignment", [2027], {"assignments"}),
        ("inspection_plan", [2027], {"inspection_plan"}),
        ("estimate", [2027], {"estimate"}),
        ("report", [2027], set()),
    ],
)
def test_a_document_shows_what_it_is_for_its_years(kind: str, years: list[int], shows: set[str]) -> None:
    shown = Shown(documents=[(kind, years, "unit-document/d")])

    items = [one for one in owed(WARD, 2027, shown, DAYS) if one.there]

    assert {one.what for one in items} == shows
    assert all(one.records == ("unit-document/d",) for one in items)


def test_records_of_their_own_kind_show_it_too() -> None:
    shown = Shown(criteria=["criteria-set/c"], assignments=["assignment/a"], inspection_plans=["inspection-plan/i"],
                  models=["model/m"], reports={"2027-H1": "unit-report/a:2027-H1"})  # fmt: skip
    there = {what for what, state in states(shown, "2027-12-31").items() if state == "there"}

    assert there == {"criteria", "assignments", "inspection_plan", "registration", "2027-H1"}


def test_the_years_report_contains_the_half_years() -> None:
    shown = Shown(reports={"2027": "unit-report/a:2027"})

    assert states(shown, "2027-12-31")["2027-H1"] == states(shown, "2027-12-31")["2027"] == "there"


def test_only_party_bodies_owe_a_resolution_and_only_years_of_the_scheme_its_plan() -> None:
    assert "resolution" not in states(Shown(), "2027-12-31", unit=FRONT)
    assert "scheme_plan" not in states(Shown(), "2031-12-31", year=2031)
    assert "scheme_plan" in states(Shown(), "2030-12-31", year=2030)
