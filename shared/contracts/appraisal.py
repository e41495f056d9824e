"""How models are judged: criteria sets, and dossiers from submission to conclusion."""

# What is not used here is handed on: whoever speaks of this service needs one import.
# pyright: reportUnusedImport=false
from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shared.contracts import correcting
from shared.contracts.appraisal_asked import (
    AcceptDossier,
    AppraiseReplication,
    AssessCriterion,
    CompleteAppraisal,
    DeclareConflict,
    RecordOpinion,
    RecordSurvey,
    ReopenAppraisal,
    RequestOpinion,
    ReturnDossier,
    SubmitDossier,
    SupplementDossier,
    WithdrawDossier,
)
from shared.contracts.appraisal_criteria import (
    AtLeast,
    CheckName,
    CheckResult,
    Checks,
    CriteriaPublished,
    Criterion,
    CriterionChange,
    CriterionFact,
    FinalFinding,
    Finding,
    Outcome,
    PartKind,
    PublishCriteria,
    Purpose,
    Rule,
    Statement,
    Unrated,
)
from shared.contracts.appraisal_told import (
    AppraisalCompleted,
    AppraisalCompletedV1,
    AppraisalReopened,
    ConflictDeclared,
    CriterionAssessed,
    DossierAccepted,
    DossierReturned,
    DossierSubmitted,
    DossierSubmittedV1,
    DossierSupplemented,
    DossierSupplementedV1,
    DossierWithdrawn,
    OpinionRecorded,
    OpinionRequested,
    Submission,
    Supplement,
    SurveyRecorded,
)
from shared.contracts.message import (
    Id,
)


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
