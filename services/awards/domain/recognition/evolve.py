"""A recognition after one more of its events."""

from __future__ import annotations

from services.awards.domain.recognition.states import (
    Declined,
    Deferred,
    NotOpened,
    Open,
    Recognised,
    Recognition,
    Revoked,
    Withdrawn,
)
from shared.contracts.awards import (
    Changed,
    ModelRecognised,
    RecognitionDeclined,
    RecognitionDeferred,
    RecognitionEvent,
    RecognitionOpened,
    RecognitionRevoked,
    RecognitionWithdrawn,
)
from shared.decider import Mark
from shared.errors import CorruptHistory


def evolve(recognition: Recognition, event: RecognitionEvent, mark: Mark) -> Recognition:
    match recognition, event:
        case NotOpened() | Withdrawn(), RecognitionOpened():
            return Open(event, event.on)
        case Open() | Deferred(), ModelRecognised():
            return Recognised(event, Changed(id=mark.id, position=mark.position))
        case NotOpened(), ModelRecognised() if event.earlier:
            return Recognised(event, Changed(id=mark.id, position=mark.position))
        case Open() | Deferred(), RecognitionDeclined():
            return Declined(event)
        case Open() | Deferred(), RecognitionDeferred():
            return Deferred(recognition.opened, event.on, event)
        case Recognised(), RecognitionRevoked():
            return Revoked(recognition.recognised, event)
        case Open() | Deferred(), RecognitionWithdrawn():
            return Withdrawn(recognition.opened, event.on)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(recognition).__name__}")
