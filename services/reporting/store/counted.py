"""What documents are made from, looked up in a ledger that was counted again: nothing that reporting keeps is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from services.reporting.facts import said
from services.reporting.facts.city import City, city
from services.reporting.facts.entry import Entry
from services.reporting.facts.facts import Fact, of_kind
from services.reporting.facts.projections import noun_of
from services.reporting.figures.cards import Card
from services.reporting.figures.periods import Policies
from services.reporting.figures.versions import RULES
from services.reporting.store.choosing import Fits
from services.reporting.store.generation import Book
from services.reporting.store.index import Directory, Row
from services.reporting.store.known import FORMS, POLICY, Known
from services.reporting.store.recount import Recount


class Counted:
    """See `looked.Looked`. `entries` are those that were counted; the last of them came on the day `heard`."""

    def __init__(self, recount: Recount, entries: Mapping[int, Entry], heard: str) -> None:
        self._recount = recount
        last = max(entries, default=0)
        came = {last: replace(entries[last], received=f"{heard}T00:00:00.000000Z")} if last else {}
        self._entries = {**entries, **came}
        self._directory = Directory()
        for name, thing in recount.things.items():
            self._directory.put(name, thing.versions)

    @property
    def known(self) -> Known:
        """Everything that was counted; there is no book behind it."""
        return Known(cast(Book, None), self._recount.at)

    async def city(self, known: Known, on: str | None = None) -> City:
        """The units as they stood on a day."""
        lives = list((await self.lives_of(known, self._of("unit"))).values())
        return city(lives, on, lives)

    async def policies(self, known: Known) -> Policies:
        """The policies known at the size."""
        return Policies((await self.lives_of(known, [POLICY])).get(POLICY, []), RULES)

    async def forms(self, known: Known) -> dict[str, str]:
        """The forms of commendation, each by its newest name."""
        facts = (await self.lives_of(known, [FORMS])).get(FORMS, [])
        return {
            form.code: form.name for fact in of_kind(facts, said.FormsPublished) for form in fact.said.forms
        }

    async def criteria(self, known: Known) -> dict[str, str]:
        """The words of all criteria, each as its newest set has them."""
        lives = await self.lives_of(known, self._of("criteria-set"))
        entries = await self.entries(known, (fact.n for facts in lives.values() for fact in facts))
        return {
            item["code"]: item["text"]
            for n in sorted(entries)
            for item in entries[n].data.get("criteria", ())
        }

    async def entries(self, known: Known, numbers: Iterable[int]) -> dict[int, Entry]:
        """These entries."""
        return {n: self._entries[n] for n in numbers if n <= known.size and n in self._entries}

    async def lives_of(self, known: Known, things: Iterable[str]) -> dict[str, list[Fact]]:
        """The facts of these lives, as corrected."""
        lives = {thing: self._recount.life(thing, known.size) for thing in things}
        return {thing: facts for thing, facts in lives.items() if facts}

    async def listed(
        self, known: Known, kind: str, fits: Fits, order: Sequence[str], offset: int, limit: int
    ) -> tuple[int, list[Card]]:
        """A page of the things of a kind that fit."""
        shelf = self._directory.shelves[kind]
        total, rows = await shelf.page(known.size, fits, order, offset + limit)
        cards = await self.cards_of(known, [f"{kind}/{row.ident}" for row in rows[offset:]])
        return total, list(cards.values())

    def fitting_rows(self, known: Known, kind: str, fits: Fits) -> list[Row]:
        """All things of a kind that fit."""
        return self._directory.shelves[kind].look(known.size, fits)

    async def cards_of(self, known: Known, things: Iterable[str]) -> dict[str, Card]:
        """The cards of these things."""
        found: dict[str, Card] = {}
        for name in things:
            thing = self._recount.things.get(name)
            versions = [] if thing is None else [each for each in thing.versions if each[0] <= known.size]
            if versions:
                since, card = versions[-1]
                found[name] = {**card, "from": since}
        return found

    def _of(self, noun: str) -> list[str]:
        return [name for name in self._recount.things if noun_of(name) == noun]
