"""ErasePerson: first the fact is recorded, then a follower of it destroys the key, so that no crash skips it.

All proofs still hold, because what is hashed is the ciphertext; what was sealed is read by nobody any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.commands.looking import Look
from shared.contracts.people import ErasePerson, PersonErased
from shared.decider import Case, Decider, Mark
from shared.errors import Unknown
from shared.eventlog.port import Log, Recorded
from shared.people.keys import KeyStore
from shared.reference.authority import OPERATOR
from shared.wiring import Aggregate, CommandRow

FOLLOWER = "people:erased"
FAR = 10_000
"""So many events the follower goes on at most without writing down its place."""


@dataclass(frozen=True)
class PersonCase(Case):
    """What else decides: the numbers of the keys that are there to be destroyed."""

    keys: tuple[int, ...] = ()


@dataclass(frozen=True)
class Erasure:
    """What is on record of a person's erasure; nothing before."""

    erased: PersonErased | None = None
    by: str | None = None
    time: str | None = None
    position: int | None = None


def decide(command: ErasePerson, state: Erasure, case: PersonCase) -> PersonErased | None:
    """Once is enough; who was never named cannot be erased."""
    if state.erased is not None:
        return None  # already so
    if not case.keys:
        raise Unknown("person.unknown", person=command.person)
    return PersonErased(on=case.on, person=command.person, keys=case.keys, basis=command.basis)


def evolve(state: Erasure, event: PersonErased, mark: Mark) -> Erasure:
    """Erased for good."""
    return Erasure(event, mark.actor, mark.time, mark.position)


def view(state: Erasure) -> dict[str, Any] | None:
    """What is on record."""
    return None if state.erased is None else {"state": "erased", **state.erased.data()}


async def gather(command: ErasePerson, state: Erasure, look: Look, case: Case) -> PersonCase:
    """Which keys there are, the key store knows, whichever service named the person."""
    return PersonCase(
        case.by, case.on, case.today, case.units, case.known, await look.person_keys(command.person)
    )


PERSON = Aggregate("person", "/people", Decider(Erasure(), decide, evolve), view, gather)
ERASE = CommandRow(ErasePerson, PERSON, "/people/{person}/erase", frozenset({OPERATOR}))
"""The row of the registry's table. The aggregate has no row of its own: `doors/people.py` reads it."""


class ErasureApply:
    """Destroys the keys of erased persons (see `following.Apply`); its place lies beside the keys.

    The place is written down when something was erased, and every now and then: erasing twice does nothing.
    """

    def __init__(self, store: KeyStore, log: Log) -> None:
        self._store = store
        self._log = log
        self._place = 0
        self._seen = 0

    async def checkpoint(self) -> int:
        """See `Apply.checkpoint`: the place written down, or how far this process has come since."""
        self._place = await self._store.places.get(FOLLOWER)
        return max(self._place, self._seen)

    async def apply(self, events: Sequence[Recorded]) -> None:
        """See `Apply.apply`. If we die between destroying and moving on, the same is destroyed again."""
        erased = await self._destroy(events)
        if erased or events[-1].position - self._place >= FAR:
            await self._move(events[-1].position)
        self._seen = events[-1].position

    async def skip(self, position: int) -> None:
        """See `Apply.skip`."""
        await self._move(position)
        self._seen = position

    async def again(self) -> int:
        """Destroy once more what a key store restored from a backup has brought back; how many there were.

        Such a key store knows an earlier place than the one this process wrote down.
        """
        place, end, count = await self._store.places.get(FOLLOWER), self._place, 0
        while place < end and (events := await self._log.read(place)):
            count += await self._destroy(events)
            await self._store.places.move(FOLLOWER, place, events[-1].position)
            place = self._place = events[-1].position
        return count

    async def _destroy(self, events: Sequence[Recorded]) -> int:
        erased = [event for event in events if event.name == PersonErased.__name__]
        for event in erased:
            await self._store.destroy(event.data["person"], event.position)
        return len(erased)

    async def _move(self, position: int) -> None:
        await self._store.places.move(FOLLOWER, self._place, position)
        self._place = position
