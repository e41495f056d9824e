"""Recognition: authority decides whether a model is a typical one, and may take that back."""

from __future__ import annotations

from services.awards.domain.case import RecognitionCase
from services.awards.domain.recognition.decide import decide
from services.awards.domain.recognition.evolve import evolve
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
from services.awards.domain.recognition.view import view
from shared.contracts.awards import ModelRecognised, RecognitionCommand, RecognitionEvent
from shared.decider import Decider

__all__ = [
    "Declined",
    "Deferred",
    "NotOpened",
    "Open",
    "Recognised",
    "Recognition",
    "Revoked",
    "Withdrawn",
    "claim",
    "decider",
    "line",
    "view",
]

decider = Decider[RecognitionCommand, RecognitionEvent, Recognition, RecognitionCase](
    NotOpened(), decide, evolve
)


def line(model: str) -> str:
    """Along this line all recognitions of a model are numbered, so that they can be found."""
    return f"recognised:{model}"


def claim(event: RecognitionEvent, case: RecognitionCase) -> str | None:
    """Each recognition of a model takes the next number of its line."""
    match event:
        case ModelRecognised():
            return f"{line(event.model)}:{case.recognised_before + 1}"
        case _:
            return None
