"""Whom values tell of: the ids of all persons in states, records, events and JSON, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, cast

from pydantic import BaseModel

from shared.people.places import in_json, named_in


def persons_of(told: Iterable[object]) -> frozenset[str]:
    """Everybody whom these values name by id."""
    return frozenset(person for value in told for person in _in(value))


def _in(value: object) -> Iterator[str]:
    match value:
        case BaseModel():
            yield from (one.id for one in named_in(value) if one.id is not None)
        case tuple() | list():
            for item in cast("Sequence[object]", value):
                yield from _in(item)
        case Mapping():
            yield from (
                one.id for one in in_json(dict(cast("Mapping[str, Any]", value))) if one.id is not None
            )
        case _ if is_dataclass(value):
            for member in fields(value):
                yield from _in(getattr(value, member.name))
        case _:
            return
