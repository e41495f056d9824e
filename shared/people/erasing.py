"""ErasePerson: first the fact is recorded, then a follower of it destroys the key, so that no crash skips it.

All proofs still hold, because what is hashed is the ciphertext; what was sealed is read by nobody any more. Where
two ids are one human being (LinkPersons), one event erases both, and links of links too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shared.commands.looking import Known, Look
from shared.contracts.catalog import load
from shared.contracts.message import carried
from shared.contracts.people import (
    ErasedWith,
    ErasePerson,
    LinkPersons,
    PeopleCommand,
    PeopleEvent,
    PersonErased,
    PersonsLinked,
)
from shared.decider import Case, Decider, Mark
from shared.errors import Malformed, Refused, Unknown
from shared.eventlog.port import Log, Recorded
from shared.people.linking import Links
from shared.people.rotating import Rotating
from shared.reference.access import must_see
from shared.reference.authority import APPRAISER, OPERATOR
from shared.wiring import Aggregate, CommandRow

FOLLOWER = "people:erased"
FAR = 10_000
"""So many events the follower goes on at most without writing down its place."""


@dataclass(frozen=True)
class PersonCase(Case):
    """What else decides: what the key store holds of the persons named, and the other ids of the first one.

    `held` leaves out who was never named by any service.
    """

    held: Mapping[str, Known] = field(default_factory=dict[str, Known])
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Erasure:
    """What is on record of a person: whom the id was linked to, and its erasure; nothing before."""

    erased: PersonErased | None = None
    by: str | None = None
    time: str | None = None
    position: int | None = None
    links: tuple[PersonsLinked, ...] = ()


def decide(command: PeopleCommand, state: Erasure, case: PersonCase) -> PeopleEvent | None:
    """Once is enough; who was never named can be neither erased nor linked."""
    match command:
        case ErasePerson():
            return erase(command, state, case)
        case LinkPersons():
            return link(command, state, case)


def erase(command: ErasePerson, state: Erasure, case: PersonCase) -> PersonErased | None:
    """The id, and every other id of the same human being whose key is still there."""
    if state.erased is not None:
        return None  # already so
    known = must_be_named(command.person, case)
    if known.erased:
        raise Refused("person.erased", person=command.person)
    linked = tuple(
        ErasedWith(person=other, keys=case.held[other].keys)
        for other in case.others
        if other in case.held and case.held[other].keys
    )
    return PersonErased(
        on=case.on, person=command.person, keys=known.keys, basis=command.basis, linked=linked or None
    )


def link(command: LinkPersons, state: Erasure, case: PersonCase) -> PersonsLinked | None:
    """Two ids that are both named, not erased, and such as the actor may see."""
    if command.same_as == command.person:
        raise Malformed("person.same", person=command.person)
    for person in (command.person, command.same_as):
        known = must_be_named(person, case)
        must_see(case.by, PERSON.noun, [known.unit], case.units)
        if known.erased or state.erased is not None:
            raise Refused("person.erased", person=person)
    if command.same_as in [one.same_as for one in state.links]:
        return None  # already so
    return PersonsLinked(on=case.on, **carried(command))


def must_be_named(person: str, case: PersonCase) -> Known:
    """What is held of somebody; `person.unknown` when no service ever named the id."""
    if (known := case.held.get(person)) is None:
        raise Unknown("person.unknown", person=person)
    return known


def evolve(state: Erasure, event: PeopleEvent, mark: Mark) -> Erasure:
    """Linked, or erased for good."""
    match event:
        case PersonsLinked():
            return replace(state, links=(*state.links, event))
        case PersonErased():
            return Erasure(event, mark.actor, mark.time, mark.position, state.links)


def view(state: Erasure) -> dict[str, Any] | None:
    """What is on record."""
    if state.erased is not None:
        return {"state": "erased", **state.erased.data()}
    if state.links:
        return {"state": "linked", "same_as": [one.same_as for one in state.links]}
    return None


async def gather(command: PeopleCommand, _state: Erasure, look: Look, case: Case) -> PersonCase:
    """Which keys there are, the key store knows, whichever service named the person; who is one, the own log."""
    others: tuple[str, ...] = ()
    units = case.units
    if isinstance(command, ErasePerson):
        links: Links = await look.memory("links")
        others = links.others(command.person)
        held = await look.persons([command.person, *others])
    else:
        held = await look.persons([command.person, command.same_as])
        units = await look.units([case.by.unit, *(one.unit for one in held.values())])
    return PersonCase(case.by, case.on, case.today, units, case.known, held, others)


PERSON = Aggregate("person", "/people", Decider(Erasure(), decide, evolve), view, gather)
ERASE = CommandRow(ErasePerson, PERSON, "/people/{person}/erase", frozenset({OPERATOR}))
LINK = CommandRow(LinkPersons, PERSON, "/people/{person}/link", frozenset({OPERATOR, APPRAISER}))
"""The rows of the registry's table. The aggregate has no row of its own: `doors/people.py` reads it."""


class ErasureApply:
    """Destroys the keys of erased persons (see `following.Apply`); its place lies beside the keys.

    The place is written down when something was erased, and every now and then: erasing twice does nothing.
    """

    def __init__(self, rotating: Rotating, log: Log) -> None:
        self._rotating = rotating
        self._store = rotating.store
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
            said = load(event.type, event.data)
            assert isinstance(said, PersonErased)
            for person in said.persons():
                await self._rotating.erase(person, event.position)
        return len(erased)

    async def _move(self, position: int) -> None:
        await self._store.places.move(FOLLOWER, self._place, position)
        self._place = position
