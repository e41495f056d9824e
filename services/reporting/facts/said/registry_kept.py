"""What reporting keeps of what the registry tells of spreading, reports and what units keep beside models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.reporting.facts.said.reading import Said
from services.reporting.facts.said.values import (
    Evidence,
    IssuedDocument,
    Milestone,
    PersonOrOffice,
    PlannedInspection,
)


class ReplicationProposed(Said):
    replication: str
    model: str
    unit: str
    scope: str
    targets: Sequence[str] = ()
    next: str | None = None
    field: str | None = None
    model_name: str
    adoptions: Sequence[str] | None = None


class ReplicationEndorsed(Said):
    unit: str
    next: str | None = None


class ReplicationWithdrawn(Said): ...


class ReplicationAdopted(Said):
    adoption: str
    model: str
    unit: str
    adopter: str | None = None
    roadmap: Sequence[Milestone]


class ReplicationOutcomeRecorded(Said):
    outcome: str


class MilestoneReached(Said):
    milestone: int


class RoadmapAmended(Said):
    roadmap: Sequence[Milestone]


class UnitReportSubmitted(Said):
    unit: str
    period: str
    activities: Mapping[str, int]
    documents: Sequence[IssuedDocument]
    funding: Mapping[str, int] | None = None
    late: bool
    policy_version: int | None = None


class UnitReportAmended(Said):
    activities: Mapping[str, int] | None = None
    documents: Sequence[IssuedDocument] | None = None
    funding: Mapping[str, int] | None = None


class UnitDocumentRecorded(Said):
    document: str
    unit: str
    kind: str
    number: str
    dated: str
    title: str
    for_: int | str
    evidence: Evidence | None = None


class ActivityRecorded(Said):
    activity: str
    unit: str
    kind: str
    title: str
    place: str | None = None
    participants: int | None = None
    link: str | None = None
    models: Sequence[str] | None = None
    evidence: Sequence[Evidence] | None = None


class MemberAssigned(Said):
    assignment: str
    unit: str
    responsible: PersonOrOffice
    fields: Sequence[str] | None = None
    units: Sequence[str] | None = None
    until: str | None = None


class AssignmentEnded(Said):
    reason: str


class InspectionsPlanned(Said):
    plan: str
    unit: str
    year: int
    items: Sequence[PlannedInspection]
