"""Where persons stand: found in every command that may name one, gone from every event but by id."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from shared.contracts import appraisal, awards, registry
from shared.contracts.catalog import SERVICES, events_of
from shared.contracts.correcting import CorrectRecord, RecordCorrected
from shared.contracts.message import Command
from shared.contracts.values import Person, PersonOrOffice, Subject
from shared.people.naming import first_places
from shared.people.places import ClearName, Named, can_name, in_json, named_in, only_ids, pointer, replaced

ID = "5f3c2b1a-0e9d-4c8b-a7f6-e5d4c3b2a190"
OTHER = "6f3c2b1a-0e9d-4c8b-a7f6-e5d4c3b2a190"
MODEL = "0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d11"
HOA = Person(name="Nguyễn Thị Hoa")


def individual(person: Person) -> Subject:
    return Subject(kind="individual", type="citizen", person=person, of="Tổ dân phố 5")


def registering(*subjects: Subject) -> registry.RegisterModel:
    return registry.RegisterModel(
        model=MODEL, unit="20242", name="Ngõ xanh", scope="phường", beneficiaries="nhân dân", content="…",
        year=2027, basis="new", subjects=subjects,
    )  # fmt: skip


def inspected(by: PersonOrOffice) -> registry.InspectionRecorded:
    return registry.InspectionRecorded(
        on="2027-03-01", model=MODEL, kind="inspection", by=by, findings="Tốt", conclusion="on_course"
    )  # pyright: ignore[reportArgumentType]


def corrected(changes: dict[str, Any]) -> RecordCorrected:
    return RecordCorrected(
        on="2027-03-01", corrects=MODEL, corrected_type="X", changes=changes, reason="Nhầm"
    )  # pyright: ignore[reportArgumentType]


def commands() -> list[type[Command]]:
    modules = (registry, appraisal, awards)
    return [kind for module in modules for kind in vars(module).values()
            if isinstance(kind, type) and issubclass(kind, Command) and kind is not Command]  # fmt: skip


def test_the_commands_that_may_name_somebody_are_these() -> None:
    assert {kind.__name__ for kind in commands() if can_name(kind)} == {
        "RegisterModel",
        "AmendModel",
        "RecordInspection",
        "AdoptModel",
        "RecordSurvey",
        "ProposeCommendation",
        "AssignMember",
        "CorrectRecord",
        *{kind.__name__ for kind in commands() if "subjects" in kind.model_fields},
        *{kind.__name__ for kind in commands() if issubclass(kind, CorrectRecord)},
    }


@pytest.mark.thorough
def test_every_event_that_has_a_person_in_its_schema_is_looked_through() -> None:
    for service in SERVICES:
        for kind in events_of(service).values():
            text = str(kind.model_json_schema())
            free = "'additionalProperties': True" in text  # members whose shape no class tells
            assert can_name(kind) == (free or "PersonOrOffice" in text or "/Person'" in text), kind.__name__


def test_a_person_named_among_the_subjects_is_found() -> None:
    command = registering(
        Subject(kind="collective", type="residential_area", name="Tổ dân phố 5"), individual(HOA)
    )

    assert named_in(command) == (Named(("subjects", 1, "person"), name="Nguyễn Thị Hoa"),)


def test_the_name_of_a_collective_is_nobodys_name() -> None:
    assert named_in(registering(Subject(kind="collective", type="enterprise", name="Công ty Hoa"))) == ()


def test_an_office_is_no_person() -> None:
    assert named_in(inspected(PersonOrOffice(office="Ban Dân vận"))) == ()


def test_a_person_by_id_and_a_seal_are_found_too() -> None:
    assert named_in(inspected(PersonOrOffice(id=ID, sealed="v1.1.AA"))) == (
        Named(("by",), id=ID, sealed="v1.1.AA"),
    )


def test_in_a_correction_a_lone_name_inside_a_member_is_a_person_and_a_members_name_is_not() -> None:
    wish = CorrectRecord(corrects=MODEL, changes={"name": "Ngõ xanh", "by": {"name": "Hoa"}}, reason="Nhầm")

    assert named_in(wish) == (Named(("changes", "by"), name="Hoa"),)


def test_pointers_are_those_of_json() -> None:
    assert pointer(("subjects", 1, "person")) == "/subjects/1/person"


def test_replacing_changes_nothing_but_the_places_meant() -> None:
    wish = {"subjects": [{"person": {"name": "Hoa"}}, {"name": "Tổ"}], "by": {"name": "Lan"}}

    assert replaced(wish, {("subjects", 0, "person"): {"id": ID}}) == {
        "subjects": [{"person": {"id": ID}}, {"name": "Tổ"}],
        "by": {"name": "Lan"},
    }
    assert wish["by"] == {"name": "Lan"} and wish["subjects"][0] == {"person": {"name": "Hoa"}}  # pyright: ignore[reportArgumentType]


def test_a_person_appears_first_where_the_canonical_text_says_so() -> None:
    data = {"z": {"id": ID}, "subjects": [{"person": {"id": OTHER}}, {"person": {"id": ID}}]}

    assert first_places(data) == {ID: ("subjects", 1, "person"), OTHER: ("subjects", 0, "person")}


def test_a_tenth_subject_comes_after_a_ninth() -> None:
    data = {"subjects": [{"person": {"id": OTHER}}] * 9 + [{"person": {"id": ID}}] * 3}

    assert first_places(data)[ID] == ("subjects", 9, "person")


@pytest.mark.parametrize(
    "event",
    [
        inspected(PersonOrOffice(name="Nguyễn Thị Hoa")),
        corrected({"by": {"name": "Nguyễn Thị Hoa"}}),
        registry.ModelAmended(
            on="2027-03-01",  # pyright: ignore[reportArgumentType]
            model=MODEL,
            changes=registry.ModelChanges(subjects=(individual(HOA),)),
            reason="Thêm",
        ),
    ],
    ids=["inspection", "correction", "amendment"],
)
def test_an_event_that_would_carry_a_clear_name_is_an_error_that_does_not_tell_the_name(event: Any) -> None:
    with pytest.raises(ClearName) as error:
        only_ids(event, event.data())
    assert "Hoa" not in str(error.value)


def test_a_seal_copied_from_another_event_is_left_out() -> None:
    event = inspected(PersonOrOffice(id=ID, sealed="v1.1.AA"))

    assert only_ids(event, event.data())["by"] == {"id": ID}


def test_an_event_without_persons_is_not_touched() -> None:
    event = inspected(PersonOrOffice(office="Ban Dân vận"))
    data = event.data()

    assert only_ids(event, data) is data


def test_classes_that_refer_to_themselves_are_looked_through_once() -> None:
    class Branch(BaseModel):
        twigs: tuple[Branch, ...] = ()

    assert not can_name(Branch)


def test_in_a_view_persons_are_the_lone_ids() -> None:
    view = {"model": MODEL, "by": {"id": ID}, "similar": [{"id": OTHER, "name": "Ngõ"}]}

    assert [one.id for one in in_json(view)] == [ID]
