"""Recorded events as objects: what was recorded was judged when it came in, and is not judged again.

A recorded fact is read with the schema of its class without what judges texts and makes them normal (NFC, trimming,
lengths, patterns, characters). Which members there are and of what types they are is looked at as ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from pydantic import BaseModel
from pydantic_core import SchemaValidator

from shared.contracts.message import Event, Members

JUDGING = ("function-before", "function-after", "function-wrap")
NOT_OF_THE_SCHEMA = ("cls", "config", "metadata", "serialization")
"""Members of a schema in which there is none."""


def read(kind: type[Event], data: Members) -> Event:
    """The event of this class that says this; ValidationError when a member is missing or of another type."""
    return reader(kind).validate_python(data)


@cache
def reader(kind: type[BaseModel]) -> SchemaValidator:
    """What reads recorded events of a class, or what stands in them."""
    schema = _without_judging(kind.__pydantic_core_schema__)
    try:
        # Else it would take the validators of the classes themselves, and those judge.
        return SchemaValidator(schema, _use_prebuilt=False)
    except TypeError:  # a pydantic that knows nothing of it: slower, and the same comes out
        return SchemaValidator(schema)


def _without_judging(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        told = cast("Mapping[str, Any]", schema)
        if told.get("type") in JUDGING:
            return _without_judging(told["schema"])
        if told.get("type") == "str":
            return {"type": "str"}
        return {
            name: one if name in NOT_OF_THE_SCHEMA else _without_judging(one) for name, one in told.items()
        }
    if isinstance(schema, list | tuple):
        some = [_without_judging(one) for one in cast("Sequence[Any]", schema)]
        return tuple(some) if isinstance(schema, tuple) else some
    return schema
