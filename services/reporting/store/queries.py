"""Reading the books: any figure, list and history as known at a ledger size. Nothing here scans the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.facts.city import City
from services.reporting.figures.cards import Card
from services.reporting.figures.scope import Scope
from services.reporting.store.choosing import Fits
from services.reporting.store.index import Row, Shelf
from services.reporting.store.known import Known as Known
from services.reporting.store.questions import Questions
from shared.errors import Unavailable


class Reads(Questions):
    """Everything that queries ask of the read models."""

    async def listed(
        self, known: Known, kind: str, fits: Fits, order: Sequence[str], offset: int, limit: int
    ) -> tuple[int, list[Card]]:
        """How many things of a kind fit as they were at the size, and the cards of one page of them in this order.

        See `fitting_rows` for `fits` and when it is Unavailable.
        """
        shelf = self._shelf(known, kind)
        total, rows = await shelf.page(known.size, fits, order, offset + limit)
        page = [f"{kind}/{row.ident}" for row in rows[offset:]]
        cards = await self.cards_of(known, page)
        return total, [cards[thing] for thing in page if thing in cards]

    def fitting_rows(self, known: Known, kind: str, fits: Fits) -> list[Row]:
        """The rows of all things of a kind that fit as they were at the size, in no order.

        `fits` judges the members that the directory keeps. Unavailable for the moment in which another process
        has written what this one has not taken in.
        """
        return self._shelf(known, kind).look(known.size, fits)

    @staticmethod
    def _shelf(known: Known, kind: str) -> Shelf:
        if (directory := known.book.directory).at < known.size:
            raise Unavailable("not-yet", retry_after=1, reached={"ledger": directory.at})
        return directory.shelves[kind]


def must_stand(unit: str | None, at: City) -> None:
    """A unit that is asked for is known, and was not merged into another by then."""
    Scope(unit).units(at)
