"""What one more fact changes in the figures and findings of a life, from that part of it that the fact can change.

The definition is `changes.rows`, which looks at the whole life before and after. A model's life may have thousands of
facts, and all but a few come to it in order and make marks with few others: only those are looked at here. Whatever
may shift everything (another field, a correction, a registration that comes after other facts) goes by the definition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from services.reporting.facts import said
from services.reporting.facts.facts import Fact, FactOf, of_kind
from services.reporting.facts.timeline import Timeline
from services.reporting.figures import exceptions
from services.reporting.figures.changes import Cells, Row, less, rows, second_differences, turning_points
from services.reporting.figures.conduct import by_themselves
from services.reporting.figures.decided_figures import Mark
from services.reporting.figures.finding import Finding, Life
from services.reporting.figures.model_figures import (
    NO_FIELD,
    counts_from,
    marks_of,
    part_of,
    shifts_everything,
)
from shared.contracts import registry

NEVER: tuple[str, Mapping[Mark, int]] = ("~", {})
"""Marks that are not at hand: no cut-off is so late."""
AT_ONCE: tuple[str, Mapping[Mark, int]] = ("", {})
"""The marks of no facts."""

Place = Callable[[str], tuple[str, str]]
"""In which unit and field a model stands at a cut-off."""


def grown(thing: str, life: Timeline, fact: Fact) -> tuple[list[Row], list[Row]]:
    """The rows of figures and of findings that a fact adds to a life to which it comes next."""
    begins = fact.kind is registry.ModelRegistered and not life.told
    registered = of_kind(
        [fact] if begins else life.by_kind.get(registry.ModelRegistered, ()), said.ModelRegistered
    )
    moving = not begins and (shifts_everything(fact) or fact.kind is registry.ModelReclassified)
    alone = thing.startswith("model/") and not moving and not life.changes_others(fact)
    if not alone or not registered:
        told = life.told
        return rows(thing, told, fact), rows(thing, told, fact, exceptions.finding_cells(thing))
    if not fact.on:
        return [], []
    moves = of_kind(life.by_kind.get(registry.ModelReclassified, ()), said.ModelReclassified)
    place = _place(registered[0], moves)
    return _figures(thing, life, fact, moves, place), _findings(thing, life, fact, moves, place)


def _place(
    registered: FactOf[said.ModelRegistered], moves: Sequence[FactOf[said.ModelReclassified]]
) -> Place:
    """As `model_figures.cell` says it of a model that is registered."""
    unit, first = registered.said.unit, registered.said.field

    def place(cut_off: str) -> tuple[str, str]:
        field = first
        for move in moves:
            if move.on <= cut_off:
                field = move.said.field
        return unit, field or NO_FIELD

    return place


def _dates(first: str, told: Iterable[Fact], moves: Sequence[Fact]) -> list[str]:
    return sorted(on for on in turning_points([*told, *moves]) if on >= first)


def _figures(thing: str, life: Timeline, fact: Fact, moves: Sequence[Fact], place: Place) -> list[Row]:
    was = part_of(life, fact)
    now = [*was, fact]
    dates = _dates(min(fact.on, counts_from(fact)), now, moves)
    # Once all of them count, facts make the same marks at every later cut-off: what they made before is at hand.
    since, before = life.marks.pop(was[-1].n, NEVER) if was else AT_ONCE

    def difference(eff: str) -> Cells:
        marks = marks_of(now, eff)
        if eff == dates[-1] and fact.kind is not registry.InspectionRecorded:  # which nothing comes after
            life.marks[fact.n] = eff, marks
        earlier = before if since <= eff else marks_of(was, eff)
        unit, field = place(eff)
        return {(unit, field, *mark): value for mark, value in less(marks, earlier).items() if value}

    return second_differences(thing, fact.n, dates, difference)


def _findings(thing: str, life: Timeline, fact: Fact, moves: Sequence[Fact], place: Place) -> list[Row]:
    rules, was = exceptions.looked_at(life, fact)
    now = [*was, fact]
    alone = [] if fact.stream.startswith("round/") else by_themselves([fact], fact.on)
    if not rules and not alone:
        return []

    def found(facts: Sequence[Fact], eff: str) -> list[Finding]:
        if not rules or not facts:
            return []
        told = Life(facts, eff)
        return [one for rule in rules for one in rule(told)]

    def difference(eff: str) -> Cells:
        unit, field = place(eff)
        there = exceptions.as_cells(unit, field, [*found(now, eff), *alone])
        return less(there, exceptions.as_cells(unit, field, found(was, eff)))

    return second_differences(thing, fact.n, _dates(fact.on, now, moves), difference)
