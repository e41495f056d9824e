"""What units keep beside models: each record once, by its own unit, corrected from above."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.registry.domain import assignment, corrections, kept
from services.registry.domain.case import KeptCase
from shared.contracts.registry import (
    ActivityRecorded,
    AssignMember,
    AssignmentEnded,
    CorrectRecord,
    EndAssignment,
    InspectionsPlanned,
    MemberAssigned,
    PlanInspections,
    PlannedInspection,
    RecordActivity,
    RecordUnitDocument,
    UnitDocumentRecorded,
)
from shared.contracts.values import PersonOrOffice
from tests.registry.cast import (
    APPRAISER,
    MODEL,
    NOBODYS,
    OFFICER,
    STRANGER,
    TODAY,
    UNITS,
    WARD_APPRAISER,
    WOMENS_OFFICER,
)
from tests.support.spec import given_for, mark

CASE = KeptCase(by=OFFICER, on=TODAY, today=TODAY, units=UNITS)
documents = given_for(corrections.documents, CASE)
activities = given_for(corrections.activities, CASE)
plans = given_for(corrections.plans, CASE)
assignments = given_for(corrections.assignments, CASE)

DOCUMENT: dict[str, Any] = {
    "document": NOBODYS, "unit": "20242", "kind": "plan", "number": "15-KH/ĐU", "dated": date(2027, 1, 20),
    "title": "Kế hoạch Dân vận khéo năm 2027", "for_": 2027,
}  # fmt: skip
ACTIVITY: dict[str, Any] = {
    "activity": NOBODYS, "unit": "20242", "kind": "contests", "title": "Hội thi Dân vận khéo", "participants": 120,
    "models": (MODEL,),
}  # fmt: skip
PLAN: dict[str, Any] = {
    "plan": NOBODYS, "unit": "20242", "year": 2027,
    "items": (
        PlannedInspection(model=MODEL, kind="inspection", due_on=date(2027, 6, 30)),
        PlannedInspection(unit="pn-20242", kind="supervision", due_on=date(2027, 9, 30)),
    ),
}  # fmt: skip
ASSIGNED: dict[str, Any] = {
    "assignment": NOBODYS, "unit": "20242", "responsible": PersonOrOffice(office="Phó Bí thư Thường trực"),
    "fields": ("economy",), "units": ("pn-20242",), "until": date(2027, 12, 31),
}  # fmt: skip

issued = UnitDocumentRecorded(on=TODAY, **DOCUMENT)
held = ActivityRecorded(on=TODAY, **ACTIVITY)
planned = InspectionsPlanned(on=TODAY, **PLAN)
assigned = MemberAssigned(on=date(2027, 2, 1), **ASSIGNED)
RECORDS: list[tuple[Any, Any, Any]] = [
    (documents, RecordUnitDocument(**DOCUMENT), issued),
    (activities, RecordActivity(**ACTIVITY), held),
    (plans, PlanInspections(**PLAN), planned),
    (assignments, AssignMember(**ASSIGNED), assigned.model_copy(update={"on": TODAY})),
]


@pytest.mark.parametrize(("given", "wish", "recorded"), RECORDS)
def test_a_unit_records_its_own_and_once(given: Any, wish: Any, recorded: Any) -> None:
    given().when(wish).then(recorded)
    again = given(recorded).when(wish)
    assert again.refusal is not None and again.refusal.code.endswith(".already-recorded")


@pytest.mark.parametrize(("given", "wish", "recorded"), RECORDS)
def test_nobody_records_for_others_for_units_above_or_for_what_is_no_more(
    given: Any, wish: Any, recorded: Any
) -> None:
    for actor in (STRANGER, WOMENS_OFFICER):
        given().within(replace(CASE, by=actor)).when(wish).refused("not-allowed")
    gone = wish.model_copy(update={"unit": "20305"})
    given().within(replace(CASE, by=APPRAISER)).when(gone).refused("unit.closed")
    given().when(wish.model_copy(update={"unit": "khong-co"})).refused("unit.unknown")


@pytest.mark.parametrize(("given", "wish", "recorded"), RECORDS)
def test_a_record_is_corrected_from_above_and_never_by_its_own_unit(
    given: Any, wish: Any, recorded: Any
) -> None:
    noun = {"UnitDocumentRecorded": "document", "ActivityRecorded": "activity", "InspectionsPlanned": "plan"}
    key = noun.get(type(recorded).__name__, "assignment")
    mend = CorrectRecord(
        **{key: NOBODYS}, corrects=mark(1).id, changes={"on": "2027-05-30"}, reason="Nhập nhầm"
    )

    from_above = given(recorded).within(replace(CASE, by=APPRAISER)).when(mend)
    assert from_above.event.changes == {"on": "2027-05-30"}
    assert getattr(from_above.event, key) == NOBODYS
    given(recorded).within(replace(CASE, by=WARD_APPRAISER)).when(mend).refused(
        "not-allowed", because="own-record"
    )
    unit = mend.model_copy(update={"changes": {"unit": "20194"}})
    given(recorded).within(replace(CASE, by=APPRAISER)).when(unit).refused("correction.not-correctable")


def test_a_document_is_there_before_it_is_recorded() -> None:
    tomorrow = RecordUnitDocument(**{**DOCUMENT, "dated": date(2027, 6, 2)})
    later = CorrectRecord(document=NOBODYS, corrects=mark(1).id, changes={"dated": "2027-06-02"}, reason="x")

    documents().when(tomorrow).refused("date.document-after-act")
    documents(issued).within(replace(CASE, by=APPRAISER)).when(later).refused("date.document-after-act")


def test_what_a_document_is_for_keeps_its_name_on_the_wire() -> None:
    assert issued.data()["for"] == 2027
    assert kept.view(kept.documents.state_after([(issued, mark(1))])) == {
        **issued.data(),
        "state": "recorded",
    }
    for_years = UnitDocumentRecorded.model_validate({**issued.data(), "for": "2026-2030"})
    assert for_years.data()["for"] == "2026-2030"


def test_models_and_units_that_are_named_are_on_record() -> None:
    unknown = replace(CASE, unknown_models=(MODEL,))
    nowhere = PlannedInspection(unit="khong-co", kind="inspection", due_on=TODAY)

    activities().within(unknown).when(RecordActivity(**ACTIVITY)).refused("model.unknown", model=MODEL)
    plans().within(unknown).when(PlanInspections(**PLAN)).refused("model.unknown", model=MODEL)
    plans().when(PlanInspections(**{**PLAN, "items": (nowhere,)})).refused("unit.unknown", unit="khong-co")
    assignments().when(AssignMember(**{**ASSIGNED, "units": ("khong-co",)})).refused("unit.unknown")


@pytest.mark.parametrize("named", [{}, {"model": MODEL, "unit": "20242"}])
def test_an_inspection_is_planned_of_a_model_or_of_a_unit(named: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="not both"):
        PlannedInspection(kind="inspection", due_on=TODAY, **named)


def test_an_assignment_ends_once_and_not_before_it_began() -> None:
    end = EndAssignment(assignment=NOBODYS, reason="Chuyển công tác")
    ended = AssignmentEnded(on=TODAY, assignment=NOBODYS, reason="Chuyển công tác")

    assignments(assigned).when(end).then(ended)
    assignments().when(end).refused("assignment.unknown")
    assignments(assigned, ended).when(end).refused("assignment.ended")
    assignments(assigned).within(replace(CASE, by=STRANGER)).when(end).refused("not-allowed")
    early = replace(CASE, on=date(2027, 1, 31))
    assignments(assigned).within(early).when(end).refused("date.before-previous-step")
    shown = assignment.view(assignment.decider.state_after([(assigned, mark(1)), (ended, mark(2))])) or {}
    assert (shown["state"], shown["ended_on"], shown["reason"]) == ("ended", "2027-06-01", "Chuyển công tác")


def test_an_assignment_does_not_end_before_it_begins() -> None:
    until = AssignMember(**{**ASSIGNED, "until": date(2027, 5, 31)})

    assignments().when(until).refused("assignment.until-before-start")
