"""The units as they stood on a date: who is below whom, who took over from whom, where they lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from services.reporting.facts import said
from services.reporting.facts.facts import Fact
from services.reporting.facts.said.reading import members_of
from shared.contracts import registry
from shared.reference.authority import UnitCard, Units

CARD = members_of(said.UnitAmended, "name", "kind", "parent", "area", "tags", "emulation_bloc", "origin")
"""What is shown of a unit."""


@dataclass(frozen=True)
class City:
    """All units known at a ledger size as they stood on a business date.

    A unit that is known exists whatever the date of its registration (the scheme's units are older than their
    records); amendments and closures hold from their business date on.
    """

    cards: Mapping[str, UnitCard] = field(default_factory=dict[str, UnitCard])
    registered: Mapping[str, str] = field(default_factory=dict[str, str])
    """On which day each unit was registered."""
    on: str | None = None
    """The business date; None for everything known."""
    _chains: dict[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]], repr=False, compare=False
    )

    _now: City | None = field(default=None, repr=False, compare=False)

    @property
    def now(self) -> City:
        """The city by everything known now, whatever this one rests on: what somebody may read follows from it."""
        return self if self._now is None else self._now

    @property
    def units(self) -> Units:
        """The same, as the rules of `shared.reference.authority` ask for them."""
        return Units(self.cards)

    def chain(self, unit: str) -> tuple[str, ...]:
        """The unit (or whoever took over from it) and every unit above it, nearest first."""
        if (found := self._chains.get(unit)) is None:
            found = self._chains[unit] = self.units.chain(unit)
        return found

    def standing_for(self, unit: str) -> str:
        """The unit that counts what was this unit's: itself, or the one it was merged into."""
        return self.chain(unit)[0]

    def within(self, above: str) -> frozenset[str]:
        """Every unit that counts for `above`: itself, those below it, and those merged into any of them."""
        top = self.standing_for(above)
        return frozenset(unit for unit in self.cards if top in self.chain(unit)) | {above}

    def bloc_of(self, unit: str) -> str | None:
        """The emulation bloc of a unit: its own, else that of the nearest unit above it that has one."""
        cards = (self.cards.get(other) for other in self.chain(unit))
        return next((card.emulation_bloc for card in cards if card is not None and card.emulation_bloc), None)

    def of_bloc(self, bloc: str) -> frozenset[str]:
        """Every unit that counts for an emulation bloc."""
        return frozenset(unit for unit in self.cards if self.bloc_of(unit) == bloc)

    @cached_property
    def committee(self) -> str | None:
        """The city committee, above which nothing stands; None while it is not registered."""
        units = self.units
        return next((unit for unit in sorted(self.cards) if units.is_committee_of_city(unit)
                     and not self.cards[unit].closed), None)  # fmt: skip

    def open_units(self) -> list[UnitCard]:
        """The units that exist on the date, in the order of their ids."""
        return [self.cards[unit] for unit in sorted(self.cards) if not self.cards[unit].closed]

    def there(self) -> list[UnitCard]:
        """The open units of which something could be asked on the day: those that had been registered by then.

        In the year in which the register began it took down units that are older than it: they were there before,
        too. Who is registered later (a ward that two others became) was not until then.
        """
        begun = min(self.registered.values(), default="")[:4]
        last = "9999" if self.on is None else self.on
        return [
            card for card in self.open_units()
            if (since := self.registered.get(card.unit, "")) <= last or since[:4] == begun
        ]  # fmt: skip


def city(
    lives: Iterable[Sequence[Fact]], on: str | None, newest: Iterable[Sequence[Fact]] | None = None
) -> City:
    """The city folded from the lives of its units, on a business date (None: by everything known).

    `newest` are the lives as they are known now, where these are those of an earlier time.
    """
    cards: dict[str, UnitCard] = {}
    registered: dict[str, str] = {}
    for facts in lives:
        if (card := unit_card(facts, on)) is not None:
            cards[card.unit] = card
            registered[card.unit] = next(fact.on for fact in facts if fact.kind is registry.UnitRegistered)
    return City(cards, registered, on, _now=None if newest is None else city(newest, None))


def unit_card(facts: Sequence[Fact], on: str | None) -> UnitCard | None:
    """One unit as it stood on a date; None while it is not registered."""
    members: dict[str, Any] | None = None
    for fact in facts:
        told = fact.said
        if fact.stream != facts[0].stream and isinstance(told, said.UnitClosed):
            continue  # another unit that was merged into this one
        if isinstance(told, said.UnitRegistered):
            members = {"unit": told.unit, **fact.some(CARD)}
        elif members is not None and (on is None or fact.on <= on):
            if isinstance(told, said.UnitAmended):
                members |= fact.some(CARD)
            elif isinstance(told, said.UnitClosed):
                members |= {"closed": True, "merged_into": told.merged_into}
    if members is None:
        return None
    members["tags"] = tuple(members.get("tags", ()))
    return UnitCard(**members)
