"""What reporting keeps of what appraisal tells."""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.facts.said.reading import Said
from services.reporting.facts.said.values import AtLeast, Criterion, CriterionFact, FinalFinding


class CriteriaPublished(Said):
    criteria_set: str
    purpose: str
    level: str
    unit: str | None = None
    derived_from: str | None = None
    effective_from: str
    version: int
    rule: str | AtLeast
    criteria: Sequence[Criterion]


class DossierSubmitted(Said):
    appraisal: str
    model: str
    purpose: str
    level: str
    unit: str
    replication: str | None = None
    model_unit: str
    criteria_set: str
    criteria_version: int
    policy_version: int
    facts: Sequence[CriterionFact]


class DossierAccepted(Said): ...


class DossierReturned(Said):
    missing: Sequence[str]
    due_on: str | None = None


class DossierSupplemented(Said):
    facts: Sequence[CriterionFact]


class DossierWithdrawn(Said): ...


class ConflictDeclared(Said): ...


class CriterionAssessed(Said):
    criterion: str
    finding: str


class SurveyRecorded(Said): ...


class OpinionRequested(Said):
    agency: str
    due_on: str | None = None


class OpinionRecorded(Said):
    agency: str


class AppraisalCompleted(Said):
    outcome: str
    findings: Sequence[FinalFinding]
    model: str
    model_name: str
    model_unit: str
    unit: str
    field: str | None = None
    level: str
    purpose: str
    replication: str | None = None
    criteria_set: str
    criteria_version: int
    appraisers: Sequence[str]
    authority_unit: str | None = None


class AppraisalReopened(Said): ...
