"""What awards keeps of others: one fact, one difference."""

from __future__ import annotations

import random
from typing import Any

import pytest

from services.awards.app import SERVICE
from services.awards.domain.records import AppraisalRecord, ModelRecord
from services.awards.projections import MODELS, appraisal_record, model_record
from shared.contracts.appraisal import ConflictDeclared, CriterionAssessed, SurveyRecorded
from shared.contracts.message import Event
from shared.contracts.registry import (
    ModelAmended,
    ModelChanges,
    ModelEnded,
    ModelReceived,
    ModelReclassified,
    ModelRegistered,
    RecordCorrected,
)
from shared.contracts.values import Person, Subject
from shared.errors import CorruptHistory
from shared.wiring import Fact
from tests.awards.cast import APPRAISAL, MODEL, NAME
from tests.awards.test_policies import completed
from tests.support.city import POLICY_V1, RESIDENTS, WOMENS_UNION, day, id_of
from tests.support.spec import mark

ON = day("2026-03-01")

registered = ModelRegistered(
    on=ON,
    model=MODEL,
    unit="20242",
    name=NAME,
    scope="Phường",
    beneficiaries="Hộ nghèo",
    content="Giúp nhau",
    year=2026,
    basis="new",
    subjects=(WOMENS_UNION, RESIDENTS),
    reference="DVK-2026-000001",
    late=False,
    backdated=False,
)
ended = ModelEnded(on=ON, model=MODEL, ground="completed", reason="…")


def model(*events: Event) -> ModelRecord:
    """The record after these facts, stored and read back after each."""
    record: ModelRecord | None = None
    for number, event in enumerate(events, start=1):
        record = model_record(record, event, mark(number))
        record = MODELS.validate_python(MODELS.dump_python(record, mode="json", exclude_none=True))
    assert record is not None
    return record


def amended(**changes: Any) -> ModelAmended:
    """What was declared changed."""
    return ModelAmended(on=ON, model=MODEL, changes=ModelChanges(**changes), reason="…")


def test_a_model_registered() -> None:
    proof = mark(1).id

    assert model(registered) == ModelRecord(
        MODEL,
        NAME,
        "20242",
        (WOMENS_UNION, RESIDENTS),
        name_because=proof,
        subjects_because=proof,
        field_because=proof,
    )


def correction(**changes: Any) -> RecordCorrected:
    """The registration should have read otherwise."""
    return RecordCorrected(
        on=ON,
        model=MODEL,
        corrects=mark(1).id,
        corrected_type="ModelRegistered",
        changes=changes,
        reason="Ghi nhầm",
    )


def test_a_corrected_registration_gives_another_name_and_field_unless_they_changed_since() -> None:
    read = correction(name="Tổ phụ nữ", field="economy", address="Tổ 12")

    assert (model(registered, read).name, model(registered, read).field) == ("Tổ phụ nữ", "economy")
    assert model(registered, amended(name="Tổ tự quản"), read).name == "Tổ tự quản"


def test_corrected_subjects_are_those_unless_they_were_amended_since() -> None:
    renamed = RESIDENTS.model_copy(update={"name": "Khu dân cư số 8"})
    read = correction(
        subjects=[one.model_dump(mode="json", exclude_none=True) for one in (WOMENS_UNION, renamed)]
    )

    assert model(registered, read).subjects == (WOMENS_UNION, renamed)
    assert model(registered, amended(subjects=(RESIDENTS,)), read).subjects == (RESIDENTS,)


def test_another_name() -> None:
    assert model(registered, amended(name="Tổ tự quản")).name == "Tổ tự quản"


def test_other_subjects_of_whom_some_have_left() -> None:
    gone = WOMENS_UNION.model_copy(update={"left": True})

    kept = model(registered, amended(subjects=(gone, RESIDENTS)))

    assert (kept.subjects, kept.taking_part) == ((gone, RESIDENTS), (RESIDENTS,))


def test_an_amendment_of_something_else_changes_nothing_here() -> None:
    assert model(registered, amended(address="Tổ 12")) == model(registered)


def test_its_field() -> None:
    reclassified = ModelReclassified(on=ON, model=MODEL, field="economy", reason="…")

    assert model(registered, reclassified).field == "economy"


def test_its_end() -> None:
    assert model(registered, ended).ended


def test_a_sealed_name_is_not_kept() -> None:
    sealed = Subject(
        kind="individual", type="cadre", person=Person(id=id_of(7), sealed="v1.1.abc"), unit="20242"
    )

    assert model(registered.model_copy(update={"subjects": (sealed,)})).subjects[0].person == Person(
        id=id_of(7)
    )


def test_what_cannot_have_happened_is_not_folded() -> None:
    with pytest.raises(CorruptHistory):
        model(ended)


ASSESSED = CriterionAssessed(on=ON, appraisal=APPRAISAL, criterion="c_1", finding="met", reason="…")
SURVEYED = SurveyRecorded(on=ON, appraisal=APPRAISAL, place="…", participants=(), findings="…")
CONFLICT = ConflictDeclared(on=ON, appraisal=APPRAISAL, reason="…")


@pytest.mark.parametrize("event", [ASSESSED, SURVEYED, completed()])
def test_who_assesses_surveys_or_completes_is_an_appraiser(event: Event) -> None:
    assert appraisal_record(None, event, mark(1, "a")) == AppraisalRecord(APPRAISAL, ("a",))


def test_who_declares_a_conflict_is_known_for_it_before_and_after_the_conclusion() -> None:
    before = appraisal_record(None, CONFLICT, mark(1, "a"))
    after = appraisal_record(appraisal_record(before, completed(), mark(2, "b")), CONFLICT, mark(3, "c"))

    assert after == AppraisalRecord(APPRAISAL, ("b",), ("a", "c"))


def test_nobody_is_named_twice() -> None:
    once = appraisal_record(None, ASSESSED, mark(1, "a"))

    assert appraisal_record(once, SURVEYED, mark(2, "a")) == once


STREAMS: tuple[tuple[str, tuple[Event, ...]], ...] = (
    ("registry", (registered, ModelReceived(on=ON, model=MODEL), amended(name="Tổ tự quản"), ended)),
    ("appraisal", (ASSESSED, CONFLICT, completed(), CONFLICT)),
    ("registry", (POLICY_V1,)),
)


@pytest.mark.parametrize("seed", range(20))
def test_whichever_source_comes_first_the_documents_are_the_same(seed: int) -> None:
    assert _kept(random.Random(seed)) == _kept(None)


def _kept(order: random.Random | None) -> dict[tuple[str, str], Any]:
    """Every document after the streams were told in this order, each stream in its own."""
    waiting = [[(source, n, event) for n, event in enumerate(events, 1)] for source, events in STREAMS]
    documents: dict[tuple[str, str], Any] = {}
    while waiting:
        source, number, event = (order.choice(waiting) if order else waiting[0]).pop(0)
        waiting = [row for row in waiting if row]
        told = Fact(source, "x/y", event, mark(number), "c")
        for projection in SERVICE.projections:
            if source in projection.sources:
                for key in projection.keys(told):
                    place = (projection.name, key)
                    documents[place] = projection.fold(key, documents.get(place), told)
    return documents
