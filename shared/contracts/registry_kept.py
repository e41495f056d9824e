"""What units keep beside models: documents issued, activities, who answers for what, inspections planned.

Each is one record with its day, so that the counts of a report lead to records (III.3.1, III.3.4, III.3.5, V).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.message import Command, Day, Event, FieldName, Id, Line, UnitId, Value, Whole, Year
from shared.contracts.registry_models import Files
from shared.contracts.values import Evidence, PersonOrOffice

DocumentKind = Literal[
    "resolution", "plan", "programme", "criteria", "assignment", "estimate", "inspection_plan", "report"
]
ActivityKind = Literal[
    "contests",
    "seminars",
    "media_items",
    "digital_items",
    "publications",
    "handbooks",
    "exchange_visits",
    "training_courses",
    "trainees",
    "conferences",
    "models_introduced",
    "models_praised",
]
"""The keys of a unit report's `activities`: what is recorded one by one and what is declared in sum have one name."""


class UnitDocument(BaseModel):
    """A document a unit issued for the movement, and the year or years it is for."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    document: Id
    unit: UnitId
    kind: DocumentKind
    number: Line
    dated: Day
    title: Line
    for_: Year | Annotated[str, StringConstraints(pattern=r"^20\d\d(-20\d\d)?$")] = Field(alias="for")
    evidence: Evidence | None = None


class RecordUnitDocument(UnitDocument, Command):
    """Put a document that a unit issued on record."""


class UnitDocumentRecorded(UnitDocument, Event):
    """A unit issued a document."""


class Activity(BaseModel):
    """One thing a unit did to make the movement known or to train for it."""

    activity: Id
    unit: UnitId
    kind: ActivityKind
    title: Line
    place: Line | None = None
    participants: Whole | None = None
    link: Line | None = None
    models: Annotated[tuple[Id, ...], Field(max_length=100)] | None = None
    evidence: Files | None = None


class RecordActivity(Activity, Command):
    """Put an activity on record; `on` is its day."""


class ActivityRecorded(Activity, Event):
    """A unit did something for the movement."""


class Assignment(BaseModel):
    """Who of a committee answers for which fields and units, from the day of the act until `until`."""

    assignment: Id
    unit: UnitId
    responsible: PersonOrOffice
    fields: Annotated[tuple[FieldName, ...], Field(max_length=4)] | None = None
    units: Annotated[tuple[UnitId, ...], Field(max_length=200)] | None = None
    until: Day | None = None


class AssignMember(Assignment, Command):
    """Make somebody of a committee answer for fields or units."""


class MemberAssigned(Assignment, Event):
    """Somebody of a committee answers for fields or units."""


class EndAssignment(Command):
    """End an assignment."""

    assignment: Id
    reason: Line


class AssignmentEnded(Event):
    """An assignment ended."""

    assignment: Id
    reason: Line


class PlannedInspection(Value):
    """One inspection of a plan: of a model, or of a unit; how, and by when."""

    model: Id | None = None
    unit: UnitId | None = None
    kind: Literal["inspection", "self_inspection", "supervision", "evaluation"]
    due_on: Day

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if (self.model is None) == (self.unit is None):
            raise PydanticCustomError("inspection-plan.of-one", "an item names a model or a unit, not both")
        return self


class InspectionPlan(BaseModel):
    """What a unit means to inspect in a year; a later plan of the same unit and year replaces this one."""

    plan: Id
    unit: UnitId
    year: Year
    items: Annotated[tuple[PlannedInspection, ...], Field(min_length=1, max_length=200)]


class PlanInspections(InspectionPlan, Command):
    """Plan the inspections of a year."""


class InspectionsPlanned(InspectionPlan, Event):
    """A unit planned its inspections of a year."""


UnitDocumentCommand = RecordUnitDocument
UnitDocumentEvent = UnitDocumentRecorded
ActivityCommand = RecordActivity
ActivityEvent = ActivityRecorded
AssignmentCommand = AssignMember | EndAssignment
AssignmentEvent = MemberAssigned | AssignmentEnded
InspectionPlanCommand = PlanInspections
InspectionPlanEvent = InspectionsPlanned
