"""What a batch of entries changes, gathered before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.reporting.facts.concerning import elsewhere, kept_for
from services.reporting.facts.entity import Thing
from services.reporting.facts.entry import Entry
from services.reporting.facts.projections import (
    OF_UNITS,
    Held,
    fact_of,
    link_after,
    linking,
    lives_of,
    noun_of,
    persons_in,
    threads_of,
)
from services.reporting.figures import cards
from services.reporting.figures.changes import Row
from services.reporting.figures.growing import grown
from services.reporting.store.things import NOUNS
from shared.contracts import people
from shared.contracts.catalog import knows
from shared.slices import Slices

About = tuple[Entry, list[str], Held | None]
"""An entry, the lives it is a fact of, and why it cannot be if it cannot."""


@dataclass
class Changes:
    """Everything a batch changes."""

    things: dict[str, Thing] = field(default_factory=dict[str, Thing])
    changed: set[str] = field(default_factory=set[str])
    shown: list[tuple[str, int, dict[str, Any]]] = field(
        default_factory=list["tuple[str, int, dict[str, Any]]"]
    )
    """Every other card that became true: (thing, entry, card)."""
    threads: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    rows: list[Row] = field(default_factory=list[Row])
    findings: list[Row] = field(default_factory=list[Row])
    held: list[Held] = field(default_factory=list[Held])

    def thing(self, thing: str) -> Thing:
        """The thing, to be changed."""
        self.changed.add(thing)
        if (known := self.things.get(thing)) is None:
            known = self.things[thing] = Thing()
        return known


class Loads(Protocol):
    """Where the things come from that entries are about."""

    async def load(self, things: Iterable[str]) -> dict[str, Thing]:
        """These things, those that are known."""
        ...


class Gathering:
    """Folds entries into changes, upon the things they are about."""

    def __init__(self, things: Loads) -> None:
        self._things = things

    async def changes(self, entries: Sequence[Entry]) -> Changes:
        """What these entries change, the next ones in ledger order."""
        persons = {entry.n: persons_in(entry) for entry in entries}
        asked = {linking(entry) for entry in entries}.union(*persons.values())
        changes = Changes(await self._things.load(asked))
        about = [self._about(changes, entry) for entry in entries]
        changes.held += unread(entries)
        wanted = {life for _, lives, _ in about for life in lives} - changes.things.keys()
        changes.things |= await self._things.load(wanted)
        changes.things |= await self._things.load(_renamed(changes, about))
        slices = Slices()
        for entry, lives, held in about:
            await slices.turn()
            for person in persons[entry.n]:
                await self._name(changes, person, entry, lives)
            await self._tell_others(changes, entry, lives)
            for life in lives:
                _live(changes, life, entry, held)
        return changes

    @staticmethod
    def _about(changes: Changes, entry: Entry) -> About:
        changes.threads += [(entry.n, thread) for thread in threads_of(entry)]
        stream, linked = entry.event.stream, linking(entry)
        known = changes.things.get(linked)
        link = link_after({} if known is None else known.link, entry)
        if link and (known is None or link != known.link):
            changes.thing(linked).link = link
        try:
            return entry, lives_of(link, entry), None
        except Exception as wrong:  # noqa: BLE001 - held by name, never skipped
            return entry, [stream], Held(stream, str(wrong), entry.n, entry.event.type)

    async def _tell_others(self, changes: Changes, entry: Entry, lives: Sequence[str]) -> None:
        """The entry stands in the history of what it concerns, too, where it is no fact."""
        event = entry.event
        before = changes.things[lives[0]].facts if lives and lives[0] in changes.things else []
        others = elsewhere(event.stream, entry.kind, event.data, before)
        if entry.kind is people.PersonErased:
            person = changes.thing(event.stream)
            person.also.append([entry.n, entry.n])
            others |= set(person.link.get("things", "").split())
        if not others:
            return
        others = {other for other in others if noun_of(other) in NOUNS}
        await self._have(changes, others)
        for adoption in [other for other in others if noun_of(other) == "adoption"]:
            if (model := changes.things[adoption].link.get("model")) is not None:
                others.add(f"model/{model}")
        await self._have(changes, others)
        earlier = kept_for(fact.data for fact in before) if noun_of(event.stream) in OF_UNITS else others
        for other in others.difference(lives, {event.stream}):
            if other not in earlier:  # named by a correction: what was told before is told of it, too
                changes.thing(other).also += [[fact.n, entry.n] for fact in before]
            changes.thing(other).also.append([entry.n, entry.n])

    async def _name(self, changes: Changes, person: str, entry: Entry, lives: Sequence[str]) -> None:
        """An entry names a person: an erasure concerns its things, whichever of both is heard of first."""
        known = changes.things[person] if person in changes.things else Thing()
        before = set(known.link.get("things", "").split())
        things = {thing for thing in (entry.event.stream, *lives) if noun_of(thing) in NOUNS} - before
        if not things:
            return
        changes.thing(person).link = {"things": " ".join(sorted(before | things))}
        await self._have(changes, things)
        for thing in things if known.also else ():
            changes.thing(thing).also += [[n, entry.n] for n, _ in known.also]

    async def _have(self, changes: Changes, things: set[str]) -> None:
        """Load those things that the batch has not touched yet; those nobody has told of are new."""
        if absent := things - changes.things.keys():
            loaded = await self._things.load(absent)
            changes.things |= {thing: loaded.get(thing) or Thing() for thing in absent}


def unread(entries: Sequence[Entry]) -> list[Held]:
    """The newest of each type of events that this version of the program does not know: it stands in its history, and
    in no figure."""
    newest = {entry.event.type: entry.n for entry in entries if not knows(entry.event.type)}
    return [Held(wire, "a newer version wrote it", n, wire) for wire, n in newest.items()]


def _renamed(changes: Changes, about: Sequence[About]) -> set[str]:
    """Things that are not in the batch but show what an entry of it may change: a name, a field, an outcome."""
    telling = [lives for entry, lives, _ in about if cards.tells_of_others(entry.kind, entry.event.stream)]
    lives = {life for lives in telling for life in lives}
    known = [changes.things[life] for life in lives if life in changes.things]
    return {fact.stream for life in known for fact in life.facts} - changes.things.keys()


def _live(changes: Changes, thing: str, entry: Entry, held: Held | None) -> None:
    """Add one entry to a life; a life that cannot take it is held as it was, and the rest goes on."""
    life = changes.thing(thing)
    if life.held is not None:
        life.held = {**life.held, "waiting": [*life.held["waiting"], entry.n]}
        return
    try:
        if held is None:
            _take(changes, thing, life, entry)
    except Exception as wrong:  # noqa: BLE001 - held by name, never skipped
        held = Held(thing, f"{type(wrong).__name__}: {wrong}", entry.n, entry.event.type)
    if held is not None:
        changes.held.append(held)
        life.held = {"reason": held.reason, "n": held.n, "type": held.type, "waiting": [entry.n]}


def _take(changes: Changes, thing: str, life: Thing, entry: Entry) -> None:
    fact = fact_of(entry)
    new_rows, new_findings = grown(thing, life.life, fact)
    known = life.life.with_one_more(fact)
    shown = {other: cards.card_of(other, known) for other in cards.touched(fact, thing, known)}
    # Nothing is changed before all of it could be computed.
    changes.rows += new_rows
    changes.findings += new_findings
    for other, card in shown.items():
        owner = life if other == thing else changes.things.get(other) or Thing()
        if card is not None and owner.show(card, entry.n):
            changes.things[other] = owner
            changes.changed.add(other)
            changes.shown.append((other, entry.n, card))
    life.life.add(fact)
