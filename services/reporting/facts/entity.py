"""A thing as it is kept: its card and every earlier one, what it is part of, and the facts if it is a life.

Facts, earlier cards and what was told elsewhere only grow: of each the store keeps a list of runs (JSON), and a
batch adds one run to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from services.reporting.facts.facts import Fact, from_stored
from services.reporting.facts.timeline import Timeline


@dataclass
class Thing:
    """A thing as it is stored: its card and what came before it, its link, and the facts if it is a life."""

    life: Timeline = field(default_factory=Timeline)
    link: dict[str, str] = field(default_factory=dict[str, str])
    card: dict[str, Any] | None = None
    since: int = 0
    past: list[list[Any]] = field(default_factory=list["list[Any]"])
    """Earlier cards: [from, to, card]."""
    held: dict[str, Any] | None = None
    also: list[list[int]] = field(default_factory=list["list[int]"])
    """Entries told of other things that concern this one and change nothing it shows: [entry, known since entry]."""
    stored: bool = False
    runs: tuple[int, int, int] = (0, 0, 0)
    """How many of facts, past and also are stored."""

    @property
    def facts(self) -> list[Fact]:
        """The facts of its life, as they were told."""
        return self.life.told

    @property
    def first(self) -> int:
        """The ledger entry from which it has had a card."""
        return self.past[0][0] if self.past else self.since

    @property
    def versions(self) -> list[tuple[int, dict[str, Any]]]:
        """All its cards, the oldest first, each with the entry from which it was true."""
        past = [(start, card) for start, _, card in self.past]
        return past if self.card is None else [*past, (self.since, self.card)]

    def members(self) -> dict[str, Any]:
        """Its members that a batch writes anew."""
        members: dict[str, Any] = {}
        if self.link:
            members["link"] = self.link
        if "model" in self.link:
            members["life"] = f"model/{self.link['model']}"
        if self.card is not None:
            members |= {"card": self.card, "from": self.since, "first": self.first}
        if self.held is not None:
            members["held"] = self.held
        return members

    def added(self) -> dict[str, bytes]:
        """What came to its lists since they were stored, one run for each list that grew; counts as stored then."""
        facts, past, also = self.runs
        grown: dict[str, list[Any]] = {
            "facts": [fact.stored() for fact in self.facts[facts:]],
            "past": self.past[past:],
            "also": self.also[also:],
        }
        self.runs = len(self.facts), len(self.past), len(self.also)
        return {name: orjson.dumps(run) for name, run in grown.items() if run}

    def show(self, card: dict[str, Any] | None, n: int) -> bool:
        """Another card is true from entry `n` on; False when it is the same."""
        if card is None or card == self.card:
            return False
        if self.card is not None and self.since < n:
            self.past.append([self.since, n, self.card])
        self.card, self.since = card, n
        return True


def thing_from(document: Mapping[str, Any]) -> Thing:
    """A thing as it was stored."""
    facts, past, also = facts_of(document), runs_of(document, "past"), runs_of(document, "also")
    return Thing(
        life=Timeline(facts),
        link=dict(document.get("link", {})),
        card=document.get("card"),
        since=document.get("from", 0),
        past=past,
        held=document.get("held"),
        also=also,
        stored=True,
        runs=(len(facts), len(past), len(also)),
    )


def runs_of(document: Mapping[str, Any], name: str) -> list[Any]:
    """A list of a stored thing: `facts`, `past` or `also`."""
    runs: Sequence[bytes] = document.get(name, ())
    return [one for run in runs for one in orjson.loads(run)]


def facts_of(document: Mapping[str, Any]) -> list[Fact]:
    """The facts of a stored life."""
    return [from_stored(values) for values in runs_of(document, "facts")]


def versions_of(document: Mapping[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """All cards of a stored thing, the oldest first, each with the entry from which it was true."""
    past = [(start, card) for start, _, card in runs_of(document, "past")]
    return [*past, (document["from"], document["card"])] if "card" in document else past


def card_at(document: Mapping[str, Any], size: int) -> dict[str, Any] | None:
    """The card of a stored thing as it was at a ledger size, with the entry from which it was true."""
    if "card" not in document or document["first"] > size:
        return None
    if document["from"] <= size:
        return {**document["card"], "from": document["from"]}
    for start, end, card in runs_of(document, "past"):
        if start <= size < end:
            return {**card, "from": start}
    return None
