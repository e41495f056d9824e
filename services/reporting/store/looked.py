"""What documents are made from, whoever looks it up: the read models, or a ledger that was counted again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from services.reporting.facts.city import City
from services.reporting.facts.entry import Entry
from services.reporting.facts.facts import Fact
from services.reporting.figures.cards import Card
from services.reporting.figures.periods import Policies
from services.reporting.store.choosing import Fits
from services.reporting.store.index import Row
from services.reporting.store.known import Known


class Looked(Protocol):
    """See `queries.Reads` for what each of these promises."""

    async def city(self, known: Known, on: str | None = None) -> City: ...

    async def policies(self, known: Known) -> Policies: ...

    async def forms(self, known: Known) -> dict[str, str]: ...

    async def criteria(self, known: Known) -> dict[str, str]: ...

    async def entries(self, known: Known, numbers: Iterable[int]) -> dict[int, Entry]: ...

    async def lives_of(self, known: Known, things: Iterable[str]) -> dict[str, list[Fact]]: ...

    async def listed(
        self, known: Known, kind: str, fits: Fits, order: Sequence[str], offset: int, limit: int
    ) -> tuple[int, list[Card]]: ...

    def fitting_rows(self, known: Known, kind: str, fits: Fits) -> list[Row]: ...

    async def cards_of(self, known: Known, things: Iterable[str]) -> dict[str, Card]: ...
