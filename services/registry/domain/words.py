"""Which of many names share most words with one: counted over all of them at once, however alike they are.

An inverted index. A word that few names have leads to their numbers; of a word that many have, a column says
0 or 1 for every name, and counting is adding columns. So a hundred thousand names that differ in one word cost
what a hundred thousand different ones do: a fraction of a millisecond.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

FIRST_ROOM = 1024
COMMON = 16
"""A word that one name in so many has gets a column of its own."""
MOST_WORDS = 255
WITHIN = 235
"""What holding all words of the other is worth, of 255 for the same words: 0.92, as in the score of a name."""

Bytes = NDArray[np.uint8]


class WordIndex:
    """Names by number, from 0, each a set of words. A name can be hidden and shown again; its number stays."""

    def __init__(self) -> None:
        self._count = 0
        self._sizes: Bytes = np.zeros(FIRST_ROOM, np.uint8)
        self._shown: Bytes = np.zeros(FIRST_ROOM, np.uint8)
        self._numbers: dict[str, array[int]] = {}
        self._columns: dict[str, Bytes] = {}

    def add(self, words: Collection[str]) -> int:
        """The number of a new name of these words, shown."""
        number = self._count
        self._count += 1
        if number == len(self._sizes):
            self._make_room()
        self._sizes[number] = self._shown[number] = min(len(words), MOST_WORDS)
        for word in words:
            if (column := self._columns.get(word)) is not None:
                column[number] = 1
                continue
            numbers = self._numbers.setdefault(word, array("i"))
            numbers.append(number)
            if len(numbers) * COMMON > len(self._sizes):
                column = self._columns[word] = np.zeros(len(self._sizes), np.uint8)
                column[np.frombuffer(self._numbers.pop(word), np.int32)] = 1
        return number

    def hide(self, number: int) -> None:
        """Leave a name out of what is found."""
        self._shown[number] = 0

    def show(self, number: int) -> None:
        """Find a name again."""
        self._shown[number] = self._sizes[number]

    def closest(self, words: Collection[str], most: int, first: Iterable[int] = ()) -> list[int]:
        """At most so many names that share a word with these, those that share most of them; of equals `first`."""
        if self._count == 0 or not words:
            return []
        ranks = self._ranks(words)
        found = np.bincount(ranks, minlength=256)
        # How many have each rank or a better one; the best rank of which not all have room, 0 if all of all ranks.
        last = 255 - int(np.searchsorted(found[:0:-1].cumsum(), most, side="right"))
        better = np.flatnonzero(ranks > last).tolist()
        if last == 0:
            return better
        room = most - len(better)
        own = np.fromiter(first, np.intp)
        chosen = list(dict.fromkeys(own[ranks[own] == last].tolist()))[:room]
        alike = np.flatnonzero(ranks == last)[: room + len(chosen)].tolist()
        taken = set(chosen)
        return [*better, *chosen, *[number for number in alike if number not in taken]][:most]

    def _ranks(self, words: Collection[str]) -> Bytes:
        """0-255 for every name: the share of words in common, by both names' words or by the shorter's."""
        shared = np.zeros(self._count, np.uint8)
        for word in words:
            if (column := self._columns.get(word)) is not None:
                shared += column[: self._count]
            elif (numbers := self._numbers.get(word)) is not None:
                shared[np.frombuffer(numbers, np.int32)] += 1
        places = shared.astype(np.uint16)
        places *= MOST_WORDS + 1
        places += self._shown[: self._count]
        return _worth(min(len(words), MOST_WORDS)).take(places)

    def _make_room(self) -> None:
        self._sizes = _doubled(self._sizes)
        self._shown = _doubled(self._shown)
        self._columns = {word: _doubled(column) for word, column in self._columns.items()}


def _doubled(column: Bytes) -> Bytes:
    return np.concatenate((column, np.zeros_like(column)))


@lru_cache(32)
def _worth(wanted: int) -> Bytes:
    """The rank of a name by how many words it shares with one of `wanted` words, and by how many it has itself."""
    shared = np.arange(MOST_WORDS + 1, dtype=np.float32)[:, None]
    sizes = np.arange(MOST_WORDS + 1, dtype=np.float32)[None, :]
    shorter = np.minimum(wanted, sizes)
    same = 255 * 2 * shared / (wanted + sizes)
    within = np.where(shorter > 1, WITHIN * shared / np.maximum(shorter, 1), 0)
    table = np.clip(np.maximum(same, within), 1, 255)
    table[0, :] = 0
    table[:, 0] = 0  # hidden
    return table.astype(np.uint8).ravel()
