"""Units, the scheme's policy and its legal bases: what the operator keeps in order."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.message import Command, Day, Event, Line, MonthDay, Text, UnitId, Value, Whole
from shared.contracts.values import CollectiveType, IndividualType

UnitKind = Literal[
    "city_committee",
    "commission",
    "commune_committee",
    "bloc_committee",
    "organisation",
    "front",
    "authority",
    "other",
]
Area = Literal["ward", "commune", "special_zone"]
Tag = Literal["urban", "rural", "mountain", "ethnic_minority", "religious"]
Origin = Literal["da_nang", "quang_nam"]
"""Which of the two merged provinces something comes from."""

AgencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+(\.[A-Z0-9]+)*$", max_length=35)]
"""The electronic agency identifier (Quyết định 20/2020/QĐ-TTg)."""

BasisCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
"""The short name of a legal basis; the scheme itself is `scheme`."""

RatingLevel = Literal["excellent", "good", "completed", "not_completed"]
PeriodKind = Literal["quarter", "year", "term"]

ReceptionField = Literal[
    "address",
    "field",
    "political_task",
    "led_by",
    "forces",
    "topics",
    "focus",
    "started_on",
    "current_situation",
    "aims",
    "resources",
    "expected_results",
    "sustainability",
    "registration_document",
    "plan_document",
    "linked_movement",
    "origin",
    "former_unit",
]
"""What may be missing when a model is registered, and may be required before it is received."""


class RegisterUnit(Command):
    """Put a unit on record: a committee, an organisation, an authority."""

    unit: UnitId
    name: Line
    kind: UnitKind
    parent: UnitId | None = None
    area: Area | None = None
    tags: tuple[Tag, ...] = ()
    emulation_bloc: Line | None = None
    agency_code: AgencyCode | None = None
    origin: Origin | None = None


class AmendUnit(Command):
    """Change what is on record of a unit; members that are left out stay."""

    unit: UnitId
    name: Line | None = None
    kind: UnitKind | None = None
    parent: UnitId | None = None
    area: Area | None = None
    tags: tuple[Tag, ...] | None = None
    emulation_bloc: Line | None = None
    agency_code: AgencyCode | None = None
    origin: Origin | None = None
    reason: Line


class CloseUnit(Command):
    """Close a unit; `merged_into` takes over its rights, duties, models and children."""

    unit: UnitId
    reason: Line
    merged_into: UnitId | None = None


class UnitRegistered(Event):
    """A unit is on record."""

    unit: UnitId
    name: Line
    kind: UnitKind
    parent: UnitId | None = None
    area: Area | None = None
    tags: tuple[Tag, ...] = ()
    emulation_bloc: Line | None = None
    agency_code: AgencyCode | None = None
    origin: Origin | None = None


class UnitAmended(Event):
    """What is on record of a unit changed; only what changed is here."""

    unit: UnitId
    name: Line | None = None
    kind: UnitKind | None = None
    parent: UnitId | None = None
    area: Area | None = None
    tags: tuple[Tag, ...] | None = None
    emulation_bloc: Line | None = None
    agency_code: AgencyCode | None = None
    origin: Origin | None = None
    reason: Line


class UnitClosed(Event):
    """A unit is no more. Recorded events keep naming it."""

    unit: UnitId
    reason: Line
    merged_into: UnitId | None = None


UnitCommand = RegisterUnit | AmendUnit | CloseUnit
UnitEvent = UnitRegistered | UnitAmended | UnitClosed


class BuildingQuota(Value):
    """How many models some units have to build in a year (III.3.2.1)."""

    unit_kinds: Annotated[tuple[UnitKind, ...], Field(min_length=1)]
    areas: tuple[Area, ...] | None = None
    under: UnitKind | None = None
    per: Literal["field", "unit"]
    minimum: Annotated[int, Field(ge=1, le=1000)]
    counts: Literal["new", "new_or_maintained"]


class PolicyTerms(BaseModel):
    """What the scheme leaves to be decided: dates, thresholds, what is asked of whom."""

    effective_from: Day
    registration_deadline: MonthDay
    half_year_cut_off: MonthDay
    half_year_due: MonthDay
    year_cut_off: MonthDay
    year_due: MonthDay
    dossier_due: MonthDay
    minimum_months_in_operation: Whole
    minimum_inspections: Whole
    rating_required: RatingLevel
    rating_periods: Annotated[tuple[PeriodKind, ...], Field(min_length=1)]
    rating_max_age_months: Whole
    unrated_types: tuple[CollectiveType | IndividualType | Literal["household"], ...]
    required_at_reception: tuple[ReceptionField, ...]
    accept_days: Whole
    appraise_days: Whole
    decide_days: Whole
    opinion_days: Whole
    reporting_unit_kinds: tuple[UnitKind, ...]
    building_quota: tuple[BuildingQuota, ...]
    recipients: tuple[Line, ...] | None = None
    basis: Text | None = None


class PublishPolicy(PolicyTerms, Command):
    """Put a version of the policy in force from a day on; running cases keep theirs."""


class PolicyPublished(PolicyTerms, Event):
    """A version of the policy, in force from `effective_from` until a later version is."""

    version: Annotated[int, Field(ge=1)]


PolicyCommand = PublishPolicy
PolicyEvent = PolicyPublished


class LegalBasisEntry(BaseModel):
    """A document that reports quote as their ground."""

    code: BasisCode
    number: Line | None = None
    issuer: Line
    dated: Day | None = None
    subject: Line
    valid_from: Day | None = None
    valid_to: Day | None = None
    replaced_by: BasisCode | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            raise PydanticCustomError("legal-basis.period-reversed", "valid_to lies before valid_from")
        return self


class RecordLegalBasis(LegalBasisEntry, Command):
    """Put a document on record, or anew with what changed about it."""


class LegalBasisRecorded(LegalBasisEntry, Event):
    """A document as it is on record from now on."""


LegalBasisCommand = RecordLegalBasis
LegalBasisEvent = LegalBasisRecorded
