"""Misprints are corrected; what was judged is judged again, not corrected."""

from __future__ import annotations

from typing import Any

import pytest

from services.appraisal.app import SERVICE
from services.appraisal.domain import corrections
from services.appraisal.domain.case import CriteriaCase
from services.appraisal.domain.records import DecisionRecord
from shared.contracts.appraisal import ConflictDeclared, CorrectRecord, RecordCorrected, SurveyRecorded
from shared.errors import Unknown
from tests.appraisal import test_criteria_set
from tests.appraisal.cast import (
    APPRAISAL,
    ASSESSED,
    CRITERIA,
    accepted,
    by,
    case,
    completed,
    for_grassroots,
    returned,
    submitted,
)
from tests.support.city import (
    CITY_APPRAISER,
    CITY_APPROVER,
    UNITS,
    WARD_APPRAISER,
    WARD_APPROVER,
    day,
    decision,
    id_of,
)
from tests.support.spec import given_for, mark

given = given_for(corrections.dossiers, case())
surveyed = SurveyRecorded(
    on=day("2026-09-10"), appraisal=APPRAISAL, place="Tổ 12", participants=(), findings="Đều"
)
HISTORY = (submitted, accepted, surveyed, *ASSESSED)


def correct(number: int, **changes: Any) -> CorrectRecord:
    """The n-th event should have read otherwise."""
    return CorrectRecord(appraisal=APPRAISAL, corrects=mark(number).id, changes=changes, reason="Ghi nhầm")


def corrected(number: int, kind: str, **changes: Any) -> RecordCorrected:
    """What is recorded of it."""
    return RecordCorrected(
        on=day("2026-10-01"),
        appraisal=APPRAISAL,
        corrects=mark(number).id,
        corrected_type=kind,
        changes=changes,
        reason="Ghi nhầm",
    )


def test_a_survey_was_elsewhere_on_another_day() -> None:
    given(*HISTORY).when(correct(3, place="Tổ 13", on="2026-09-11")).then(
        corrected(3, "SurveyRecorded", place="Tổ 13", on="2026-09-11")
    )


def test_the_dossier_reads_as_corrected() -> None:
    events = [*((e, "x") if not isinstance(e, tuple) else e for e in HISTORY)]
    history = [(event, mark(n, actor)) for n, (event, actor) in enumerate(events, 1)]
    history.append((corrected(3, "SurveyRecorded", place="Tổ 13"), mark(6)))  # pyright: ignore

    told = corrections.dossiers.state_after(history)

    assert SERVICE.aggregates[1].view(told)["surveys"][0]["place"] == "Tổ 13"  # pyright: ignore


def test_nothing_different_is_no_correction() -> None:
    given(*HISTORY).when(correct(3, place="Tổ 12")).then()


@pytest.mark.parametrize(
    "number, changes",
    [
        (1, {"on": "2026-08-01"}),
        (1, {"facts": []}),
        (1, {"criteria_version": 2}),
        (4, {"finding": "not_met"}),
        (4, {"criterion": "c_2"}),
    ],
    ids=["the day it came", "its facts", "its criteria", "a finding", "which criterion"],
)
def test_what_was_judged_is_not_corrected(number: int, changes: dict[str, Any]) -> None:
    given(*HISTORY).when(correct(number, **changes)).refused("correction.not-correctable")


def test_a_conclusion_stays_but_its_summary_may_be_mended() -> None:
    concluded = (*HISTORY, (completed(), CITY_APPRAISER.sub))

    given(*concluded).when(correct(6, outcome="not_eligible")).refused("correction.not-correctable")
    given(*concluded).when(correct(6, summary="Đạt cả hai tiêu chí")).then(
        corrected(6, "AppraisalCompleted", summary="Đạt cả hai tiêu chí")
    )


def test_the_order_of_steps_is_kept() -> None:
    early = "date.before-previous-step"

    given(*HISTORY).when(correct(2, on="2026-08-31")).refused(early)
    given(*HISTORY).when(correct(3, on="2026-08-31")).refused(early)
    given(submitted, returned).when(correct(2, on="2026-09-02", due_on="2026-09-30")).then(
        corrected(2, "DossierReturned", on="2026-09-02", due_on="2026-09-30")
    )


def test_those_who_judge_correct_unless_they_declared_a_conflict() -> None:
    wish = correct(3, place="Tổ 13")

    given(*HISTORY).within(by(WARD_APPRAISER)).when(wish).refused("act.not-competent")
    relative = (ConflictDeclared(on=day("2026-09-12"), appraisal=APPRAISAL, reason="…"), CITY_APPRAISER.sub)
    given(*HISTORY, relative).when(wish).refused("appraisal.conflict")


def test_nobody_of_the_models_own_unit_corrects_but_those_above_do() -> None:
    own_dossier = (for_grassroots, accepted, surveyed)
    wish = correct(3, place="Tổ 13")

    given(*own_dossier).within(by(WARD_APPRAISER)).when(wish).refused("not-allowed", because="own-record")
    given(*own_dossier).when(wish).then(corrected(3, "SurveyRecorded", place="Tổ 13"))


def test_what_a_standing_decision_rests_on_is_corrected_with_a_decision_of_its_level() -> None:
    decided = by(CITY_APPRAISER, standing=DecisionRecord(APPRAISAL, id_of(9), "city", standing=True))
    wish = correct(3, place="Tổ 13")

    given(*HISTORY).within(decided).when(wish).refused(
        "correction.decided", level="city", decided=[APPRAISAL]
    )
    told = given(*HISTORY).within(decided).when(wish.model_copy(update={"decision": decision("2026-10-01")}))
    assert told.event.decision == decision("2026-10-01")


def test_an_event_of_something_else_is_unknown() -> None:
    given(*HISTORY).when(correct(9, place="Tổ 13")).refused("event.unknown")
    told = given().when(correct(1, note="…"))
    told.refused("appraisal.unknown")
    assert isinstance(told.refusal, Unknown)


def test_a_criteria_sets_basis_is_corrected_by_its_own_committee_and_nothing_else() -> None:
    basis = decision("2026-01-02", "5-HD/BTGDVTU")
    theirs = given_for(
        corrections.criteria_sets,
        CriteriaCase(by=CITY_APPROVER, on=day("2026-02-01"), today=day("2026-02-01"), units=UNITS),
    )
    published = test_criteria_set.published()
    wish = CorrectRecord(
        criteria_set=CRITERIA,
        corrects=mark(1).id,
        changes={"basis": basis.model_dump(mode="json", exclude_none=True)},
        reason="Thiếu căn cứ",
    )
    words = CorrectRecord(criteria_set=CRITERIA, corrects=mark(1).id, changes={"criteria": []}, reason="…")
    ward = CriteriaCase(by=WARD_APPROVER, on=day("2026-02-01"), today=day("2026-02-01"), units=UNITS)

    assert theirs(published).when(wish).event.changes.keys() == {"basis"}
    theirs(published).when(words).refused("correction.not-correctable")
    theirs(published).within(ward).when(wish).refused("act.not-competent", units=["btv-thanhuy"])
    theirs().when(wish).refused("criteria-set.unknown")


def test_a_correction_is_of_one_thing() -> None:
    for ids in ({}, {"appraisal": APPRAISAL, "criteria_set": id_of(4)}):
        with pytest.raises(ValueError, match="one thing"):
            CorrectRecord(corrects=mark(1).id, changes={"note": "…"}, reason="…", **ids)  # pyright: ignore
