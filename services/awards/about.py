"""Whom a commendation is about, besides its recipient: the persons who build the models that it is for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.awards.projections import MODELS
from shared.commands.correcting import Told
from shared.commands.looking import Look
from shared.contracts.awards import CommendationProposed, CorrectRecord


async def a_round(command: Any, told: Told[Any], look: Look) -> Iterable[object]:
    """Those of the models that a proposal names, the one that is corrected too."""
    named = getattr(command, "models", None) or ()
    if isinstance(command, CorrectRecord):
        corrected = told.event(command.corrects)
        named = (corrected.models or ()) if isinstance(corrected, CommendationProposed) else ()
    found = await look.docs("models", list(named))
    return [MODELS.validate_python(document) for document in found.values()]
