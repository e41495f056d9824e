"""A model's course: rated, kept up, rested, ended; and what is shown of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.registry.domain.case import ModelCase
from services.registry.domain.model import decider
from services.registry.domain.model_record import view
from shared.contracts.registry import (
    ConfirmMaintenance,
    EndModel,
    MaintenanceConfirmed,
    ModelAmended,
    ModelChanges,
    ModelEnded,
    ModelRegistered,
    ModelResumed,
    ModelReturned,
    ModelSuspended,
    RatingRecorded,
    RecordRating,
    ResumeModel,
    Similar,
    SuspendModel,
)
from shared.contracts.values import Decision, DecisionGiven, DocumentRef, Person, Subject
from tests.registry.cast import (
    APPRAISER,
    MODEL,
    OFFICER,
    OTHER_MODEL,
    RESIDENTS,
    SCHEME,
    TODAY,
    UNITS,
    received,
    registered,
)
from tests.support.spec import given_for, mark

CASE = ModelCase(by=OFFICER, on=TODAY, today=TODAY, units=UNITS, scheme=SCHEME, reference="DVK-2027-000001")
BY_APPRAISER = replace(CASE, by=APPRAISER)
given = given_for(decider, CASE)

TWIN = Similar(model=OTHER_MODEL, name="Nuôi heo đất tiết kiệm theo gương Bác", unit="20194", score=92)
returned = ModelReturned(on=date(2027, 2, 5), model=MODEL, reasons=("Thiếu kế hoạch",))
suspended = ModelSuspended(on=date(2027, 4, 1), model=MODEL, reason="Mưa lũ")
rating: dict[str, Any] = {
    "model": MODEL, "subject": 1, "period_kind": "year", "period": "2026", "level": "good",
    "authority_unit": "thanh-uy", "decision": Decision(number="9-QĐ/TU", decided_on=TODAY, authority="Thành ủy"),
}  # fmt: skip


# --- ratings, maintenance, rest and end ----------------------------------------------------------


def test_a_rating_is_of_one_subject() -> None:
    given(registered()).within(BY_APPRAISER).when(RecordRating(**rating)).then(
        RatingRecorded(on=TODAY, **rating)
    )
    given(registered()).within(BY_APPRAISER).when(RecordRating(**{**rating, "subject": 2})).refused(
        "subject.unknown", subject=2, subjects=1
    )


OF_WOMEN = Subject(
    kind="individual", type="cadre", person=Person(id="0190b4f0-7f3c-7cc2-9d57-000000000abc"), unit="pn-20242"
)
OF_ITSELF = Subject(kind="collective", type="party_committee", name="ban Tuyên giáo và Dân vận")


@pytest.mark.parametrize(
    ("authority", "subject", "competent"),
    [
        ("thanh-uy", RESIDENTS, True),
        ("btgdv", RESIDENTS, True),
        ("20242", RESIDENTS, False),
        ("20306", RESIDENTS, False),
        ("pn-20242", RESIDENTS, False),
        ("20194", RESIDENTS, False),
        ("du-ubnd", RESIDENTS, False),
        ("20242", OF_WOMEN, False),
        ("pn-20242", OF_WOMEN, False),
        ("thanh-uy", OF_WOMEN, True),
        ("btgdv", OF_ITSELF, False),
    ],
    ids=[
        "the city committee", "a commission of the city", "the registrant", "what was merged into the registrant",
        "a unit below", "another ward", "a bloc", "registrant above the subject", "the subject's own unit",
        "above both", "the subject itself",
    ],
)  # fmt: skip
def test_a_subject_is_rated_from_above_and_not_by_the_models_own_unit(
    authority: str, subject: Subject, competent: bool
) -> None:
    wish = RecordRating(**{**rating, "authority_unit": authority})
    told = given(registered(subjects=(subject,))).within(BY_APPRAISER).when(wish)

    if competent:
        assert told.event.authority_unit == authority
    else:
        told.refused("rating.not-competent", authority_unit=authority)


def test_a_rating_names_a_unit_on_record() -> None:
    wish = RecordRating(**{**rating, "authority_unit": "khong-co"})

    given(registered()).within(BY_APPRAISER).when(wish).refused("unit.unknown", unit="khong-co")


@pytest.mark.parametrize(
    ("kind", "period"),
    [
        ("year", "2026-Q1"),
        ("quarter", "2026"),
        ("quarter", "2026-Q5"),
        ("term", "2030-2025"),
        ("term", "2030"),
    ],
)
def test_a_period_is_written_as_its_kind_asks(kind: str, period: str) -> None:
    with pytest.raises(ValidationError):
        RecordRating(**{**rating, "period_kind": kind, "period": period})


def test_maintenance_is_confirmed_once_for_each_year() -> None:
    wish = ConfirmMaintenance(model=MODEL, year=2027, statement="Vẫn sinh hoạt đều")
    confirmed = MaintenanceConfirmed(on=TODAY, model=MODEL, year=2027, statement="Vẫn sinh hoạt đều")

    given(registered(), received()).when(wish).then(confirmed)
    given(registered(), received(), confirmed).when(wish).refused(
        "model.maintenance-already-confirmed", year=2027
    )
    assert (
        given(registered(), received(), confirmed)
        .when(ConfirmMaintenance(model=MODEL, year=2026, statement="Năm trước cũng vậy"))
        .event
    )


def test_a_model_rests_and_is_taken_up_again() -> None:
    resumed = ModelResumed(on=TODAY, model=MODEL, reason="Nước rút")

    given(registered(), received()).when(SuspendModel(model=MODEL, reason="Mưa lũ")).then(
        ModelSuspended(on=TODAY, model=MODEL, reason="Mưa lũ")
    )
    given(registered(), received(), suspended).when(ResumeModel(model=MODEL, reason="Nước rút")).then(resumed)
    assert (
        given(registered(), received(), suspended, resumed)
        .when(ConfirmMaintenance(model=MODEL, year=2027, statement="x"))
        .event
    )


def test_reception_counts_from_the_first_day() -> None:
    resumed = ModelResumed(on=date(2027, 5, 1), model=MODEL, reason="Nước rút")
    state = decider.state_after(
        (event, mark(n)) for n, event in enumerate([registered(), received(), suspended, resumed], 1)
    )

    assert (shown := view(state)) is not None
    assert (shown["state"], shown["received_on"], shown["since"]) == ("received", "2027-02-10", "2027-05-01")


def test_a_model_ends_on_a_ground() -> None:
    given(registered(), received()).when(
        EndModel(model=MODEL, ground="completed", reason="Đạt mục tiêu")
    ).then(ModelEnded(on=TODAY, model=MODEL, ground="completed", reason="Đạt mục tiêu"))


# --- what is shown -------------------------------------------------------------------------------


def test_a_model_shows_all_that_is_on_record() -> None:
    history: list[Any] = [
        registered(similar=(TWIN,)),
        returned,
        ModelAmended(on=date(2027, 2, 8), model=MODEL, changes=ModelChanges(aims="A"), reason="B"),
        received(),
        RatingRecorded(on=date(2027, 1, 1), **rating),
        ModelEnded(on=TODAY, model=MODEL, ground="failed", reason="C"),
    ]
    shown = [view(decider.state_after((e, mark(n)) for n, e in enumerate(history[:k], 1))) for k in range(7)]

    assert shown[0] is None
    assert all(one is not None for one in shown[1:])
    assert [one["state"] for one in shown if one] == [
        "registered", "returned", "registered", "received", "received", "ended",
    ]  # fmt: skip
    last = shown[-1] or {}
    assert last["returned"] if "returned" in last else last["ground"] == "failed"
    assert (shown[2] or {})["returned"] == {"reasons": ["Thiếu kế hoạch"]}
    assert (last["aims"], last["name"], last["reference"]) == ("A", "Nuôi heo đất", "DVK-2027-000001")
    assert last["similar"] == [TWIN.model_dump()]
    assert last["ratings"][0] == {
        **{k: v for k, v in rating.items() if k != "model"},
        "decision": {"number": "9-QĐ/TU", "decided_on": "2027-06-01", "authority": "Thành ủy"},
        "on": "2027-01-01",
    }


def test_what_was_registered_is_what_is_told() -> None:
    document = DocumentRef(number="05-BC/ĐU", dated=date(2027, 1, 30))

    data = registered(registration_document=document, started_on=date(2026, 9, 1)).data()

    assert ModelRegistered.model_validate(data).data() == data
    assert data["registration_document"] == {"number": "05-BC/ĐU", "dated": "2027-01-30"}
    assert "aims" not in data and "led_by" not in data


def test_the_document_of_a_rating_is_the_rating_units_unless_it_says_whose() -> None:
    silent = RecordRating(
        model=MODEL, subject=1, period_kind="year", period="2026", level="good", authority_unit="thanh-uy",
        decision=DecisionGiven(number="5-QĐ/TU", decided_on=date(2027, 3, 1)),
    )  # fmt: skip
    case = replace(CASE, by=APPRAISER)

    assert given(registered()).within(case).when(silent).event.decision.authority == "Thành ủy Đà Nẵng"
