"""Listing: whom an entry of the replication list covers, and from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.contracts.values import Scope
from shared.reference.authority import Units


@dataclass(frozen=True)
class Listing:
    """One entry of the list, as the awards service told it. `unit` is the model's."""

    scope: Scope
    unit: str
    listed_on: date
    delisted_on: date | None = None
    targets: tuple[str, ...] = ()

    def covers(self, adopter: str, on: date, units: Units) -> bool:
        """True when a unit may take the model over on a day because of this entry."""
        if on < self.listed_on or (self.delisted_on is not None and on >= self.delisted_on):
            return False
        match self.scope:
            case "city":
                return not self.targets or self._named(adopter, units)
            case "emulation_bloc":
                return self._same_bloc(adopter, units) or self._named(adopter, units)
            case "area":
                return self._named(adopter, units)
            case "own_unit":
                return units.is_within(adopter, self.unit)

    def _named(self, adopter: str, units: Units) -> bool:
        """A target names the unit, a unit above it, its emulation bloc or one of its tags."""
        card = units.card(adopter)
        own = {card.emulation_bloc, card.area, *card.tags}
        return any(
            target in own or (units.get(target) is not None and units.is_within(adopter, target))
            for target in self.targets
        )

    def _same_bloc(self, adopter: str, units: Units) -> bool:
        model_unit = units.get(units.successor(self.unit))
        bloc = model_unit.emulation_bloc if model_unit is not None else None
        return bloc is not None and units.card(adopter).emulation_bloc == bloc
