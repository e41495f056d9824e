"""What every list is made from, kept in memory: of each thing the few members that lists choose and order by.

A list of 125,000 models is chosen and ordered here in well under a tenth of a second, and only the page that is shown
is read from the store. About 300 bytes a thing. It is filled when a book is opened, takes in what this process writes,
and reads what another process wrote (`rm<g>_changed` tells which things that were).

A thing that has changed since a ledger size is not judged here: what it was then stands in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any

from services.reporting.domain.cards import Card

CHOSEN: dict[str, tuple[str, ...]] = {
    "model": (
        "unit", "field", "year", "basis", "state", "origin", "recognised", "adopted_from", "waits", "search", "sort",
    ),
    "unit": ("unit", "unit_kind", "area", "origin", "state", "parent", "tags", "search", "sort"),
    "appraisal": (
        "model_unit", "unit", "purpose", "level", "state", "outcome", "model", "field", "submitted_on",
        "waits",
    ),
    "recognition": (
        "model_unit", "unit", "level", "state", "model", "field", "recognised_on", "revoked_on", "model_name",
        "waits",
    ),
    "listing": (
        "model_unit", "state", "model", "field", "scope", "supplement", "listed_on", "delisted_on", "model_name",
        "waits",
    ),
    "replication": ("model_unit", "unit", "scope", "state", "model", "field", "proposed_on"),
    "adoption": ("unit", "model_unit", "outcome", "state", "model", "field", "adopted_on", "waits"),
    "unit-report": ("unit", "period", "state"),
}  # fmt: skip
"""By kind: the members of a card that lists choose or order by."""


@dataclass(frozen=True)
class Row:
    """One thing: its id, from which ledger entry on this is so, since when it exists, and its chosen members."""

    ident: str
    since: int
    first: int
    members: Mapping[str, Any]


@dataclass
class Found:
    """What a look through a shelf found at a ledger size."""

    rows: list[Row] = field(default_factory=list[Row])
    changed: list[str] = field(default_factory=list[str])
    """Ids of things that were there at the size and have changed since: the store knows what they were."""


class Shelf:
    """All things of one kind."""

    def __init__(self, members: Sequence[str]) -> None:
        self.members = tuple(members)
        self._rows: dict[str, Row] = {}
        self._same: dict[str, str] = {}

    def put(self, ident: str, card: Mapping[str, Any], since: int, first: int) -> None:
        """A thing as it is now."""
        chosen = {name: self._kept(name, card[name]) for name in self.members if name in card}
        self._rows[ident] = Row(ident, since, first, chosen)

    def _kept(self, name: str, value: Any) -> Any:
        """Words that many things share are kept once; the words of a search begin with a space each."""
        if name == "search":
            return f" {value}"
        if isinstance(value, str) and len(value) <= 40:
            return self._same.setdefault(value, value)
        return tuple(value) if isinstance(value, list) else value

    def look(self, size: int, fits: Callable[[Mapping[str, Any]], bool]) -> Found:
        """The things that fit, as known at a ledger size, in no order."""
        found = Found()
        for row in self._rows.values():
            if row.since > size:
                if row.first <= size:
                    found.changed.append(row.ident)
            elif fits(row.members):
                found.rows.append(row)
        return found

    def clear(self) -> None:
        """Forget everything."""
        self._rows.clear()


@dataclass
class Directory:
    """The shelves of one book, and the ledger size as of which they are complete."""

    at: int = -1
    shelves: dict[str, Shelf] = field(
        default_factory=lambda: {kind: Shelf(members) for kind, members in CHOSEN.items()}
    )

    def put(self, thing: str, card: Mapping[str, Any] | None, since: int, first: int) -> None:
        """A thing as it is now; without a card, or of a kind that has no lists, it stands nowhere."""
        kind, _, ident = thing.partition("/")
        if card is not None and (shelf := self.shelves.get(kind)) is not None:
            shelf.put(ident, card, since, first)

    def clear(self) -> None:
        """Forget everything."""
        self.at = -1
        for shelf in self.shelves.values():
            shelf.clear()


def fitting(
    where: Mapping[str, Any],
    units: Iterable[frozenset[str]] = (),
    of: Sequence[str] = (),
    words: Sequence[str] = (),
) -> Callable[[Mapping[str, Any]], bool]:
    """A test of chosen members: these have these values, one of `of` is in each set of units, the name has the words.

    A member that is a list has a value when it contains it.
    """
    asked = tuple(where.items())
    circles = tuple(units)
    begun = tuple(f" {word}" for word in words)

    def fits(members: Mapping[str, Any]) -> bool:
        for name, value in asked:
            member = members.get(name)
            if member != value and not (isinstance(member, (tuple, list)) and value in member):
                return False
        for circle in circles:
            if not any(members.get(name) in circle for name in of):
                return False
        return all(word in members.get("search", "") for word in begun)

    return fits


def ordered(rows: Iterable[Row], order: Sequence[str], most: int) -> list[Row]:
    """The first so many in this order of members; numbers by their size, what has none first."""
    return nsmallest(most, rows, key=lambda row: (*(sortable(row.members.get(m)) for m in order), row.ident))


def sortable(value: Any) -> str:
    """A value so that its plain order is its natural one."""
    return f"{value:09}" if isinstance(value, int) else str(value or "")


def row_of(card: Card, shelf: Shelf) -> Row:
    """A card as it stood at some size, as a row beside the others."""
    chosen = {name: card[name] for name in shelf.members if name in card}
    if "search" in chosen:
        chosen["search"] = f" {chosen['search']}"
    return Row(card["id"], card["from"], card["from"], chosen)
