"""A model is taken over by another unit: where it may be, once, and how it went."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.registry.domain import model
from services.registry.domain.adoption import claim, decider, place, view
from services.registry.domain.case import AdoptionCase
from services.registry.domain.listing import Listing
from shared.contracts.registry import (
    AdoptModel,
    AmendRoadmap,
    Milestone,
    MilestoneReached,
    ModelEnded,
    RecordAdoptionOutcome,
    RecordMilestone,
    ReplicationAdopted,
    ReplicationOutcomeRecorded,
    RoadmapAmended,
)
from shared.contracts.values import PersonOrOffice
from shared.reference.authority import Actor
from tests.registry.cast import (
    ADOPTION,
    COLLEAGUE,
    MODEL,
    NOBODYS,
    OFFICER,
    STRANGER,
    TODAY,
    UNITS,
    received,
    registered,
)
from tests.registry.test_replication import RECEIVED, a_model
from tests.support.spec import given_for, mark

CASE = AdoptionCase(by=OFFICER, on=TODAY, today=TODAY, units=UNITS, known={"awards": 7}, model=RECEIVED)
CITY = Actor("thanh-uy", "unit_officer")
given = given_for(decider, CASE)

HOW: dict[str, Any] = {
    "adoption": ADOPTION,
    "model": MODEL,
    "method": "Mỗi hộ một con heo đất",
    "roadmap": (Milestone(milestone="Ra quân", due_on=date(2027, 7, 1)),),
    "responsible": PersonOrOffice(office="Hội Phụ nữ phường"),
    "coordination": "Phối hợp với Mặt trận",
}


def adopt(unit: str = "20242", **members: Any) -> AdoptModel:
    """Taking our model over in a unit."""
    return AdoptModel(**{**HOW, "unit": unit, **members})


adopted = ReplicationAdopted(on=date(2027, 3, 1), known={}, unit="20242", **HOW)
outcome = RecordAdoptionOutcome(adoption=ADOPTION, outcome="succeeded", findings="42 hộ tham gia")


def listing(**members: Any) -> Listing:
    """An entry of the list for the whole city, since April."""
    return Listing(**{"scope": "city", "unit": "20242", "listed_on": date(2027, 4, 1), **members})


def listed(entry: Listing) -> AdoptionCase:
    """The case in which the list has one entry, and the city's officer acts."""
    return replace(CASE, by=CITY, listings=(entry,))


def test_the_models_own_unit_and_those_below_act_on_their_own_initiative() -> None:
    given().when(adopt(adopter="Tổ dân phố 12")).then(
        ReplicationAdopted(on=TODAY, known={"awards": 7}, unit="20242", adopter="Tổ dân phố 12", **HOW)
    )
    assert given().when(adopt("pn-20242")).event


def test_others_need_a_listing() -> None:
    given().within(replace(CASE, by=STRANGER)).when(adopt("20194")).refused(
        "adoption.not-listed", model=MODEL, unit="20194"
    )
    assert given().within(listed(listing())).when(adopt("20194")).event


@pytest.mark.parametrize(
    ("entry", "unit", "covered"),
    [
        (listing(), "20320", True),
        (listing(targets=("20320",)), "20320", True),
        (listing(targets=("20320",)), "20194", False),
        (listing(targets=("du-ubnd",)), "bv-da-nang", True),
        (listing(targets=("Khối 2",)), "20320", True),
        (listing(targets=("mountain",)), "20194", True),
        (listing(targets=("mountain",)), "20320", False),
        (listing(scope="emulation_bloc"), "20194", True),
        (listing(scope="emulation_bloc"), "20320", False),
        (listing(scope="emulation_bloc", targets=("Khối 2",)), "20320", True),
        (listing(scope="emulation_bloc"), "bv-da-nang", False),
        (listing(scope="emulation_bloc", unit="so-y-te"), "bv-da-nang", False),
        (listing(scope="emulation_bloc", unit="nowhere"), "20194", False),
        (listing(scope="emulation_bloc", unit="20306"), "20194", True),
        (listing(scope="area", targets=("rural",)), "20320", True),
        (listing(scope="area", targets=("commune",)), "20320", True),
        (listing(scope="area", targets=("rural",)), "20194", False),
        (listing(scope="area", targets=("20194",)), "20194", True),
        (listing(scope="area"), "20194", False),
        (listing(scope="own_unit"), "20194", False),
        (listing(scope="own_unit", unit="20194"), "20194", True),
    ],
)  # fmt: skip
def test_a_listing_covers_whom_it_names(entry: Listing, unit: str, covered: bool) -> None:
    answer = given().within(listed(entry)).when(adopt(unit))

    if covered:
        assert answer.event
    else:
        answer.refused("adoption.not-listed")


