"""What reporting keeps of what the registry tells of a model, from its registration to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting.facts.said.reading import Said
from services.reporting.facts.said.values import DocumentRef, ModelChanges, PersonOrOffice, Subject


class ModelRegistered(Said):
    model: str
    unit: str
    name: str
    field: str | None = None
    year: int
    basis: str
    reference: str
    late: bool
    origin: str | None = None
    former_unit: str | None = None
    subjects: Sequence[Subject]
    topics: Sequence[str] | None = None
    started_on: str | None = None
    resources: Mapping[str, int] | None = None
    similar: Sequence[Mapping[str, Any]] = ()
    policy_version: int | None = None
    adopted_from: str | None = None
    legacy_id: str | None = None
    address: str | None = None
    backdated: bool
    plan_document: DocumentRef | None = None
    led_by: str | None = None


class RegistrationRenewed(Said):
    year: int
    late: bool
    backdated: bool
    policy_version: int | None = None
    plan_document: DocumentRef


class ModelReceived(Said): ...


class ModelReturned(Said):
    due_on: str | None = None


class ModelAmended(Said):
    changes: ModelChanges
    late: bool | None = None
    similar: Sequence[Mapping[str, Any]] | None = None


class ModelReclassified(Said):
    field: str
    previous: str | None = None


class InspectionRecorded(Said):
    kind: str
    conclusion: str
    by: PersonOrOffice


class ProgressReported(Said):
    as_of: str
    people_reached: int | None = None
    resources: Mapping[str, int] | None = None


class RatingRecorded(Said):
    subject: int
    period_kind: str
    period: str
    level: str
    authority_unit: str | None = None


class MaintenanceConfirmed(Said):
    year: int


class ModelSuspended(Said): ...


class ModelResumed(Said): ...


class ModelEnded(Said):
    ground: str


class GuidePublished(Said): ...
