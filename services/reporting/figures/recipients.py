"""Whom commendations are given to: the same body or person, whatever the round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from services.reporting.facts.city import City
from shared.people.linking import Links
from shared.text.folding import spelled

Members = Mapping[str, Any]


@dataclass(frozen=True)
class Alike:
    """Who is one and the same: ids that were linked are one human being whenever that was found out; a body goes on
    in the unit that its own was merged into by the day of `city`, so that a later merger makes nobody the same."""

    links: Links = field(default_factory=Links)
    city: City = field(default_factory=City)

    def key(self, recipient: Members) -> str:
        """The same text for the same body or person, however its name is spelled, as the awards tell them apart."""
        if (person := recipient.get("person")) is not None:
            ident = str(person.get("id"))
            return f"person/{min((ident, *self.links.others(ident)))}"
        unit: str | None = recipient.get("unit")
        of = self.city.standing_for(unit) if unit else spelled(recipient.get("of") or "")
        return f"{spelled(recipient.get('name') or '')}/{of}"


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


def given(ident: str, members: Members, round: Members, alike: Alike) -> Given | None:
    """A commendation as lists have it, with its round; None when it was not given."""
    if "granted_on" not in members or "year" not in round:
        return None
    return Given(
        ident, members["granted_on"], round["year"], alike.key(members.get("recipient") or {}),
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