@pytest.mark.parametrize(
    ("day", "covered"),
    [
        (date(2027, 3, 31), False),
        (date(2027, 4, 1), True),
        (date(2027, 4, 30), True),
        (date(2027, 5, 1), False),
    ],
)
def test_a_listing_covers_from_its_day_until_it_is_taken_off(day: date, covered: bool) -> None:
    case = replace(listed(listing(delisted_on=date(2027, 5, 1))), on=day)

    answer = given().within(case).when(adopt("20194"))

    if covered:
        assert answer.event.on == day
    else:
        answer.refused("adoption.not-listed")


def test_a_listed_model_may_be_adopted_after_it_ended_an_unlisted_one_may_not() -> None:
    ended = a_model(received(), ModelEnded(on=TODAY, model=MODEL, ground="completed", reason="x"))

    given().within(replace(CASE, model=ended)).when(adopt()).refused("model.ended")
    assert given().within(replace(listed(listing()), model=ended)).when(adopt("20194")).event


def test_of_its_own_accord_no_unit_adopts_a_model_before_it_was_registered() -> None:
    early = date(2027, 1, 31)

    given().within(replace(CASE, on=early)).when(adopt()).refused(
        "date.before-previous-step", previous="2027-02-01"
    )
    earlier = listing(listed_on=date(2026, 1, 1))
    assert given().within(replace(listed(earlier), on=early)).when(adopt("20194")).event


def test_a_model_that_nobody_registered_is_adopted_by_nobody() -> None:
    given().within(replace(CASE, model=model.decider.initial)).when(adopt()).refused("model.unknown")


def test_the_adopting_unit_is_on_record_open_and_the_actors() -> None:
    given().within(replace(CASE, by=CITY)).when(adopt("nowhere")).refused("unit.unknown")
    given().within(replace(CASE, by=CITY)).when(adopt("20306")).refused("unit.closed")
    given().within(replace(CASE, by=STRANGER)).when(adopt()).refused("not-allowed")


def test_a_model_is_adopted_once_in_one_place() -> None:
    given().within(replace(CASE, adopted_by=NOBODYS)).when(adopt()).refused(
        "adoption.already-adopted", adoption=NOBODYS
    )
    given(adopted).when(adopt()).refused("adoption.already-adopted")


def test_one_place_is_one_model_unit_and_body_however_it_is_spelt() -> None:
    body = ReplicationAdopted(on=TODAY, known={}, unit="20242", adopter="Tổ  Dân Phố 12", **HOW)

    assert claim(adopted, CASE) == f"adoption:{MODEL}:20242:"
    assert claim(body, CASE) == place(MODEL, "20242", "tổ dân phố 12")
    assert place(MODEL, "20242", "tổ dân phố 12") != place(MODEL, "20242", "tổ dân phố 13")
    assert (
        claim(ReplicationOutcomeRecorded(on=TODAY, adoption=ADOPTION, outcome="failed", findings="x"), CASE)
        is None
    )


def test_a_roadmap_has_a_step() -> None:
    with pytest.raises(ValidationError):
        adopt(roadmap=())


def test_the_latest_outcome_counts() -> None:
    ongoing = ReplicationOutcomeRecorded(
        on=date(2027, 4, 1), adoption=ADOPTION, outcome="ongoing", findings="Đang làm"
    )
    done = ReplicationOutcomeRecorded(
        on=TODAY, adoption=ADOPTION, outcome="succeeded", findings="42 hộ tham gia"
    )

    given(adopted).when(outcome).then(done)
    given(adopted, ongoing).when(outcome).then(done)
    shown: list[Any] = [
        view(decider.state_after((e, mark(n)) for n, e in enumerate(history, 1)))
        for history in ((), (adopted,), (adopted, ongoing), (adopted, ongoing, done))
    ]
    assert shown[0] is None
    assert [one["state"] for one in shown[1:]] == ["adopted", "ongoing", "succeeded"]
    assert shown[1]["roadmap"] == [{"milestone": "Ra quân", "due_on": "2027-07-01"}]


