"""What authority decides: recognitions, the replication list, and commendations under quota."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts import correcting
from shared.contracts.message import (
    Code,
    Command,
    Day,
    Event,
    FieldName,
    Id,
    Level,
    Line,
    Text,
    UnitId,
    Value,
    Whole,
    Year,
)
from shared.contracts.values import Decision, DocumentRef, Scope, Subject

AwardLevel = Literal["state", "city", "grassroots"]
"""The level of an award; the State's are only commendations."""

Track = Literal["state", "party"]
RecipientKind = Literal["collective", "individual", "household"]
Occasion = Literal["annual", "interim_review", "final_review"]
Ground = Literal["fraud", "false_documents", "improper_process", "later_violation", "other"]
"""Why a decision is taken back; the first four are the law's (practice C.3.5)."""


class Changed(Value):
    """The earlier event that this one takes back."""

    id: Id
    position: int


class ModelEvent(Event):
    """What every event about a model carries, so that agencies can choose by level, field and unit."""

    level: Level
    field: FieldName | None = None
    unit: UnitId
    model: Id
    model_name: Line


class CommendationEvent(Event):
    """What every event about commendations carries; the model where there is exactly one."""

    level: AwardLevel
    field: FieldName | None = None
    unit: UnitId | None = None
    model: Id | None = None
    model_name: Line | None = None


# --- recognitions ------------------------------------------------------------------------------


class OpenRecognition(Command):
    """Sent by a policy: what an eligible conclusion says, taken over as it stands there."""

    recognition: Id
    appraisal: Id
    model: Id
    model_name: Line
    model_unit: UnitId
    unit: UnitId
    unit_name: Line
    field: FieldName | None = None
    level: Level
    subjects: tuple[Subject, ...]
    criteria_set: Id
    criteria_version: int
    appraisers: tuple[Line, ...]
    conflicts: tuple[Line, ...]


class RecogniseModel(Command):
    recognition: Id
    decision: Decision
    praise: Line | None = None


class DeclineRecognition(Command):
    recognition: Id
    reason: Text
    decision: Decision | None = None


class DeferRecognition(Command):
    recognition: Id
    reason: Text
    decision: Decision | None = None


class RevokeRecognition(Command):
    recognition: Id
    ground: Ground
    decision: Decision
    reason: Text


class RecordEarlierRecognition(Command):
    """A recognition from before the scheme: no appraisal stands behind it, and it is counted apart."""

    recognition: Id
    model: Id
    level: Level
    decision: Decision
    legacy_id: Line | None = None


class WithdrawRecognition(Command):
    """Sent by a policy: what was to be decided on is no longer before us."""

    recognition: Id
    reason: Line


class RecognitionOpened(ModelEvent):
    recognition: Id
    appraisal: Id
    model_unit: UnitId
    unit_name: Line
    subjects: tuple[Subject, ...]
    criteria_set: Id
    criteria_version: int
    appraisers: tuple[Line, ...]
    conflicts: tuple[Line, ...]


class ModelRecognised(ModelEvent):
    recognition: Id
    decision: Decision
    praise: Line | None = None
    model_unit: UnitId
    unit_name: Line
    subjects: tuple[Subject, ...]
    appraisal: Id | None = None
    criteria_set: Id | None = None
    criteria_version: int | None = None
    earlier: Literal[True] | None = None
    legacy_id: Line | None = None
    known: dict[str, int] | None = None


class RecognitionDeclined(ModelEvent):
    recognition: Id
    reason: Text
    decision: Decision | None = None
    appraisal: Id
    known: dict[str, int] | None = None


class RecognitionDeferred(ModelEvent):
    recognition: Id
    reason: Text
    decision: Decision | None = None
    appraisal: Id
    known: dict[str, int] | None = None


class RecognitionRevoked(ModelEvent):
    recognition: Id
    ground: Ground
    decision: Decision
    reason: Text
    changes: Changed


class RecognitionWithdrawn(ModelEvent):
    recognition: Id
    reason: Line
    appraisal: Id


