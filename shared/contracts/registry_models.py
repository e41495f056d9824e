"""Models: what a unit declares of its project, and how the filing is received, returned and amended."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from shared.contracts.message import (
    Command,
    Day,
    Event,
    FieldName,
    Id,
    Line,
    Text,
    UnitId,
    Value,
    Year,
)
from shared.contracts.registry_units import Origin
from shared.contracts.values import DocumentRef, Evidence, Force, Resources, Subject

Basis = Literal["new", "maintained"]
Lines = Annotated[tuple[Line, ...], Field(max_length=50)]
Files = Annotated[tuple[Evidence, ...], Field(max_length=50)]
Subjects = Annotated[tuple[Subject, ...], Field(min_length=1, max_length=100)]
Forces = Annotated[tuple[Force, ...], Field(max_length=100)]
Finding = Literal["met", "not_met"]


class ModelContent(BaseModel):
    """What a unit declares of a model and may amend later (form of C.2.1)."""

    name: Line
    address: Line | None = None
    scope: Line
    beneficiaries: Line
    content: Text
    political_task: Line | None = None
    year: Year
    basis: Basis
    subjects: Subjects
    led_by: Line | None = None
    forces: Forces | None = None
    topics: Lines | None = None
    focus: Lines | None = None
    started_on: Day | None = None
    current_situation: Text | None = None
    aims: Text | None = None
    resources: Resources | None = None
    expected_results: Text | None = None
    sustainability: Text | None = None
    registration_document: DocumentRef | None = None
    plan_document: DocumentRef | None = None
    linked_movement: Line | None = None
    origin: Origin | None = None
    former_unit: Line | None = None
    adopted_from: Id | None = None


class ModelChanges(Value):
    """Members of `ModelContent` that change; those left out stay."""

    name: Line | None = None
    address: Line | None = None
    scope: Line | None = None
    beneficiaries: Line | None = None
    content: Text | None = None
    political_task: Line | None = None
    year: Year | None = None
    basis: Basis | None = None
    subjects: Subjects | None = None
    led_by: Line | None = None
    forces: Forces | None = None
    topics: Lines | None = None
    focus: Lines | None = None
    started_on: Day | None = None
    current_situation: Text | None = None
    aims: Text | None = None
    resources: Resources | None = None
    expected_results: Text | None = None
    sustainability: Text | None = None
    registration_document: DocumentRef | None = None
    plan_document: DocumentRef | None = None
    linked_movement: Line | None = None
    origin: Origin | None = None
    former_unit: Line | None = None
    adopted_from: Id | None = None


class Similar(Value):
    """A model whose name comes close: a warning, never a refusal. The score goes from 0 to 100."""

    model: Id
    name: Line
    unit: UnitId
    score: Annotated[int, Field(ge=0, le=100)]


class Building(Value):
    """The four criteria for building a model (III.3.2.3), as found at reception."""

    c_bld_1: Finding | None = None
    c_bld_2: Finding | None = None
    c_bld_3: Finding | None = None
    c_bld_4: Finding | None = None


class RegisterModel(ModelContent, Command):
    """Declare a model; the field may be declared later, but before reception."""

    model: Id
    unit: UnitId
    field: FieldName | None = None
    legacy_id: Line | None = None


class ReceiveModel(Command):
    """Accept the filing of a model (Phụ lục 01: tiếp nhận)."""

    model: Id
    building: Building | None = None
    note: Line | None = None


class ReturnModel(Command):
    """Send the filing back with what is to be mended."""

    model: Id
    reasons: Annotated[tuple[Line, ...], Field(min_length=1, max_length=50)]
    due_on: Day | None = None


class AmendModel(ModelChanges, Command):
    """Change what was declared; subjects keep their positions."""

    model: Id
    reason: Line


class ReclassifyModel(Command):
    """Declare the field, or another one than before."""

    model: Id
    field: FieldName
    reason: Line


class ModelRegistered(ModelContent, Event):
    """A model was declared. `late`: after the registration deadline of its year."""

    model: Id
    unit: UnitId
    field: FieldName | None = None
    legacy_id: Line | None = None
    reference: Line
    policy_version: int | None = None
    late: bool
    similar: tuple[Similar, ...] = ()


class ModelReceived(Event):
    """The filing was accepted; the model is in operation."""

    model: Id
    building: Building | None = None
    note: Line | None = None


class ModelReturned(Event):
    """The filing went back; amending it asks for reception again."""

    model: Id
    reasons: tuple[Line, ...]
    due_on: Day | None = None


class ModelAmended(Event):
    """What was declared changed, and to what. A new name brings `similar`, a new year `late`."""

    model: Id
    changes: ModelChanges
    reason: Line
    late: bool | None = None
    similar: tuple[Similar, ...] | None = None


class ModelReclassified(Event):
    """The field was declared (no `previous`) or is another one now."""

    model: Id
    field: FieldName
    previous: FieldName | None = None
    reason: Line
