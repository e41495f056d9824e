"""A fact: what reporting keeps of one ledger entry about one thing, small enough to keep for ever.

A life is the list of all facts about one thing, of all services, in ledger order. Whatever is shown of the thing,
as known at ledger size N for business date C, is folded from the facts with `n` ≤ N and `on` ≤ C, and from nothing
else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeAlias, TypeVar, cast

from services.reporting.facts import said
from services.reporting.facts.kinds import KINDS, Kind
from services.reporting.facts.said import values
from services.reporting.facts.said.naming import Names
from services.reporting.facts.said.reading import Said, members_of, read
from shared.errors import CorruptHistory

Members = Mapping[str, Any]


D = TypeVar("D", bound=Said, covariant=True)


class _Said:
    """What a fact says, read when it is first asked for and kept as a member beside the others.

    As functools.cached_property, which keeps it in the object's dictionary: every other member is slower to get then.
    """

    def __get__(self, fact: FactOf[D], of: type[FactOf[D]]) -> D:
        found = cast("D", read(SAID.get(fact.kind, Said), fact.data))
        object.__setattr__(fact, "said", found)
        return found


@dataclass(frozen=True)
class FactOf(Generic[D]):
    """One event about a thing: ledger number, event id, kind, stream, business date, and what is kept of its data.

    Beside it who did it, on which day of the city it was recorded, and for which unit: audit findings are about these.
    `data` are the members as they are stored; by name they are read from `said`.
    """

    n: int
    id: str
    kind: Kind
    stream: str
    on: str
    data: Members
    by: str = ""
    recorded: str = ""
    unit: str = ""
    said = _Said()
    """What it says: the class of its event in `said`, by which it is told apart too."""

    def some(self, names: Iterable[str]) -> dict[str, Any]:
        """Of these members (`members_of`) those it has."""
        return {name: self.data[name] for name in names if name in self.data}

    @property
    def name(self) -> str:
        """What the event is called."""
        return self.kind.fact_name()

    def stored(self) -> list[Any]:
        """The fact as JSON values."""
        return [
            self.n,
            self.id,
            self.name,
            self.stream,
            self.on,
            self.data,
            self.by,
            self.recorded,
            self.unit,
        ]


Fact: TypeAlias = FactOf[Said]
"""A fact of any kind: what it says shows once it is told which."""

S = TypeVar("S", bound=Said)


def of_kind(facts: Iterable[Fact], kind: type[S]) -> list[FactOf[S]]:
    """The facts of one kind, in their order."""
    wanted = KIND_OF[kind]
    return cast("list[FactOf[S]]", [fact for fact in facts if fact.kind is wanted])


def from_stored(values: Sequence[Any]) -> Fact:
    """The fact in these JSON values."""
    n, ident, name, stream, on, data, by, recorded, unit = values
    return FactOf(n, ident, KINDS[name], stream, on, data, by, recorded, unit)


SAID: dict[Kind, type[Said]] = {KINDS[of.__name__]: of for of in said.FOLDED}
KEPT: dict[Kind, tuple[str, ...]] = {kind: members_of(of) for kind, of in SAID.items()}
"""The events that are folded, and which of their members are kept. All others stand in histories only."""
KIND_OF: dict[type[Said], Kind] = {of: kind for kind, of in SAID.items()}

LISTED = {
    "criteria": members_of(values.Criterion),
    "facts": members_of(values.CriterionFact),
    "findings": members_of(values.FinalFinding),
    "similar": (),
    "subjects": members_of(values.Subject),
}
"""Of lists of objects only these members are kept (of `similar` nothing: their number is what counts)."""

OF_PARTS = {
    "recipient": members_of(values.Recipient),
    "responsible": members_of(values.PersonOrOffice),
    "by": members_of(values.PersonOrOffice),
}
"""Of objects only these: a person by id, what was sealed stays in the event that named them."""

IN_PART = frozenset({*LISTED, *OF_PARTS})
"""Only of these less is kept than was said."""


def kept(kind: Kind, data: Members) -> dict[str, Any]:
    """What is kept of an event's data; CorruptHistory when a folded event has no business date."""
    if not isinstance(read(Names, data).on, str):
        raise CorruptHistory(f"{kind.fact_name()} without a business date")
    return {
        member: _less(member, data[member]) if member in IN_PART else data[member]
        for member in KEPT[kind]
        if member in data
    }


def _less(member: str, value: Any) -> Any:
    if (names := OF_PARTS.get(member)) is not None:
        found = {name: value[name] for name in names if name in value}
        person = read(values.Recipient, found).person
        return found if person is None else {**found, "person": {"id": person.id}}
    if (names := LISTED.get(member)) is None or not isinstance(value, list):
        return value
    items = cast(list[Any], value)
    return [
        {name: item[name] for name in names if name in item} if isinstance(item, dict) else item
        for item in items
    ]


def known_at(facts: Sequence[Fact], size: int | None) -> list[Fact]:
    """The facts known at a ledger size (None: all), each as corrected by then.

    A correction is knowledge, not an act: it applies to what it corrects whatever its own business date.
    """
    known = [fact for fact in facts if size is None or fact.n <= size]
    if not (corrections := of_kind(known, said.RecordCorrected)):
        return known
    places = {fact.id: index for index, fact in enumerate(known)}
    for correction in corrections:
        if (place := places.get(correction.said.corrects)) is not None:
            known[place] = _corrected(known[place], correction.said.changes)
    return known


def _corrected(fact: Fact, changes: Members) -> Fact:
    data = {**fact.data, **{name: _less(name, changes[name]) for name in KEPT[fact.kind] if name in changes}}
    return replace(fact, data=data, on=read(Names, changes).on or fact.on)
