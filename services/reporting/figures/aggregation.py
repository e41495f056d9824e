"""The cells of a period added up for every slice of the city: the whole, fields, units, blocs, kinds, areas, tags."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.reporting.figures.model_figures import NO_FIELD
from services.reporting.figures.question import Question
from services.reporting.figures.quota import FIELDS, Demand
from services.reporting.figures.unit_reports import Item
from services.reporting.figures.versions import figure_of, knows
from shared.contracts.figures import DISTINCT, DOSSIER_KINDS, OUTCOMES, PLAIN

Tally = Counter[tuple[str, str]]
"""(figure, sub) → its sum in one slice of the city."""

ADOPTERS = "replication.units"
"""The figure that counts which units adopted; a merged unit's adoptions are its successor's."""


@dataclass
class Slices:
    """The cells of a period, added up for every slice of the city that is shown."""

    asked: Question
    whole: Tally = field(default_factory=Counter[tuple[str, str]])
    by_field: dict[str, Tally] = field(default_factory=dict[str, Tally])
    by_unit: dict[str, Tally] = field(default_factory=dict[str, Tally])
    by_bloc: dict[str, Tally] = field(default_factory=dict[str, Tally])
    by_kind: dict[str, Tally] = field(default_factory=dict[str, Tally])
    by_area: dict[str, Tally] = field(default_factory=dict[str, Tally])
    by_tag: dict[str, Tally] = field(default_factory=dict[str, Tally])
    by_origin: dict[str, Tally] = field(default_factory=dict[str, Tally])

    def within(self, unit: str, field_name: str | None) -> list[Tally]:
        """The slices in which something of this unit and field counts."""
        city = self.asked.city
        chain = city.chain(unit)
        found = [self.whole]
        if field_name is not None:
            found.append(self.by_field.setdefault(field_name, Counter()))
        found += [self.by_unit.setdefault(u, Counter()) for u in chain if self._shows(u)]
        if (bloc := city.bloc_of(unit)) is not None:
            found.append(self.by_bloc.setdefault(bloc, Counter()))
        if (card := city.cards.get(chain[0])) is not None:
            found.append(self.by_kind.setdefault(card.kind, Counter()))
            if card.area is not None:
                found.append(self.by_area.setdefault(card.area, Counter()))
            if card.origin is not None:
                found.append(self.by_origin.setdefault(card.origin, Counter()))
            found += [self.by_tag.setdefault(tag, Counter()) for tag in card.tags]
        return found

    def _shows(self, unit: str) -> bool:
        """True when a unit has a line of its own; nobody has who is not registered (since rules 2)."""
        asked = self.asked
        inside = asked.units is None or unit in asked.units
        return inside and (asked.rules == 1 or unit in asked.city.cards)


def added_up(asked: Question, demands: Iterable[Demand], items: Iterable[Item]) -> Slices:
    """Every slice of the answer: its cells, what the building quota demanded, and what units reported."""
    slices = Slices(asked, by_field={name: Counter() for name in (*FIELDS, NO_FIELD)})
    _list_units(slices)
    _add_cells(slices)
    for demand in demands:
        for tally in slices.within(demand.unit, demand.field):
            tally["quota.met" if demand.met else "quota.missed", ""] += 1
    _add_items(slices, items)
    return slices


def _list_units(slices: Slices) -> None:
    city, scope = slices.asked.city, slices.asked.units
    listed = city.open_units() if scope is None else [city.cards[u] for u in sorted(scope) if u in city.cards]
    for card in listed:
        if not (card.closed and card.merged_into):  # what was a merged unit's is its successor's
            slices.within(card.unit, None)


def _add_cells(slices: Slices) -> None:
    """Add the sums of each unit and field to the slices they count in."""
    by_unit: defaultdict[str, Tally] = defaultdict(Counter)
    for (unit, field_name), marks in _by_place(slices.asked).items():
        for tally in (slices.by_field.setdefault(field_name, Counter()), by_unit[unit]):
            for mark, value in marks:
                tally[mark] += value
    for unit, sums in by_unit.items():
        for tally in slices.within(unit, None):
            for mark, value in sums.items():
                tally[mark] += value


def _by_place(asked: Question) -> Mapping[tuple[str, str], list[tuple[tuple[str, str], int]]]:
    scope, city, rules = asked.units, asked.city, asked.rules
    found: defaultdict[tuple[str, str], list[tuple[tuple[str, str], int]]] = defaultdict(list)
    for (unit, field_name, row_key, sub), value in asked.cells.items():
        if value and (scope is None or unit in scope) and (key := figure_of(row_key, rules)) is not None:
            part = city.standing_for(sub) if key == ADOPTERS else sub
            found[asked.home(unit), field_name].append(((key, part), value))
    return found


def _add_items(slices: Slices, items: Iterable[Item]) -> None:
    scope = slices.asked.units
    said: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        if scope is None or item.unit in scope:
            said[item.unit][item.key] += item.value
    for unit, told in said.items():
        for tally in slices.within(unit, None):
            for key, value in told.items():
                tally[key, ""] += value


def figures_of(tally: Tally, codes: Sequence[str], rules: int) -> dict[str, Any]:
    """The figures of one slice, by the keys that a version of the rules has; `codes` are those that end in a code."""
    found: dict[str, Any] = {key: tally.get((key, ""), 0) for key in PLAIN if knows(rules, key)}
    found |= {key: tally.get((key, ""), 0) for key in codes}
    for outcome in OUTCOMES:
        found[f"dossiers.{outcome}"] = sum(found[f"dossiers.{outcome}.{kind}"] for kind in DOSSIER_KINDS)
    days: defaultdict[str, Counter[int]] = defaultdict(Counter)
    different = {key: 0 for key in DISTINCT if knows(rules, key)}
    for (key, sub), value in tally.items():
        if key in different:
            different[key] += value > 0
        elif key.startswith("dossiers.days."):
            days[key.removeprefix("dossiers.days.")][int(sub)] += value
    found |= different
    found["dossiers.median_days"] = lower_median(sum(days.values(), Counter[int]()))
    for kind in DOSSIER_KINDS:
        found[f"dossiers.median_days.{kind}"] = lower_median(days[kind])
    return found


def lower_median(counted: Mapping[int, int]) -> int | None:
    """The lower of the two middle values; None of nothing."""
    total = sum(counted.values())
    seen = 0
    for value in sorted(counted):
        seen += counted[value]
        if 2 * seen >= total and counted[value] > 0:
            return value
    return None
