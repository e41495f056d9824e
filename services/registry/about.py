"""Whom things of the registry are about: the persons who build and lead the models they concern."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.commands.correcting import Told
from shared.commands.looking import Look
from shared.contracts.registry import ProposeReplication, RecordActivity

from .domain.adoption import Adopted
from .domain.model_record import Model, Unregistered
from .lookups import the_model


async def a_model(_command: Any, told: Told[Model], _look: Look) -> Iterable[object]:
    """Those whom the model declares."""
    return [_declared(told.now)]


async def a_replication(command: Any, told: Told[Any], look: Look) -> Iterable[object]:
    """Those of the model that is proposed."""
    if isinstance(command, ProposeReplication):
        return [_declared(await the_model(look, command.model))]
    return [_declared(await the_model(look, told.now.fields["model"]))]


async def an_adoption(_command: Any, told: Told[Any], look: Look) -> Iterable[object]:
    """Those of the model that was taken over."""
    if not isinstance(told.now, Adopted):
        return ()
    return [told.now.fields, _declared(await the_model(look, told.now.fields["model"]))]


async def an_activity(command: Any, told: Told[Any], look: Look) -> Iterable[object]:
    """Those of the models that it was held for."""
    if isinstance(command, RecordActivity):
        named = command.models or ()
    else:
        named = (*told.now.fields.get("models", ()), *(command.changes.get("models") or ()))
    return [_declared(await the_model(look, str(name))) for name in named]


def _declared(model: Model) -> object:
    return () if isinstance(model, Unregistered) else model.record.fields
