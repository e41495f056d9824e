"""The things of a shelf in the order of some members, kept from list to list.

Of 125,000 things a first order takes half a second, so it is made in a thread, in steps after each of which the others
get their turn; then only those that moved find their new place.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from heapq import merge

FEW = 64
"""Things that find their new place in an order one by one; beyond, all are put in order anew."""
RUN = 2_000
"""So many are sorted in one call, which no other thread can interrupt: some three milliseconds."""

Key = tuple[str, ...]


@dataclass(eq=False)
class Order:
    """The ids of a shelf in one order: what they are ordered by, and which have moved since."""

    idents: list[str] = field(default_factory=list[str])
    keys: dict[str, Key] = field(default_factory=dict[str, Key])
    moved: set[str] = field(default_factory=set[str])

    def again(self) -> Order:
        """The same, to be put in order anew: nothing has moved since."""
        return Order(list(self.idents), dict(self.keys))

    def place(self, key_of: Callable[[str], Key]) -> None:
        """Give each that moved its new place, one by one."""
        for ident in self.moved:
            if ident in self.keys:
                del self.idents[bisect_left(self.idents, self.keys[ident], key=self.keys.__getitem__)]
            self.keys[ident] = key_of(ident)
            insort(self.idents, ident, key=self.keys.__getitem__)
        self.moved.clear()

    def sort(self, moved: Collection[str], key_of: Callable[[str], Key]) -> None:
        """Put all in order anew, these by new keys. `moved` of the order itself is not touched."""
        for ident in moved:
            self.keys[ident] = key_of(ident)
        idents = list(self.keys)
        runs = [
            sorted(idents[start : start + RUN], key=self.keys.__getitem__)
            for start in range(0, len(idents), RUN)
        ]
        self.idents = list(merge(*runs, key=self.keys.__getitem__))
