"""Texts as they can be printed: a box for whatever has no shape, or could not stand in a file of this kind.

Such characters are refused when they come in today (`shared.text.characters`); older records hold them for ever, and
their documents must be made all the same. The JSON of a summary or history is what was recorded, and is not touched.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from services.reporting.documents.report import Again
from shared.text.characters import visible

T = TypeVar("T")


def printable(value: T) -> T:
    """A report, or a part of one, with every text as it can be printed; how to ask for it again stays exact."""
    return _printable(value)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, tuple):
        return tuple(_printable(each) for each in cast("tuple[Any, ...]", value))
    if is_dataclass(value) and not isinstance(value, type | Again):
        changed = {
            field.name: new
            for field in fields(value)
            if (new := _printable(old := getattr(value, field.name))) is not old and new != old
        }
        return replace(value, **changed) if changed else value
    return value
