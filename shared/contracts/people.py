"""People: those named in any service's events, which ids are one human being, and what becomes of their names."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.message import Command, Event, Id, Members, Text, Value


class ErasePerson(Command):
    """Destroy the key of a person's name: on request, after retention, or by an authority's decision.

    `basis` says which, by number and date; it stays on record for ever, so it never says who.
    """

    person: Id
    basis: Text


class LinkPersons(Command):
    """Say that two ids are one human being: erasing one then erases both. `reason` stays for ever: never say who."""

    person: Id
    same_as: Id
    reason: Text


class PersonsLinked(Event):
    """Two ids are one human being."""

    person: Id
    same_as: Id
    reason: Text


class ErasedWith(Value):
    """Another id of the same human being, and the numbers of its keys."""

    person: Id
    keys: tuple[int, ...]


class Erasing(BaseModel):
    """Whose name is to be read by nobody any more, and on what basis; the keys of these numbers are destroyed."""

    person: Id
    keys: tuple[int, ...]
    basis: Text


def alone(data: Members) -> Members:
    """An erasure of version 1 as version 2 has it: nobody was linked to anybody then."""
    return data


class PersonErasedV1(Erasing, Event):
    """The name of a person is erased, as recorded before ids could be linked."""

    fact = "PersonErased"
    upcast = alone


class PersonErased(Erasing, Event):
    """The name of a person is erased, under this id and under every id that was linked to it."""

    shape: ClassVar[int] = 2

    linked: Annotated[tuple[ErasedWith, ...], Field(max_length=1000)] | None = None

    def persons(self) -> tuple[str, ...]:
        """Every id whose keys are destroyed."""
        return (self.person, *(one.person for one in self.linked or ()))


PeopleCommand = ErasePerson | LinkPersons
PeopleEvent = PersonErased | PersonsLinked
