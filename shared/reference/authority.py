"""Who may act for whom: roles, levels, and units above and below one another (catalogue, "Who")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from shared.errors import NotAllowed, Unknown

Level = Literal["city", "grassroots"]
CITY_KINDS = frozenset({"city_committee", "commission", "authority"})
"""Kinds of unit that are of the city's level where they stand directly under the city committee."""

BODIES = frozenset({"commission", "authority"})
"""Kinds of unit that are bodies of the committee they stand under, and have its place."""

UNIT_OFFICER = "unit_officer"
APPRAISER = "appraiser"
APPROVER = "approver"
AUDITOR = "auditor"
OPERATOR = "operator"
SUBSCRIBER = "subscriber"
SERVICE = "service"
"""One of the four services, at another's door: it reads logs and nothing else."""
POLICY = "policy"
"""The role of this system's own policies; no token can carry it."""

ROLES = frozenset({UNIT_OFFICER, APPRAISER, APPROVER, AUDITOR, OPERATOR, SUBSCRIBER, SERVICE})
FOR_A_UNIT = frozenset({UNIT_OFFICER, APPRAISER, APPROVER})
"""Roles that are had for one unit; a token without it holds for nobody."""


@dataclass(frozen=True)
class Actor:
    """Who acts: the token's subject, in one role, for one unit where the role is had for one."""

    sub: str
    role: str
    unit: str | None = None

    @property
    def is_policy(self) -> bool:
        """True for this system's own standing orders, which act with nobody's token."""
        return self.role == POLICY


@dataclass(frozen=True)
class UnitCard:
    """What others need to know of a unit."""

    unit: str
    name: str
    kind: str
    parent: str | None = None
    area: str | None = None
    tags: tuple[str, ...] = ()
    emulation_bloc: str | None = None
    origin: str | None = None
    closed: bool = False
    merged_into: str | None = None
    closed_on: str | None = None


@dataclass(frozen=True)
class Units:
    """The units that one decision can see: those it names, and everything above them."""

    cards: Mapping[str, UnitCard] = field(default_factory=dict[str, UnitCard])

    def get(self, unit: str) -> UnitCard | None:
        """The unit's card; None when nobody registered it."""
        return self.cards.get(unit)

    def card(self, unit: str) -> UnitCard:
        """The unit's card; `unit.unknown` when nobody registered it."""
        if (card := self.cards.get(unit)) is None:
            raise Unknown("unit.unknown", unit=unit)
        return card

    def successor(self, unit: str, on: date | None = None) -> str:
        """The unit that stands in for this one today: itself, or the one it was merged into; with `on` the one that
        stood in for it on that day."""
        seen = {unit}
        while (card := self.cards.get(unit)) is not None and card.closed and card.merged_into:
            if on is not None and card.closed_on is not None and on.isoformat() < card.closed_on:
                break
            unit = card.merged_into
            if unit in seen:
                break
            seen.add(unit)
        return unit

    def chain(self, unit: str) -> tuple[str, ...]:
        """The unit (or its successor) and every unit above it, nearest first."""
        found: list[str] = []
        following: str | None = self.successor(unit)
        while following is not None and following not in found:
            found.append(following)
            card = self.cards.get(following)
            following = self.successor(card.parent) if card is not None and card.parent else None
        return tuple(found)

    def is_within(self, unit: str, above: str) -> bool:
        """True when `unit` is `above` or stands below it, mergers followed."""
        return self.successor(above) in self.chain(unit)

    def is_committee_of_city(self, unit: str) -> bool:
        """True when this is the city committee itself, above which nothing stands."""
        card = self.cards.get(self.successor(unit))
        return card is not None and card.kind == "city_committee" and card.parent is None

    def is_city(self, unit: str) -> bool:
        """True when the unit is of the city's level: the city committee, or a body directly under it.

        A level follows from position, never from kind alone (catalogue, "Levels follow position").
        """
        if self.is_committee_of_city(unit):
            return True
        card = self.cards.get(self.successor(unit))
        if card is None or card.kind not in CITY_KINDS or card.parent is None:
            return False
        return self.is_committee_of_city(card.parent)

    def place(self, unit: str) -> str:
        """The unit whose place this one has: a grassroots committee's authority or commission has that of the
        committee; every other unit has its own."""
        own = self.successor(unit)
        card = self.cards.get(own)
        if card is None or card.kind not in BODIES or card.parent is None or self.is_city(own):
            return own
        above = self.successor(card.parent)
        parent = self.cards.get(above)
        return own if parent is None or parent.kind in CITY_KINDS else above

    def is_below(self, unit: str, above: str) -> bool:
        """True when `unit` stands below `above` and is not it."""
        return self.is_within(unit, above) and self.successor(unit) != self.successor(above)


