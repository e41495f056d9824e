"""Persons without their seals: a sealed name stays in the event that first names the person (design §9).

Whatever is folded from that event, and every later event, carries the id alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.contracts.values import Person, PersonOrOffice, Subject


def unsealed(person: PersonOrOffice) -> PersonOrOffice:
    """The person or office, without a seal."""
    return PersonOrOffice(office=person.office, id=person.id, name=person.name)


def unsealed_subject(subject: Subject) -> Subject:
    """The subject, its person without a seal."""
    person = subject.person
    return Subject(
        kind=subject.kind,
        type=subject.type,
        name=subject.name,
        person=None if person is None else Person(id=person.id, name=person.name),
        unit=subject.unit,
        of=subject.of,
        left=subject.left,
    )


def unsealed_subjects(subjects: Iterable[Subject]) -> tuple[Subject, ...]:
    """The subjects, their persons without seals."""
    return tuple(unsealed_subject(subject) for subject in subjects)
