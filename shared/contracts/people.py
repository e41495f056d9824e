"""People: those named in any service's events, and what becomes of their names."""

from __future__ import annotations

from shared.contracts.message import Command, Event, Id, Text


class ErasePerson(Command):
    """Destroy the key of a person's name: on request, after retention, or by an authority's decision.

    `basis` says which, by number and date; it stays on record for ever, so it never says who.
    """

    person: Id
    basis: Text


class PersonErased(Event):
    """The name of a person is to be read by nobody any more; the keys of these numbers are destroyed."""

    person: Id
    keys: tuple[int, ...]
    basis: Text


PeopleCommand = ErasePerson
PeopleEvent = PersonErased
