"""Every act makes a form that people can fill in, and what they type makes the body that the service takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from services.console.contracts import ACTING, Act, acts_of
from services.console.forms.correcting import finished, readings_of, typed
from services.console.forms.fields import Field, Making
from services.console.forms.layout import LEFT_OUT
from services.console.forms.offering import MADE, WHEN
from services.console.forms.picking import CHOICES, Reading
from services.console.forms.refusing import wrongs
from services.console.forms.typed import Typed, body_of, row_names, typed_of
from shared.contracts.words import LANGS, words
from tests.support.promised import openapi

LETTERS = re.compile(r"[A-Za-zĐđÀ-ỹ]")
CODE = re.compile(r"^[a-z0-9]+(_[a-z0-9]+)*$")


@cache
def published() -> dict[tuple[str, str | None], Act]:
    """Every act as the services publish it."""
    acts: dict[tuple[str, str | None], Act] = {}
    for service in ACTING:
        acts |= acts_of(service, openapi()[service])
    return acts


def form(collection: str, verb: str | None = None, lang: Any = "vi") -> tuple[Field, ...]:
    return Making(published()[collection, verb], lang).fields()


def every(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from every(field.fields)
        if field.row is not None:
            yield from every(field.row(f"{field.name}.0"))


@pytest.mark.parametrize("lang", LANGS)
def test_every_act_has_a_form_whose_boxes_and_choices_have_words(lang: Any) -> None:
    for (collection, verb), act in published().items():
        if act.corrects:
            continue  # one form for each event that may be corrected, below
        fields = form(collection, verb, lang)
        named = act.name in words(lang).kinds
        assert named, f"{act.name}: its name goes into [kinds] of shared/contracts/words/{lang}.toml"
        for field in every(fields):
            assert LETTERS.search(field.label) and not CODE.fullmatch(field.label), f"{act.name}.{field.name}"
            assert field.picked is None or field.picked in CHOICES, field.name
            for _, said in field.choices:
                assert not re.search(r"[a-z]_[a-z]", said), f"{act.name}.{field.name}: {said}"


def test_no_form_asks_for_an_id_or_for_what_the_system_says_itself() -> None:
    for (collection, verb), act in published().items():
        for field in every(form(collection, verb)) if not act.corrects else ():
            assert field.member not in ("after", "if_version", "sealed", "id", act.placeholder), (
                f"{act.name}.{field.name}"
            )


@pytest.mark.parametrize("lang", LANGS)
def test_a_correction_asks_in_words_for_every_member_that_may_be_corrected(lang: Any) -> None:
    corrections = [act for act in published().values() if act.corrects]
    assert {act.collection for act in corrections} >= {"models", "appraisals", "recognitions", "rounds"}
    for act in corrections:
        for event, members in act.corrects.items():
            fields = {each.name: each for each in Making(act, lang, event).fields()}
            assert set(fields) == {"changes", "reason", "decision", "on"}
            asked = {each.member for each in fields["changes"].fields}
            assert asked == set(members) - LEFT_OUT, event
            for field in every(tuple(fields.values())):
                assert LETTERS.search(field.label) and not CODE.fullmatch(field.label), (
                    f"{event}.{field.name}"
                )
                assert field.picked is None or field.picked in CHOICES, field.name


def test_a_correction_sends_only_what_should_have_read_otherwise() -> None:
    act = published()["models", "correct"]
    assert readings_of([], act.corrects) == []
    person = {"office": "Ban Tuyên giáo"}
    events = [
        {"id": "e1", "type": "vn.gov.danang.dvk.registry.InspectionRecorded.v1",
         "data": {"on": "2026-06-10", "kind": "inspection", "by": person, "findings": "Đúng", "conclusion": "ok"}},
        {"id": "e2", "type": "vn.gov.danang.dvk.registry.RecordCorrected.v2",
         "data": {"corrects": "e1", "changes": {"findings": "Đúng kế hoạch"}, "reason": "x"}},
    ]  # fmt: skip
    (reading,) = readings_of(events, act.corrects)
    assert (reading.id, reading.data["findings"]) == ("e1", "Đúng kế hoạch")
    fields = Making(act, "vi", reading.name).fields()
    stood = typed(reading, fields)
    typed_now = {**stood, "changes.on": ["2026-06-11"], "changes.findings": [""], "reason": ["Nhầm ngày"]}
    body = finished(reading, fields, body_of(fields, typed_now))
    assert body == {"corrects": "e1", "changes": {"on": "2026-06-11"}, "reason": "Nhầm ngày"}


def test_what_is_offered_is_published() -> None:
    for collection, verbs in WHEN.items():
        assert {(collection, verb) for verb in verbs} <= set(published())
    assert {(collection, None) for collection in MADE} <= set(published())


def test_what_is_typed_becomes_the_body_and_what_is_not_says_nothing() -> None:
    kept = "registration_document.evidence"
    typed: Typed = {
        "unit": ["20242"], "name": [" Tuyến phố không rác "], "field": ["economy"], "year": ["2026"], "basis": ["new"],
        "scope": ["Toàn tuyến"], "beneficiaries": ["Nhân dân"], "content": ["Một\nHai"], "address": [""],
        "subjects.0.type": ["socio_political_org"], "subjects.0.name": ["Hội Phụ nữ"], "subjects.0.row": ["1"],
        "subjects.1.row": ["1"],
        "subjects.2.type": ["citizen"], "subjects.2.name": ["Nguyễn Văn A"],
        "topics": ["rác thải\n\n phân loại "],
        "resources.state_budget": ["1.500.000"], "resources.labour_days": [""],
        "registration_document.number": ["1/ĐK"], f"{kept}.sha256": ["a" * 64],
        f"{kept}.name": ["dk.pdf"], f"{kept}.media_type": ["application/pdf"], f"{kept}.size": ["12"],
        "plan_document.dated": [""],
    }  # fmt: skip
    assert body_of(form("models"), typed) == {
        "unit": "20242", "name": "Tuyến phố không rác", "field": "economy", "year": 2026, "basis": "new",
        "scope": "Toàn tuyến", "beneficiaries": "Nhân dân", "content": "Một\nHai",
        "subjects": [
            {"kind": "collective", "type": "socio_political_org", "name": "Hội Phụ nữ"},
            {"kind": "individual", "type": "citizen", "person": {"name": "Nguyễn Văn A"}, "unit": "20242"},
        ],
        "topics": ["rác thải", "phân loại"],
        "resources": {"state_budget": 1500000},
        "registration_document": {"number": "1/ĐK", "evidence": {"sha256": "a" * 64, "name": "dk.pdf",
                                                                 "media_type": "application/pdf", "size": 12}},
    }  # fmt: skip


def test_a_file_that_is_left_out_is_not_sent() -> None:
    held = {"sha256": "b" * 64, "name": "anh.png", "media_type": "image/png", "size": "7"}
    typed: Typed = {f"evidence.{n}.{part}": [value] for n in (0, 1) for part, value in held.items()}
    typed["evidence.0.drop"] = ["yes"]
    assert len(body_of(form("models", "inspect"), typed)["evidence"]) == 1


def test_what_is_no_number_is_sent_as_it_was_typed_and_the_service_says_what_is_wrong() -> None:
    assert body_of(form("models"), {"year": ["hai nghìn"]}) == {"year": "hai nghìn"}


def test_what_is_on_record_stands_in_the_form_as_it_would_be_typed() -> None:
    body = {
        "name": "Tên", "started_on": "2026-01-10", "topics": ["a", "b"], "resources": {"land_m2": 5},
        "forces": [{"name": "Hội", "role": "lead"}, {"name": "Đoàn", "role": "take_part"}],
    }  # fmt: skip
    assert body_of(form("models", "amend"), typed_of(body)) == body


def test_a_refusal_stands_at_its_box_in_the_language_of_the_reader() -> None:
    problem = {
        "code": "text.empty", "detail": "x", "detail_en": "y",
        "errors": [
            {"place": "/name", "detail": "Tên trống.", "detail_en": "No name."},
            {"place": "/subjects/1/person/name", "detail": "Họ tên.", "detail_en": "A name."},
            {"place": "/subjects/1", "detail": "Không nhất quán.", "detail_en": "Contradicts itself."},
            {"place": "/registration_document/dated", "detail": "Ngày.", "detail_en": "Day."},
        ],
    }  # fmt: skip
    typed: Typed = {"subjects.0.row": ["1"], "subjects.1.row": ["1"]}
    found = [(each.box, each.sentence) for each in wrongs(problem, form("models"), typed, "vi")]
    assert found == [
        ("name", "Tên trống."), ("subjects.1.name", "Họ tên."), ("subjects", "Không nhất quán."),
        ("registration_document.dated", "Ngày."),
    ]  # fmt: skip
    assert wrongs({**problem, "errors": []}, form("models"), typed, "en")[0].sentence == "y"


def test_rows_are_found_by_their_numbers() -> None:
    there = {"steps.10.x": [""], "steps.2.x": [""], "steps.a.x": [""], "stepsons.1": [""]}
    assert row_names(there, "steps") == [
        "steps.2", "steps.10",
    ]  # fmt: skip


def test_a_person_among_corrected_subjects_stays_who_it_is() -> None:
    act = published()["models", "correct"]
    person = {
        "kind": "individual",
        "type": "citizen",
        "person": {"id": "p1", "name": "Nguyễn Văn A"},
        "unit": "1",
    }
    club = {"kind": "collective", "type": "mass_association", "name": "Hội Phụ nử"}
    reading = Reading("e1", "ModelRegistered", {"unit": "1", "subjects": [club, person]})
    fields = Making(act, "vi", reading.name).fields()
    now = {**typed(reading, fields), "changes.subjects.0.name": ["Hội Phụ nữ"], "unit": ["1"]}
    assert finished(reading, fields, body_of(fields, now))["changes"] == {
        "subjects": [{**club, "name": "Hội Phụ nữ"}, {**person, "person": {"id": "p1"}}]
    }
