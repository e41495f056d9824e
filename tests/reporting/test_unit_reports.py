"""Whether units report: who owes which report, and when one is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.reporting.facts.city import City, city
from services.reporting.figures.periods import Policies, period
from services.reporting.figures.unit_reports import Report, asked_for, kept_times, kept_times_of_periods
from tests.reporting.lives import Life

TODAY = Policies([])
"""No policy is published: the dates that the scheme is begun with."""


def a_ward(*closed_on: str) -> Life:
    life = Life().tell("unit/20194", "UnitRegistered", "2026-01-05", unit="20194", name="Đảng ủy phường Hải Châu",
                       kind="commune_committee")  # fmt: skip
    for on in closed_on:
        life.tell("unit/20194", "UnitClosed", on)
    return life


def kept(
    life: Life,
    name: str,
    reports: Sequence[Report] = (),
    cut_off: str | None = None,
    heard: str = "2036-01-01",
) -> list[tuple[str, str]]:
    """(figure, period of the report) of the reports due in a period, as known on a day."""
    items = kept_times(reports, period(name, TODAY, cut_off), TODAY, on(life), heard)
    return [(item.key, item.ref.partition(":")[2]) for item in items]


def on(life: Life) -> Callable[[str], City]:
    return lambda day: city([life.facts], day)


def test_a_report_is_missing_in_the_period_in_which_it_was_due() -> None:
    assert kept(a_ward(), "2026") == [("reports.missing", "2026-H1")], "the year's is due on 20 December"
    assert kept(a_ward(), "2026-H1") == [], "due on 20 June, after the half-year's cut-off"
    assert kept(a_ward(), "2027-H1") == [("reports.missing", "2026")]
    assert kept(a_ward(), "2027") == [("reports.missing", "2026"), ("reports.missing", "2027-H1")]


def test_nothing_is_missing_before_it_is_due() -> None:
    assert kept(a_ward(), "2027", heard="2026-12-20") == []
    assert kept(a_ward(), "2027", heard="2026-12-21") == [("reports.missing", "2026")]
    assert kept(a_ward(), "2027", heard="2027-06-20") == [("reports.missing", "2026")]
    assert kept(a_ward(), "2027", cut_off="2027-06-19") == [("reports.missing", "2026")]


def test_a_report_that_came_is_in_time_or_late_and_not_missing() -> None:
    in_time = Report("20194", "2026-H1", late=False, says={})
    late = Report("20194", "2026-H1", late=True, says={})

    assert kept(a_ward(), "2026", [in_time]) == [("reports.on_time", "2026-H1")]
    assert kept(a_ward(), "2026", [late]) == [("reports.late", "2026-H1")]
    assert kept(a_ward(), "2026", [in_time], heard="2026-06-01") == [("reports.on_time", "2026-H1")], (
        "what came before it was due"
    )


def test_a_unit_that_is_closed_when_a_report_is_due_owes_none() -> None:
    assert kept(a_ward("2026-06-20"), "2026") == []
    assert kept(a_ward("2026-06-21"), "2026") == [("reports.missing", "2026-H1")]


def test_a_unit_owes_no_report_of_the_years_before_it_was_there() -> None:
    begun = Life().tell("unit/thanh-uy", "UnitRegistered", "2026-01-05", unit="thanh-uy", name="Thành ủy",
                        kind="city_committee").facts  # fmt: skip
    new = Life().tell("unit/30001", "UnitRegistered", "2028-07-01", unit="30001", name="Đảng ủy phường mới",
                      kind="commune_committee").facts  # fmt: skip
    asked = period("final-2030", TODAY)
    items = kept_times((), asked, TODAY, lambda day: city([begun, new], day), "2031-01-01")

    assert [item.ref.partition(":")[2] for item in items] == [
        "2028",
        "2029-H1",
        "2029",
        "2030-H1",
        "2030",
    ]


def test_a_review_counts_every_report_due_in_it() -> None:
    assert [name for _, name in kept(a_ward(), "interim-2028")] == [
        "2026-H1", "2026", "2027-H1", "2027", "2028-H1",
    ]  # fmt: skip


# --- by rules 1 -----------------------------------------------------------------------------------------


def by_rules_1(life: Life, name: str, cut_off: str | None = None) -> list[tuple[str, str]]:
    policies = Policies([], rules=1)
    asked = asked_for(period(name, policies, cut_off), policies)
    items = kept_times_of_periods((), asked, policies, on(life))
    return [(item.key, item.ref.partition(":")[2]) for item in items]


def test_by_rules_1_a_report_is_missing_once_its_period_has_ended_though_it_is_not_due_yet() -> None:
    assert by_rules_1(a_ward(), "2026") == [("reports.missing", "2026")]
    assert by_rules_1(a_ward(), "2026-H1") == [("reports.missing", "2026-H1")]
    assert by_rules_1(a_ward(), "2026", cut_off="2026-06-14") == []
    assert by_rules_1(a_ward(), "2026", cut_off="2026-10-14") == [("reports.missing", "2026-H1")]
    assert [name for _, name in by_rules_1(a_ward(), "interim-2028")] == ["2026", "2027", "2028-H1"]
