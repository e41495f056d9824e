"""A unit's report of a period: once, in time or late, amended with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.registry.domain.case import ReportCase
from services.registry.domain.policy import Scheme
from services.registry.domain.unit_report import decider, view
from shared.contracts.registry import (
    Activities,
    AmendUnitReport,
    IssuedDocument,
    SubmitUnitReport,
    UnitReportAmended,
    UnitReportSubmitted,
)
from shared.contracts.values import Resources
from shared.reference.authority import Actor
from tests.registry.cast import COLLEAGUE, OFFICER, SCHEME, STRANGER, UNITS, WOMENS_OFFICER
from tests.support.spec import given_for, mark

ON = date(2027, 6, 20)
CASE = ReportCase(by=OFFICER, on=ON, today=date(2028, 1, 1), units=UNITS, scheme=SCHEME)
given = given_for(decider, CASE)

PLAN = IssuedDocument.model_validate(
    {"kind": "plan", "number": "06-KH/ĐU", "dated": date(2027, 1, 20), "for": 2027}
)
SAID: dict[str, Any] = {
    "unit": "20242",
    "period": "2027-H1",
    "activities": Activities(contests=1, seminars=4),
    "documents": (PLAN,),
    "results": "Đã xây dựng 4 mô hình mới",
}
ID = "20242:2027-H1"


def submit(**members: Any) -> SubmitUnitReport:
    """The half-year's report."""
    return SubmitUnitReport(**{**SAID, **members})


submitted = UnitReportSubmitted(on=ON, unit_report=ID, late=False, policy_version=1, **SAID)
amend = AmendUnitReport(unit_report=ID, activities=Activities(contests=2), reason="Đếm thiếu")


def test_a_unit_reports_once_for_a_period() -> None:
    given().when(submit()).then(submitted)
    given(submitted).when(submit()).refused("unit-report.already-submitted", unit_report=ID)


def test_the_reports_id_is_its_unit_and_period() -> None:
    assert submit().unit_report == ID
    assert submit(period="2027-05-15").unit_report == "20242:2027-05-15"


@pytest.mark.parametrize(
    ("period", "on", "late"),
    [
        ("2027-H1", date(2027, 6, 20), False),
        ("2027-H1", date(2027, 6, 21), True),
        ("2027", date(2027, 12, 20), False),
        ("2027", date(2027, 12, 21), True),
        ("2026", date(2027, 6, 30), True),
        ("2027-03-31", date(2027, 12, 31), False),
    ],
)
def test_a_report_is_late_after_the_day_it_was_due_and_never_in_between(
    period: str, on: date, late: bool
) -> None:
    assert given().within(replace(CASE, on=on)).when(submit(period=period)).event.late is late


def test_before_any_policy_no_report_is_late() -> None:
    event = given().within(replace(CASE, scheme=Scheme())).when(submit()).event

    assert (event.late, event.policy_version) == (False, None)


@pytest.mark.parametrize("period", ["2027-H2", "27", "2027-Q1", "2027-02-30", "2027-2-3", "1999", "2027-H1 "])
def test_a_period_is_a_half_year_a_year_or_a_day(period: str) -> None:
    with pytest.raises(ValidationError):
        submit(period=period)


@pytest.mark.parametrize(
    ("years", "good"), [(2027, True), ("2026-2030", True), ("2027", True), ("27", False)]
)
def test_a_document_is_for_a_year_or_for_years(years: object, good: bool) -> None:
    wish = {"kind": "plan", "number": "1", "dated": "2027-01-01", "for": years}

    if good:
        assert IssuedDocument.model_validate(wish).model_dump(mode="json")["for"] == years
    else:
        with pytest.raises(ValidationError):
            IssuedDocument.model_validate(wish)


def test_counts_are_whole_and_not_negative() -> None:
    for count in (-1, 1.5):
        with pytest.raises(ValidationError):
            Activities.model_validate({"contests": count})


def test_an_amendment_replaces_the_members_it_gives() -> None:
    given(submitted).when(amend).then(
        UnitReportAmended(on=ON, unit_report=ID, activities=Activities(contests=2), reason="Đếm thiếu")
    )


def test_an_amendment_that_changes_nothing_is_no_fact() -> None:
    given(submitted).when(AmendUnitReport(unit_report=ID, documents=(PLAN,), reason="x")).then()


def test_an_amendment_needs_a_report_and_comes_after_it() -> None:
    given().when(amend).refused("unit-report.unknown", unit_report=ID)
    given(submitted).within(replace(CASE, on=date(2027, 6, 19))).when(amend).refused(
        "date.before-previous-step"
    )


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (COLLEAGUE, True),
        (Actor("thanh-uy", "unit_officer"), True),
        (STRANGER, False),
        (WOMENS_OFFICER, False),
    ],
)
def test_a_unit_reports_for_itself_and_those_below(actor: Actor, may: bool) -> None:
    for answer in (
        given().within(replace(CASE, by=actor)).when(submit()),
        given(submitted).within(replace(CASE, by=actor)).when(amend),
    ):
        if may:
            assert answer.event
        else:
            answer.refused("not-allowed")


def test_who_may_not_report_is_not_told_that_there_is_a_report() -> None:
    given(submitted).within(replace(CASE, by=STRANGER)).when(submit()).refused("not-allowed")


def test_the_unit_is_on_record_and_open() -> None:
    city = replace(CASE, by=Actor("thanh-uy", "unit_officer"))

    given().within(city).when(submit(unit="nowhere")).refused("unit.unknown")
    given().within(city).when(submit(unit="20306")).refused("unit.closed")


def test_a_report_shows_what_it_says_now() -> None:
    first = decider.state_after([(submitted, mark(1))])
    second = decider.evolve(
        first, UnitReportAmended(on=ON, unit_report=ID, funding=Resources(socialised=5), reason="x"), mark(2)
    )

    assert view(decider.initial) is None
    assert view(first) == {
        "unit_report": ID,
        "unit": "20242",
        "period": "2027-H1",
        "activities": {"contests": 1, "seminars": 4},
        "documents": [{"kind": "plan", "number": "06-KH/ĐU", "dated": "2027-01-20", "for": 2027}],
        "results": "Đã xây dựng 4 mô hình mới",
        "state": "submitted",
        "submitted_on": "2027-06-20",
        "late": False,
        "amended": 0,
        "policy_version": 1,
    }
    assert (view(second) or {})["funding"] == {"socialised": 5}
    assert (view(second) or {})["amended"] == 1
