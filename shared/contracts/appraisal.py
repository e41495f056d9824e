"""How models are judged: criteria sets, and dossiers from submission to conclusion."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self, cast

from pydantic import BaseModel, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts import correcting
from shared.contracts.deciding import ByAuthority, as_it_was
from shared.contracts.message import (
    Code,
    Command,
    Day,
    Event,
    FieldName,
    Id,
    Level,
    Line,
    Text,
    UnitId,
    Value,
)
from shared.contracts.values import (
    Decision,
    DecisionGiven,
    DocumentRef,
    Evidence,
    GivenDocument,
    PersonOrOffice,
    Scope,
    Subject,
)

Purpose = Literal["recognition", "replication"]
"""What a dossier asks for: the title of a typical model, or a place on the city's replication list."""

CheckName = Literal[
    "registered_by_deadline",
    "plan_attached",
    "inspections",
    "months_in_operation",
    "rating",
    "successful_adoption",
]
"""The criteria, or parts of them, that recorded facts can answer (R-CRI-2)."""

Finding = Literal["met", "not_met", "needs_evidence"]
Outcome = Literal["eligible", "not_eligible"]


def _listed(value: Any) -> Any:
    # A tuple, because strict mode takes no list for one once a before-validator has had it.
    if isinstance(value, list):
        return tuple(cast("list[Any]", value))
    return (value,) if isinstance(value, str) else value


Checks = Annotated[tuple[CheckName, ...], BeforeValidator(_listed), Field(min_length=1, max_length=6)]
"""One check or several; a single name may be given as such and is kept as a list."""


class Criterion(Value):
    """One criterion in the exact words of its set, with the checks that computed facts answer."""

    code: Code
    text: Text
    check: Checks | None = None


class AtLeast(Value):
    """A rule that asks for so many criteria met, of all there are."""

    at_least: Annotated[int, Field(ge=1, le=50)]


Rule = Literal["all"] | AtLeast


class PartKind(Value):
    """A paper that a dossier under this set holds, and whether it must."""

    kind: Line
    required: bool


class CriterionChange(Value):
    """What a set does otherwise than the one it was derived from."""

    code: Code
    change: Literal["added", "removed", "changed"]


class Statement(Value):
    """What the sender says to one criterion."""

    criterion: Code
    statement: Text
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=20)] | None = None


class Unrated(Value):
    """A subject (by its position, from 1) that the rating asked for leaves out, and why: its type is not rated, or
    it takes part no more."""

    subject: int
    type: Line
    why: Literal["type", "left"]


class CheckResult(Value):
    """One check of a criterion, computed; `because` names the events that it rests on, `unrated` whom it left out."""

    check: CheckName
    met: bool
    because: tuple[Id, ...]
    unrated: tuple[Unrated, ...] | None = None


class CriterionFact(Value):
    """What the record says to one criterion: met when each of its checks is."""

    criterion: Code
    met: bool
    because: tuple[Id, ...]
    checks: tuple[CheckResult, ...]


class FinalFinding(Value):
    """The finding on one criterion that a conclusion rests on, and whose it is."""

    criterion: Code
    finding: Literal["met", "not_met"]
    by: Line


class PublishCriteria(Command):
    criteria_set: Id
    purpose: Purpose
    level: Level
    unit: UnitId | None = None
    derived_from: Id | None = None
    basis: DecisionGiven | None = None
    effective_from: Day
    rule: Rule
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=50)]
    parts: Annotated[tuple[PartKind, ...], Field(max_length=50)] | None = None

    @model_validator(mode="after")
    def _codes_and_rule_fit(self) -> Self:
        codes = [criterion.code for criterion in self.criteria]
        if len(codes) != len(set(codes)):
            raise PydanticCustomError("criteria.code-twice", "each criterion has a code of its own")
        if isinstance(self.rule, AtLeast) and self.rule.at_least > len(codes):
            raise PydanticCustomError(
                "criteria.rule-beyond", "the rule asks for more criteria than there are"
            )
        return self


class CriteriaPublished(Event):
    criteria_set: Id
    purpose: Purpose
    level: Level
    unit: UnitId | None = None
    derived_from: Id | None = None
    derived_version: int | None = None
    basis: Decision | None = None
    effective_from: Day
    rule: Rule
    criteria: tuple[Criterion, ...]
    parts: tuple[PartKind, ...] | None = None
    version: int
    changes: tuple[CriterionChange, ...] | None = None