def test_an_outcome_is_of_an_adoption_on_record_by_its_unit_and_not_before_it() -> None:
    given().when(outcome).refused("adoption.unknown", adoption=ADOPTION)
    given(adopted).within(replace(CASE, by=STRANGER)).when(outcome).refused("not-allowed")
    given(adopted).within(replace(CASE, on=date(2027, 2, 28))).when(outcome).refused(
        "date.before-previous-step"
    )
    assert given(adopted).within(replace(CASE, by=COLLEAGUE)).when(outcome).event


def test_a_person_in_charge_is_shown_by_id_and_never_sealed() -> None:
    sealed = PersonOrOffice(id=NOBODYS, sealed="abc")
    state = decider.state_after([(ReplicationAdopted(**{**dict(adopted), "responsible": sealed}), mark(1))])

    assert (view(state) or {})["responsible"] == {"id": NOBODYS}


def test_our_model_is_the_one_of_the_sentences() -> None:
    assert registered().model == adopted.model


# --- the roadmap ---------------------------------------------------------------------------------

LAUNCH = Milestone(milestone="Ra quân", due_on=date(2027, 7, 1))
REVIEW = Milestone(milestone="Sơ kết", due_on=date(2027, 12, 1))
LAUNCHED = MilestoneReached(on=date(2027, 5, 1), adoption=ADOPTION, milestone=1, note="Đủ 40 hộ")


def roadmap(*steps: Milestone) -> AmendRoadmap:
    """Other milestones from now on."""
    return AmendRoadmap(adoption=ADOPTION, roadmap=steps, reason="Mưa lũ")


def test_a_milestone_is_reached_once_and_stands_in_the_roadmap() -> None:
    reach = RecordMilestone(adoption=ADOPTION, milestone=1, note="Đủ 40 hộ")

    given(adopted).when(reach).then(
        MilestoneReached(on=TODAY, adoption=ADOPTION, milestone=1, note="Đủ 40 hộ")
    )
    given(adopted, LAUNCHED).when(reach).refused("milestone.already-reached", milestone=1)
    given(adopted).when(RecordMilestone(adoption=ADOPTION, milestone=2)).refused(
        "milestone.unknown", milestone=2, milestones=1
    )
    given().when(reach).refused("adoption.unknown")
    shown = view(decider.state_after((e, mark(n)) for n, e in enumerate([adopted, LAUNCHED], 1))) or {}
    assert shown["roadmap"] == [
        {"milestone": "Ra quân", "due_on": "2027-07-01", "reached_on": "2027-05-01", "note": "Đủ 40 hộ"}
    ]
    assert shown["state"] == "adopted", "a milestone is no outcome"


def test_a_roadmap_is_amended_whole_and_what_was_reached_stays() -> None:
    longer = RoadmapAmended(on=TODAY, adoption=ADOPTION, roadmap=(LAUNCH, REVIEW), reason="Mưa lũ")

    given(adopted, LAUNCHED).when(roadmap(LAUNCH, REVIEW)).then(longer)
    given(adopted, LAUNCHED).when(roadmap(LAUNCH)).then()
    given(adopted, LAUNCHED).when(roadmap(REVIEW, LAUNCH)).refused("milestone.reached-stays", milestone=1)
    moved = LAUNCH.model_copy(update={"due_on": date(2027, 8, 1)})
    given(adopted, LAUNCHED).when(roadmap(moved)).refused("milestone.reached-stays", milestone=1)
    assert given(adopted).when(roadmap(moved)).event, "what was not reached may be put off"
    assert given(adopted, LAUNCHED, longer).when(RecordMilestone(adoption=ADOPTION, milestone=2)).event


@pytest.mark.parametrize("wish", [RecordMilestone(adoption=ADOPTION, milestone=1), roadmap(REVIEW)])
def test_only_the_adopters_own_unit_goes_on_with_its_roadmap_and_not_before_it_began(wish: Any) -> None:
    given(adopted).within(replace(CASE, by=STRANGER)).when(wish).refused("not-allowed")
    given(adopted).within(replace(CASE, on=date(2027, 2, 28))).when(wish).refused("date.before-previous-step")
