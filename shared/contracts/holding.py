"""In which members of a command or event something may stand, as their classes say.

A class is looked through once: what cannot stand in it costs a look into a table.
"""

from __future__ import annotations

import typing
from functools import cache
from typing import Any

from pydantic import BaseModel

Wanted = tuple[type[BaseModel], ...]


@cache
def can_hold(kind: Any, wanted: Wanted, shapeless: bool = True) -> bool:
    """True when a value of this annotation may be one of the wanted, or one may stand somewhere within.

    In what has no shape of its own (`changes` of a correction) anything may stand, unless told otherwise.
    """
    return _holds(kind, wanted, shapeless, frozenset())


@cache
def members_holding(kind: type[BaseModel], wanted: Wanted) -> tuple[str, ...]:
    """The members of a class in which one of the wanted may stand."""
    return tuple(name for name, member in kind.model_fields.items() if can_hold(member.annotation, wanted))


def _holds(kind: Any, wanted: Wanted, shapeless: bool, above: frozenset[Any]) -> bool:
    if kind is Any or kind is object:
        return shapeless
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if issubclass(kind, wanted):
            return True
        members = () if kind in above else kind.model_fields.values()
        return any(_holds(member.annotation, wanted, shapeless, above | {kind}) for member in members)
    return any(_holds(part, wanted, shapeless, above) for part in typing.get_args(kind))
