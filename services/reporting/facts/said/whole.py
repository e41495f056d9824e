"""What events say of which more is read than is kept: read in the entries of the ledger, which have it all.

A class for each that is read so, named as the event, its members those that are read. What is put on paper or handed on
as it stands is `Members`: nothing of it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from services.reporting.facts.said.reading import Said
from services.reporting.facts.said.values import CriterionFact, FinalFinding, Milestone, Statement

Members: TypeAlias = Mapping[str, Any]
"""A part of an event in whole, as JSON values."""


class ModelReceived(Said):
    building: Mapping[str, str] | None = None
    note: str | None = None


class ModelReturned(Said):
    reasons: Sequence[str]
    due_on: str | None = None


class ModelAmended(Said):
    changes: Members


class InspectionRecorded(Said):
    kind: str
    by: Members
    findings: str
    conclusion: str
    evidence: Sequence[Members] | None = None


class ProgressReported(Said):
    results: str
    people_reached: int | None = None


class ReplicationProposed(Said):
    model: str
    unit: str
    scope: str
    targets: Sequence[str] = ()
    statements: Mapping[str, str] | None = None
    adoptions: Sequence[str] | None = None
    evidence: Sequence[Members] | None = None


class ReplicationEndorsed(Said):
    unit: str
    report: Members | None = None
    note: str | None = None


class ReplicationAdopted(Said):
    model: str
    unit: str
    adopter: str | None = None
    method: str
    roadmap: Sequence[Milestone]
    responsible: Members
    coordination: str


class ReplicationOutcomeRecorded(Said):
    outcome: str
    findings: str


class PersonsLinked(Said):
    person: str
    same_as: str


class CriteriaPublished(Said):
    criteria: Sequence[Members]


class DossierSubmitted(Said):
    statements: Sequence[Statement]
    parts: Sequence[Members] | None = None
    facts: Sequence[CriterionFact]


class DossierSupplemented(Said):
    statements: Sequence[Statement] | None = None
    parts: Sequence[Members] | None = None
    facts: Sequence[CriterionFact]


class CriterionAssessed(Said):
    criterion: str
    finding: str
    reason: str


class SurveyRecorded(Said):
    place: str
    participants: Sequence[Members]
    findings: str


class OpinionRecorded(Said):
    agency: str
    opinion: str


class AppraisalCompleted(Said):
    summary: str
    outcome: str
    findings: Sequence[FinalFinding]


class HeadsRecorded(Said):
    size: int
    root: str


class CommendationProposed(Said):
    commendation: str
    achievement: str
