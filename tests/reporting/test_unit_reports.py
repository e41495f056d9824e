"""Whether units report: who owes which report, and when one is missing."""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.facts.city import City, city
from services.reporting.facts.facts import Fact
from services.reporting.figures.periods import Policies, period
from services.reporting.figures.unit_reports import Report, asked_for, kept_times
from tests.reporting.lives import Life

NONE_PUBLISHED = Policies([])


def a_ward(*closed_on: str) -> Life:
    life = Life().tell("unit/20194", "UnitRegistered", "2026-01-05", unit="20194", name="Đảng ủy phường Hải Châu",
                       kind="commune_committee")  # fmt: skip
    for on in closed_on:
        life.tell("unit/20194", "UnitClosed", on)
    return life


def kept(
    life: Life, name: str, reports: Sequence[Report] = (), cut_off: str | None = None
) -> list[tuple[str, str]]:
    facts: list[Fact] = life.facts

    def city_on(day: str) -> City:
        return city([facts], day)

    asked = asked_for(period(name, NONE_PUBLISHED, cut_off), NONE_PUBLISHED)
    items = kept_times(reports, asked, NONE_PUBLISHED, city_on)
    return [(item.key, item.ref.partition(":")[2]) for item in items]


def test_a_report_is_missing_once_its_period_has_ended_though_it_is_not_due_yet() -> None:
    assert kept(a_ward(), "2026") == [("reports.missing", "2026")]
    assert kept(a_ward(), "2026-H1") == [("reports.missing", "2026-H1")]


def test_a_report_whose_period_has_not_ended_by_the_cut_off_is_not_asked_for() -> None:
    assert kept(a_ward(), "2026", cut_off="2026-06-14") == []
    assert kept(a_ward(), "2026", cut_off="2026-10-14") == [("reports.missing", "2026-H1")]


def test_a_report_that_came_is_in_time_or_late_and_not_missing() -> None:
    in_time = Report("20194", "2026", late=False, says={})
    late = Report("20194", "2026", late=True, says={})

    assert kept(a_ward(), "2026", [in_time]) == [("reports.on_time", "2026")]
    assert kept(a_ward(), "2026", [late]) == [("reports.late", "2026")]


def test_a_unit_that_is_closed_when_a_report_is_due_owes_none() -> None:
    assert kept(a_ward("2026-12-15"), "2026") == []
    assert kept(a_ward("2026-12-16"), "2026") == [("reports.missing", "2026")]


def test_a_review_waits_for_whole_years_and_a_last_half_year() -> None:
    assert [name for _, name in kept(a_ward(), "interim-2028")] == ["2026", "2027", "2028-H1"]
