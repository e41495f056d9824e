"""Models: what a unit declares of its project, and how the filing is received, returned and amended."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field

from shared.contracts.message import (
    Command,
    Day,
    Event,
    FieldName,
    Id,
    Line,
    Members,
    Text,
    UnitId,
    Value,
    Year,
)
from shared.contracts.registry_units import Origin
from shared.contracts.values import DocumentRef, Evidence, Force, GivenDocument, Resources, Subject

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


class ModelRevision(Value):
    """Members of `ModelContent` that may change; those left out stay. Year and basis are fixed for ever."""

    name: Line | None = None
    address: Line | None = None
    scope: Line | None = None
    beneficiaries: Line | None = None
    content: Text | None = None
    political_task: Line | None = None
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


class ModelChanges(ModelRevision):
    """What an amendment changed. The year and the basis could be amended before each year of a model had a
    registration of its own; what was recorded so is read so."""

    year: Year | None = None
    basis: Basis | None = None


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
    registration_document: GivenDocument | None = None
    plan_document: GivenDocument | None = None


class RenewRegistration(Command):
    """Register a model for a further year, with the documents of that year."""

    model: Id
    year: Year
    registration_document: GivenDocument
    plan_document: GivenDocument
    aims: Text | None = None
    expected_results: Text | None = None


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


class AmendModel(ModelRevision, Command):
    """Change what was declared; subjects keep their positions."""

    model: Id
    reason: Line
    registration_document: GivenDocument | None = None
    plan_document: GivenDocument | None = None


class ReclassifyModel(Command):
    """Declare the field, or another one than before."""

    model: Id
    field: FieldName
    reason: Line


def in_time_or_late(data: Members) -> Members:
    """A registration of version 1 as version 2 has it: nobody asked yet whether its day was said afterwards."""
    return {**data, "backdated": False}


class ModelRegisteredV1(ModelContent, Event):
    """A model was declared, as recorded before it was noted on what day that was said."""

    fact = "ModelRegistered"
    upcast = in_time_or_late

    model: Id
    unit: UnitId
    field: FieldName | None = None
    legacy_id: Line | None = None
    reference: Line
    policy_version: int | None = None
    late: bool
    similar: tuple[Similar, ...] = ()


class ModelRegistered(ModelContent, Event):
    """A model was declared, and so registered for its first year; that year and the basis stay for ever.

    `late`: after the registration deadline of the year, or recorded after it without the registration document
    attached. `backdated`: recorded after the deadline as of a day by it.
    """

    shape: ClassVar[int] = 2

    model: Id
    unit: UnitId
    field: FieldName | None = None
    legacy_id: Line | None = None
    reference: Line
    policy_version: int | None = None
    late: bool
    backdated: bool
    similar: tuple[Similar, ...] = ()


class RegistrationRenewed(Event):
    """A model is registered for a further year; `late` and `backdated` as of a first registration."""

    model: Id
    year: Year
    registration_document: DocumentRef
    plan_document: DocumentRef
    aims: Text | None = None
    expected_results: Text | None = None
    policy_version: int | None = None
    late: bool
    backdated: bool


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
    """What was declared changed, and to what. A new name brings `similar`; a new year brought `late`."""

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
