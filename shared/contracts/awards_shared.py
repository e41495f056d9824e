"""What the events of the awards have in common: what every one carries, and who decided."""

from __future__ import annotations

from typing import Literal

from shared.contracts.message import (
    Event,
    FieldName,
    Id,
    Level,
    Line,
    UnitId,
    Value,
)

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
