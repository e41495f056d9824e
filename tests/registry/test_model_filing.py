"""A model's filing: declared, received or returned, amended; what each step asks and records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.registry.domain.case import ModelCase
from services.registry.domain.model import claim, decider
from services.registry.domain.model_record import view
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
    RegistrationRenewed,
    RenewRegistration,
    ReturnModel,
    Similar,
)
from shared.contracts.values import DocumentRef, Evidence, Person, Subject
from tests.registry.cast import (
    ADOPTION,
    APPRAISER,
    CONTENT,
    MET,
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
from tests.support.spec import given_for, mark

CASE = ModelCase(by=OFFICER, on=TODAY, today=TODAY, units=UNITS, scheme=SCHEME, reference="DVK-2027-000001")
BY_APPRAISER = replace(CASE, by=APPRAISER)
given = given_for(decider, CASE)

TWIN = Similar(model=OTHER_MODEL, name="Nuôi heo đất tiết kiệm theo gương Bác", unit="20194", score=92)
returned = ModelReturned(on=date(2027, 2, 5), model=MODEL, reasons=("Thiếu kế hoạch",))
receive = ReceiveModel(model=MODEL, building=MET)


def on(day: date, recorded: date | None = None) -> ModelCase:
    """The case of an act on a day, recorded on that day or later."""
    return replace(CASE, on=day, today=recorded or day)


# --- registration --------------------------------------------------------------------------------


def test_a_model_is_registered_once_with_a_reference_and_the_policy_of_the_day() -> None:
    given().within(on(date(2027, 2, 1))).when(register()).then(registered())
    given(registered()).when(register()).refused("model.already-registered")


def test_a_registration_after_the_deadline_of_its_year_is_late_and_still_taken() -> None:
    in_time = given().within(on(date(2027, 3, 31))).when(register())
    late = given().within(on(date(2027, 4, 1))).when(register())
    for_next_year = given().within(on(date(2027, 10, 1))).when(register(year=2028))

    assert (in_time.event.late, late.event.late, for_next_year.event.late) == (False, True, False)


PAPER = DocumentRef(number="05-BC/ĐU", dated=date(2027, 1, 20))
FILE = Evidence(sha256="ab" * 32, name="05-BC.pdf", media_type="application/pdf", size=1)
DOCUMENTS = {
    "none": None,
    "a number": DocumentRef(number="05-BC/ĐU"),
    "a number and an early date": PAPER,
    "the file": DocumentRef(evidence=FILE),
    "the file and an early date": DocumentRef(evidence=FILE, dated=date(2027, 1, 20)),
}
DEADLINE, BEFORE, AFTER = date(2027, 3, 31), date(2027, 3, 1), date(2027, 9, 15)


DAYS = (date(2027, 2, 1), BEFORE, DEADLINE, date(2027, 4, 1), AFTER)


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize(("day", "recorded"), [(a, b) for a in DAYS for b in DAYS if a <= b])
def test_late_is_what_lies_after_the_deadline_or_was_said_after_it_without_the_file_that_shows_it(
    day: date, recorded: date, document: str
) -> None:
    paper = DOCUMENTS[document]
    shown = "file" in document
    after_the_deadline, said_afterwards = day > DEADLINE, day <= DEADLINE < recorded
    expected = (after_the_deadline or (said_afterwards and not shown), said_afterwards)

    first = given().within(on(day, recorded)).when(register(registration_document=paper)).event
    assert (first.late, first.backdated) == expected
    if paper is not None:
        anew = renew(registration_document=paper)
        life = (registered(on=date(2026, 2, 1), year=2026), received(date(2026, 2, 10)))
        again = given(*life).within(on(day, recorded)).when(anew).event
        assert (again.late, again.backdated) == expected


# --- a registration for each year ----------------------------------------------------------------


def renew(year: int = 2027, **more: Any) -> RenewRegistration:
    """The registration for a further year."""
    said = {"registration_document": PAPER, "plan_document": DocumentRef(number="06-KH/ĐU"), **more}
    return RenewRegistration(model=MODEL, year=year, **said)


OF_2026 = (registered(on=date(2026, 2, 1), year=2026, late=True), received(date(2026, 5, 10)))


def test_a_model_is_registered_anew_for_a_further_year_with_the_documents_of_that_year() -> None:
    given(*OF_2026).within(on(date(2027, 3, 1))).when(renew(aims="Giúp 30 hộ")).then(
        RegistrationRenewed(
            on=date(2027, 3, 1), model=MODEL, year=2027, registration_document=PAPER,
            plan_document=DocumentRef(number="06-KH/ĐU"), aims="Giúp 30 hộ", policy_version=1, late=False,
            backdated=False,
        )
    )  # fmt: skip


def test_each_year_once_and_in_the_order_of_the_years() -> None:
    renewed = given(*OF_2026).within(on(date(2027, 3, 1))).when(renew(2028)).event

    for year in (2026, 2027, 2028):
        given(*OF_2026, renewed).when(renew(year)).refused("model.already-registered-for-year", year=year)
    assert given(*OF_2026, renewed).when(renew(2029)).event.year == 2029


def test_a_late_year_stays_late_and_the_next_may_be_in_time_while_first_year_and_basis_stay() -> None:
    renewed = given(*OF_2026).within(on(date(2027, 3, 1))).when(renew(aims="Giúp 30 hộ")).event
    mended = given(*OF_2026, renewed).when(AmendModel(model=MODEL, plan_document=PAPER, reason="x")).event
    shown = (
        view(decider.state_after((e, mark(n)) for n, e in enumerate([*OF_2026, renewed, mended], 1))) or {}
    )

    assert [(r["year"], r["basis"], r["late"]) for r in shown["registrations"]] == [
        (2026, "new", True),
        (2027, "maintained", False),
    ]
    assert (shown["year"], shown["basis"], shown["late"], shown["aims"]) == (2026, "new", True, "Giúp 30 hộ")
    assert [r["plan_document"]["number"] for r in shown["registrations"]] == ["06-KH/ĐU", "05-BC/ĐU"]


def test_attaching_the_file_afterwards_makes_no_late_registration_one_in_time() -> None:
    attached = AmendModel(model=MODEL, registration_document=DocumentRef(evidence=FILE), reason="Bổ sung")

    after = given(*OF_2026).when(attached).event

    assert after.late is None
    shown = view(decider.state_after((e, mark(n)) for n, e in enumerate([*OF_2026, after], 1))) or {}
    assert shown["registrations"][0]["late"] is True


@pytest.mark.parametrize("member", [{"year": 2026}, {"basis": "maintained"}, {"field": "economy"}])
def test_year_and_basis_are_fixed_for_ever_and_the_field_has_a_step_of_its_own(
    member: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError):
        AmendModel(model=MODEL, reason="x", **member)


@pytest.mark.parametrize("empty", [{}, {"kind": "Kế hoạch"}, {"dated": date(2027, 1, 1)}])
def test_a_document_says_which_it_is(empty: dict[str, Any]) -> None:
    nothing = DocumentRef(**empty)
    for make in (
        lambda: register(plan_document=nothing),
        lambda: AmendModel(model=MODEL, reason="x", registration_document=nothing),
        lambda: renew(plan_document=nothing),
    ):
        with pytest.raises(ValidationError, match="a number, a title, or its file"):
            make()


def test_before_any_policy_nothing_is_late_and_no_version_is_pinned() -> None:
    event = given().within(on(date(2024, 5, 1))).when(register(year=2024)).event

    assert (event.late, event.policy_version) == (False, None)


def test_a_name_that_comes_close_is_a_warning_and_never_a_refusal() -> None:
    given().within(replace(on(date(2027, 2, 1)), similar=(TWIN,))).when(register()).then(
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
    given(registered()).within(BY_APPRAISER).when(ReceiveModel(model=MODEL, building=MET, note="Đủ")).then(
        ModelReceived(on=TODAY, model=MODEL, building=MET, note="Đủ")
    )


def test_an_officer_of_the_own_unit_is_told_that_an_appraiser_receives() -> None:
    given(registered()).when(receive).refused("not-allowed", roles=["appraiser"], unit="20242")


def test_reception_needs_a_verdict_on_every_building_criterion_where_the_policy_asks_for_it() -> None:
    some = Building(c_bld_1="met", c_bld_4="met")
    free = replace(BY_APPRAISER, scheme=Scheme((_version(1, building_verdict_required=False),)))
    filed = given(registered())

    filed.within(BY_APPRAISER).when(ReceiveModel(model=MODEL)).refused(
        "model.incomplete", missing=["building"]
    )
    filed.within(BY_APPRAISER).when(ReceiveModel(model=MODEL, building=some)).refused(
        "model.incomplete", missing=["building.c_bld_2", "building.c_bld_3"]
    )
    assert filed.within(free).when(ReceiveModel(model=MODEL)).event.building is None


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
    unmet = MET.model_copy(update={"c_bld_3": "not_met"})

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
        ModelReceived(on=TODAY, model=MODEL, building=MET)
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
