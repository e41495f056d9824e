"""The building quota of a year: who had to build how much, and who did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.reporting.facts.city import City
from services.reporting.figures.versions import row_keys
from shared.reference.authority import UnitCard

FIELDS = ("economy", "culture_society", "defence_security", "political_system")

Built = Counter[tuple[str, str, str, int]]
"""(unit, field, new|maintained, year) → received models that count for that year."""


@dataclass(frozen=True)
class Demand:
    """One thing that was asked of a unit: so many models in a year, in one field or in any."""

    unit: str
    year: int
    field: str | None
    minimum: int
    counts: str
    have: int

    @property
    def met(self) -> bool:
        """True when enough was built."""
        return self.have >= self.minimum

    @property
    def kinds(self) -> tuple[str, ...]:
        """What counts for it: `new`, or `new` and `maintained`."""
        return COUNTING[self.counts]


COUNTING = {"new": ("new",), "new_or_maintained": ("new", "maintained")}
BUILT = ("built.new", "built.maintained")
"""The figures that say what was built; `sub` of their cells is the year."""


def built_of(cells: Mapping[tuple[str, str, str, str], int], rules: int) -> Built:
    """What these cells say of what was built, by a version of the rules."""
    keys = {row_key: key.removeprefix("built.") for key in BUILT for row_key in row_keys(key, rules)}
    built: Built = Counter()
    for (unit, field, key, sub), value in cells.items():
        if key in keys:
            built[unit, field, keys[key], int(sub)] += value
    return built


def demands(
    quota: Iterable[Mapping[str, Any]], city: City, asked: Iterable[UnitCard], built: Built, year: int
) -> list[Demand]:
    """Everything the policy asks for a year of those units that can be asked, with what each has.

    What units below have counts too, as the city stands.
    """
    have = _have(city, built, year)
    units = list(asked)
    return [
        Demand(
            card.unit, year, field, rule["minimum"], rule["counts"], _counted(have, card.unit, field, rule)
        )
        for rule in quota
        for card in units
        if _asked_of(rule, card, city)
        for field in (FIELDS if rule["per"] == "field" else (None,))
    ]


Have = Counter[tuple[str, str | None, str]]
"""(unit, field or None for all, new|maintained) → how much it and those below it have."""


def _have(city: City, built: Built, year: int) -> Have:
    have: Have = Counter()
    for (unit, field, basis, of), number in built.items():
        if of == year:
            for above in city.chain(unit):
                have[above, field, basis] += number
                have[above, None, basis] += number
    return have


def _counted(have: Have, unit: str, field: str | None, rule: Mapping[str, Any]) -> int:
    return sum(have[unit, field, basis] for basis in COUNTING[rule["counts"]])


def _asked_of(rule: Mapping[str, Any], card: UnitCard, city: City) -> bool:
    if card.kind not in rule["unit_kinds"]:
        return False
    if rule.get("areas") and card.area not in rule["areas"]:
        return False
    if under := rule.get("under"):
        above = city.chain(card.unit)[1:]
        return any((other := city.cards.get(unit)) is not None and other.kind == under for unit in above)
    return True
