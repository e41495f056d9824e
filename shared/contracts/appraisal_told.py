"""Dossiers: what is told, from submission to conclusion."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel

from shared.contracts.appraisal_criteria import (
    CriterionFact,
    FinalFinding,
    Finding,
    Outcome,
    Purpose,
    Statement,
)
from shared.contracts.deciding import ByAuthority, as_it_was
from shared.contracts.message import (
    Code,
    Day,
    Event,
    FieldName,
    Id,
    Level,
    Line,
    Text,
    UnitId,
)
from shared.contracts.values import (
    DocumentRef,
    Evidence,
    PersonOrOffice,
    Scope,
    Subject,
)


class Submission(BaseModel):
    """What a dossier came with, and what the record said to it on the day."""

    appraisal: Id
    model: Id
    purpose: Purpose
    level: Level
    unit: UnitId
    replication: Id | None = None
    statements: tuple[Statement, ...]
    parts: tuple[DocumentRef, ...] | None = None
    model_unit: UnitId
    criteria_set: Id
    criteria_version: int
    policy_version: int
    facts: tuple[CriterionFact, ...]
    known: dict[str, int] | None = None


class DossierSubmittedV1(Submission, Event):
    fact = "DossierSubmitted"
    upcast = as_it_was


class DossierSubmitted(Submission, Event):
    shape: ClassVar[int] = 2


class DossierAccepted(Event):
    appraisal: Id
    note: Line | None = None


class DossierReturned(Event):
    appraisal: Id
    missing: tuple[Line, ...]
    due_on: Day | None = None


class Supplement(BaseModel):
    """What was added to a dossier, and what the record said then."""

    appraisal: Id
    statements: tuple[Statement, ...] | None = None
    parts: tuple[DocumentRef, ...] | None = None
    facts: tuple[CriterionFact, ...]
    known: dict[str, int] | None = None


class DossierSupplementedV1(Supplement, Event):
    fact = "DossierSupplemented"
    upcast = as_it_was


class DossierSupplemented(Supplement, Event):
    shape: ClassVar[int] = 2


class DossierWithdrawn(Event):
    appraisal: Id
    reason: Line
    model: Id
    purpose: Purpose
    level: Level
    known: dict[str, int] | None = None


class SurveyRecorded(Event):
    appraisal: Id
    place: Line
    participants: tuple[PersonOrOffice, ...]
    findings: Text
    evidence: tuple[Evidence, ...] | None = None


class OpinionRequested(Event):
    appraisal: Id
    agency: Line
    question: Line
    due_on: Day | None = None


class OpinionRecorded(Event):
    appraisal: Id
    agency: Line
    opinion: Text


class ConflictDeclared(Event):
    appraisal: Id
    reason: Line


class CriterionAssessed(Event):
    appraisal: Id
    criterion: Code
    finding: Finding
    reason: Text
    evidence: tuple[Evidence, ...] | None = None


class AppraisalCompletedV1(Event):
    fact = "AppraisalCompleted"
    upcast = as_it_was

    appraisal: Id
    summary: Text
    outcome: Outcome
    findings: tuple[FinalFinding, ...]
    model: Id
    model_name: Line
    model_unit: UnitId
    unit: UnitId
    unit_name: Line
    field: FieldName | None = None
    level: Level
    purpose: Purpose
    subjects: tuple[Subject, ...]
    replication: Id | None = None
    proposed_scope: Scope | None = None
    targets: tuple[Line, ...] | None = None
    criteria_set: Id
    criteria_version: int
    appraisers: tuple[Line, ...]
    conflicts: tuple[Line, ...]
    known: dict[str, int] | None = None


class AppraisalCompleted(AppraisalCompletedV1, ByAuthority):
    shape: ClassVar[int] = 2


class AppraisalReopened(Event):
    appraisal: Id
    reason: Line
    model: Id
    purpose: Purpose
    level: Level
    known: dict[str, int] | None = None
