"""What a paper is made from: what was recorded, as it was corrected, and the words around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.reporting.documents.slices import Cards
from services.reporting.facts.entry import Entry
from services.reporting.facts.kinds import Kind
from shared.contracts import correcting, registry

Members = Mapping[str, Any]


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


@dataclass(frozen=True)
class Record:
    """Events in ledger order, corrections applied."""

    events: tuple[Told, ...] = ()

    def of(self, stream: str) -> Record:
        """Those of one thing."""
        return Record(tuple(event for event in self.events if event.stream == stream))

    def all(self, *kinds: Kind) -> list[Told]:
        """Those of these kinds, the first first."""
        return [event for event in self.events if event.kind in kinds]

    def first(self, *kinds: Kind) -> Told | None:
        """The first of these kinds."""
        return next((event for event in self.events if event.kind in kinds), None)

    def last(self, *kinds: Kind) -> Told | None:
        """The latest of these kinds."""
        return next((event for event in reversed(self.events) if event.kind in kinds), None)

    def event(self, ident: str) -> Told | None:
        """The event of this id."""
        return next((event for event in self.events if event.id == ident), None)


def record(entries: Iterable[Entry]) -> Record:
    """These entries as a record; a correction applies to what it corrects and stands for nothing itself."""
    events: list[Told] = []
    places: dict[str, int] = {}
    for entry in sorted(entries, key=lambda entry: entry.n):
        event, data = entry.event, entry.data
        if entry.kind is correcting.RecordCorrected:
            if (place := places.get(str(data.get("corrects")))) is not None:
                changes = data.get("changes", {})
                was = events[place]
                events[place] = replace(was, data={**was.data, **changes}, on=changes.get("on", was.on))
            continue
        places[event.id] = len(events)
        unit = event.envelope.get("actorunit")
        events.append(Told(entry.n, event.id, entry.kind, event.stream, str(data.get("on", "")), data, unit))
    return Record(tuple(events))


def declared(told: Record) -> dict[str, Any]:
    """A model as its own stream declares it by now: registered, amended, reclassified; empty before it is registered.

    What was registered for a further year is said by `RegistrationRenewed`, and takes the place of what it names.
    """
    members: dict[str, Any] = {}
    for event in told.events:
        match event.kind:
            case registry.ModelRegistered:
                members = {**event.data, "registered_on": event.on}
            case registry.ModelAmended:
                members |= event.data.get("changes", {})
            case registry.ModelReclassified:
                members["field"] = event.data["field"]
            case _:
                pass
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
