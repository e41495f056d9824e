"""What the scheme asks for, requirement by requirement, where no other test shows the whole of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from services.registry.domain.listing import Listing
from services.reporting.figures.obligations import Shown, owed
from services.reporting.queries.baseline import baseline
from shared.contracts import registry
from shared.contracts.appraisal import CompleteAppraisal
from shared.contracts.awards import OpenRound, RoundOpened
from shared.contracts.message import FieldName
from shared.contracts.registry import (
    Activities,
    AmendUnitReport,
    IssuedDocument,
    ReceiveModel,
    RegisterModel,
    SubmitUnitReport,
)
from shared.contracts.values import DecisionGiven, Resources, Subject
from shared.contracts.words import words
from shared.reference.authority import Actor, UnitCard, Units
from shared.reference.defaults import default_policy
from tests.appraisal import cast as dossiers
from tests.awards import cast as awarded
from tests.awards import test_round as rounds
from tests.registry import cast, test_adoption, test_model_filing, test_unit_report
from tests.support.city import (
    APPRAISER,
    CITY_APPRAISER,
    PEOPLES_APPROVER,
    UNIT_OFFICER,
)

FRONT = UnitCard("mttq-tp", "Ủy ban Mặt trận Tổ quốc Việt Nam thành phố", "front", parent="thanh-uy")
UNION = UnitCard("hpn-tp", "Hội Liên hiệp Phụ nữ thành phố", "organisation", parent="thanh-uy")
BODIES = (FRONT, UNION)
UNITS = Units({**cast.UNITS.cards, **{one.unit: one for one in BODIES}})
YEAR = date(2027, 1, 20)


# --- who acts (AC) -----------------------------------------------------------------------------


@pytest.mark.parametrize("body", BODIES, ids=lambda one: one.kind)
def test_ac_06_front_and_organisations_take_a_listed_model_over_and_report_difficulties(
    body: UnitCard,
) -> None:
    by = Actor("can-bo", UNIT_OFFICER, body.unit)
    listed = Listing("city", "20242", date(2027, 1, 5))
    adoption = replace(test_adoption.CASE, by=by, units=UNITS)
    adopt = test_adoption.adopt(body.unit)

    test_adoption.given().within(adoption).when(adopt).refused("adoption.not-listed", unit=body.unit)
    assert (
        test_adoption.given().within(replace(adoption, listings=(listed,))).when(adopt).event.unit
        == body.unit
    )

    report = SubmitUnitReport(
        unit=body.unit, period="2027-03-02", activities=Activities(), documents=(), results="Đã vận động hội viên",
        difficulties="Thiếu kinh phí", proposals="Đề nghị bổ sung kinh phí",
    )  # fmt: skip
    told = (
        test_unit_report.given().within(replace(test_unit_report.CASE, by=by, units=UNITS)).when(report).event
    )
    assert (told.difficulties, told.proposals, told.late) == (
        "Thiếu kinh phí",
        "Đề nghị bổ sung kinh phí",
        False,
    )


@pytest.mark.parametrize(
    "kind", ["commune_committee", "bloc_committee", "authority", "front", "organisation"]
)
def test_ac_07_everybody_plans_each_year_and_reports_at_mid_year_and_at_its_end(kind: str) -> None:
    unit = UnitCard("a", "Đơn vị", kind, "thanh-uy")
    terms = {**default_policy(), "reporting_unit_kinds": [kind]}
    nothing = {
        one.seen("2027-12-31").get("period", one.what): one for one in owed(unit, 2027, Shown(), terms)
    }
    plan, first, whole = nothing["plan"], nothing["2027-H1"], nothing["2027"]

    assert {one.seen("2027-12-31")["state"] for one in (plan, first, whole)} == {"missing"}
    kept = Shown(
        documents=[("programme", [2027], "unit-document/d")],
        reports={"2027-H1": "unit-report/a:2027-H1", "2027": "unit-report/a:2027"},
    )
    there = {
        one.seen("2027-12-31").get("period", one.what) for one in owed(unit, 2027, kept, terms) if one.there
    }
    assert {"plan", "2027-H1", "2027"} <= there


COLLECTIVES = (
    "party_committee", "party_organisation", "authority", "fatherland_front", "socio_political_org",
    "mass_association", "administrative_agency", "public_service_unit", "armed_forces", "residential_area",
    "enterprise",
)  # fmt: skip


def test_ac_11_collectives_are_of_the_schemes_eleven_kinds_and_individuals_belong_to_one() -> None:
    every = tuple(Subject(kind="collective", type=kind, name="Tập thể") for kind in COLLECTIVES)
    with_somebody = (*every, Subject.model_validate(
        {"kind": "individual", "type": "cadre", "person": {"id": cast.PERSON}, "of": "Tập thể"}))  # fmt: skip

    assert (
        test_model_filing.given().when(cast.register(subjects=with_somebody)).event.subjects == with_somebody
    )
    with pytest.raises(ValidationError):
        Subject.model_validate({"kind": "collective", "type": "club", "name": "Câu lạc bộ"})
    with pytest.raises(ValidationError):
        Subject.model_validate({"kind": "individual", "type": "cadre", "person": {"id": cast.PERSON}})
    with pytest.raises(ValidationError):
        cast.register(subjects=())


# --- building a model (C-BLD, R-FLD) ------------------------------------------------------------


@pytest.mark.parametrize("code", ["c_bld_1", "c_bld_2", "c_bld_3", "c_bld_4"])
def test_c_bld_each_criterion_for_building_is_judged_at_reception_and_none_may_be_unmet(code: str) -> None:
    given = test_model_filing.given(cast.registered()).within(test_model_filing.BY_APPRAISER)
    unmet = cast.MET.model_copy(update={code: "not_met"})
    unsaid = cast.MET.model_copy(update={code: None})

    given.when(ReceiveModel(model=cast.MODEL, building=unmet)).refused(
        "model.building-criterion-not-met", criteria=[code]
    )
    given.when(ReceiveModel(model=cast.MODEL, building=unsaid)).refused(
        "model.incomplete", missing=[f"building.{code}"]
    )
    assert given.when(ReceiveModel(model=cast.MODEL, building=cast.MET)).event.building == cast.MET


def test_r_fld_1_a_model_has_one_of_the_four_fields_and_no_other() -> None:
    for field in get_args(FieldName):
        assert test_model_filing.given().when(cast.register(field=field)).event.field == field
    for wrong in ("religion", ["economy", "political_system"]):
        with pytest.raises(ValidationError):
            RegisterModel.model_validate({"model": cast.MODEL, **cast.CONTENT, "field": wrong})


@pytest.mark.parametrize("field", get_args(FieldName))
def test_r_fld_3_the_third_field_is_named_as_its_time_named_it_and_religion_may_stand_in_any(
    field: str,
) -> None:
    [printed] = [one for one in baseline()["statistics"] if one.get("field") == "defence_security"]

    assert "quốc phòng, an ninh, tôn giáo, dân tộc" in printed["phrase_vi"]
    assert words("vi").choice("field", "defence_security") == "quốc phòng, an ninh"
    religious = cast.register(field=field, name="Xứ đạo bình yên", topics=("tôn giáo", "dân tộc"))
    assert test_model_filing.given().when(religious).event.field == field


@pytest.mark.parametrize("focus", [None, (), ("chuyển đổi số", "một việc chưa ai nghĩ đến")])
def test_r_cri_4_r_fld_4_focus_and_topics_are_free_marks_and_no_condition(focus: Any) -> None:
    filed = test_model_filing.given().when(cast.register(focus=focus, topics=focus)).event
    received = ReceiveModel(model=cast.MODEL, building=cast.MET)

    assert (filed.focus, filed.topics) == (focus, focus)
    assert test_model_filing.given(filed).within(test_model_filing.BY_APPRAISER).when(received).event


# --- replication in the whole city (C-REP) ------------------------------------------------------

FIVE = [f"c_rep_{n}" for n in range(1, 6)]
COMPLETE = CompleteAppraisal(appraisal=dossiers.APPRAISAL, summary="Đã xem xét")


@pytest.mark.parametrize("code", FIVE)
def test_c_rep_each_criterion_is_stated_by_the_proposer_and_found_by_the_appraiser(code: str) -> None:
    with pytest.raises(ValidationError, match=code):
        registry.ProposeReplication.model_validate(
            {"replication": cast.REPLICATION, "model": cast.MODEL, "unit": "20242", "scope": "city", "targets": (),
             "statements": {one: "Đạt" for one in FIVE if one != code}}
        )  # fmt: skip
    five = dossiers.criteria.model_copy(
        update={"criteria": tuple(dossiers.TWO_CRITERIA[1].model_copy(update={"code": one}) for one in FIVE)}
    )
    others = [dossiers.assessed(one) for one in FIVE if one != code]
    case = dossiers.case(criteria=five)
    told = dossiers.given(dossiers.submitted, dossiers.accepted, *others).within(case).when(COMPLETE)
    told.refused("appraisal.criterion-open", criteria=[code])
    for finding, outcome in (("met", "eligible"), ("not_met", "not_eligible")):
        found = (*others, dossiers.assessed(code, finding))
        given = dossiers.given(dossiers.submitted, dossiers.accepted, *found).within(case)
        assert given.when(COMPLETE).event.outcome == outcome


# --- commendation (R-AWD) -----------------------------------------------------------------------


@pytest.mark.parametrize("occasion", ["annual", "interim_review", "final_review"])
def test_r_awd_2_rounds_are_yearly_and_at_both_reviews(occasion: Any) -> None:
    wish = OpenRound(round=awarded.ROUND, year=2028, occasion=occasion, form="bang_khen")

    assert rounds.given().within(awarded.to_commend(CITY_APPRAISER)).when(wish).event.occasion == occasion


def test_r_awd_4_form_recipients_track_and_who_decides_come_from_what_was_published() -> None:
    opened: RoundOpened = (
        rounds.given().within(awarded.to_commend(CITY_APPRAISER)).when(rounds.open_round).event
    )
    form = next(one for one in awarded.forms_published.forms if one.code == "bang_khen")

    assert (opened.track, opened.level, opened.recipient_kinds) == (
        form.track,
        form.level,
        form.recipient_kinds,
    )
    assert (opened.forms_version, opened.policy_version) == (awarded.forms_published.version, 1)
    other = tuple(
        one.model_copy(update={"units": ("btgdv",)}) if one.act == "allocate" else one
        for one in awarded.to_commend().competences
    )
    given = rounds.given(awarded.round_opened)
    by_policy = awarded.to_commend(PEOPLES_APPROVER, competences=other)
    given.within(by_policy).when(rounds.allocate).refused("act.not-competent", units=["btgdv"])


# --- leading, planning, reporting (R-LEAD, RP) --------------------------------------------------


def test_r_lead_5_the_plan_of_the_period_and_one_of_each_year_are_owed_each_on_its_own() -> None:
    committee = UnitCard("a", "Đảng ủy", "commune_committee", "thanh-uy")

    def there(year: int, *documents: tuple[str, list[int], str]) -> set[str]:
        shown = Shown(documents=list(documents))
        return {one.what for one in owed(committee, year, shown, default_policy()) if one.there}

    period = ("plan", [2026, 2027, 2028, 2029, 2030], "unit-document/p")
    yearly = ("plan", [2028], "unit-document/y")
    assert there(2028, period) == {"scheme_plan"}
    assert there(2028, yearly) == {"plan"}
    assert there(2028, period, yearly) == {"scheme_plan", "plan"}
    assert there(2029, period, yearly) == {"scheme_plan"}


def test_rp_8_difficulties_and_proposals_are_reported_on_any_day_and_amended_by_themselves() -> None:
    said = test_unit_report.submit(period="2027-03-17", difficulties="Khó", proposals="Kiến nghị")
    told = test_unit_report.given().when(said).event
    amended = AmendUnitReport(unit_report=told.unit_report, proposals="Kiến nghị khác", reason="Bổ sung")

    assert (told.difficulties, told.proposals) == ("Khó", "Kiến nghị")
    later = replace(test_unit_report.CASE, on=date(2027, 7, 1))
    changed = test_unit_report.given(told).within(later).when(amended).event
    assert (changed.proposals, changed.difficulties) == ("Kiến nghị khác", None)


def test_rp_9_an_estimate_of_the_year_is_on_record_with_its_number_and_the_money_by_its_source() -> None:
    estimate = IssuedDocument.model_validate(
        {"kind": "estimate", "number": "09-DT/ĐU", "dated": YEAR, "for": 2027}
    )
    money = Resources(state_budget=30_000_000, programme_integrated=5_000_000, socialised=12_000_000)
    told = test_unit_report.given().when(test_unit_report.submit(documents=(estimate,), funding=money)).event
    committee = UnitCard("a", "Đảng ủy", "commune_committee", "thanh-uy")
    missing, there = (
        next(one for one in owed(committee, 2027, shown, default_policy()) if one.what == "estimate")
        for shown in (Shown(), Shown(documents=[("estimate", [2027], "unit-document/d")]))
    )

    assert (told.documents, told.funding) == ((estimate,), money)
    assert (missing.seen("2027-12-31")["state"], there.seen("2027-12-31")["state"]) == ("missing", "there")


def test_ac_14_a_rating_names_the_unit_above_that_gave_it_and_its_document() -> None:
    rated = registry.RecordRating(
        model=cast.MODEL, subject=1, period_kind="year", period="2026", level="good", authority_unit="thanh-uy",
        decision=DecisionGiven(number="5-QĐ/TU", decided_on=YEAR),
    )  # fmt: skip
    case = replace(test_model_filing.BY_APPRAISER, by=Actor("tham-dinh", APPRAISER, "btgdv"))
    told = test_model_filing.given(cast.registered()).within(case).when(rated).event

    assert (told.authority_unit, told.decision.number, told.decision.authority) == (
        "thanh-uy", "5-QĐ/TU", "Thành ủy Đà Nẵng",
    )  # fmt: skip
    own = rated.model_copy(update={"authority_unit": "20242"})
    test_model_filing.given(cast.registered()).within(case).when(own).refused("rating.not-competent")