# --- the replication list ----------------------------------------------------------------------


class OpenListing(Command):
    """Sent by a policy: from an eligible conclusion (city), or from a proposal for a bloc or an area."""

    listing: Id
    appraisal: Id | None = None
    replication: Id | None = None
    model: Id
    model_name: Line
    model_unit: UnitId | None = None
    unit: UnitId
    field: FieldName | None = None
    subjects: tuple[Subject, ...] | None = None
    proposed_scope: Scope
    proposed_targets: tuple[Line, ...] | None = None
    appraisers: tuple[Line, ...] | None = None
    conflicts: tuple[Line, ...] | None = None


class ListModel(Command):
    listing: Id
    decision: Decision
    supplement: Whole
    scope: Scope
    targets: Annotated[tuple[Line, ...], Field(max_length=200)] | None = None


class ListEarlierModel(Command):
    """One of the models of 2023-2025 that the scheme itself puts up for replication (Phụ lục 03, R-REP-3)."""

    listing: Id
    model: Id
    decision: Decision
    supplement: Literal[0] = 0
    scope: Literal["city"] = "city"


class RefuseListing(Command):
    listing: Id
    reason: Text
    decision: Decision | None = None


class DelistModel(Command):
    listing: Id
    reason: Text
    decision: Decision | None = None


class WithdrawListing(Command):
    """Sent by a policy: what was to be decided on is no longer before us."""

    listing: Id
    reason: Line


class ListingOpened(ModelEvent):
    listing: Id
    appraisal: Id | None = None
    replication: Id | None = None
    model_unit: UnitId
    subjects: tuple[Subject, ...] | None = None
    proposed_scope: Scope
    proposed_targets: tuple[Line, ...] | None = None
    appraisers: tuple[Line, ...]
    conflicts: tuple[Line, ...]
    known: dict[str, int] | None = None


class ModelListed(ModelEvent):
    listing: Id
    decision: Decision
    supplement: int
    scope: Scope
    targets: tuple[Line, ...] | None = None
    model_unit: UnitId
    proposed_scope: Scope | None = None
    appraisal: Id | None = None
    replication: Id | None = None
    earlier: Literal[True] | None = None
    known: dict[str, int] | None = None


class ListingRefused(ModelEvent):
    listing: Id
    reason: Text
    decision: Decision | None = None
    appraisal: Id | None = None
    replication: Id | None = None
    known: dict[str, int] | None = None


class ModelDelisted(ModelEvent):
    listing: Id
    reason: Text
    decision: Decision | None = None
    changes: Changed


class ListingWithdrawn(ModelEvent):
    listing: Id
    reason: Line
    appraisal: Id | None = None
    replication: Id | None = None


# --- commendations -----------------------------------------------------------------------------


class CommendationForm(Value):
    """A form of commendation: who gives it, at what level, and to whom it may go."""

    code: Code
    name: Line
    track: Track
    level: AwardLevel
    recipient_kinds: Annotated[tuple[RecipientKind, ...], Field(min_length=1, max_length=3)]


class Quota(Value):
    """How many may be granted, by kind of recipient; a kind without a number has no limit."""

    collective: Whole | None = None
    individual: Whole | None = None
    household: Whole | None = None


