"""Which ids are one human being, folded from the own log in memory: links of links count."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Protocol

from shared.contracts.message import Event
from shared.contracts.people import PersonsLinked


class Told(Protocol):
    """An event, as followers see it."""

    @property
    def event(self) -> Event: ...


@dataclass
class Links:
    """Every id, with those it was linked to."""

    takes = frozenset({PersonsLinked})

    _near: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))

    def apply(self, fact: Told) -> None:
        """Take one more event in."""
        match fact.event:
            case PersonsLinked() as event:
                self.join(event.person, event.same_as)
            case _:
                pass

    def join(self, person: str, same_as: str) -> None:
        """These two ids are one human being."""
        self._near[person].add(same_as)
        self._near[same_as].add(person)

    def others(self, person: str) -> tuple[str, ...]:
        """All other ids of the human being that this id is, in a fixed order."""
        found, pending = {person}, [person]
        while pending:
            for other in self._near.get(pending.pop(), ()):
                if other not in found:
                    found.add(other)
                    pending.append(other)
        return tuple(sorted(found - {person}))
