"""Whom a dossier is about: the persons who build and lead its model, and who were there when it was surveyed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.commands.correcting import Told
from shared.commands.looking import Look
from shared.contracts.appraisal import SubmitDossier

from .domain.states import Dossier, NotSubmitted
from .gathering import model_of


async def a_dossier(command: Any, told: Told[Dossier], look: Look) -> Iterable[object]:
    """Those of the model, and of the surveys so far."""
    if isinstance(command, SubmitDossier):
        return [await model_of(look, command.model)]
    if isinstance(told.now, NotSubmitted):
        return ()
    file = told.now.file
    return [await model_of(look, file.model), *(survey.participants for survey in file.surveys)]
