"""What a summary is about: the whole city, one unit with those below it, or one emulation bloc."""

from __future__ import annotations

from dataclasses import dataclass

from services.reporting.facts.city import City
from shared.errors import Malformed, Refused, Unknown


@dataclass(frozen=True)
class Scope:
    """The whole city unless a unit or a bloc is named."""

    unit: str | None = None
    bloc: str | None = None

    @property
    def spelled(self) -> str:
        """As it stands in a document: `city`, `unit/20242`, `bloc/Khối thi đua số 1`."""
        if self.unit is not None:
            return f"unit/{self.unit}"
        return "city" if self.bloc is None else f"bloc/{self.bloc}"

    def units(self, city: City) -> frozenset[str] | None:
        """The units that count, as the city stands; None for all of them.

        Raises Unknown("unit.unknown" | "bloc.unknown"), Refused("unit.merged").
        """
        if self.unit is not None:
            if (card := city.cards.get(self.unit)) is None:
                raise Unknown("unit.unknown", unit=self.unit)
            if card.closed and card.merged_into:
                raise Refused("unit.merged", unit=self.unit, merged_into=city.standing_for(self.unit))
            return city.within(self.unit)
        if self.bloc is None:
            return None
        if not (found := city.of_bloc(self.bloc)):
            raise Unknown("bloc.unknown", bloc=self.bloc)
        return found


CITY = Scope()
"""The whole city."""


def scope_of(unit: str | None, bloc: str | None) -> Scope:
    """The scope that a query names; Malformed when it names two."""
    if unit is not None and bloc is not None:
        raise Malformed("unit.with-bloc")
    return Scope(unit, bloc)


def spelled(text: str) -> Scope:
    """The scope that was written so in a document."""
    kind, _, name = text.partition("/")
    return Scope(unit=name if kind == "unit" else None, bloc=name if kind == "bloc" else None)
