"""Dossiers: what can be asked, from submission to conclusion."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.appraisal_criteria import Finding, Purpose, Statement
from shared.contracts.message import (
    Code,
    Command,
    Day,
    Id,
    Level,
    Line,
    Text,
    UnitId,
)
from shared.contracts.values import (
    Evidence,
    GivenDocument,
    PersonOrOffice,
)


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
