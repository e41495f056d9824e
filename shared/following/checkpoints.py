"""Where a follower is, durably: moved by compare-and-set, which is also the fence between replicas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne

from shared.errors import Unavailable
from shared.store.mongo import DUPLICATE, BulkWriteError

PASSED_AT_MOST = 500
"""So many events that did not matter may be passed before the place is written: a restart reads them again."""


class MovedElsewhere(Unavailable):
    """Another process of this service moved the checkpoint: read it again and go on from there."""

    def __init__(self) -> None:
        super().__init__("moved-elsewhere")


@dataclass(frozen=True)
class Move:
    """A checkpoint goes from one position to another."""

    name: str
    old: int
    new: int


class Places:
    """Checkpoints in the service's database."""

    def __init__(self, collection: Any) -> None:
        self._places = collection

    async def get(self, name: str) -> int:
        """The checkpoint of this name; 0 when it never moved."""
        found = await self._places.find_one({"_id": name})
        return int(found["position"]) if found else 0

    async def move(self, name: str, old: int, new: int) -> None:
        """Move from `old` to `new`; MovedElsewhere when it was not at `old` any more."""
        await self.move_all([Move(name, old, new)])

    async def move_all(self, moves: Sequence[Move], session: Any = None) -> None:
        """Make all these moves; MovedElsewhere when one of them was not where it was thought to be.

        Outside a transaction the others may have been made then.
        """
        updates = [
            UpdateOne({"_id": m.name, "position": m.old}, {"$set": {"position": m.new}}, upsert=m.old == 0)
            for m in moves
        ]
        try:
            moved = await self._places.bulk_write(updates, session=session)
        except BulkWriteError as raced:
            if any(error["code"] != DUPLICATE for error in raced.details["writeErrors"]):
                raise
            raise MovedElsewhere from raced
        if moved.matched_count + moved.upserted_count < len(moves):
            raise MovedElsewhere


class Place:
    """Where one follower is. What was applied moves it durably; what did not matter is only remembered here.

    If we die, the events passed since the last durable place come again and do not matter again.
    """

    def __init__(self, places: Places, name: str) -> None:
        self._places = places
        self._name = name
        self._stored = 0
        self._passed = 0

    async def load(self) -> int:
        """Where to go on: the durable place, or beyond it what this process has passed already."""
        self._stored = await self._places.get(self._name)
        self._passed = max(self._stored, self._passed)
        return self._passed

    async def passed(self, position: int) -> None:
        """Everything up to here did not matter."""
        if position - self._stored >= PASSED_AT_MOST:
            await self.reached(position)
        self._passed = position

    async def reached(self, position: int) -> None:
        """Something was done up to here, and is durable: move there, or MovedElsewhere; never back."""
        if position <= self._stored:
            return
        await self._places.move(self._name, self._stored, position)
        self.moved(position)

    def move_to(self, position: int) -> Move:
        """The move that goes with what is done up to here, in its transaction; `moved` once that is durable."""
        return Move(self._name, self._stored, position)

    def moved(self, position: int) -> None:
        """The move to this position is durable."""
        self._stored = self._passed = position
