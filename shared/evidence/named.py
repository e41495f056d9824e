"""Where commands and events name files: by their classes, and by shape where no class tells (`changes`)."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from shared.contracts.holding import can_hold, members_holding
from shared.contracts.values import Evidence

FILES = (Evidence,)
MEMBERS = frozenset(Evidence.model_fields)


@dataclass(frozen=True)
class File:
    """A file as a message names it: its hash, and what it is said to be."""

    sha256: str
    media_type: str
    size: int


def files_in(message: BaseModel) -> frozenset[File]:
    """Every file that a command or event names, once each."""
    return frozenset(_of(message))


def files_in_json(value: object) -> frozenset[File]:
    """Every file that plain JSON names."""
    return frozenset(_of(value))


def _of(value: object) -> Iterator[File]:
    match value:
        case Evidence():
            yield File(value.sha256, value.media_type, value.size)
        case BaseModel():
            for name in members_holding(type(value), FILES):
                yield from _of(getattr(value, name))
        case tuple() | list():
            for item in typing.cast("list[object]", value):
                yield from _of(item)
        case dict():
            yield from _in_json(typing.cast("dict[str, Any]", value))
        case _:
            return


def _in_json(value: Mapping[str, Any]) -> Iterator[File]:
    if "sha256" in value and value.keys() <= MEMBERS:
        yield File(str(value["sha256"]), str(value.get("media_type")), int(value.get("size") or 0))
        return
    for member in value.values():
        yield from _of(member)


def takes_files(kind: Any) -> bool:
    """True when a message of this class has a place for a file."""
    return can_hold(kind, FILES, shapeless=False)