class PublishForms(Command):
    effective_from: Day
    forms: Annotated[tuple[CommendationForm, ...], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        if len({form.code for form in self.forms}) != len(self.forms):
            raise PydanticCustomError("forms.code-twice", "each form has a code of its own")
        return self


class OpenRound(Command):
    round: Id
    year: Year
    occasion: Occasion
    form: Code
    unit: UnitId | None = None


class AllocateQuota(Command):
    round: Id
    quota: Quota
    decision: Decision


class ProposeCommendation(Command):
    round: Id
    commendation: Id
    recipient: Subject
    models: Annotated[tuple[Id, ...], Field(max_length=20)] | None = None
    achievement: Text
    parts: Annotated[tuple[DocumentRef, ...], Field(max_length=50)] | None = None


class GrantCommendation(Command):
    round: Id
    commendation: Id
    decision: Decision


class RejectCommendation(Command):
    round: Id
    commendation: Id
    reason: Text


class CancelCommendation(Command):
    round: Id
    commendation: Id
    reason: Text
    ground: Ground
    decision: Decision


class CloseRound(Command):
    round: Id
    note: Line | None = None


class FormsPublished(CommendationEvent):
    effective_from: Day
    forms: tuple[CommendationForm, ...]
    version: int


class RoundOpened(CommendationEvent):
    round: Id
    year: Year
    occasion: Occasion
    form: Code
    track: Track
    forms_version: int
    policy_version: int
    recipient_kinds: tuple[RecipientKind, ...]
    known: dict[str, int] | None = None


class QuotaAllocated(CommendationEvent):
    round: Id
    quota: Quota
    decision: Decision


class CommendationProposed(CommendationEvent):
    round: Id
    commendation: Id
    recipient: Subject
    models: tuple[Id, ...] | None = None
    achievement: Text
    parts: tuple[DocumentRef, ...] | None = None
    known: dict[str, int] | None = None


class CommendationGranted(CommendationEvent):
    round: Id
    commendation: Id
    decision: Decision
    form: Code
    track: Track
    year: Year
    occasion: Occasion
    recipient: Subject
    models: tuple[Id, ...] | None = None


class CommendationRejected(CommendationEvent):
    round: Id
    commendation: Id
    reason: Text


class CommendationCancelled(CommendationEvent):
    round: Id
    commendation: Id
    reason: Text
    ground: Ground
    decision: Decision
    changes: Changed


class RoundClosed(CommendationEvent):
    round: Id
    note: Line | None = None


class CorrectRecord(correcting.CorrectRecord):
    """Say what one event of a recognition, a listing or a round should have read."""

    recognition: Id | None = None
    listing: Id | None = None
    round: Id | None = None

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        if sum(id is not None for id in (self.recognition, self.listing, self.round)) != 1:
            raise PydanticCustomError("correction.of-one-thing", "a correction is of one thing")
        return self


class RecordCorrected(correcting.RecordCorrected):
    """One event of this recognition, listing or round should have read otherwise."""

    recognition: Id | None = None
    listing: Id | None = None
    round: Id | None = None
    level: AwardLevel | None = None
    field: FieldName | None = None
    unit: UnitId | None = None
    model: Id | None = None
    model_name: Line | None = None


RecognitionCommand = (
    OpenRecognition
    | RecogniseModel
    | DeclineRecognition
    | DeferRecognition
    | RevokeRecognition
    | RecordEarlierRecognition
    | WithdrawRecognition
)
RecognitionEvent = (
    RecognitionOpened
    | ModelRecognised
    | RecognitionDeclined
    | RecognitionDeferred
    | RecognitionRevoked
    | RecognitionWithdrawn
)
ListingCommand = OpenListing | ListModel | ListEarlierModel | RefuseListing | DelistModel | WithdrawListing
ListingEvent = ListingOpened | ModelListed | ListingRefused | ModelDelisted | ListingWithdrawn
FormsCommand = PublishForms
FormsEvent = FormsPublished
RoundCommand = (
    OpenRound
    | AllocateQuota
    | ProposeCommendation
    | GrantCommendation
    | RejectCommendation
    | CancelCommendation
    | CloseRound
)
RoundEvent = (
    RoundOpened
    | QuotaAllocated
    | CommendationProposed
    | CommendationGranted
    | CommendationRejected
    | CommendationCancelled
    | RoundClosed
)

EVENTS = (
    RecognitionOpened,
    ModelRecognised,
    RecognitionDeclined,
    RecognitionDeferred,
    RecognitionRevoked,
    RecognitionWithdrawn,
    ListingOpened,
    ModelListed,
    ListingRefused,
    ModelDelisted,
    ListingWithdrawn,
    FormsPublished,
    RoundOpened,
    QuotaAllocated,
    CommendationProposed,
    CommendationGranted,
    CommendationRejected,
    CommendationCancelled,
    RoundClosed,
    RecordCorrected,
)
