"""Choosing among very many things: each value that a member has is judged once, and then only numbers are looked at.

Of 125,000 models a few thousand different units, fields, years and states are judged, in milliseconds; only what is
different for nearly every thing (the words of a search) is looked at thing by thing, among those that are left.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from services.reporting.store.columns import SMALL, Mask, Names, Numbers

Members: TypeAlias = Mapping[str, Any]
Fits: TypeAlias = Callable[[Members], bool]
"""Whether a thing belongs in a list, by the members that the directory keeps of it."""


@dataclass(frozen=True)
class Condition:
    """One of these members has a value that is accepted; None is the value of a member that is not there."""

    members: tuple[str, ...]
    accepts: Callable[[Any], bool]

    def __call__(self, members: Members) -> bool:
        return any(self.accepts(members.get(name)) for name in self.members)


@dataclass(frozen=True)
class Fitting:
    """Fits what passes every test: of values (`tests`), and of whole things (`rest`)."""

    tests: tuple[Condition, ...] = ()
    rest: tuple[Fits, ...] = ()

    def __call__(self, members: Members) -> bool:
        return all(test(members) for test in (*self.tests, *self.rest))

    def also(self, fits: Fits) -> Fitting:
        """What fits this way, and passes one more test."""
        return replace(self, rest=(*self.rest, fits))


def fitting(
    where: Mapping[str, Any] | None = None,
    units: Iterable[frozenset[str]] = (),
    of: Sequence[str] = (),
    words: Sequence[str] = (),
    there: Sequence[str] = (),
) -> Fitting:
    """What has these values, one of its members `of` in each set of units, all these words, and members that are there.

    A member that is a list has a value when it contains it.
    """
    return Fitting(
        (
            *(Condition((name,), _has(value)) for name, value in (where or {}).items()),
            *(Condition(tuple(of), circle.__contains__) for circle in units),
            *(Condition((name,), _is_there) for name in there),
        ),
        tuple(_says(f" {word}") for word in words),
    )


def _has(value: Any) -> Callable[[Any], bool]:
    return lambda found: found == value or (isinstance(found, (tuple, list)) and value in found)


def _is_there(found: Any) -> bool:
    return found is not None


def _says(begun: str) -> Fits:
    return lambda members: begun in members.get("search", "")


class Chosen(NamedTuple):
    """The places of things as known at a ledger size: what `fits` by its values of today, which were those of then;
    what was there with `other` values; and what is still to be asked of those that fit."""

    fits: list[int]
    other: list[int]
    rest: tuple[Fits, ...]


class Marks:
    """Of each thing, by its place: from which entries on it was there and is as it is, and the numbers of its values.

    `members` have few values among all things. A value that cannot be told from another (a list of objects) counts as
    being there.
    """

    def __init__(self, members: Sequence[str]) -> None:
        self._born, self._since = array("i"), array("i")
        self._values = {name: (array("i"), Names()) for name in members}

    def put(self, place: int, born: int, since: int, members: Members) -> None:
        """The thing at this place, a new one or one that is there, is so since an entry, and there since `born`."""
        _put(self._born, place, born)
        _put(self._since, place, since)
        for name, (numbers, names) in self._values.items():
            _put(numbers, place, names.add(_hashable(members.get(name))))

    def chosen(self, size: int, fits: Fits) -> Chosen:
        """See `Chosen`."""
        same = _numbers(self._since) <= size
        other = _places(~same & (_numbers(self._born) <= size))
        if not isinstance(fits, Fitting):
            return Chosen(_places(same), other, (fits,))
        rest: list[Fits] = []
        for test in fits.tests:
            if all(name in self._values for name in test.members):
                same &= self._accepted(test)
            else:
                rest.append(test)
        return Chosen(_places(same), other, (*rest, *fits.rest))

    def _accepted(self, test: Condition) -> Mask:
        found = np.zeros(len(self._since), bool)
        for numbers, names in (self._values[name] for name in test.members):
            accepted = np.fromiter(map(test.accepts, names.list), bool, len(names.list))
            found |= accepted[_numbers(numbers)]
        return found


def _hashable(value: Any) -> Any:
    """The value, or that there is one."""
    try:
        hash(value)
    except TypeError:
        return True
    return value


def _places(mask: Mask) -> list[int]:
    return np.flatnonzero(mask).tolist()


def _put(numbers: array[int], place: int, number: int) -> None:
    if place == len(numbers):
        numbers.append(number)
    else:
        numbers[place] = number


def _numbers(of: array[int]) -> Numbers:
    """As NumPy sees them; to be let go before one more is put there."""
    return np.frombuffer(of, SMALL) if of else np.zeros(0, SMALL)
