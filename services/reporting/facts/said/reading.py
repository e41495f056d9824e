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
    _prepare(of)
    found = object.__new__(of)
    found.__dict__ = cast("dict[str, Any]", members)
    return found


@cache
def _prepare(of: type[Said]) -> None:
    """Once for each class, when its annotations can be read."""
    for name, hint in get_type_hints(of).items():
        if (part := _part(hint)) is not None or name.endswith("_"):
            setattr(of, name, _Read(recorded(name), part, getattr(of, name, _LACKING)))


_LACKING = object()


class _Read:
    """A member that is not given as it stands, and is read when it is asked for: a part with members of its own, or one
    whose name is a word of Python (`for`, read as `for_`)."""

    def __init__(self, own: str, part: type[Said] | None, default: object) -> None:
        self._own, self._part, self._default = own, part, default

    def __get__(self, found: Said | None, of: type[Said]) -> Any:
        value = self._default if found is None else found.__dict__.get(self._own, self._default)
        if value is _LACKING:
            raise AttributeError(f"{of.__name__} without {self._own}")
        return _read(self._part, value)

    def __set__(self, found: Said, value: object) -> None:
        raise AttributeError(f"{self._own} was recorded")  # and so it is asked for here, not where it stands


def _read(of: type[Said] | None, value: Any) -> Any:
    if of is not None and isinstance(value, dict):
        return read(of, cast("dict[str, Any]", value))
    if of is not None and isinstance(value, list):
        return [_read(of, one) for one in cast("list[Any]", value)]
    return value


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