# --- dossiers: what can be asked ---------------------------------------------------------------


class SubmitDossier(Command):
    appraisal: Id
    model: Id
    purpose: Purpose
    level: Level
    unit: UnitId
    replication: Id | None = None
    statements: Annotated[tuple[Statement, ...], Field(max_length=50)]
    parts: Annotated[tuple[GivenDocument, ...], Field(max_length=50)] | None = None

    @model_validator(mode="after")
    def _replication_fits_purpose(self) -> Self:
        if (self.purpose == "replication") != (self.replication is not None):
            raise PydanticCustomError(
                "appraisal.replication-named-or-not",
                "a dossier for replication, and only that, names its proposal",
            )
        if self.purpose == "replication" and self.level != "city":
            raise PydanticCustomError(
                "appraisal.replication-is-of-the-city", "only replication in the whole city is appraised"
            )
        return self


class AppraiseReplication(Command):
    """Sent by a policy: a replication in the whole city is ready to be appraised, so its dossier opens."""

    appraisal: Id
    replication: Id


class AcceptDossier(Command):
    appraisal: Id
    note: Line | None = None


class ReturnDossier(Command):
    appraisal: Id
    missing: Annotated[tuple[Line, ...], Field(min_length=1, max_length=50)]
    due_on: Day | None = None


class SupplementDossier(Command):
    appraisal: Id
    statements: Annotated[tuple[Statement, ...], Field(max_length=50)] | None = None
    parts: Annotated[tuple[GivenDocument, ...], Field(max_length=50)] | None = None


class WithdrawDossier(Command):
    appraisal: Id
    reason: Line


class RecordSurvey(Command):
    appraisal: Id
    place: Line
    participants: Annotated[tuple[PersonOrOffice, ...], Field(max_length=50)]
    findings: Text
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=20)] | None = None


class RequestOpinion(Command):
    appraisal: Id
    agency: Line
    question: Line
    due_on: Day | None = None


class RecordOpinion(Command):
    appraisal: Id
    agency: Line
    opinion: Text


class DeclareConflict(Command):
    appraisal: Id
    reason: Line


class AssessCriterion(Command):
    appraisal: Id
    criterion: Code
    finding: Finding
    reason: Text
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=20)] | None = None


class CompleteAppraisal(Command):
    appraisal: Id
    summary: Text


class ReopenAppraisal(Command):
    appraisal: Id
    reason: Line


# --- dossiers: what is told --------------------------------------------------------------------


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


class CorrectRecord(correcting.CorrectRecord):
    """Say what one event of a dossier or a criteria set should have read."""

    appraisal: Id | None = None
    criteria_set: Id | None = None

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        if (self.appraisal is None) == (self.criteria_set is None):
            raise PydanticCustomError("correction.of-one-thing", "a correction is of one thing")
        return self


class RecordCorrected(correcting.RecordCorrected):
    """One event of this dossier or criteria set should have read otherwise."""

    appraisal: Id | None = None
    criteria_set: Id | None = None


CriteriaCommand = PublishCriteria
CriteriaEvent = CriteriaPublished

DossierCommand = (
    SubmitDossier
    | AppraiseReplication
    | AcceptDossier
    | ReturnDossier
    | SupplementDossier
    | WithdrawDossier
    | RecordSurvey
    | RequestOpinion
    | RecordOpinion
    | DeclareConflict
    | AssessCriterion
    | CompleteAppraisal
    | ReopenAppraisal
)
DossierEvent = (
    DossierSubmitted
    | DossierAccepted
    | DossierReturned
    | DossierSupplemented
    | DossierWithdrawn
    | SurveyRecorded
    | OpinionRequested
    | OpinionRecorded
    | ConflictDeclared
    | CriterionAssessed
    | AppraisalCompleted
    | AppraisalReopened
)

EVENTS = (
    CriteriaPublished,
    DossierSubmittedV1,
    DossierSubmitted,
    DossierAccepted,
    DossierReturned,
    DossierSupplementedV1,
    DossierSupplemented,
    DossierWithdrawn,
    SurveyRecorded,
    OpinionRequested,
    OpinionRecorded,
    ConflictDeclared,
    CriterionAssessed,
    AppraisalCompletedV1,
    AppraisalCompleted,
    AppraisalReopened,
    RecordCorrected,
)
