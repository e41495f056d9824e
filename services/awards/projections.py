"""What awards keeps of others: the registry's models, and who worked on each appraisal.

A projection knows meaning only. Order, redelivery and storage are the runner's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from services.awards.domain.records import AppraisalRecord, ModelRecord
from shared.contracts.appraisal import AppraisalCompleted, ConflictDeclared, CriterionAssessed, SurveyRecorded
from shared.contracts.message import Event
from shared.contracts.people import PersonsLinked
from shared.contracts.registry import (
    ModelAmended,
    ModelEnded,
    ModelReclassified,
    ModelRegistered,
    RecordCorrected,
)
from shared.contracts.values import Subject
from shared.decider import Mark
from shared.errors import CorruptHistory
from shared.following.records import Records
from shared.people.unsealed import unsealed_subjects
from shared.reference.scheme import POLICIES
from shared.reference.unit_cards import UNITS
from shared.wiring import Fact, Projection

MODELS = TypeAdapter(ModelRecord)
APPRAISALS = TypeAdapter(AppraisalRecord)


def model_record(record: ModelRecord | None, event: Event, mark: Mark) -> ModelRecord:
    """The model after one more fact of it."""
    match record, event:
        case None, ModelRegistered():
            return ModelRecord(
                model=event.model,
                name=event.name,
                unit=event.unit,
                subjects=unsealed_subjects(event.subjects),
                field=event.field,
                name_because=mark.id,
                subjects_because=mark.id,
                field_because=mark.id,
            )
        case ModelRecord(), ModelAmended():
            changes: dict[str, Any] = {}
            if event.changes.name is not None:
                changes |= {"name": event.changes.name, "name_because": mark.id}
            if event.changes.subjects is not None:
                changes |= {
                    "subjects": unsealed_subjects(event.changes.subjects),
                    "subjects_because": mark.id,
                }
            return replace(record, **changes)
        case ModelRecord(), ModelReclassified():
            return replace(record, field=event.field, field_because=mark.id)
        case ModelRecord(), RecordCorrected():
            members = ("name", "field")
            standing = [m for m in members if getattr(record, f"{m}_because") == event.corrects]
            changes = {m: event.changes[m] for m in standing if m in event.changes}
            if "subjects" in event.changes and record.subjects_because == event.corrects:
                named = tuple(Subject.model_validate(one) for one in event.changes["subjects"])
                changes["subjects"] = unsealed_subjects(named)
            return replace(record, **changes)
        case ModelRecord(), ModelEnded():
            return replace(record, ended=True)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {record}")


def appraisal_record(record: AppraisalRecord | None, event: Event, mark: Mark) -> AppraisalRecord:
    """Who worked on an appraisal, after one more fact of it."""
    match event:
        case CriterionAssessed() | SurveyRecorded() | AppraisalCompleted():
            known = record or AppraisalRecord(event.appraisal)
            return replace(known, appraisers=_with(known.appraisers, mark.actor))
        case ConflictDeclared():
            known = record or AppraisalRecord(event.appraisal)
            return replace(known, conflicts=_with(known.conflicts, mark.actor))
        case _:
            raise CorruptHistory(f"{type(event).__name__} says nothing of who worked on it")


def _of_model(event: Event) -> str | None:
    match event:
        case ModelRegistered() | ModelAmended() | ModelReclassified() | ModelEnded() | RecordCorrected():
            return event.model
        case _:
            return None


def _of_appraisal(event: Event) -> str | None:
    match event:
        case CriterionAssessed() | SurveyRecorded() | AppraisalCompleted() | ConflictDeclared():
            return event.appraisal
        case _:
            return None


def _with(actors: tuple[str, ...], actor: str) -> tuple[str, ...]:
    return actors if actor in actors else (*actors, actor)


def _linked(fact: Fact) -> Sequence[str]:
    return (fact.event.person, fact.event.same_as) if isinstance(fact.event, PersonsLinked) else ()


def _link(key: str, document: dict[str, Any] | None, fact: Fact) -> dict[str, Any]:
    """The ids that this one was linked to directly, either way round."""
    assert isinstance(fact.event, PersonsLinked)
    other = fact.event.same_as if fact.event.person == key else fact.event.person
    near: list[str] = [] if document is None else document["near"]
    return {"near": sorted({*near, other})}


PROJECTIONS = (
    Projection("persons", ("registry",), _linked, _link),
    UNITS,
    POLICIES,
    Records(MODELS, _of_model, model_record).kept("models", "registry", number=2),
    Records(APPRAISALS, _of_appraisal, appraisal_record).kept("appraisals", "appraisal"),
)
