"""Recognitions: what is put before authority, and what it decides."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.contracts.awards_shared import (
    Changed,
    Ground,
    ModelEvent,
)
from shared.contracts.deciding import ByAuthority, as_it_was
from shared.contracts.message import (
    Command,
    FieldName,
    Id,
    Level,
    Line,
    Text,
    UnitId,
)
from shared.contracts.values import Decision, DecisionGiven, Subject


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
    decision: DecisionGiven
    praise: Line | None = None


class DeclineRecognition(Command):
    recognition: Id
    reason: Text
    decision: DecisionGiven | None = None


class DeferRecognition(Command):
    recognition: Id
    reason: Text
    decision: DecisionGiven | None = None


class RevokeRecognition(Command):
    recognition: Id
    ground: Ground
    decision: DecisionGiven
    reason: Text


class RecordEarlierRecognition(Command):
    """A recognition from before the scheme: no appraisal stands behind it, and it is counted apart."""

    recognition: Id
    model: Id
    level: Level
    decision: DecisionGiven
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


class ModelRecognisedV1(ModelEvent):
    fact = "ModelRecognised"
    upcast = as_it_was

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


class ModelRecognised(ModelRecognisedV1, ByAuthority):
    shape: ClassVar[int] = 2


class RecognitionDeclinedV1(ModelEvent):
    fact = "RecognitionDeclined"
    upcast = as_it_was

    recognition: Id
    reason: Text
    decision: Decision | None = None
    appraisal: Id
    known: dict[str, int] | None = None


class RecognitionDeclined(RecognitionDeclinedV1, ByAuthority):
    shape: ClassVar[int] = 2


class RecognitionDeferredV1(ModelEvent):
    fact = "RecognitionDeferred"
    upcast = as_it_was

    recognition: Id
    reason: Text
    decision: Decision | None = None
    appraisal: Id
    known: dict[str, int] | None = None


class RecognitionDeferred(RecognitionDeferredV1, ByAuthority):
    shape: ClassVar[int] = 2


class RecognitionRevokedV1(ModelEvent):
    fact = "RecognitionRevoked"
    upcast = as_it_was

    recognition: Id
    ground: Ground
    decision: Decision
    reason: Text
    changes: Changed


class RecognitionRevoked(RecognitionRevokedV1, ByAuthority):
    shape: ClassVar[int] = 2


class RecognitionWithdrawn(ModelEvent):
    recognition: Id
    reason: Line
    appraisal: Id
