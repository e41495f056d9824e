"""What reporting keeps of what the registry tells of units and the rules they go by."""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.facts.said.reading import Said
from services.reporting.facts.said.values import BuildingQuota, Competence


class UnitRegistered(Said):
    unit: str
    name: str
    kind: str
    parent: str | None = None
    area: str | None = None
    tags: Sequence[str] = ()
    emulation_bloc: str | None = None
    agency_code: str | None = None
    origin: str | None = None


class UnitAmended(Said):
    name: str | None = None
    kind: str | None = None
    parent: str | None = None
    area: str | None = None
    tags: Sequence[str] | None = None
    emulation_bloc: str | None = None
    agency_code: str | None = None
    origin: str | None = None


class UnitClosed(Said):
    merged_into: str | None = None


class PolicyPublished(Said):
    version: int
    effective_from: str
    registration_deadline: str
    half_year_cut_off: str
    half_year_due: str
    year_cut_off: str
    year_due: str
    dossier_due: str
    building_quota: Sequence[BuildingQuota]
    reporting_unit_kinds: Sequence[str]
    minimum_months_in_operation: int
    minimum_inspections: int
    rating_required: str
    accept_days: int
    appraise_days: int
    decide_days: int
    opinion_days: int
    recipients: Sequence[str] | None = None
    competences: Sequence[Competence]
    counted_inspections: Sequence[str]
    inspection_every_months: int
    rating_periods: Sequence[str]
    rating_max_age_months: int
    unrated_types: Sequence[str]


class LegalBasisRecorded(Said):
    code: str
    number: str | None = None
    issuer: str
    dated: str | None = None
    subject: str
    valid_from: str | None = None
    valid_to: str | None = None
    replaced_by: str | None = None
