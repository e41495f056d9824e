"""Corrections: an event reads otherwise from now on, what followed from it follows anew, the old stays in history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.registry.domain import corrections
from services.registry.domain.case import AdoptionCase, ModelCase, ReplicationCase, ReportCase
from services.registry.domain.decisions import Standing
from services.registry.domain.model_record import Received, Unregistered, view
from services.registry.domain.unit_report import Submitted
from shared.commands.correcting import Told
from shared.contracts.message import Event
from shared.contracts.registry import (
    CorrectRecord,
    EndModel,
    InspectionRecorded,
    ModelEnded,
    ModelReturned,
    RatingRecorded,
    RecordCorrected,
    RegistrationRenewed,
    ReplicationOutcomeRecorded,
)
from shared.contracts.values import Decision, DocumentRef, PersonOrOffice
from shared.reference.authority import Actor
from tests.registry.cast import (
    ADOPTION,
    APPRAISER,
    MODEL,
    NOBODYS,
    OFFICER,
    PERSON,
    REPLICATION,
    SCHEME,
    STRANGE_APPRAISER,
    TODAY,
    UNITS,
    WARD_APPRAISER,
    received,
    registered,
)
from tests.registry.test_adoption import adopted
from tests.registry.test_replication import FIVE, proposed, withdrawn
from tests.registry.test_unit_report import ID, submitted
from tests.support.spec import given_for, mark

CASE = ModelCase(
    by=APPRAISER, on=TODAY, today=TODAY, units=UNITS, scheme=SCHEME, recorded_on=date(2027, 3, 1)
)
given = given_for(corrections.models, CASE)
WHY = {"reason": "Nhập nhầm"}

rated = RatingRecorded(
    on=date(2027, 3, 1), model=MODEL, subject=1, period_kind="year", period="2026", level="completed",
    authority="Đảng ủy phường",
)  # fmt: skip
inspected = InspectionRecorded(
    on=date(2027, 3, 2), model=MODEL, kind="inspection", by=PersonOrOffice(id=PERSON, sealed="abc"),
    findings="Tốt", conclusion="on_course",
)  # fmt: skip
LIFE = (registered(), received(), rated, inspected)


def event_id(number: int) -> str:
    """The id of the n-th event of the stream."""
    return mark(number).id


def correct(number: int, **changes: Any) -> CorrectRecord:
    """A correction of the n-th event of our model."""
    return CorrectRecord(model=MODEL, corrects=event_id(number), changes=changes, **WHY)


def corrected(number: int, kind: str, **changes: Any) -> RecordCorrected:
    """The correction as recorded."""
    return RecordCorrected(
        on=TODAY, model=MODEL, corrects=event_id(number), corrected_type=kind, changes=changes, **WHY
    )


def state_of(*events: Event) -> Any:
    """The state after these events."""
    told: Told[Any] = corrections.models.state_after((event, mark(n)) for n, event in enumerate(events, 1))
    return told.now


def test_a_wrong_level_is_corrected_and_the_rating_reads_so() -> None:
    given(*LIFE).when(correct(3, level="good")).then(corrected(3, "RatingRecorded", level="good"))

    before, after = state_of(*LIFE), state_of(*LIFE, corrected(3, "RatingRecorded", level="good"))

    assert before.record.ratings[0]["level"] == "completed"
    assert after.record.ratings[0]["level"] == "good"
    assert replace(after.record, ratings=()) == replace(before.record, ratings=())


def test_only_what_reads_otherwise_is_recorded() -> None:
    given(*LIFE).when(correct(3, level="good", period="2026")).then(
        corrected(3, "RatingRecorded", level="good")
    )
    given(*LIFE).when(correct(3, level="completed")).then()


def test_a_correction_may_rest_on_a_decision() -> None:
    decision = Decision(number="5-QĐ/ĐU", decided_on=TODAY, authority="Đảng ủy")
    wish = CorrectRecord(
        model=MODEL, corrects=event_id(3), changes={"level": "good"}, decision=decision, **WHY
    )

    assert given(*LIFE).when(wish).event.decision == decision


def test_a_later_correction_of_the_same_event_comes_on_top() -> None:
    first = corrected(3, "RatingRecorded", level="good")
    second = corrected(3, "RatingRecorded", authority="Thành ủy")

    rating = state_of(*LIFE, first, second).record.ratings[0]

    assert (rating["level"], rating["authority"]) == ("good", "Thành ủy")
    given(*LIFE, first).when(correct(3, level="good")).then()


def test_what_follows_from_a_corrected_day_is_recorded_with_it() -> None:
    late = registered(on=date(2027, 4, 5), late=True)

    given(late).when(correct(1, on="2027-02-25")).then(
        corrected(1, "ModelRegistered", on="2027-02-25", late=False)
    )
    now = state_of(late, corrected(1, "ModelRegistered", on="2027-02-25", late=False))
    day = date(2027, 2, 25)
    assert (now.record.registrations[0].late, now.record.registered_on, now.since) == (False, day, day)


def test_what_was_recorded_after_the_deadline_is_not_in_time_because_its_day_is_corrected() -> None:
    late, afterwards = registered(on=date(2027, 4, 5), late=True), replace(CASE, recorded_on=date(2027, 4, 6))
    file = {"evidence": {"sha256": "ab" * 32, "name": "a.pdf", "media_type": "application/pdf", "size": 1}}
    told = given(late).within(afterwards)

    assert told.when(correct(1, on="2027-03-05")).event.changes == {"on": "2027-03-05", "backdated": True}
    shown = told.when(correct(1, on="2027-03-05", registration_document=file)).event.changes
    assert (shown["late"], shown["backdated"]) == (False, True)


def test_a_renewal_is_corrected_as_a_registration_of_its_own_but_not_its_year() -> None:
    paper = DocumentRef(number="1")
    renewed = RegistrationRenewed(
        on=date(2027, 4, 5), model=MODEL, year=2027, registration_document=paper, plan_document=paper,
        policy_version=1, late=True, backdated=False,
    )  # fmt: skip
    life = (registered(on=date(2026, 2, 1), year=2026), received(date(2026, 2, 10)), renewed)

    given(*life).when(correct(3, on="2027-03-01")).then(
        corrected(3, "RegistrationRenewed", on="2027-03-01", late=False)
    )
    given(*life).when(correct(3, year=2028)).refused("correction.not-correctable")
    given(*life).when(correct(1, year=2027)).refused("model.already-registered-for-year", year=2027)
    assert given(*life).when(correct(1, year=2025)).event.changes["year"] == 2025
    now = state_of(*life, corrected(3, "RegistrationRenewed", on="2027-03-01", late=False))
    assert [(one.year, one.late) for one in now.record.registrations] == [(2026, False), (2027, False)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"plan_document": {}}, "document.empty"),
        ({"plan_document": {"kind": "Kế hoạch"}}, "document.empty"),
        ({"plan_document": {"number": "1", "dated": "2027-02-02"}}, "date.document-after-act"),
    ],
)
def test_a_corrected_document_says_which_it_is_and_was_there(changes: dict[str, Any], code: str) -> None:
    given(*LIFE).when(correct(1, **changes)).refused(code)


def test_what_was_recorded_with_an_empty_document_may_still_be_corrected_elsewhere() -> None:
    bare = registered(registration_document=DocumentRef())

    assert given(bare).when(correct(1, name="Nuôi heo")).event.changes == {"name": "Nuôi heo"}


def test_what_was_returned_and_amended_stays_as_the_life_went_on() -> None:
    returned = ModelReturned(on=date(2027, 2, 5), model=MODEL, reasons=("Thiếu kế hoạch",))

    after: Any = state_of(registered(), returned, corrected(2, "ModelReturned", reasons=["Thiếu văn bản"]))

    assert after.reasons == ("Thiếu văn bản",)
    assert (view(after) or {})["state"] == "returned"


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (1, {"model": NOBODYS}),
        (1, {"unit": "20194"}),
        (1, {"reference": "DVK-2027-9"}),
        (1, {"late": False}),
        (1, {"policy_version": 2}),
        (1, {"adopted_from": NOBODYS}),
        (2, {"building": {"c_bld_1": "not_met"}}),
        (3, {"level": "good", "nonsense": 1}),
        (4, {"by": {"name": "Nguyễn Văn A"}}),
    ],
)
def test_ids_states_outcomes_and_names_of_persons_are_not_corrected(
    number: int, changes: dict[str, Any]
) -> None:
    given(*LIFE).when(correct(number, **changes)).refused("correction.not-correctable")


def test_a_person_may_be_another_by_id_or_an_office() -> None:
    assert given(*LIFE).when(correct(4, by={"id": NOBODYS})).event.changes == {"by": {"id": NOBODYS}}
    assert given(*LIFE).when(correct(4, by={"office": "UBKT"})).event.changes == {"by": {"office": "UBKT"}}


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (3, {"level": "splendid"}),
        (3, {"period": "2026-Q9"}),
        (1, {"year": 1999}),
        (1, {"on": "yesterday"}),
        (1, {"name": ""}),
    ],
)
def test_a_corrected_value_is_a_good_one(number: int, changes: dict[str, Any]) -> None:
    given(*LIFE).when(correct(number, **changes)).refused("correction.invalid")


def test_a_rating_stays_with_a_subject_there_is() -> None:
    given(*LIFE).when(correct(3, subject=2)).refused("subject.unknown", subject=2, subjects=1)


@pytest.mark.parametrize(
    ("number", "on", "code"),
    [
        (1, "2027-02-11", "date.before-previous-step"),
        (2, "2027-01-31", "date.before-previous-step"),
        (2, "2027-06-02", "date.in-future"),
        (1, "2019-12-31", "date.too-early"),
    ],
)
def test_corrected_days_keep_the_order_of_the_steps(number: int, on: str, code: str) -> None:
    given(*LIFE).when(correct(number, on=on)).refused(code)


def test_a_rating_may_be_moved_before_the_registration() -> None:
    assert given(*LIFE).when(correct(3, on="2026-12-01")).event


def test_only_events_of_this_thing_are_corrected() -> None:
    given().when(correct(1, name="x")).refused("model.unknown")
    given(*LIFE).when(correct(9, name="x")).refused("event.unknown")
    correction = corrected(3, "RatingRecorded", level="good")
    given(*LIFE, correction).when(correct(5, reason="x")).refused("event.unknown")


def test_an_ended_models_record_may_still_be_corrected() -> None:
    ended = given(*LIFE).when(EndModel(model=MODEL, ground="completed", reason="Xong")).event

    given(*LIFE, ended).when(correct(3, level="good")).then(corrected(3, "RatingRecorded", level="good"))
    given(*LIFE, ended).when(correct(5, ground="failed")).refused("correction.not-correctable")


def test_an_appraiser_corrects_for_the_units_he_appraises() -> None:
    wish = correct(3, level="good")

    given(*LIFE).within(replace(CASE, by=STRANGE_APPRAISER)).when(wish).refused("not-allowed")
    womens = (registered(unit="pn-20242"), *LIFE[1:])
    assert given(*womens).within(replace(CASE, by=WARD_APPRAISER)).when(wish).event


def test_nobody_of_the_own_unit_corrects_its_record_whatever_his_role() -> None:
    for actor in (WARD_APPRAISER, OFFICER, Actor("cu", "appraiser", "20306")):
        given(*LIFE).within(replace(CASE, by=actor)).when(correct(3, level="good")).refused(
            "not-allowed", because="own-record"
        )


# --- what others decided -------------------------------------------------------------------------

RECOGNISED = Standing("recognition", NOBODYS, "city", date(2027, 4, 1))
GRASSROOTS = Standing("recognition", NOBODYS, "grassroots", date(2027, 4, 1))
BY_DECISION = Decision(number="7-QĐ/TU", decided_on=TODAY, authority="Ban Thường vụ Thành ủy")


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (1, {"on": "2027-01-20"}),
        (1, {"year": 2028}),
        (1, {"basis": "maintained"}),
        (1, {"field": "economy"}),
        (1, {"plan_document": {"number": "9"}}),
        (2, {"on": "2027-02-09"}),
        (3, {"level": "good"}),
        (4, {"kind": "supervision"}),
    ],
)
@pytest.mark.parametrize(
    "decided",
    [
        RECOGNISED,
        Standing("listing", NOBODYS, "city", TODAY),
        Standing("commendation", NOBODYS, "city", TODAY),
    ],
)
def test_what_a_decision_rests_on_is_corrected_with_a_decision_of_its_level_only(
    number: int, changes: dict[str, Any], decided: Standing
) -> None:
    once_decided, wish = replace(CASE, standing=(decided,)), correct(number, **changes)

    given(*LIFE).within(once_decided).when(wish).refused(
        "correction.decided", level="city", decided=[f"{decided.kind}/{NOBODYS}"]
    )
    by_decision = given(*LIFE).within(once_decided).when(wish.model_copy(update={"decision": BY_DECISION}))
    assert by_decision.event.decision == BY_DECISION


def test_a_decision_of_a_lower_level_does_not_correct_what_the_city_decided() -> None:
    womens = (registered(unit="pn-20242"), *LIFE[1:])
    wish = correct(3, level="good").model_copy(update={"decision": BY_DECISION})
    by_ward = replace(CASE, by=WARD_APPRAISER)

    given(*womens).within(replace(by_ward, standing=(RECOGNISED,))).when(wish).refused("correction.decided")
    assert given(*womens).within(replace(by_ward, standing=(GRASSROOTS,))).when(wish).event


def test_what_happened_only_after_the_decision_is_nothing_it_rested_on_unless_it_is_moved() -> None:
    later = inspected.model_copy(update={"on": date(2027, 5, 1)})
    told = given(*LIFE, later).within(replace(CASE, standing=(RECOGNISED,)))

    assert told.when(correct(5, kind="supervision")).event
    told.when(correct(5, on="2027-03-01")).refused("correction.decided")


def test_the_end_of_a_model_is_nothing_that_a_decision_rested_on() -> None:
    ended = ModelEnded(on=date(2027, 3, 20), model=MODEL, ground="completed", reason="Xong")
    told = given(*LIFE, ended).within(replace(CASE, standing=(RECOGNISED,)))

    assert told.when(correct(5, reason="Đạt mục tiêu")).event


def test_a_correction_is_of_one_thing() -> None:
    for things in ({}, {"model": MODEL, "adoption": ADOPTION}):
        with pytest.raises(ValidationError):
            CorrectRecord(corrects=event_id(1), changes={"name": "x"}, **WHY, **things)


# --- the other things ----------------------------------------------------------------------------


def test_a_proposal_is_corrected_and_once_it_is_listed_by_decision_only() -> None:
    case = ReplicationCase(by=APPRAISER, on=TODAY, today=TODAY, units=UNITS)
    told = given_for(corrections.replications, case)
    wish = CorrectRecord(replication=REPLICATION, corrects=event_id(1), changes={"targets": ["rural"]}, **WHY)
    listed = replace(case, decided=True, standing=(Standing("listing", NOBODYS, "city", TODAY),))

    assert told(proposed()).when(wish).event.changes == {"targets": ["rural"]}
    told(proposed()).within(listed).when(wish).refused("correction.decided")
    assert told(proposed()).within(listed).when(wish.model_copy(update={"decision": BY_DECISION})).event
    told().when(wish).refused("replication.unknown")
    scope = CorrectRecord(replication=REPLICATION, corrects=event_id(1), changes={"scope": "area"}, **WHY)
    told(proposed()).when(scope).refused("correction.not-correctable")
    early = CorrectRecord(replication=REPLICATION, corrects=event_id(2), changes={"on": "2027-04-01"}, **WHY)
    told(proposed(), withdrawn).when(early).refused("date.before-previous-step")
    assert FIVE.c_rep_1 == "a"


def test_an_adoption_is_corrected_but_not_its_outcome() -> None:
    told = given_for(corrections.adoptions, AdoptionCase(by=APPRAISER, on=TODAY, today=TODAY, units=UNITS))
    done = ReplicationOutcomeRecorded(on=TODAY, adoption=ADOPTION, outcome="failed", findings="x")

    def of(number: int, **changes: Any) -> CorrectRecord:
        return CorrectRecord(adoption=ADOPTION, corrects=event_id(number), changes=changes, **WHY)

    assert told(adopted, done).when(of(1, method="Cách khác")).event.changes == {"method": "Cách khác"}
    assert told(adopted, done).when(of(2, findings="y")).event
    told(adopted, done).when(of(2, outcome="succeeded")).refused("correction.not-correctable")
    told().when(of(1, method="x")).refused("adoption.unknown")
    case = AdoptionCase(
        by=APPRAISER,
        on=TODAY,
        today=TODAY,
        units=UNITS,
        standing=(Standing("listing", NOBODYS, "city", TODAY),),
    )
    told(adopted, done).within(case).when(of(2, findings="y")).refused("correction.decided")


def test_a_reports_day_decides_anew_whether_it_was_late() -> None:
    case = ReportCase(by=APPRAISER, on=date(2027, 8, 1), today=date(2027, 8, 1), units=UNITS, scheme=SCHEME)
    told = given_for(corrections.reports, case)
    wish = CorrectRecord(unit_report=ID, corrects=event_id(1), changes={"on": "2027-07-02"}, **WHY)

    answer = told(submitted).when(wish)

    assert answer.event.changes == {"on": "2027-07-02", "late": True}
    after: Told[Any] = corrections.reports.evolve(answer.state, answer.event, mark(2))
    assert isinstance(after.now, Submitted) and after.now.late
    told().when(wish).refused("unit-report.unknown")


def test_without_corrections_the_states_are_what_they_were() -> None:
    assert isinstance(corrections.models.initial.now, Unregistered)
    assert isinstance(state_of(*LIFE), Received)


RESIDENT = {"kind": "collective", "type": "residential_area", "name": "Khu dân cư số 5"}
SOMEBODY = {"kind": "individual", "type": "citizen", "person": {"id": PERSON}, "of": "Tổ 5"}


@pytest.mark.parametrize(
    "subjects, refused",
    [
        ([{**RESIDENT, "name": "Khu dân cư số 6"}], None),
        ([{**RESIDENT, "type": "enterprise", "unit": "20242"}], None),
        ([SOMEBODY], 1),
        ([RESIDENT, RESIDENT], 2),
        ([], 0),
    ],
    ids=["another name", "another type and unit", "another kind", "one more", "none"],
)
def test_of_its_subjects_a_registration_says_otherwise_what_they_are_never_who(
    subjects: list[dict[str, Any]], refused: int | None
) -> None:
    wish = correct(1, subjects=subjects)
    told = given(*LIFE).within(replace(CASE, subjects_then=(RESIDENT,))).when(wish)

    if refused is None:
        assert told.event.changes == {"subjects": subjects}
        assert state_of(*LIFE, told.event).record.fields["subjects"] == subjects
        standing = replace(CASE, subjects_then=(RESIDENT,), standing=(RECOGNISED,))
        given(*LIFE).within(standing).when(wish).refused("correction.decided")
        decision = Decision(number="5-QĐ/TU", decided_on=TODAY, authority="Ban Thường vụ Thành ủy")
        assert given(*LIFE).within(standing).when(wish.model_copy(update={"decision": decision})).event
    elif refused:
        told.refused("model.subjects-keep-positions", subject=refused)
    else:
        told.refused("correction.invalid")
