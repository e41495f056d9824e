"""Who wants a paper, resting on what; and how the things that it is made from are looked up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.documents.papers import PAPERS
from services.reporting.documents.papers.record import Matter, Record, record
from services.reporting.facts.city import City
from services.reporting.facts.entry import Entry
from services.reporting.figures.cards import Card
from services.reporting.queries.context import Context
from services.reporting.queries.persons import Persons
from services.reporting.queries.seeing import must_read, must_see, sees
from services.reporting.store.queries import Known
from shared.errors import Unknown
from shared.reference.authority import Actor

STANDING = ("recognised", "listed")
"""States of decisions that stand."""
MOST = 5_000
"""Rows of one list; more do not go on paper."""


Find = Callable[[str, str], Awaitable[Entry | None]]
"""Finds an event of a service by its id, or its position."""


async def nowhere(_source: str, _ident: str) -> Entry | None:
    """Finds nothing."""
    return None


@dataclass(frozen=True)
class Reader:
    """Who wants a paper, resting on what."""

    context: Context
    known: Known
    actor: Actor
    city: City
    persons: Persons
    find: Find = nowhere

    def must_see(self, kind: str, *units: str | None) -> None:
        """Raise `not-allowed` unless the reader sees the whole of a thing of these units; of none, of the city's."""
        must_see(self.actor, kind, units, self.city)

    def seen(self, kind: str, stands: str, found: Sequence[Card]) -> list[Card]:
        """Those of these decisions that everybody may know because they stand, and those that the reader sees."""
        must_read(self.actor, stands)
        return [
            card for card in found
            if card.get("state") in STANDING
            or sees(self.actor, kind, [card.get("model_unit"), card.get("unit")], self.city)
        ]  # fmt: skip

    def matter(self, kind: str, ident: str, **more: Any) -> Matter:
        """A matter at the reader's ledger size, with the units as they stand."""
        return Matter(kind, ident, self.known.size, self.city.cards, **more)

    async def card(self, kind: str, ident: str) -> Card:
        """The card of a thing; Unknown when there is none."""
        found = await self.context.reads.card(self.known, kind, ident)
        if found is None:
            raise Unknown(f"{kind}.unknown")
        return found

    async def life(self, *things: str) -> Record:
        """Everything that concerns these things, as corrected."""
        entries = {
            entry.n: entry
            for thing in things
            for entry in (await self.context.reads.history(self.known, thing)).entries
        }
        return record(entries.values())

    async def listed(self, kind: str, fits: Callable[[Mapping[str, Any]], bool]) -> list[Card]:
        """The cards of a kind that fit."""
        _, found = await self.context.reads.listed(self.known, kind, fits, ("id",), 0, MOST)
        return found


def nothing(kind: str) -> Unknown:
    """That there is nothing on record to make a paper of this kind from."""
    return Unknown("paper.nothing-recorded", paper=PAPERS[kind].title)
