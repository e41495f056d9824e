"""What authority decides: recognitions, the replication list, and commendations under quota."""

# What is not used here is handed on: whoever speaks of this service needs one import.
# pyright: reportUnusedImport=false
from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shared.contracts import correcting
from shared.contracts.awards_listings import (
    DelistModel,
    ListEarlierModel,
    ListingOpened,
    ListingRefused,
    ListingRefusedV1,
    ListingWithdrawn,
    ListModel,
    ModelDelisted,
    ModelDelistedV1,
    ModelListed,
    ModelListedV1,
    OpenListing,
    RefuseListing,
    WithdrawListing,
)
from shared.contracts.awards_recognitions import (
    DeclineRecognition,
    DeferRecognition,
    ModelRecognised,
    ModelRecognisedV1,
    OpenRecognition,
    RecogniseModel,
    RecognitionDeclined,
    RecognitionDeclinedV1,
    RecognitionDeferred,
    RecognitionDeferredV1,
    RecognitionOpened,
    RecognitionRevoked,
    RecognitionRevokedV1,
    RecognitionWithdrawn,
    RecordEarlierRecognition,
    RevokeRecognition,
    WithdrawRecognition,
)
from shared.contracts.awards_rounds import (
    AllocateQuota,
    CancelCommendation,
    CloseRound,
    CommendationCancelled,
    CommendationCancelledV1,
    CommendationForm,
    CommendationGranted,
    CommendationGrantedV1,
    CommendationProposed,
    CommendationProposedV1,
    CommendationRejected,
    CommendationRejectedV1,
    FormsPublished,
    GrantCommendation,
    HeldBefore,
    OpenRound,
    ProposeCommendation,
    PublishForms,
    Quota,
    QuotaAllocated,
    QuotaAllocatedV1,
    RejectCommendation,
    ReopenRound,
    RoundClosed,
    RoundClosedV1,
    RoundOpened,
    RoundReopened,
)
from shared.contracts.awards_shared import (
    AwardLevel,
    Changed,
    CommendationEvent,
    Ground,
    ModelEvent,
    Occasion,
    RecipientKind,
    Track,
)
from shared.contracts.message import Event, FieldName, Id, Line, UnitId


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
    | ReopenRound
)
RoundEvent = (
    RoundOpened
    | QuotaAllocated
    | CommendationProposed
    | CommendationGranted
    | CommendationRejected
    | CommendationCancelled
    | RoundClosed
    | RoundReopened
)

EVENTS: tuple[type[Event], ...] = (
    RecognitionOpened,
    ModelRecognisedV1,
    ModelRecognised,
    RecognitionDeclinedV1,
    RecognitionDeclined,
    RecognitionDeferredV1,
    RecognitionDeferred,
    RecognitionRevokedV1,
    RecognitionRevoked,
    RecognitionWithdrawn,
    ListingOpened,
    ModelListedV1,
    ModelListed,
    ListingRefusedV1,
    ListingRefused,
    ModelDelistedV1,
    ModelDelisted,
    ListingWithdrawn,
    FormsPublished,
    RoundOpened,
    QuotaAllocatedV1,
    QuotaAllocated,
    CommendationProposedV1,
    CommendationProposed,
    CommendationGrantedV1,
    CommendationGranted,
    CommendationRejectedV1,
    CommendationRejected,
    CommendationCancelledV1,
    CommendationCancelled,
    RoundClosedV1,
    RoundClosed,
    RoundReopened,
    RecordCorrected,
)
