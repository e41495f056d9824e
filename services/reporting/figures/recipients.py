"""Whom commendations are given to: the same body or person, whatever the round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from shared.text.folding import spelled

Members = Mapping[str, Any]


def recipient_key(recipient: Members) -> str:
    """The same text for the same body or person, however its name is spelled, as the awards tell them apart."""
    person: Members | None = recipient.get("person")
    if person is not None:
        return f"person/{person.get('id')}"
    return f"{spelled(recipient.get('name') or '')}/{recipient.get('unit') or spelled(recipient.get('of') or '')}"


class Given(NamedTuple):
    """A commendation that was given: on which day, of which year's round, to whom, and until when it stood."""

    ident: str
    on: str
    year: int
    key: str
    until: str
    unit: str
    field: str


class Again(NamedTuple):
    """One that the same recipient was given in a year after others (`before`, by their ids)."""

    given: Given
    before: tuple[str, ...]


def given(ident: str, members: Members, round: Members) -> Given | None:
    """A commendation as lists have it, with its round; None when it was not given."""
    if "granted_on" not in members or "year" not in round:
        return None
    return Given(
        ident, members["granted_on"], round["year"], recipient_key(members.get("recipient") or {}),
        members.get("cancelled_on", "9999-12-31"), members.get("unit") or round.get("unit") or "city",
        members.get("field") or "none",
    )  # fmt: skip


def twice_in_a_year(all_given: Iterable[Given], cut_off: str) -> list[Again]:
    """Of those that stood at a cut-off the ones whose recipient had been given another for the same year."""
    by_recipient: defaultdict[tuple[str, int], list[Given]] = defaultdict(list)
    for one in all_given:
        if one.on <= cut_off < one.until:
            by_recipient[one.key, one.year].append(one)
    found: list[Again] = []
    for alike in by_recipient.values():
        alike.sort(key=lambda one: (one.on, one.ident))
        found += [
            Again(one, tuple(other.ident for other in alike[:nth])) for nth, one in enumerate(alike) if nth
        ]
    return found
