"""What a paper is made from: what was recorded, as it was corrected, and the words around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from services.reporting.documents.slices import Cards
from services.reporting.facts import said
from services.reporting.facts.entry import Entry, said_as
from services.reporting.facts.kinds import KINDS, Kind
from services.reporting.facts.said import whole
from services.reporting.facts.said.naming import Names
from services.reporting.facts.said.reading import Said, read
from shared.contracts import registry

Members = Mapping[str, Any]

S = TypeVar("S", bound=Said)


@dataclass(frozen=True)
class Told:
    """One event as it was corrected: what it says, of which thing, and for which unit it was recorded."""

    n: int
    id: str
    kind: Kind
    stream: str
    on: str
    data: Members
    unit: str | None = None

    def says(self, of: type[S]) -> S | None:
        """What it says, where it is such an event."""
        return said_as(of, self.kind, self.data)


@dataclass(frozen=True, kw_only=True)
class ToldOf(Told, Generic[S]):
    """One event of a kind that was asked for, and what it says."""

    said: S


@dataclass(frozen=True)
class Record:
    """Events in ledger order, corrections applied."""

    events: tuple[Told, ...] = ()

    def of(self, stream: str) -> Record:
        """Those of one thing."""
        return Record(tuple(event for event in self.events if event.stream == stream))

    def all(self, *kinds: type[S]) -> list[ToldOf[S]]:
        """Those of these kinds (classes of `said` or of `said.whole`), the first first."""
        wanted = {KINDS[kind.__name__]: kind for kind in kinds}
        return [
            ToldOf(**vars(event), said=read(wanted[event.kind], event.data))
            for event in self.events
            if event.kind in wanted
        ]

    def first(self, *kinds: type[S]) -> ToldOf[S] | None:
        """The first of these kinds."""
        return next(iter(self.all(*kinds)), None)

    def last(self, *kinds: type[S]) -> ToldOf[S] | None:
        """The latest of these kinds."""
        return next(reversed(self.all(*kinds)), None)

    def event(self, ident: str) -> Told | None:
        """The event of this id."""
        return next((event for event in self.events if event.id == ident), None)


def record(entries: Iterable[Entry]) -> Record:
    """These entries as a record; a correction applies to what it corrects and stands for nothing itself."""
    events: list[Told] = []
    places: dict[str, int] = {}
    for entry in sorted(entries, key=lambda entry: entry.n):
        event = entry.event
        if (corrected := entry.says(said.RecordCorrected)) is not None:
            if (place := places.get(corrected.corrects)) is not None:
                was, changes = events[place], corrected.changes
                on = read(Names, changes).on or was.on
                events[place] = replace(was, data={**was.data, **changes}, on=on)
            continue
        places[event.id] = len(events)
        unit = event.envelope.get("actorunit")
        on = entry.named.on or ""
        events.append(Told(entry.n, event.id, entry.kind, event.stream, on, entry.data, unit))
    return Record(tuple(events))


def declared(told: Record) -> dict[str, Any]:
    """A model as its own stream declares it by now: registered, amended, reclassified; empty before it is registered.

    What was registered for a further year is said by `RegistrationRenewed`, and takes the place of what it names.
    """
    members: dict[str, Any] = {}
    for event in told.events:
        if event.kind is registry.ModelRegistered:
            members = {**event.data, "registered_on": event.on}
        elif (amended := event.says(whole.ModelAmended)) is not None:
            members |= amended.changes
        elif (moved := event.says(said.ModelReclassified)) is not None:
            members["field"] = moved.field
    return members


@dataclass(frozen=True)
class Matter:
    """Everything that one paper may say, gathered before it is written: nothing is looked up any more."""

    kind: str
    ident: str
    size: int
    """The ledger size that all of it rests on."""
    cards: Cards
    """The units."""
    record: Record = field(default_factory=Record)
    card: Members = field(default_factory=dict[str, Any])
    """The thing as lists show it."""
    models: Mapping[str, Members] = field(default_factory=dict[str, Members])
    """Models as declared, by id, where the paper is a list of several."""
    items: Sequence[Members] = ()
    """The rows of a list, in no order."""
    criteria: Mapping[str, str] = field(default_factory=dict[str, str])
    """The words of criteria by code."""
    forms: Mapping[str, str] = field(default_factory=dict[str, str])
    persons: Mapping[str, str] = field(default_factory=dict[str, str])
    """The names that the reader may know, by person id."""
    figures: Members = field(default_factory=dict[str, Any])
    """The figures of a summary, where the paper tells figures."""
    competences: Sequence[Members] = ()
    """Which bodies may do what, as the policy in force says."""
    bases: Sequence[Members] = ()
    """The cards of the legal bases in force."""

    def unit_name(self, unit: str | None) -> str:
        """What a unit is called; its id where nobody registered it."""
        if unit is None:
            return ""
        card = self.cards.get(unit)
        return unit if card is None else card.name
