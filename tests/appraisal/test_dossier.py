"""The life of a dossier, told in sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.appraisal.domain import dossier
from services.appraisal.domain.records import Day, Suspension
from services.appraisal.domain.states import Dossier
from shared.contracts.appraisal import (
    AcceptDossier,
    AppraisalReopened,
    AppraiseReplication,
    AtLeast,
    CompleteAppraisal,
    ConflictDeclared,
    Criterion,
    DeclareConflict,
    DossierAccepted,
    DossierSubmitted,
    DossierSupplemented,
    OpinionRecorded,
    OpinionRequested,
    PartKind,
    RecordOpinion,
    RecordSurvey,
    ReopenAppraisal,
    RequestOpinion,
    ReturnDossier,
    Statement,
    SupplementDossier,
    SurveyRecorded,
    WithdrawDossier,
)
from shared.contracts.message import Command, Event
from shared.contracts.values import DocumentRef, PersonOrOffice
from shared.errors import NotAllowed, Unavailable, Unknown
from tests.appraisal.cast import (
    APPRAISAL,
    ASSESSED,
    FACTS,
    LATE,
    MODEL,
    OFFICER,
    OTHER_APPRAISAL,
    REPLICATION,
    accepted,
    assess,
    assessed,
    by,
    case,
    completed,
    criteria,
    for_grassroots,
    for_replication,
    given,
    model,
    proposal,
    reopened,
    returned,
    submit,
    submitted,
    withdrawn,
)
from tests.support.city import (
    A_POLICY,
    CITY_APPRAISER,
    CITY_APPROVER,
    OTHER_OFFICER,
    SECOND_APPRAISER,
    UNITS,
    WARD_APPRAISER,
    WARD_APPROVER,
    WOMENS_OFFICER,
    day,
    id_of,
)
from tests.support.spec import mark

accept = AcceptDossier(appraisal=APPRAISAL)
send_back = ReturnDossier(appraisal=APPRAISAL, missing=("Ảnh chụp",))
supplement = SupplementDossier(appraisal=APPRAISAL)
withdraw = WithdrawDossier(appraisal=APPRAISAL, reason="Đơn vị xin rút")
survey = RecordSurvey(
    appraisal=APPRAISAL,
    place="Nhà văn hóa tổ 12",
    participants=(PersonOrOffice(office="MTTQ phường"), PersonOrOffice(id=id_of(88))),
    findings="Hoạt động đều",
)
ask = RequestOpinion(appraisal=APPRAISAL, agency="Sở Xây dựng", question="Có vướng quy hoạch không?")
answer = RecordOpinion(appraisal=APPRAISAL, agency="Sở Xây dựng", opinion="Không vướng")
conflict = DeclareConflict(appraisal=APPRAISAL, reason="Người nhà tham gia mô hình")
conclude = CompleteAppraisal(appraisal=APPRAISAL, summary="Đủ điều kiện")
reopen = ReopenAppraisal(appraisal=APPRAISAL, reason="Có chứng cứ mới")
follow = AppraiseReplication(appraisal=APPRAISAL, replication=REPLICATION)

HISTORIES: dict[str, tuple[Any, ...]] = {
    "nothing": (),
    "submitted": (submitted,),
    "accepted": (submitted, accepted, *ASSESSED),
    "returned": (submitted, returned),
    "completed": (submitted, accepted, *ASSESSED, completed()),
    "withdrawn": (submitted, withdrawn),
}

# What each command leads to in each condition: an event's name, "already" (nothing new), or a refusal.
CELLS: dict[str, dict[str, str]] = {
    "SubmitDossier": {
        "nothing": "DossierSubmitted",
        "submitted": "appraisal.submitted",
        "accepted": "appraisal.accepted",
        "returned": "appraisal.returned",
        "completed": "appraisal.completed",
        "withdrawn": "appraisal.withdrawn",
    },
    "AppraiseReplication": {
        "nothing": "DossierSubmitted",
        "submitted": "already",
        "accepted": "already",
        "returned": "already",
        "completed": "already",
        "withdrawn": "appraisal.withdrawn",
    },
    "AcceptDossier": {
        "nothing": "appraisal.unknown",
        "submitted": "DossierAccepted",
        "accepted": "already",
        "returned": "appraisal.returned",
        "completed": "appraisal.completed",
        "withdrawn": "appraisal.withdrawn",
    },
    "ReturnDossier": {
        "nothing": "appraisal.unknown",
        "submitted": "DossierReturned",
        "accepted": "DossierReturned",
        "returned": "appraisal.returned",
        "completed": "appraisal.completed",
        "withdrawn": "appraisal.withdrawn",
    },
    "SupplementDossier": {
        "nothing": "appraisal.unknown",
        "submitted": "appraisal.submitted",
        "accepted": "appraisal.accepted",
        "returned": "DossierSupplemented",
        "completed": "appraisal.completed",
        "withdrawn": "appraisal.withdrawn",
    },
    "WithdrawDossier": {
        "nothing": "appraisal.unknown",
        "submitted": "DossierWithdrawn",
        "accepted": "DossierWithdrawn",
        "returned": "DossierWithdrawn",
        "completed": "DossierWithdrawn",
        "withdrawn": "already",
    },
    "RecordSurvey": {
        "nothing": "appraisal.unknown",
        "submitted": "SurveyRecorded",
        "accepted": "SurveyRecorded",
        "returned": "SurveyRecorded",
        "completed": "appraisal.completed",
        "withdrawn": "appraisal.withdrawn",
    },
    "RequestOpinion": {
        "nothing": "appraisal.unknown",
        "submitted": "OpinionRequested",
        "accepted": "OpinionRequested",
        "returned": "OpinionRequested",
        "completed": "appraisal.completed",
        "withdrawn": "appraisal.withdrawn",
    },
    "RecordOpinion": {
        "nothing": "appraisal.unknown",
        "submitted": "OpinionRecorded",
        "accepted": "OpinionRecorded",
        "returned": "OpinionRecorded",
        "completed": "appraisal.completed",
        "withdrawn": "appraisal.withdrawn",
    },
    "DeclareConflict": {
        "nothing": "appraisal.unknown",
        "submitted": "ConflictDeclared",
        "accepted": "ConflictDeclared",
        "returned": "ConflictDeclared",
        "completed": "ConflictDeclared",
        "withdrawn": "appraisal.withdrawn",
    },
    "AssessCriterion": {
        "nothing": "appraisal.unknown",
        "submitted": "appraisal.submitted",
        "accepted": "CriterionAssessed",
        "returned": "appraisal.returned",
        "completed": "appraisal.completed",
        "withdrawn": "appraisal.withdrawn",
    },
    "CompleteAppraisal": {
        "nothing": "appraisal.unknown",
        "submitted": "appraisal.submitted",
        "accepted": "AppraisalCompleted",
        "returned": "appraisal.returned",
        "completed": "appraisal.completed",
        "withdrawn": "appraisal.withdrawn",
    },
    "ReopenAppraisal": {
        "nothing": "appraisal.unknown",
        "submitted": "appraisal.submitted",
        "accepted": "appraisal.accepted",
        "returned": "appraisal.returned",
        "completed": "AppraisalReopened",
        "withdrawn": "appraisal.withdrawn",
    },
}
COMMANDS: tuple[tuple[Command, Any], ...] = (
    (submit(), OFFICER),
    (follow, A_POLICY),
    (accept, CITY_APPRAISER),
    (send_back, CITY_APPRAISER),
    (supplement, OFFICER),
    (withdraw, OFFICER),
    (survey, CITY_APPRAISER),
    (ask, CITY_APPRAISER),
    (answer, CITY_APPRAISER),
    (conflict, CITY_APPRAISER),
    (assess(), CITY_APPRAISER),
    (conclude, CITY_APPRAISER),
    (reopen, CITY_APPRAISER),
)


@pytest.mark.parametrize("condition", HISTORIES)
@pytest.mark.parametrize("command, actor", COMMANDS, ids=[type(c).__name__ for c, _ in COMMANDS])
def test_every_command_has_an_answer_in_every_condition(condition: str, command: Command, actor: Any) -> None:
    told = given(*HISTORIES[condition]).within(by(actor, "2026-10-05", replication=proposal)).when(command)

    expected = CELLS[type(command).__name__][condition]
    if expected == "already":
        told.then()
    elif "." in expected:
        told.refused(expected)
    else:
        assert type(told.event).__name__ == expected
        told.then(told.event)


def after(*events: Event | tuple[Event, str]) -> Dossier:
    """The condition after these events."""
    state: Dossier = dossier.decider.initial
    for number, one in enumerate(events, start=1):
        event, actor = one if isinstance(one, tuple) else (one, OFFICER.sub)
        state = dossier.evolve(state, event, mark(number, actor))  # pyright: ignore[reportArgumentType]
    return state


# --- how it comes ------------------------------------------------------------------------------


def test_a_dossier_is_sent_with_what_the_record_says_and_pins_what_it_is_measured_by() -> None:
    sent = DossierSubmitted(**{**dict(submitted), "on": day("2026-10-01")})

    given().within(by(OFFICER)).when(submit()).then(sent)


def test_the_facts_are_those_of_the_day_it_was_sent() -> None:
    sent = given().within(by(OFFICER, model=LATE)).when(submit()).event

    assert [fact.met for fact in sent.facts] == [False]


def test_an_unknown_model_has_no_dossier() -> None:
    given().within(by(OFFICER, model=None)).when(submit()).refused("model.unknown", model=MODEL)


@pytest.mark.parametrize(
    "state, code",
    [
        ("registered", "appraisal.model-not-received"),
        ("returned", "appraisal.model-not-received"),
        ("suspended", "appraisal.model-suspended"),
        ("ended", "appraisal.model-ended"),
    ],
)
def test_only_a_model_at_work_is_put_forward(state: Any, code: str) -> None:
    given().within(by(OFFICER, model=replace(model, state=state))).when(submit()).refused(code)


@pytest.mark.parametrize(
    "unit, level, model_unit, code",
    [
        ("20194", "city", "20242", "appraisal.not-responsible"),  # another ward
        (
            "pn-20242",
            "city",
            "pn-20242",
            "appraisal.not-responsible",
        ),  # not directly under the city committee
        ("thanh-uy", "city", "20242", "appraisal.not-responsible"),  # the city committee sends to nobody
        ("pn-20242", "grassroots", "20242", "appraisal.not-responsible"),  # below the model's own unit
        ("99999", "city", "20242", "unit.unknown"),
    ],
)
def test_a_committee_answers_for_its_own_unit_and_those_below(
    unit: str, level: Any, model_unit: str, code: str
) -> None:
    everywhere = by(CITY_APPROVER, model=replace(model, unit=model_unit))

    given().within(everywhere).when(submit(unit=unit, level=level)).refused(code)


@pytest.mark.parametrize(
    "unit, level, model_unit",
    [
        ("20242", "city", "pn-20242"),  # the ward sends what its women's union built
        ("du-ubnd", "city", "so-y-te"),
        ("20242", "grassroots", "20242"),
        ("so-y-te", "grassroots", "so-y-te"),
        ("20243", "city", "20242"),  # merged into the ward meanwhile
        ("20242", "city", "20243"),
    ],
)
def test_the_model_may_stand_below_the_unit_that_sends_it(unit: str, level: Any, model_unit: str) -> None:
    everywhere = by(CITY_APPROVER, model=replace(model, unit=model_unit))

    assert given().within(everywhere).when(submit(unit=unit, level=level)).event.model_unit == model_unit


def test_an_officer_sends_for_the_own_unit_and_those_below_it() -> None:
    given().within(by(OTHER_OFFICER)).when(submit()).refused("not-allowed")
    given().within(by(WOMENS_OFFICER)).when(submit()).refused("not-allowed")


def test_who_is_not_responsible_is_told_so_whatever_the_model_does() -> None:
    unreceived = by(CITY_APPROVER, model=replace(model, state="registered"))

    given().within(unreceived).when(submit(unit="20194")).refused("appraisal.not-responsible")


def test_one_dossier_at_a_time() -> None:
    busy = by(OFFICER, held=1, other_open=OTHER_APPRAISAL)

    given().within(busy).when(submit()).refused("appraisal.already-open", appraisal=OTHER_APPRAISAL)


def test_a_dossier_takes_the_next_number_of_its_line_and_so_does_reopening() -> None:
    prefix = f"dossier:{MODEL}:recognition"

    assert dossier.claim(submitted, case(held=0)) == f"{prefix}:1"
    assert dossier.claim(submitted, case(held=2)) == f"{prefix}:3"
    assert dossier.claim(reopened, case(held=2)) == f"{prefix}:3"
    assert dossier.claim(accepted, case()) is None


def test_nothing_is_measured_without_criteria_or_policy() -> None:
    given().within(by(OFFICER, criteria=None)).when(submit()).refused("criteria.none-in-force")
    given().within(by(OFFICER, policy=None)).when(submit()).refused("policy.none-in-force")


def test_a_statement_is_made_to_a_criterion_of_the_set() -> None:
    stranger = submit(statements=(Statement(criterion="c_9", statement="Không có"),))

    given().within(by(OFFICER)).when(stranger).refused("appraisal.unknown-criterion", criterion="c_9")


def test_a_dossier_cannot_be_older_than_the_models_reception() -> None:
    given().within(by(OFFICER, "2026-02-09")).when(submit()).refused("date.before-previous-step")


def test_a_dossier_is_not_dated_into_the_models_rest() -> None:
    rest = Suspension(Day(day("2026-05-01"), id_of(16)), Day(day("2026-08-01"), id_of(17)))
    rested = replace(model, suspensions=(rest,))

    given().within(by(OFFICER, "2026-07-31", model=rested)).when(submit()).refused(
        "date.before-previous-step", previous="2026-08-01"
    )
    assert given().within(by(OFFICER, "2026-08-01", model=rested)).when(submit()).event.on == day(
        "2026-08-01"
    )


# --- for replication ---------------------------------------------------------------------------


def test_a_ready_proposal_opens_its_dossier_by_itself() -> None:
    opened = given().within(by(A_POLICY, replication=proposal)).when(follow).event

    assert (opened.purpose, opened.level, opened.unit) == ("replication", "city", "20242")
    assert (opened.replication, opened.model, opened.statements) == (REPLICATION, MODEL, ())


def test_the_dossier_comes_from_the_unit_that_sent_the_proposal_up() -> None:
    from_bloc = replace(proposal, unit="so-y-te", ready_unit="du-ubnd")
    theirs = replace(model, unit="so-y-te")

    opened = given().within(by(A_POLICY, replication=from_bloc, model=theirs)).when(follow).event

    assert opened.unit == "du-ubnd"


@pytest.mark.parametrize(
    "unready",
    [
        replace(proposal, scope="area"),
        replace(proposal, ready_unit=None),
        replace(proposal, withdrawn=True),
    ],
    ids=["not for the city", "still to be endorsed", "withdrawn"],
)
def test_only_a_ready_proposal_is_appraised(unready: Any) -> None:
    not_yet = "appraisal.replication-not-ready"
    by_hand = submit(purpose="replication", replication=REPLICATION)

    given().within(by(A_POLICY, replication=unready)).when(follow).refused(not_yet)
    given().within(by(OFFICER, replication=unready)).when(by_hand).refused(not_yet)


def test_a_proposal_nobody_knows_opens_nothing() -> None:
    given().within(by(A_POLICY)).when(follow).refused("replication.unknown", replication=REPLICATION)


def test_the_proposal_is_for_the_same_model() -> None:
    others = replace(proposal, model=id_of(99))
    by_hand = submit(purpose="replication", replication=REPLICATION)

    given().within(by(OFFICER, replication=others)).when(by_hand).refused("appraisal.replication-not-ready")


def test_a_replication_dossier_names_its_proposal_and_only_that_does() -> None:
    with pytest.raises(ValueError, match="names its proposal"):
        submit(purpose="replication")
    with pytest.raises(ValueError, match="names its proposal"):
        submit(replication=REPLICATION)
    with pytest.raises(ValueError, match="whole city"):
        submit(purpose="replication", replication=REPLICATION, level="grassroots")


# --- who judges --------------------------------------------------------------------------------


def test_the_city_judges_what_is_sent_to_it_and_a_committee_what_is_its_own() -> None:
    given(submitted).within(by(WARD_APPRAISER)).when(accept).refused("act.not-competent")
    given(submitted).within(by(SECOND_APPRAISER)).when(accept).then(
        DossierAccepted(on=day("2026-10-01"), appraisal=APPRAISAL)
    )
    given(for_grassroots).within(by(CITY_APPRAISER)).when(accept).refused("act.not-competent")
    given(for_grassroots).within(by(WARD_APPRAISER)).when(accept).then(
        DossierAccepted(on=day("2026-10-01"), appraisal=APPRAISAL)
    )


def test_the_successor_of_a_merged_committee_judges_on() -> None:
    old = DossierSubmitted(**{**dict(for_grassroots), "unit": "20243"})

    given(old).within(by(WARD_APPRAISER)).when(accept).then(
        DossierAccepted(on=day("2026-10-01"), appraisal=APPRAISAL)
    )


def test_who_declared_a_conflict_does_nothing_more_here() -> None:
    theirs = (
        ConflictDeclared(on=day("2026-09-02"), appraisal=APPRAISAL, reason="Người nhà"),
        CITY_APPRAISER.sub,
    )

    for command in (accept, send_back, survey, ask, answer):
        answered = given(submitted, theirs).when(command)
        answered.refused("appraisal.conflict")
        assert isinstance(answered.refusal, NotAllowed)
    given(submitted, theirs, accepted).when(assess()).refused("appraisal.conflict")
    given(submitted, theirs, accepted, *ASSESSED).when(conclude).refused("appraisal.conflict")
    given(submitted, theirs).when(conflict).then()
    given(submitted, theirs).within(by(SECOND_APPRAISER)).when(accept).then(
        DossierAccepted(on=day("2026-10-01"), appraisal=APPRAISAL)
    )


def test_an_approver_declares_a_conflict_too_but_only_at_the_own_level() -> None:
    declared = ConflictDeclared(
        on=day("2026-10-01"), appraisal=APPRAISAL, reason="Người nhà tham gia mô hình"
    )

    given(submitted).within(by(CITY_APPROVER)).when(conflict).then(declared)
    given(submitted).within(by(WARD_APPROVER)).when(conflict).refused("not-allowed")


# --- back and forth ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said, parts, missing",
    [
        (("c_1", "c_2"), ("Ảnh chụp",), []),
        (("c_1", "c_2"), ("  ẢNH   chụp",), []),
        (("c_1",), ("Ảnh chụp",), ["c_2"]),
        ((), (), ["c_1", "c_2", "Ảnh chụp"]),
        (("c_1", "c_2"), ("Phim",), ["Ảnh chụp"]),
        (("c_1", "c_2"), (None,), ["Ảnh chụp"]),
    ],
)
def test_a_dossier_is_accepted_when_every_criterion_is_spoken_to_and_every_required_part_is_there(
    said: Any, parts: Any, missing: list[str]
) -> None:
    kinds = (PartKind(kind="Ảnh chụp", required=True), PartKind(kind="Phim", required=False))
    sent = submitted.model_copy(
        update={
            "statements": tuple(Statement(criterion=code, statement="…") for code in said),
            "parts": tuple(DocumentRef(kind=kind, title="…") for kind in parts),
        }
    )
    told = (
        given(sent)
        .within(by(CITY_APPRAISER, criteria=criteria.model_copy(update={"parts": kinds})))
        .when(accept)
    )

    if missing:
        told.refused("appraisal.incomplete", missing=missing)
    else:
        assert told.event.appraisal == APPRAISAL


def test_a_returned_dossier_comes_back_with_facts_computed_anew() -> None:
    more = SupplementDossier(
        appraisal=APPRAISAL,
        statements=(Statement(criterion="c_2", statement="Giúp 55 hộ"),),
        parts=(DocumentRef(title="Ảnh chụp"),),
    )

    back = given(submitted, returned).within(by(OFFICER, model=LATE)).when(more).event

    assert [fact.met for fact in back.facts] == [False]
    mended = (submitted.statements[0], *(more.statements or ()))
    assert after(submitted, returned, back).file.statements == mended  # pyright: ignore
    assert after(submitted, returned, back).file.parts == more.parts  # pyright: ignore


def test_a_supplement_speaks_of_criteria_of_the_set() -> None:
    stranger = SupplementDossier(
        appraisal=APPRAISAL, statements=(Statement(criterion="c_9", statement="Không có"),)
    )

    given(submitted, returned).within(by(OFFICER)).when(stranger).refused("appraisal.unknown-criterion")


def test_the_rating_stays_as_of_the_day_the_dossier_first_came() -> None:
    rated = Criterion(code="c_1", text="Xếp loại", check=("rating",))
    only_rating = criteria.model_copy(update={"criteria": (rated,)})
    worse = replace(model.ratings[0], level="not_completed", on=day("2026-09-10"), position=9)
    since_rated = replace(
        model, ratings=(*model.ratings, replace(worse, period="2026-Q3", period_kind="quarter"))
    )

    back = given(submitted, returned).within(
        by(OFFICER, "2026-10-20", model=since_rated, criteria=only_rating)
    )

    assert [fact.met for fact in back.when(supplement).event.facts] == [True]


def test_the_clock_pauses_while_the_dossier_is_back() -> None:
    back = DossierSupplemented(on=day("2026-09-16"), appraisal=APPRAISAL, facts=FACTS)

    assert dossier.view(after(submitted, returned))["pauses"] == [{"since": "2026-09-06"}]  # pyright: ignore
    assert dossier.view(after(submitted, returned, back))["pauses"] == [  # pyright: ignore
        {"since": "2026-09-06", "until": "2026-09-16"}
    ]


def test_a_step_cannot_lie_before_the_one_that_made_it_possible() -> None:
    early = "date.before-previous-step"

    given(submitted).within(by(CITY_APPRAISER, "2026-08-31")).when(accept).refused(
        early, on="2026-08-31", previous="2026-09-01"
    )
    given(submitted, accepted).within(by(CITY_APPRAISER, "2026-09-04")).when(assess()).refused(early)
    given(submitted, returned).within(by(OFFICER, "2026-09-05")).when(supplement).refused(early)
    given(submitted).within(by(CITY_APPRAISER, "2026-08-31")).when(survey).refused(early)


def test_a_policy_that_hears_late_takes_the_first_day_that_fits() -> None:
    late = given(submitted, accepted).within(by(A_POLICY, "2026-09-02")).when(withdraw).event

    assert late.on == day("2026-09-05")


# --- looking into it ---------------------------------------------------------------------------


def test_a_survey_is_noted_and_makes_its_author_an_appraiser() -> None:
    told = given(submitted, accepted).when(survey)

    assert isinstance(told.event, SurveyRecorded)
    seen = after(submitted, accepted, (told.event, SECOND_APPRAISER.sub))
    assert seen.file.appraisers == (SECOND_APPRAISER.sub,)  # pyright: ignore


def test_a_survey_is_shown_without_seals() -> None:
    sealed = PersonOrOffice(id=id_of(88), sealed="v1.1.abc")
    seen = SurveyRecorded(
        on=day("2026-09-10"), appraisal=APPRAISAL, place="Tổ 12", participants=(sealed,), findings="Đều"
    )

    shown = dossier.view(after(submitted, accepted, seen))

    assert shown is not None
    assert shown["surveys"][0]["participants"] == [{"id": id_of(88)}]


def test_an_opinion_is_due_as_the_policy_says_unless_a_day_is_named() -> None:
    named = RequestOpinion(appraisal=APPRAISAL, agency="Sở Y tế", question="?", due_on=day("2026-12-01"))

    assert given(submitted, accepted).when(ask).event.due_on == day("2026-10-11")
    assert given(submitted, accepted).when(named).event.due_on == day("2026-12-01")


def test_an_opinion_stands_beside_the_question_it_answers() -> None:
    asked = OpinionRequested(on=day("2026-09-10"), appraisal=APPRAISAL, agency="Sở Xây dựng", question="?")
    said = OpinionRecorded(
        on=day("2026-09-15"), appraisal=APPRAISAL, agency="Sở Xây dựng", opinion="Không vướng"
    )
    unasked = OpinionRecorded(on=day("2026-09-15"), appraisal=APPRAISAL, agency="Sở Y tế", opinion="Ủng hộ")

    shown = dossier.view(after(submitted, accepted, asked, said, unasked))

    assert shown is not None
    assert [(one["agency"], one.get("question"), one["opinion"]) for one in shown["opinions"]] == [
        ("Sở Xây dựng", "?", "Không vướng"),
        ("Sở Y tế", None, "Ủng hộ"),
    ]


def test_a_later_finding_replaces_the_earlier_one() -> None:
    first = (assessed("c_2", "needs_evidence"), CITY_APPRAISER.sub)
    second = (assessed("c_2", "met"), SECOND_APPRAISER.sub)

    shown = dossier.view(after(submitted, accepted, first, second))

    assert shown is not None
    assert (shown["findings"]["c_2"]["finding"], shown["findings"]["c_2"]["by"]) == (
        "met",
        SECOND_APPRAISER.sub,
    )
    assert shown["appraisers"] == [CITY_APPRAISER.sub, SECOND_APPRAISER.sub]


def test_a_finding_is_on_a_criterion_of_the_pinned_set() -> None:
    given(submitted, accepted).when(assess("c_9")).refused("appraisal.unknown-criterion", criterion="c_9")


def test_what_a_running_dossier_rests_on_is_waited_for() -> None:
    for missing in ({"criteria": None}, {"model": None}):
        with pytest.raises(Unavailable):
            given(submitted, accepted, *ASSESSED).within(case(**missing)).when(conclude)


# --- how it ends -------------------------------------------------------------------------------


def test_a_conclusion_names_all_who_worked_on_it() -> None:
    visited = SurveyRecorded(
        on=day("2026-09-10"), appraisal=APPRAISAL, place="Tổ 12", participants=(), findings="Đều"
    )
    declared = ConflictDeclared(on=day("2026-09-11"), appraisal=APPRAISAL, reason="Người nhà")
    history = (submitted, accepted, (visited, "nguoi-khao-sat"), (declared, "nguoi-nha"), *ASSESSED)

    concluded = given(*history).within(by(SECOND_APPRAISER)).when(conclude)

    concluded.then(
        completed(
            appraisers=("nguoi-khao-sat", CITY_APPRAISER.sub, SECOND_APPRAISER.sub), conflicts=("nguoi-nha",)
        )
    )


@pytest.mark.parametrize("history", [ASSESSED[:1], (*ASSESSED[:1], (assessed("c_2", "needs_evidence"), "x"))])
def test_every_criterion_is_answered_first(history: Any) -> None:
    given(submitted, accepted, *history).when(conclude).refused("appraisal.criterion-open", criteria=["c_2"])


def test_under_all_nothing_compensates_a_criterion_that_is_not_met() -> None:
    failed = (assessed("c_2", "not_met"), CITY_APPRAISER.sub)

    given(submitted, accepted, ASSESSED[0], failed).when(conclude).then(completed("not_eligible"))


@pytest.mark.parametrize("least, outcome", [(1, "eligible"), (2, "not_eligible")])
def test_a_committee_may_ask_for_fewer_than_all(least: int, outcome: str) -> None:
    lenient = criteria.model_copy(update={"rule": AtLeast(at_least=least)})
    failed = (assessed("c_2", "not_met"), CITY_APPRAISER.sub)

    concluded = given(submitted, accepted, ASSESSED[0], failed).within(case(criteria=lenient)).when(conclude)

    assert concluded.event.outcome == outcome


def test_a_conclusion_for_the_list_says_what_scope_was_asked() -> None:
    concluded = (
        given(for_replication, accepted, *ASSESSED).within(case(replication=proposal)).when(conclude).event
    )

    assert (concluded.replication, concluded.proposed_scope, concluded.targets) == (
        REPLICATION,
        "city",
        ("urban",),
    )


def test_the_subjects_honoured_are_those_that_have_not_left() -> None:
    gone = replace(model, subjects=(model.subjects[0].model_copy(update={"left": True}), model.subjects[1]))

    concluded = given(submitted, accepted, *ASSESSED).within(case(model=gone)).when(conclude).event

    assert concluded.subjects == (model.subjects[1],)


def test_a_concluded_appraisal_is_taken_up_again_and_the_findings_stay() -> None:
    concluded = (submitted, accepted, *ASSESSED, (completed(), CITY_APPRAISER.sub))
    again = AppraisalReopened(**{**dict(reopened), "on": day("2026-10-05")})
    anew = completed(on=day("2026-10-06"))

    given(*concluded).within(by(CITY_APPRAISER, "2026-10-05")).when(reopen).then(again)
    given(*concluded, again).within(by(CITY_APPRAISER, "2026-10-06")).when(conclude).then(anew)


def test_once_decided_nothing_is_reopened_or_withdrawn() -> None:
    history = (submitted, accepted, *ASSESSED, completed())

    given(*history).within(case(decided=True)).when(reopen).refused("appraisal.decided")
    given(*history).within(by(OFFICER, decided=True)).when(withdraw).refused("appraisal.decided")


def test_nothing_is_reopened_while_another_dossier_runs() -> None:
    history = (submitted, accepted, *ASSESSED, completed("not_eligible"))

    given(*history).within(case(other_open=OTHER_APPRAISAL)).when(reopen).refused(
        "appraisal.already-open", appraisal=OTHER_APPRAISAL
    )


def test_only_the_sender_takes_a_dossier_back() -> None:
    given(submitted).within(by(OTHER_OFFICER)).when(withdraw).refused("not-allowed")
    given(submitted).within(by(OFFICER, "2026-10-02")).when(withdraw).then(withdrawn)


def test_a_dossier_nobody_sent_is_unknown() -> None:
    answered = given().when(accept)

    answered.refused("appraisal.unknown")
    assert isinstance(answered.refusal, Unknown)


@pytest.mark.parametrize("condition", HISTORIES)
def test_every_condition_can_be_shown(condition: str) -> None:
    shown = dossier.view(after(*HISTORIES[condition]))

    assert (shown is None) if condition == "nothing" else (shown is not None and shown["state"] == condition)


def test_these_facts_are_said_of_units_that_stand() -> None:
    assert UNITS.card("20242").name == completed().unit_name
