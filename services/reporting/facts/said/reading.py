"""How what an event says is read: its members as attributes, so that a misspelt one is found before anything runs.

An event is not validated anew, which would cost more than folding it: the object has the very members that were
recorded. What a class declares with a default (mostly None) may be lacking.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_type_hints


class Said:
    """What an event or a part of one says; of what is not folded nothing."""


S = TypeVar("S", bound=Said)


def read(of: type[S], members: Mapping[str, Any]) -> S:
    """The members, read as what such an event or part says. They are not copied, and not to be changed."""
    parts = _parts(of)
    if parts and not parts.keys().isdisjoint(members):
        read_too = {name: _read(part, members[own]) for own, (name, part) in parts.items() if own in members}
        members = {**members, **read_too}
    found = object.__new__(of)
    found.__dict__ = cast("dict[str, Any]", members)
    return found


def _read(of: type[Said] | None, value: Any) -> Any:
    if of is not None and isinstance(value, dict):
        return read(of, cast("dict[str, Any]", value))
    if of is not None and isinstance(value, list):
        return [_read(of, one) for one in cast("list[Any]", value)]
    return value


@cache
def _parts(of: type[Said]) -> Mapping[str, tuple[str, type[Said] | None]]:
    """The members that are not read as they stand, each by its name and as what: parts with members of their own, and
    those whose name is a word of Python (`for`, read as `for_`)."""
    hints = ((name, _part(hint)) for name, hint in get_type_hints(of).items())
    return {recorded(name): (name, part) for name, part in hints if part is not None or name.endswith("_")}


def _part(hint: Any) -> type[Said] | None:
    if isinstance(hint, type) and issubclass(hint, Said):
        return hint
    return next((part for each in get_args(hint) if (part := _part(each)) is not None), None)


def recorded(name: str) -> str:
    """The name under which a member stands in the event."""
    return name.removesuffix("_")


def members_of(of: type[Said], *names: str) -> tuple[str, ...]:
    """The names of what such an event says, in their order: all, or these. TypeError where it has no such member.

    Lists of names that a card takes over are made by it, so that a misspelt one is found when the module is loaded.
    """
    there = tuple(recorded(name) for name in of.__annotations__)
    if lacking := set(names).difference(there):
        raise TypeError(f"{of.__name__} has no member {', '.join(sorted(lacking))}")
    return names or there
