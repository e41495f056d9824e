"""Where persons stand in commands and events, as their classes say; and in recorded JSON, as it reads.

In members whose shape no class tells (`changes` of a correction) an object inside them whose only member is
`name` is a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from pydantic import BaseModel

from shared.contracts.holding import can_hold, members_holding
from shared.contracts.values import Person, PersonOrOffice

PERSONS = (Person, PersonOrOffice)
Steps = tuple[str | int, ...]
"""Members and list positions on the way to a value, from the outermost."""


class ClearName(Exception):
    """An event was about to carry the name of a person in clear: our mistake, never recorded. Says where only."""


@dataclass(frozen=True)
class Named:
    """A person in a message: where, and by what."""

    steps: Steps
    id: str | None = None
    name: str | None = None
    sealed: str | None = None


def pointer(steps: Sequence[str | int]) -> str:
    """The JSON pointer of these steps (our keys need no escaping)."""
    return "".join(f"/{step}" for step in steps)


# --- by class --------------------------------------------------------------------------------------


def can_name(kind: type[BaseModel]) -> bool:
    """True when a message of this class may name a person somewhere."""
    return can_hold(kind, PERSONS)


@cache
def _may_name(kind: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """The members of a class in which a person may stand, and how they are called in JSON."""
    return tuple((name, kind.model_fields[name].alias or name) for name in members_holding(kind, PERSONS))


def named_in(message: BaseModel) -> tuple[Named, ...]:
    """Every person in a command or event, in the order of its canonical text."""
    if not can_name(type(message)):
        return ()
    return tuple(sorted(_of(message, ()), key=lambda one: one.steps))


def _of(value: object, steps: Steps) -> Iterator[Named]:
    match value:
        case Person():
            yield Named(steps, value.id, value.name, value.sealed)
        case PersonOrOffice():
            if value.office is None:
                yield Named(steps, value.id, value.name, value.sealed)
        case BaseModel():
            for name, alias in _may_name(type(value)):
                yield from _of(getattr(value, name), (*steps, alias))
        case tuple() | list():
            for number, item in enumerate(cast("Sequence[object]", value)):
                yield from _of(item, (*steps, number))
        case dict():
            for name, member in cast("dict[str, object]", value).items():
                yield from in_json(member, (*steps, name))
        case _:
            return


# --- as it reads -----------------------------------------------------------------------------------


def in_json(value: object, steps: Steps = ()) -> Iterator[Named]:
    """Persons in JSON of unknown shape: `{name}` alone, `{id}` alone, and whatever carries `sealed`."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        if members.keys() == {"name"} or members.keys() == {"id"} or "sealed" in members:
            yield Named(steps, *(_text(members.get(member)) for member in ("id", "name", "sealed")))
            return
        for name, member in members.items():
            yield from in_json(member, (*steps, name))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(cast("Sequence[object]", value)):
            yield from in_json(item, (*steps, number))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


# --- changing them ---------------------------------------------------------------------------------


def at(document: Any, steps: Sequence[str | int]) -> Any:
    """The value these steps lead to."""
    for step in steps:
        document = document[step]
    return document


def replaced(value: Any, new: Mapping[Steps, Any]) -> Any:
    """The same JSON with other values at these places; what is not on the way is shared, nothing is changed."""
    if not new:
        return value
    if () in new:
        return new[()]
    below: dict[str | int, dict[Steps, Any]] = {}
    for steps, replacement in new.items():
        below.setdefault(steps[0], {})[steps[1:]] = replacement
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {name: replaced(member, below.get(name, {})) for name, member in members.items()}
    return [replaced(item, below.get(number, {})) for number, item in enumerate(cast("list[Any]", value))]


def only_ids(event: BaseModel, data: dict[str, Any]) -> dict[str, Any]:
    """An event's data with persons by id only: the seal stands in the event that first names somebody, so one
    that was copied from there is left out. ClearName when somebody stands there by name."""
    new: dict[Steps, Any] = {}
    for one in named_in(event):
        if one.name is not None:
            raise ClearName(f"{type(event).__name__}{pointer(one.steps)}")
        if one.sealed is not None:
            new[one.steps] = {name: value for name, value in at(data, one.steps).items() if name != "sealed"}
    return replaced(data, new)
