"""A model's filing: declared, received or returned, amended; what each step asks and records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.registry.domain.case import ModelCase
from services.registry.domain.model import claim, decider
from services.registry.domain.policy import Scheme
from shared.contracts.registry import (
    AmendModel,
    Building,
    ModelAmended,
    ModelChanges,
    ModelReceived,
    ModelReclassified,
    ModelReturned,
    ReceiveModel,
    ReclassifyModel,
    ReturnModel,
    Similar,
)
from shared.contracts.values import Person, Subject
from tests.registry.cast import (
    ADOPTION,
    APPRAISER,
    CONTENT,
    MODEL,
    OFFICER,
    OTHER_MODEL,
    PERSON,
    RESIDENTS,
    SCHEME,
    TODAY,
    UNITS,
    received,
    register,
    registered,
)
from tests.support.spec import given_for

CASE = ModelCase(by=OFFICER, on=TODAY, today=TODAY, units=UNITS, scheme=SCHEME, reference="DVK-2027-000001")
BY_APPRAISER = replace(CASE, by=APPRAISER)
given = given_for(decider, CASE)

TWIN = Similar(model=OTHER_MODEL, name="Nuôi heo đất tiết kiệm theo gương Bác", unit="20194", score=92)
returned = ModelReturned(on=date(2027, 2, 5), model=MODEL, reasons=("Thiếu kế hoạch",))
receive = ReceiveModel(model=MODEL)


# --- registration --------------------------------------------------------------------------------


def test_a_model_is_registered_once_with_a_reference_and_the_policy_of_the_day() -> None:
    given().within(replace(CASE, on=date(2027, 2, 1))).when(register()).then(registered())
    given(registered()).when(register()).refused("model.already-registered")


def test_a_registration_after_the_deadline_of_its_year_is_late_and_still_taken() -> None:
    in_time = given().within(replace(CASE, on=date(2027, 3, 31))).when(register())
    late = given().within(replace(CASE, on=date(2027, 4, 1))).when(register())
    for_next_year = given().within(replace(CASE, on=date(2027, 10, 1))).when(register(year=2028))

    assert (in_time.event.late, late.event.late, for_next_year.event.late) == (False, True, False)


def test_before_any_policy_nothing_is_late_and_no_version_is_pinned() -> None:
    event = given().within(replace(CASE, on=date(2024, 5, 1))).when(register(year=2024)).event

    assert (event.late, event.policy_version) == (False, None)


def test_a_name_that_comes_close_is_a_warning_and_never_a_refusal() -> None:
    given().within(replace(CASE, on=date(2027, 2, 1), similar=(TWIN,))).when(register()).then(
        registered(similar=(TWIN,))
    )


def test_the_field_may_be_declared_later() -> None:
    assert given().when(register(field=None)).event.field is None


def test_a_model_is_registered_for_a_unit_at_work() -> None:
    given().when(register(unit="nowhere")).refused("unit.unknown", unit="nowhere")
    given().within(replace(CASE, by=APPRAISER)).when(register(unit="20305")).refused(
        "unit.closed", unit="20305"
    )


def test_a_model_that_grew_from_an_adoption_names_one_on_record() -> None:
    wish = register(adopted_from=ADOPTION)

    given().within(replace(CASE, adoption_known=False)).when(wish).refused(
        "adoption.unknown", adoption=ADOPTION
    )
    assert given().when(wish).event.adopted_from == ADOPTION


def test_a_model_has_at_least_one_subject() -> None:
    with pytest.raises(ValidationError):
        register(subjects=())


def test_a_reference_number_is_given_once() -> None:
    assert claim(registered(), CASE) == "reference:DVK-2027-000001"
    assert claim(received(), CASE) is None


# --- reception -----------------------------------------------------------------------------------


def test_a_complete_filing_is_received() -> None:
    met = Building(c_bld_1="met", c_bld_2="met", c_bld_3="met", c_bld_4="met")

    given(registered()).within(BY_APPRAISER).when(ReceiveModel(model=MODEL, building=met, note="Đủ")).then(
        ModelReceived(on=TODAY, model=MODEL, building=met, note="Đủ")
    )


def test_an_incomplete_filing_says_what_is_missing() -> None:
    bare = registered(field=None, address=None, plan_document=None)

    given(bare).within(BY_APPRAISER).when(receive).refused(
        "model.incomplete", missing=["field", "address", "plan_document"]
    )


def test_reception_asks_what_the_policy_of_the_registration_asked() -> None:
    lenient = Scheme((SCHEME.versions[0], _version(2, required_at_reception=())))
    bare = registered(address=None)

    given(bare).within(replace(BY_APPRAISER, scheme=lenient)).when(receive).refused("model.incomplete")
    assert (
        given(registered(address=None, policy_version=2))
        .within(replace(BY_APPRAISER, scheme=lenient))
        .when(receive)
        .event
    )


def test_what_was_registered_before_any_policy_is_received_by_the_one_in_force() -> None:
    bare = registered(address=None, policy_version=None)

    given(bare).within(BY_APPRAISER).when(receive).refused("model.incomplete", missing=["address"])


def test_a_building_criterion_that_is_not_met_stands_in_the_way() -> None:
    unmet = Building(c_bld_1="met", c_bld_3="not_met")

    given(registered()).within(BY_APPRAISER).when(ReceiveModel(model=MODEL, building=unmet)).refused(
        "model.building-criterion-not-met", criteria=["c_bld_3"]
    )


def test_a_filing_goes_back_with_reasons_and_amending_it_asks_for_reception_again() -> None:
    back = ReturnModel(model=MODEL, reasons=("Thiếu kế hoạch",), due_on=date(2027, 7, 1))
    mended = ModelAmended(
        on=date(2027, 2, 8), model=MODEL, changes=ModelChanges(aims="Giúp 20 hộ"), reason="Bổ sung"
    )

    given(registered()).within(BY_APPRAISER).when(back).then(
        ModelReturned(on=TODAY, model=MODEL, reasons=("Thiếu kế hoạch",), due_on=date(2027, 7, 1))
    )
    given(registered(), returned).within(BY_APPRAISER).when(receive).refused("model.returned")
    given(registered(), returned, mended).within(BY_APPRAISER).when(receive).then(
        ModelReceived(on=TODAY, model=MODEL)
    )


# --- amendments ----------------------------------------------------------------------------------


def test_an_amendment_records_what_changed_and_why() -> None:
    wish = AmendModel(model=MODEL, address="Tổ 13", scope=CONTENT["scope"], reason="Ghi nhầm tổ")

    given(registered(), received()).when(wish).then(
        ModelAmended(on=TODAY, model=MODEL, changes=ModelChanges(address="Tổ 13"), reason="Ghi nhầm tổ")
    )


def test_an_amendment_that_changes_nothing_is_no_fact() -> None:
    given(registered()).when(AmendModel(model=MODEL, name="Nuôi heo đất", reason="x")).then()


def test_a_new_name_brings_those_that_come_close() -> None:
    wish = AmendModel(model=MODEL, name="Nuôi heo đất tiết kiệm", address="Tổ 1", reason="Đổi tên")

    given(registered()).within(replace(CASE, similar=(TWIN,))).when(wish).then(
        ModelAmended(
            on=TODAY,
            model=MODEL,
            changes=ModelChanges(name="Nuôi heo đất tiết kiệm", address="Tổ 1"),
            reason="Đổi tên",
            similar=(TWIN,),
        )
    )


def test_another_year_may_make_a_registration_late() -> None:
    wish = AmendModel(model=MODEL, year=2026, reason="Năm trước")

    amended = given(registered()).when(wish).event

    assert (amended.changes.year, amended.late, amended.similar) == (2026, True, None)


@pytest.mark.parametrize(
    "subjects",
    [
        (Subject(kind="individual", type="citizen", person=Person(id=PERSON), of="Tổ 5"),),
        (Subject(kind="household", type="household", person=Person(id=PERSON), of="Tổ 5"), RESIDENTS),
    ],
    ids=["another in its place", "a new one before it"],
)
def test_subjects_keep_their_positions(subjects: tuple[Subject, ...]) -> None:
    given(registered()).when(AmendModel(model=MODEL, subjects=subjects, reason="x")).refused(
        "model.subjects-keep-positions", subject=1
    )


def test_subjects_come_at_the_end_leave_by_a_mark_and_may_be_renamed() -> None:
    one = Subject(kind="individual", type="citizen", person=Person(id=PERSON), of="Tổ 5")
    left = Subject(kind="collective", type="residential_area", name="Khu dân cư số 6", left=True)

    amended = given(registered()).when(AmendModel(model=MODEL, subjects=(left, one), reason="Đổi")).event

    assert amended.changes.subjects == (left, one)


def test_who_has_left_does_not_come_back_in_the_same_place_and_nobody_disappears() -> None:
    gone = Subject(kind="collective", type="residential_area", name="Khu dân cư số 5", left=True)
    two = registered(subjects=(gone, RESIDENTS))

    given(two).when(AmendModel(model=MODEL, subjects=(RESIDENTS, RESIDENTS), reason="x")).refused(
        "model.subjects-keep-positions", subject=1
    )
    given(two).when(AmendModel(model=MODEL, subjects=(gone,), reason="x")).refused(
        "model.subjects-keep-positions", subject=2
    )


def test_a_person_already_named_is_the_same_whether_sealed_or_not() -> None:
    sealed = Subject(kind="individual", type="citizen", person=Person(id=PERSON, sealed="abc"), of="Tổ 5")
    bare = Subject(kind="individual", type="citizen", person=Person(id=PERSON), of="Tổ 5")

    given(registered(subjects=(sealed,))).when(AmendModel(model=MODEL, subjects=(bare,), reason="x")).then()


def test_an_amendment_names_an_adoption_on_record() -> None:
    given(registered()).within(replace(CASE, adoption_known=False)).when(
        AmendModel(model=MODEL, adopted_from=ADOPTION, reason="x")
    ).refused("adoption.unknown")


def test_a_field_is_declared_and_declared_otherwise() -> None:
    wish = ReclassifyModel(model=MODEL, field="economy", reason="Gắn với sinh kế")

    given(registered(field=None)).when(wish).then(
        ModelReclassified(on=TODAY, model=MODEL, field="economy", reason="Gắn với sinh kế")
    )
    given(registered()).when(wish).then(
        ModelReclassified(
            on=TODAY, model=MODEL, field="economy", previous="culture_society", reason="Gắn với sinh kế"
        )
    )
    given(registered(field="economy")).when(wish).then()


def _version(number: int, **terms: Any) -> Any:
    first = SCHEME.versions[0]
    return type(first)(
        **{**{n: getattr(first, n) for n in type(first).model_fields}, "version": number, **terms}
    )
