"""The building quota of a year: who had to build how much, and who did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.reporting.facts.city import City
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
    def row_keys(self) -> tuple[str, ...]:
        """The keys of the rows that count for it."""
        return ("built.new",) if self.counts == "new" else ("built.new", "built.maintained")


def demands(quota: Iterable[Mapping[str, Any]], city: City, built: Built, year: int) -> list[Demand]:
    """Everything the policy asks of open units for a year, with what each has (units below count too)."""
    have: Counter[tuple[str, str, str]] = Counter()
    for (unit, field, basis, of), number in built.items():
        if of == year:
            for above in city.chain(unit):
                have[above, field, basis] += number
    found: list[Demand] = []
    for rule in quota:
        kinds = ("new",) if rule["counts"] == "new" else ("new", "maintained")
        for card in city.open_units():
            if not _asked_of(rule, card, city):
                continue
            fields = (*FIELDS, "none")
            by_field = {f: sum(have[card.unit, f, kind] for kind in kinds) for f in fields}
            if rule["per"] == "field":
                found += [
                    Demand(card.unit, year, f, rule["minimum"], rule["counts"], by_field[f]) for f in FIELDS
                ]
            else:
                total = sum(by_field.values())
                found.append(Demand(card.unit, year, None, rule["minimum"], rule["counts"], total))
    return found


def _asked_of(rule: Mapping[str, Any], card: UnitCard, city: City) -> bool:
    if card.kind not in rule["unit_kinds"]:
        return False
    if rule.get("areas") and card.area not in rule["areas"]:
        return False
    if under := rule.get("under"):
        above = city.chain(card.unit)[1:]
        return any((other := city.cards.get(unit)) is not None and other.kind == under for unit in above)
    return True
