"""Threads as columns: the ledger numbers of the entries of each actor, and of streams that are no part of a life."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.reporting.store.columns import SMALL, Columns, Draft, Shape

THREADS = Shape({"n": SMALL, "thread": SMALL}, ("thread",))


class Threads(Columns):
    """Which entries each thread has."""

    def __init__(self) -> None:
        super().__init__(THREADS)

    def write(self, told: Sequence[tuple[int, str]]) -> Draft:
        """Put these (entry, thread) at the end."""
        return self.put({"n": [n for n, _ in told], "thread": [thread for _, thread in told]})

    def numbers(self, thread: str, size: int) -> list[int]:
        """The entries of a thread known at a ledger size, in ledger order."""
        number = self.names["thread"].number(thread)
        if number is None:
            return []
        known = self.known(size)
        return self["n"][:known][np.flatnonzero(self["thread"][:known] == number)].tolist()
