"""What events are made of, as reporting reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting.facts.said.reading import Said


class AtLeast(Said):
    at_least: int


class BuildingQuota(Said):
    unit_kinds: Sequence[str]
    areas: Sequence[str] | None = None
    under: str | None = None
    per: str
    minimum: int
    counts: str


class CommendationForm(Said):
    code: str
    name: str
    track: str
    level: str
    recipient_kinds: Sequence[str]


class Competence(Said):
    act: str
    track: str | None = None
    units: Sequence[str]


class Criterion(Said):
    """One criterion of a set; its words stay in the event."""

    code: str


class CriterionFact(Said):
    criterion: str
    met: bool
    because: Sequence[str]
    checks: Sequence[CheckResult]


class CheckResult(Said):
    check: str
    met: bool


class Decision(Said):
    number: str
    decided_on: str
    authority: str
    signatory: str | None = None
    title: str | None = None


class DocumentRef(Said):
    kind: str | None = None
    number: str | None = None
    dated: str | None = None
    title: str | None = None
    evidence: Evidence | None = None


class Evidence(Said):
    sha256: str
    name: str
    media_type: str
    size: int


class FinalFinding(Said):
    criterion: str
    finding: str


class HeldBefore(Said):
    commendation: str
    form: str
    year: int


class IssuedDocument(Said):
    kind: str
    number: str
    dated: str
    for_: int | str


class Milestone(Said):
    milestone: str
    due_on: str


class ModelChanges(Said):
    name: str | None = None
    subjects: Sequence[Subject] | None = None
    led_by: str | None = None
    started_on: str | None = None
    resources: Mapping[str, int] | None = None
    plan_document: DocumentRef | None = None
    origin: str | None = None
    former_unit: str | None = None
    adopted_from: str | None = None
    year: int | None = None
    basis: str | None = None
    topics: Sequence[str] | None = None
    address: str | None = None


class PersonOrOffice(Said):
    office: str | None = None
    id: str | None = None


class PlannedInspection(Said):
    model: str | None = None
    unit: str | None = None
    kind: str
    due_on: str


class Statement(Said):
    criterion: str
    statement: str
    evidence: Sequence[Mapping[str, Any]] | None = None


class Subject(Said):
    """Who builds a model. Persons are named in the event alone, sealed."""

    kind: str
    type: str
    name: str | None = None
    unit: str | None = None
    of: str | None = None
    left: str | None = None


class Recipient(Said):
    """Who is commended."""

    kind: str
    type: str
    name: str | None = None
    unit: str | None = None
    of: str | None = None
    person: Person | None = None


class Person(Said):
    """A person by id: what was sealed stays in the event that named them."""

    id: str | None = None
