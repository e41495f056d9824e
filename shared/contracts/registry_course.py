"""The course of a model once it is declared: inspected, rated, kept up, rested, documented, ended."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.message import Command, Day, Event, Id, Line, Members, Text, UnitId, Whole, Year
from shared.contracts.registry_models import (
    AmendModel,
    Files,
    ModelAmended,
    ModelReceived,
    ModelReclassified,
    ModelRegistered,
    ModelReturned,
    ReceiveModel,
    ReclassifyModel,
    RegisterModel,
    RegistrationRenewed,
    RenewRegistration,
    ReturnModel,
)
from shared.contracts.registry_policy import InspectionKind, PeriodKind, RatingLevel
from shared.contracts.values import Decision, DecisionGiven, PersonOrOffice, Resources

Ground = Literal["completed", "failed", "duplicate", "withdrawn"]

PERIODS = {
    "quarter": re.compile(r"20\d\d-Q[1-4]"),
    "year": re.compile(r"20\d\d"),
    "term": re.compile(r"(20\d\d)-(20\d\d)"),
}


class RecordInspection(Command):
    """Record that a model was inspected, and what was found."""

    model: Id
    kind: InspectionKind
    by: PersonOrOffice
    findings: Text
    conclusion: Literal["on_course", "adjust", "formalistic"]
    evidence: Files | None = None


class ReportProgress(Command):
    """Report what a model has reached by a day; resources are cumulative since its start."""

    model: Id
    as_of: Day
    results: Text
    people_reached: Whole | None = None
    resources: Resources | None = None
    evidence: Files | None = None


class RatingEntry(BaseModel):
    """How the subject at this position of a model was rated for a period."""

    model: Id
    subject: Annotated[int, Field(ge=1, le=100)]
    period_kind: PeriodKind
    period: Line
    level: RatingLevel

    @model_validator(mode="after")
    def _period_of_its_kind(self) -> Self:
        match = PERIODS[self.period_kind].fullmatch(self.period)
        if match is None or (self.period_kind == "term" and match[1] >= match[2]):
            raise PydanticCustomError("rating.period", "not a period of its kind", {"at": "period"})
        return self


class RecordRating(RatingEntry, Command):
    """Record a rating of one subject by a unit above it; ratings may lie before the registration."""

    authority_unit: UnitId
    decision: DecisionGiven


class ConfirmMaintenance(Command):
    """State that a model was kept up in a year."""

    model: Id
    year: Year
    statement: Text


class SuspendModel(Command):
    """Let a model rest."""

    model: Id
    reason: Line


class ResumeModel(Command):
    """Take a suspended model up again."""

    model: Id
    reason: Line


class EndModel(Command):
    """End a model; its record stands."""

    model: Id
    ground: Ground
    reason: Line


class PublishGuide(Command):
    """Publish how a model works, for those who want to adopt it (III.3.4)."""

    model: Id
    content: Text
    process: Text
    method: Text
    experience: Text
    evidence: Files | None = None


class InspectionRecorded(Event):
    """A model was inspected."""

    model: Id
    kind: InspectionKind
    by: PersonOrOffice
    findings: Text
    conclusion: Literal["on_course", "adjust", "formalistic"]
    evidence: Files | None = None


class ProgressReported(Event):
    """What a model had reached by `as_of`."""

    model: Id
    as_of: Day
    results: Text
    people_reached: Whole | None = None
    resources: Resources | None = None
    evidence: Files | None = None


def by_words(data: Members) -> Members:
    """A rating of version 1 as version 2 has it: who rated was said in words, which stay."""
    return data


class RatingRecordedV1(RatingEntry, Event):
    """An authority rated one subject for a period, as recorded before it was a unit on record."""

    fact = "RatingRecorded"
    upcast = by_words

    authority: Line
    decision: Decision | None = None


class RatingRecorded(RatingEntry, Event):
    """A unit above it rated one subject for a period, by a decision.

    Where the rating was recorded before that was asked, `authority` says in words who rated.
    """

    shape: ClassVar[int] = 2

    authority_unit: UnitId | None = None
    authority: Line | None = None
    decision: Decision | None = None


class MaintenanceConfirmed(Event):
    """A model was kept up in `year`."""

    model: Id
    year: Year
    statement: Text


class ModelSuspended(Event):
    """A model rests."""

    model: Id
    reason: Line


class ModelResumed(Event):
    """A model is in operation again."""

    model: Id
    reason: Line


class ModelEnded(Event):
    """A model ended."""

    model: Id
    ground: Ground
    reason: Line


class GuidePublished(Event):
    """How a model works is on record for others; a later guide replaces an earlier one."""

    model: Id
    content: Text
    process: Text
    method: Text
    experience: Text
    evidence: Files | None = None


ModelCommand = (
    RegisterModel
    | RenewRegistration
    | ReceiveModel
    | ReturnModel
    | AmendModel
    | ReclassifyModel
    | RecordInspection
    | ReportProgress
    | RecordRating
    | ConfirmMaintenance
    | SuspendModel
    | ResumeModel
    | EndModel
    | PublishGuide
)
ModelEvent = (
    ModelRegistered
    | RegistrationRenewed
    | ModelReceived
    | ModelReturned
    | ModelAmended
    | ModelReclassified
    | InspectionRecorded
    | ProgressReported
    | RatingRecorded
    | MaintenanceConfirmed
    | ModelSuspended
    | ModelResumed
    | ModelEnded
    | GuidePublished
)
