"""What was declared, as JSON values: how states hold it, compare it and show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel

from shared.contracts.values import alike

Declared = Mapping[str, Any]
"""Members of a thing by their names in the contract; a member without a value is absent."""

ENVELOPE = frozenset({"on", "after", "if_version"})


def declared(message: BaseModel, *without: str) -> dict[str, Any]:
    """The members of a command or event as JSON, without the envelope's, those named, and sealed names."""
    members = message.model_dump(mode="json", exclude_none=True, exclude={*ENVELOPE, *without})
    return {name: _unsealed(value) for name, value in members.items()}


def differing(old: Declared, wished: Declared) -> dict[str, Any]:
    """The wished members that are not so already; an empty list is the same as none."""
    return {
        name: value
        for name, value in wished.items()
        if not alike(value, old.get(name, [] if value == [] else None))
    }


def _unsealed(value: Any) -> Any:
    """The seal belongs to the event that first names a person; elsewhere the id is enough."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {name: _unsealed(part) for name, part in members.items() if name != "sealed"}
    if isinstance(value, list):
        return [_unsealed(part) for part in cast("list[Any]", value)]
    return value
