"""The scheme's policy and its legal bases: what the scheme leaves to be decided, and the documents reports quote."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.message import Command, Day, Event, Line, Members, MonthDay, Text, UnitId, Value, Whole
from shared.contracts.registry_units import Area, UnitKind
from shared.contracts.values import CollectiveType, IndividualType

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


class BuildingQuota(Value):
    """How many models some units have to build in a year (III.3.2.1)."""

    unit_kinds: Annotated[tuple[UnitKind, ...], Field(min_length=1)]
    areas: tuple[Area, ...] | None = None
    under: UnitKind | None = None
    per: Literal["field", "unit"]
    minimum: Annotated[int, Field(ge=1, le=1000)]
    counts: Literal["new", "new_or_maintained"]


Competent = Literal["appraise", "recognise", "list", "allocate", "grant", "publish"]
"""The acts for which a body of the city has to be competent."""

InspectionKind = Literal["inspection", "self_inspection", "supervision", "evaluation"]
Units = Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=20)]


class Competence(Value):
    """Which bodies of the city may do something; where it differs between them, for one track of commendations."""

    act: Competent
    track: Literal["state", "party"] | None = None
    units: Units


class PolicyTermsV1(BaseModel):
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


class PolicyTerms(PolicyTermsV1):
    """Since version 2 also which bodies are competent, and what is counted, required and due of inspections."""

    competences: Annotated[tuple[Competence, ...], Field(max_length=50)]
    counted_inspections: Annotated[tuple[InspectionKind, ...], Field(min_length=1)]
    building_verdict_required: bool
    inspection_every_months: Annotated[int, Field(ge=1, le=60)]


class PublishPolicy(PolicyTerms, Command):
    """Put a version of the policy in force from a day on; running cases keep theirs."""


COMPETENCES: tuple[Competence, ...] = (
    Competence(act="appraise", units=("btgdv",)),
    Competence(act="publish", units=("btgdv",)),
    Competence(act="recognise", units=("btv-thanhuy",)),
    Competence(act="list", units=("btv-thanhuy",)),
    Competence(act="allocate", track="state", units=("ubnd-tp",)),
    Competence(act="allocate", track="party", units=("btv-thanhuy",)),
    Competence(act="grant", track="state", units=("ubnd-tp",)),
    Competence(act="grant", track="party", units=("btv-thanhuy",)),
)
"""Who is competent in the city where no policy says otherwise (catalogue, "Competence")."""


def with_competences(data: Members) -> Members:
    """A policy of version 1 as version 2 has it: what it did not speak of is as the scheme's defaults have it."""
    return {
        **data,
        "competences": [one.model_dump(exclude_none=True, mode="json") for one in COMPETENCES],
        "counted_inspections": ["inspection", "supervision", "evaluation"],
        "building_verdict_required": True,
        "inspection_every_months": 6,
    }


class PolicyPublishedV1(PolicyTermsV1, Event):
    """A version of the policy, as recorded before it named competent bodies."""

    fact = "PolicyPublished"
    upcast = with_competences

    version: Annotated[int, Field(ge=1)]


class PolicyPublished(PolicyTerms, Event):
    """A version of the policy, in force from `effective_from` until a later version is."""

    shape: ClassVar[int] = 2

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
            raise PydanticCustomError(
                "legal-basis.period-reversed", "valid_to lies before valid_from", {"at": "valid_to"}
            )
        return self


class RecordLegalBasis(LegalBasisEntry, Command):
    """Put a document on record, or anew with what changed about it."""


class LegalBasisRecorded(LegalBasisEntry, Event):
    """A document as it is on record from now on."""


LegalBasisCommand = RecordLegalBasis
LegalBasisEvent = LegalBasisRecorded
