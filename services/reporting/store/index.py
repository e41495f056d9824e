"""What every list is made from, kept in memory: of each thing the few members that lists choose and order by.

A list of 125,000 models is chosen and ordered here in about a tenth of a second, as known today or at any ledger
size before, and only the page that is shown is read from the store. It costs some 500 bytes a thing. It is filled when
a book is opened, takes in what this process writes, and reads what another process wrote (`rm<g>_changed` tells which
things that were).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any, TypeAlias

from services.reporting.figures.cards import Card

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
    "round": ("unit", "year", "occasion", "form", "track", "level", "state", "opened_on"),
    "commendation": (
        "round", "unit", "field", "level", "state", "recipient_kind", "models", "proposed_on",
    ),
    "legal-basis": ("dated", "valid_from", "valid_to", "replaced_on"),
}  # fmt: skip
"""By kind: the members of a card that lists choose or order by."""

Members: TypeAlias = Mapping[str, Any]
Fits: TypeAlias = Callable[[Members], bool]
"""Whether a thing belongs in a list, by the members that the directory keeps of it."""

Version: TypeAlias = tuple[int, Mapping[str, Any]]
"""From which ledger entry on a thing had this card."""


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

    def __init__(self, members: Sequence[str]) -> None:
        self.members = tuple(members)
        self._kept: dict[str, Kept] = {}
        self._same: dict[str, str] = {}

    def put(self, ident: str, versions: Sequence[Version]) -> None:
        """A thing by all its cards, the oldest first."""
        past: list[tuple[int, Members]] = []
        since, members = versions[0][0], self._chosen(versions[0][1])
        for start, card in versions[1:]:
            newer = self._chosen(card)
            if different := self._different(members, newer):
                past.append((since, different))
                since, members = start, newer
        self._kept[ident] = Kept(Row(ident, members), since, tuple(reversed(past)))

    def show(self, ident: str, since: int, card: Mapping[str, Any]) -> None:
        """A thing has another card from a ledger entry on, which is none before its last."""
        if (kept := self._kept.get(ident)) is None:
            self.put(ident, [(since, card)])
            return
        members, past = kept.row.members, kept.past
        if kept.since == since and past:  # twice in one entry: only the last of them was ever true
            (start, different), *rest = past
            members = {name: value for name, value in {**members, **different}.items() if value is not None}
            kept, past = Kept(Row(ident, members), start, tuple(rest)), tuple(rest)
        newer = self._chosen(card)
        if kept.since == since:
            self._kept[ident] = Kept(Row(ident, newer), since)
        elif different := self._different(members, newer):
            self._kept[ident] = Kept(Row(ident, newer), since, ((kept.since, different), *past))
        else:
            self._kept[ident] = kept

    def _different(self, members: Members, newer: Members) -> Members:
        return {n: members.get(n) for n in self.members if members.get(n) != newer.get(n)}

    def _chosen(self, card: Mapping[str, Any]) -> Members:
        return {name: self._stored(name, card[name]) for name in self.members if name in card}

    def _stored(self, name: str, value: Any) -> Any:
        """Words that many things share are kept once; the words of a search begin with a space each."""
        if name == "search":
            return f" {value}"
        if isinstance(value, str) and len(value) <= 40:
            return self._same.setdefault(value, value)
        return tuple(value) if isinstance(value, list) else value

    def look(self, size: int, fits: Fits) -> list[Row]:
        """The things that fit, as known at a ledger size, in no order."""
        return [
            row for kept in self._kept.values()
            if (row := kept.row if kept.since <= size else kept.at(size)) is not None and fits(row.members)
        ]  # fmt: skip

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._same.clear()


@dataclass
class Directory:
    """The shelves of one book, and the ledger size as of which they are complete."""

    at: int = -1
    shelves: dict[str, Shelf] = field(
        default_factory=lambda: {kind: Shelf(members) for kind, members in CHOSEN.items()}
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


def fitting(
    where: Mapping[str, Any],
    units: Iterable[frozenset[str]] = (),
    of: Sequence[str] = (),
    words: Sequence[str] = (),
) -> Fits:
    """A test of chosen members: these have these values, one of `of` is in each set of units, the name has the words.

    A member that is a list has a value when it contains it.
    """
    asked = tuple(where.items())
    circles = tuple(units)
    begun = tuple(f" {word}" for word in words)

    def fits(members: Members) -> bool:
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