def level_of(actor: Actor, units: Units) -> Level:
    """The level at which an actor acts: the city's, or that of the place where the own unit stands.

    Whoever acts for no unit (operators, auditors, this system's policies) acts for the whole city.
    """
    return "city" if actor.unit is None or units.is_city(actor.unit) else "grassroots"


def must_stand(actor: Actor, units: Units) -> None:
    """Raise `unit.unknown` (403) when the actor acts for a unit that nobody registered, or that was closed and
    left to no other."""
    if actor.role not in FOR_A_UNIT or actor.unit is None:
        return
    card = units.get(units.successor(actor.unit))
    if card is None or card.closed:
        raise NotAllowed("unit.unknown", unit=actor.unit)


def covers(actor: Actor, unit: str, units: Units) -> bool:
    """True when the actor may act for `unit`: it is of the own place or stands below it.

    Whoever appraises or decides for the city, or acts for no unit, may act for all; an officer only for those that
    stand below the own unit, which for a body of the city are its own.
    """
    if _everywhere(actor, units):
        return True
    return actor.unit is not None and units.is_within(unit, units.place(actor.unit))


def _everywhere(actor: Actor, units: Units) -> bool:
    """True for who acts for no unit (no officer's token is without one), and who appraises or decides for the city."""
    return actor.unit is None or (actor.role != UNIT_OFFICER and level_of(actor, units) == "city")


def stands_above(actor: Actor, unit: str, units: Units) -> bool:
    """True when the actor's place is above `unit` and not `unit` itself; whoever appraises or decides for the city
    stands above all others."""
    if _everywhere(actor, units):
        return actor.unit is None or units.successor(unit) != units.successor(actor.unit)
    return actor.unit is not None and units.is_below(unit, units.place(actor.unit))


def must_cover(actor: Actor, unit: str, units: Units) -> None:
    """Raise `not-allowed` unless the actor may act for `unit`."""
    if not covers(actor, unit, units):
        raise NotAllowed("not-allowed", **how_named(unit, units))


def how_named(unit: str, units: Units, member: str = "unit") -> dict[str, str]:
    """How a refusal names a unit: by its id and, where it is known, by its name."""
    card = units.get(unit)
    return {member: unit} if card is None else {member: unit, f"{member}_name": card.name}


def named_all(those: Iterable[str], units: Units) -> dict[str, list[str]]:
    """How a refusal names the units that may: by their ids and, where all are known, by their names."""
    ids = list(those)
    cards = [units.get(unit) for unit in ids]
    names = [card.name for card in cards if card is not None]
    return {"units": ids} if len(names) < len(ids) else {"units": ids, "unit_names": names}


def same_place(actor: Actor, unit: str, units: Units) -> bool:
    """True when the actor acts for this very unit, or for a body that has its place."""
    return actor.unit is not None and units.place(actor.unit) == units.place(unit)


def is_of(actor: Actor, level: Level, unit: str, units: Units) -> bool:
    """True when the actor belongs to those who judge or decide here: the city's, or that very unit's place."""
    if level == "city":
        return level_of(actor, units) == "city"
    return same_place(actor, unit, units)


def must_be_of(actor: Actor, level: Level, unit: str, units: Units) -> None:
    """Raise `not-allowed` unless the actor judges or decides at this level for this unit."""
    if not actor.is_policy and not is_of(actor, level, unit, units):
        raise NotAllowed("not-allowed", level=level, **how_named(unit, units))
