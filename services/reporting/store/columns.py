"""Columns: what many things have in common, kept in memory as one array for each member, in ledger order.

Numbers stand in the arrays as they are; names (a figure's cell, a record, an actor) stand once in a list and as their
numbers in the array. What comes later is put at the end, so that what is known at a ledger size is the beginning of
every array, and nothing is ever rewritten. What was put there and not stored is taken back (`cut`).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SMALL, LARGE = np.dtype("<i4"), np.dtype("<i8")
Numbers = NDArray[Any]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Shape:
    """Which members things have, each with its kind of number, and which of them are numbers of names."""

    members: Mapping[str, np.dtype[Any]]
    named: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """Things as columns, and of each named member the names that nothing before them had."""

    columns: Mapping[str, Numbers]
    names: Mapping[str, Sequence[Any]]

    def __len__(self) -> int:
        return len(self.columns["n"])


class Array:
    """Numbers in a row that grows at its end."""

    def __init__(self, kind: np.dtype[Any]) -> None:
        self._room = np.zeros(1024, kind)
        self._size = 0

    def add(self, more: Numbers | Sequence[int]) -> None:
        """Put these at the end."""
        end = self._size + len(more)
        if end > len(self._room):
            room = np.zeros(end + end // 2, self._room.dtype)
            room[: self._size] = self.all
            self._room = room
        self._room[self._size : end] = more
        self._size = end

    def cut(self, size: int) -> None:
        """Keep only so many."""
        self._size = size

    @property
    def all(self) -> Numbers:
        """All of them."""
        return self._room[: self._size]


class Names:
    """Names that stand once and have numbers."""

    def __init__(self) -> None:
        self.list: list[Any] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, name: Hashable) -> int | None:
        """The number of a name; None when it has none."""
        return self._numbers.get(name)

    def add(self, name: Hashable) -> int:
        """The number of a name, that gets one if it has none."""
        if (found := self._numbers.get(name)) is None:
            found = self._numbers[name] = len(self.list)
            self.list.append(name)
        return found

    def add_all(self, names: Iterable[Hashable]) -> list[int]:
        """The numbers of these names, in their order; those that have none get one."""
        known = self._numbers
        return [self.add(name) if (found := known.get(name)) is None else found for name in names]

    def cut(self, size: int) -> None:
        """Keep only so many."""
        for name in self.list[size:]:
            del self._numbers[name]
        del self.list[size:]

    def among(self, names: Collection[Any] | None) -> Mask:
        """Which numbers have one of these names; all where none are said."""
        if names is None:
            return np.ones(len(self.list), bool)
        return np.fromiter((name in names for name in self.list), bool, len(self.list))


class Columns:
    """Things of one shape; `n`, the ledger entry from which each is known, never goes back."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._arrays = {name: Array(kind) for name, kind in shape.members.items()}
        self.names = {name: Names() for name in shape.named}

    def __len__(self) -> int:
        return len(self["n"])

    def __getitem__(self, member: str) -> Numbers:
        return self._arrays[member].all

    def known(self, size: int) -> int:
        """How many of them are known at a ledger size."""
        return int(np.searchsorted(self["n"], size, side="right"))

    def put(self, values: Mapping[str, Sequence[Any]]) -> Draft:
        """Put things at the end, by member; what was put, as columns."""
        before = self.sizes
        for member, more in values.items():
            named = self.names.get(member)
            self._arrays[member].add(more if named is None else named.add_all(more))
        columns = {member: self[member][before["n"] :].copy() for member in self.shape.members}
        return Draft(columns, {name: held.list[before[name] :] for name, held in self.names.items()})

    def add(self, draft: Draft) -> None:
        """Put what was stored at the end."""
        for member, more in draft.columns.items():
            self._arrays[member].add(more)
        for name, more in draft.names.items():
            for one in more:
                self.names[name].add(one)

    @property
    def sizes(self) -> dict[str, int]:
        """How many things there are, and how many names of each named member: what `cut` goes back to."""
        return {name: len(held.list) for name, held in self.names.items()} | {"n": len(self)}

    def cut(self, sizes: Mapping[str, int]) -> None:
        """Take back what was put since there were so many."""
        for array in self._arrays.values():
            array.cut(sizes["n"])
        for name, held in self.names.items():
            held.cut(sizes[name])
