"""What reporting keeps of what awards tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.reporting.facts.said.reading import Said
from services.reporting.facts.said.values import CommendationForm, Decision, HeldBefore, Recipient, Subject


class RecognitionOpened(Said):
    model: str
    model_name: str
    model_unit: str
    unit: str
    field: str | None = None
    level: str
    appraisal: str
    appraisers: Sequence[str]


class ModelRecognised(Said):
    model: str
    model_name: str
    model_unit: str
    unit: str
    unit_name: str
    field: str | None = None
    level: str
    earlier: str | None = None
    appraisal: str | None = None
    decision: Decision
    subjects: Sequence[Subject]
    criteria_set: str | None = None
    criteria_version: int | None = None
    praise: str | None = None
    authority_unit: str | None = None


class RecognitionDeclined(Said):
    model: str
    level: str
    field: str | None = None
    unit: str
    decision: Decision | None = None
    authority_unit: str | None = None
    reason: str


class RecognitionDeferred(Said):
    model: str
    level: str
    field: str | None = None
    unit: str
    decision: Decision | None = None
    authority_unit: str | None = None
    reason: str


class RecognitionRevoked(Said):
    model: str
    level: str
    field: str | None = None
    unit: str
    ground: str
    decision: Decision
    authority_unit: str | None = None
    reason: str


class RecognitionWithdrawn(Said):
    model: str
    level: str


class ListingOpened(Said):
    model: str
    model_name: str
    model_unit: str
    unit: str
    field: str | None = None
    appraisal: str | None = None
    replication: str | None = None
    proposed_scope: str
    proposed_targets: Sequence[str] | None = None
    appraisers: Sequence[str]


class ModelListed(Said):
    model: str
    model_name: str
    model_unit: str
    field: str | None = None
    scope: str
    targets: Sequence[str] | None = None
    supplement: int
    earlier: str | None = None
    decision: Decision
    proposed_scope: str | None = None
    replication: str | None = None
    level: str
    unit: str
    authority_unit: str | None = None


class ListingRefused(Said):
    model: str
    level: str
    unit: str
    decision: Decision | None = None
    authority_unit: str | None = None
    reason: str


class ModelDelisted(Said):
    model: str
    level: str
    unit: str
    decision: Decision | None = None
    authority_unit: str | None = None
    reason: str


class ListingWithdrawn(Said):
    model: str


class FormsPublished(Said):
    version: int
    effective_from: str
    forms: Sequence[CommendationForm]


class RoundOpened(Said):
    round: str
    year: int
    occasion: str
    form: str
    track: str
    level: str
    unit: str | None = None
    recipient_kinds: Sequence[str]
    forms_version: int


class QuotaAllocated(Said):
    round: str
    quota: Mapping[str, int]
    decision: Decision
    level: str
    unit: str | None = None
    authority_unit: str | None = None


class RoundClosed(Said):
    round: str


class RoundReopened(Said):
    round: str


class CommendationProposed(Said):
    round: str
    commendation: str
    recipient: Recipient
    models: Sequence[str] | None = None
    model: str | None = None
    field: str | None = None
    unit: str | None = None
    level: str
    held_before: Sequence[HeldBefore] = ()


class CommendationGranted(Said):
    round: str
    commendation: str
    recipient: Recipient
    models: Sequence[str] | None = None
    model: str | None = None
    field: str | None = None
    unit: str | None = None
    level: str
    form: str
    track: str
    year: int
    occasion: str
    decision: Decision
    authority_unit: str | None = None


class CommendationRejected(Said):
    round: str
    commendation: str
    level: str
    authority_unit: str | None = None


class CommendationCancelled(Said):
    round: str
    commendation: str
    level: str
    ground: str
    decision: Decision
    authority_unit: str | None = None
