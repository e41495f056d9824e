"""Documents numbered from 1 without gaps: what a log, the ledger, and one source's part of the ledger have in common.

Number n is written only by somebody who knows that n − 1 is there, and the unique index lets one writer have it. So
the end is found by asking for the last number, a stretch is whole up to the first number that is missing, and of an
ordered insert that was interrupted the first so many stand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from shared.store.asking import by_numbers, last
from shared.store.mongo import DUPLICATE, BulkWriteError, Collection
from shared.waiting import Bell

BATCH = 256
"""So many documents are asked for, and inserted, at once."""
KEPT = 4096
"""So many of the newest that this process wrote itself are remembered."""
OPEN = 2 * BATCH
"""So many of them as they were read; what is older is closed."""
HOLE_SECONDS = 2.0
"""So long nobody asks again for what somebody took away."""


class Closable(Protocol):
    """What can be kept in less room when nobody is likely to ask for it soon."""

    def close(self) -> None:
        """Keep only what the rest can be read from again."""
        ...


T = TypeVar("T", bound=Closable)


class Gapless(Generic[T]):
    """The documents of one collection whose `member` counts without gaps, among those that `also` says.

    `item(document)` makes what a reader gets from the members `wanted`.
    """

    def __init__(
        self,
        collection: Collection,
        wanted: Mapping[str, int],
        item: Callable[[Mapping[str, Any]], T],
        member: str = "_id",
        also: Mapping[str, Any] | None = None,
    ) -> None:
        self.collection = collection
        self.head = 0
        """The last number that this process knows of."""
        self._wanted, self._item = wanted, item
        self._member, self._also = member, also or {}
        self._recent: dict[int, T] = {}
        self._hole: int | None = None
        """After this number nothing was found, though there are later ones."""
        self._grown = Bell()

    async def newest(self, wanted: Mapping[str, int]) -> Mapping[str, Any] | None:
        """These members of the last document; None when the store has none from the known head on."""
        return await last(self.collection, max(self.head, 1), wanted, self._member, self._also)

    def moved(self, head: int) -> bool:
        """This number is there: whether that is news. Who waits for more is told."""
        if head <= self.head:
            return False
        self.head = head
        self._grown.ring()
        return True

    async def wait_beyond(self, number: int, seconds: float) -> None:
        """Return when this process knows of a later number, or after so many seconds.

        Where the next was looked for in vain, though there are later ones, somebody took it away: it is not asked for
        again and again without a rest.
        """
        if self.head <= number:
            await self._grown.wait(seconds)
        elif number == self._hole:
            await asyncio.sleep(min(seconds, HOLE_SECONDS))

    def look(self) -> None:
        """Others may have written: wake who waits for more."""
        self._grown.ring()

    def keep(self, items: Iterable[tuple[int, T]]) -> None:
        """Remember what this process wrote, each under its number: durable, so nobody need ask the store for it."""
        for number, item in items:
            self._recent[number] = item
            if (older := self._recent.get(number - OPEN)) is not None:
                older.close()
        while len(self._recent) > KEPT:
            del self._recent[next(iter(self._recent))]

    def kept(self, numbers: Iterable[int]) -> dict[int, T]:
        """Those of these numbers that are remembered."""
        return {number: self._recent[number] for number in numbers if number in self._recent}

    async def read(self, after: int, limit: int = BATCH) -> list[T]:
        """What follows a number, up to the first that is missing; at most `limit`, less where some is remembered."""
        asked = range(after + 1, after + 1 + limit)
        if found := _up_to_the_first_gap(self._recent, asked):
            return found
        for start in range(0, limit, BATCH):
            ask = asked[start : start + BATCH]
            there = {n: self._item(one) for n, one in (await self.documents(ask, self._wanted)).items()}
            some = _up_to_the_first_gap(there, ask)
            found += some
            if len(some) < len(ask):
                break
        self._hole = after if not found and self.head > after else None
        return found

    async def insert(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Write them in their order: number n is tried only when n − 1 stands, so dying anywhere leaves no hole."""
        await self.collection.insert_many(documents, ordered=True)

    async def documents(self, numbers: range, wanted: Mapping[str, int]) -> dict[int, dict[str, Any]]:
        """These members of those of these numbers that are there."""
        return await by_numbers(self.collection, numbers, wanted, self._member, self._also)


def surely_written(error: BulkWriteError) -> int | None:
    """How many of an ordered insert stand on a majority although it failed; None when it does not say: look."""
    details: Mapping[str, Any] = error.details or {}
    wrong: Sequence[Mapping[str, Any]] = details.get("writeErrors") or ()
    if details.get("writeConcernErrors") or any(each.get("code") != DUPLICATE for each in wrong):
        return None  # written somewhere, perhaps to be taken back
    return int(details.get("nInserted", 0))


def _up_to_the_first_gap(there: Mapping[int, T], asked: range) -> list[T]:
    found: list[T] = []
    for number in asked:
        if number not in there:
            break
        found.append(there[number])
    return found
