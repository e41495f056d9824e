"""What every list is made from, kept in memory: of each thing the few members that lists choose and order by.

A list of 125,000 models is chosen and ordered here in about a tenth of a second, beside the event loop, as known today
or at any ledger size before, and only the page that is shown is read from the store. It costs some 500 bytes a thing.
It is filled when a book is opened, takes in what this process writes, and reads what another process wrote
(`rm<g>_changed` tells which things that were).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import islice
from typing import Any, TypeAlias, cast

from services.reporting.figures.cards import Card
from services.reporting.figures.lists import ALIKE, CHOSEN
from services.reporting.store.choosing import Chosen, Fits, Marks, Members
from services.reporting.store.orders import FEW, Key, Order

SOON = 2_000
"""So many are put in order for a page of them; of more, a page is the beginning of an order that is kept."""

Version: TypeAlias = tuple[int, Mapping[str, Any]]
"""From which ledger entry on a thing had this card."""


SHARED = 40
"""A text of at most so many signs is perhaps another thing's, too."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing as it was at some ledger size: its id and chosen members."""

    ident: str
    members: Members


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing: since which entry its members are these, and, newest first, what was different before.

    `past` holds, for each earlier version, from which entry on it was true, and the members in which it differs from
    the version after it; None for one that it did not have.
    """

    row: Row
    since: int
    past: tuple[tuple[int, Members], ...] = ()

    @property
    def born(self) -> int:
        """Since which entry it is there."""
        return self.past[-1][0] if self.past else self.since

    def at(self, size: int) -> Row | None:
        """The thing as it was at a ledger size; None when it was not there yet."""
        if self.since <= size:
            return self.row
        members = {**self.row.members}
        for since, different in self.past:
            members |= different
            if since <= size:
                return Row(
                    self.row.ident, {name: value for name, value in members.items() if value is not None}
                )
        return None


class Shelf:
    """All things of one kind."""

    def __init__(self, members: Sequence[str], alike: Sequence[str] = ()) -> None:
        """`members` are kept of each thing; of those in `alike` many things have the same value (see `Marks`)."""
        self.members, self._alike = tuple(members), tuple(alike)
        self._places: dict[str, int] = {}
        self._kept: list[Kept] = []
        self._marks = Marks(self._alike)
        self._same: dict[str, str] = {}
        self._orders: dict[tuple[str, ...], Order] = {}
        self._begun: list[Order] = []

    def put(self, ident: str, versions: Sequence[Version]) -> None:
        """A thing by all its cards, the oldest first."""
        past: list[tuple[int, Members]] = []
        since, members = versions[0][0], self._chosen(versions[0][1])
        for start, card in versions[1:]:
            newer = self._chosen(card)
            if different := self._different(members, newer):
                past.append((since, different))
                since, members = start, newer
        self._keep(ident, Kept(Row(ident, members), since, tuple(reversed(past))))

    def _keep(self, ident: str, kept: Kept) -> None:
        place = self._places.setdefault(ident, len(self._kept))
        self._kept[place : place + 1] = [kept]
        self._marks.put(place, kept.born, kept.since, kept.row.members)
        for order in (*self._orders.values(), *self._begun):
            order.moved.add(ident)

    def show(self, ident: str, since: int, card: Mapping[str, Any]) -> None:
        """A thing has another card from a ledger entry on, which is none before its last."""
        if (place := self._places.get(ident)) is None:
            self.put(ident, [(since, card)])
            return
        kept = self._kept[place]
        members, past = kept.row.members, kept.past
        if kept.since == since and past:  # twice in one entry: only the last of them was ever true
            (start, different), *rest = past
            members = {name: value for name, value in {**members, **different}.items() if value is not None}
            kept, past = Kept(Row(ident, members), start, tuple(rest)), tuple(rest)
        newer = self._chosen(card)
        if kept.since == since:
            self._keep(ident, Kept(Row(ident, newer), since))
        elif different := self._different(members, newer):
            self._keep(ident, Kept(Row(ident, newer), since, ((kept.since, different), *past)))
        else:
            self._keep(ident, kept)

    def _different(self, members: Members, newer: Members) -> Members:
        return {n: members.get(n) for n in self.members if members.get(n) != newer.get(n)}

    def _chosen(self, card: Mapping[str, Any]) -> Members:
        """Words that many things share are kept once; the words of a search begin with a space each."""
        chosen: dict[str, Any] = {}
        same = self._same.setdefault
        for name in self.members:
            if (value := card.get(name)) is None:
                continue
            if name == "search":
                value = f" {value}"
            elif isinstance(value, str):
                value = same(value, value) if len(value) <= SHARED else value
            elif isinstance(value, list):
                value = tuple(cast("list[Any]", value))
            chosen[name] = value
        return chosen

    def look(self, size: int, fits: Fits) -> list[Row]:
        """The things that fit, as known at a ledger size, in no order."""
        chosen = self._marks.chosen(size, fits)
        return [*_fitting(self._kept, size, chosen), *_others(self._kept, size, chosen, fits)]

    async def page(self, size: int, fits: Fits, order: Sequence[str], most: int) -> tuple[int, list[Row]]:
        """How many things fit as known at a ledger size, and the first so many of them in this order of members.

        The shelf is complete up to `size`. The work is done in a thread: what is written meanwhile is newer, and every
        thing tells what it was before. `fits` looks at nothing that others change.
        """
        members, kept = tuple(order), self._kept
        chosen = self._marks.chosen(size, fits)

        def found(idents: Sequence[str]) -> tuple[int, list[Row]]:
            rows, then = _fitting(kept, size, chosen), _others(kept, size, chosen, fits)
            total = len(rows) + len(then)
            if len(rows) > SOON:
                there = {row.ident: row for row in rows}
                rows = [there[ident] for ident in islice(filter(there.__contains__, idents), most)]
            return total, ordered([*rows, *then], members, most)

        idents = await self._in_order(members) if len(chosen.fits) > SOON else []
        return await asyncio.to_thread(found, idents)

    async def _in_order(self, members: tuple[str, ...]) -> list[str]:
        """The ids of all things in an order of members."""
        kept, places = self._kept, self._places

        def key_of(ident: str) -> Key:
            return _key(kept[places[ident]].row, members)

        if (old := self._orders.get(members)) is not None and len(old.moved) <= FEW:
            old.place(key_of)
            return list(old.idents)
        anew = Order() if old is None else old.again()
        await self._sort(members, anew, list(places if old is None else old.moved), key_of)
        return list(anew.idents)

    async def _sort(
        self, members: tuple[str, ...], anew: Order, moved: list[str], key_of: Callable[[str], Key]
    ) -> None:
        """Put an order in order beside the loop; it is told what moves meanwhile, and kept unless all was forgotten."""
        self._begun.append(anew)
        try:
            await asyncio.to_thread(anew.sort, moved, key_of)
            if anew in self._begun:
                self._orders[members] = anew
        finally:
            if anew in self._begun:
                self._begun.remove(anew)

    def clear(self) -> None:
        """Forget everything; a page that is being made is made of what there was."""
        self._places, self._kept, self._marks = {}, [], Marks(self._alike)
        self._same.clear()
        self._orders.clear()
        self._begun.clear()


def _fitting(kept: Sequence[Kept], size: int, chosen: Chosen) -> list[Row]:
    """Of what fits by its values, what passes the rest."""
    rows = [row for place in chosen.fits if (row := kept[place].at(size)) is not None]
    for test in chosen.rest:
        rows = [row for row in rows if test(row.members)]
    return rows


def _others(kept: Sequence[Kept], size: int, chosen: Chosen, fits: Fits) -> list[Row]:
    """Of what was different then, what fitted."""
    rows = (kept[place].at(size) for place in chosen.other)
    return [row for row in rows if row is not None and fits(row.members)]


def _key(row: Row, order: Sequence[str]) -> Key:
    return (*(sortable(row.members.get(member)) for member in order), row.ident)


@dataclass
class Directory:
    """The shelves of one book, and the ledger size as of which they are complete."""

    at: int = -1
    shelves: dict[str, Shelf] = field(
        default_factory=lambda: {kind: Shelf(members, ALIKE[kind]) for kind, members in CHOSEN.items()}
    )

    def put(self, thing: str, versions: Sequence[Version]) -> None:
        """A thing by all its cards; without any, or of a kind that has no lists, it stands nowhere."""
        kind, _, ident = thing.partition("/")
        if versions and (shelf := self.shelves.get(kind)) is not None:
            shelf.put(ident, versions)

    def show(self, thing: str, since: int, card: Card) -> None:
        """A thing has another card from a ledger entry on, which is none before its last."""
        kind, _, ident = thing.partition("/")
        if (shelf := self.shelves.get(kind)) is not None:
            shelf.show(ident, since, card)

    def clear(self) -> None:
        """Forget everything."""
        self.at = -1
        for shelf in self.shelves.values():
            shelf.clear()


def ordered(rows: Iterable[Row], order: Sequence[str], most: int) -> list[Row]:
    """The first so many in this order of members; numbers by their size, what has none first."""
    return nsmallest(most, rows, key=lambda row: _key(row, order))


def sortable(value: Any) -> str:
    """A value so that its plain order is its natural one."""
    return f"{value:09}" if isinstance(value, int) else str(value or "")
