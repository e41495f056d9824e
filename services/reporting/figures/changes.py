"""How the figures change when one more entry is known: the rows that a summary sums up.

Let F(N, C) be the marks of a model as known at ledger size N by cut-off C. A row is the second difference of F, in
N and in C: it holds from ledger entry `n` on, for cut-offs from `eff` on. So for every N, every cut-off C and every
start S

    figure = sum of the rows with n ≤ N, eff ≤ C, and flow ≥ S (or no flow date)

and nothing ever needs to be rewritten: a correction, a reclassification, a reopened appraisal are rows too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from services.reporting.facts.facts import Fact, known_at
from services.reporting.facts.projections import OF_UNITS
from services.reporting.figures.award_figures import allotted, commended
from services.reporting.figures.model_figures import Standing, counts_from, shifts_everything, standing
from services.reporting.figures.report_figures import kept, mended
from shared.contracts import registry


class Row(NamedTuple):
    """From entry `n` on, for cut-offs from `eff` on, this cell of this figure is larger by `value`."""

    n: int
    eff: str
    flow: str
    unit: str
    field: str
    key: str
    sub: str
    value: int
    ref: str


Cell = tuple[str, str, str, str, str]
"""(unit, field, key, sub, flow)"""
Cells = Mapping[Cell, int]
"""How much there is of each."""

Stands = Callable[[Sequence[Fact], str], Standing]
COUNTED: Mapping[str, Stands] = {
    "model": standing,
    "commendation": commended,
    "round": allotted,
    "unit-report": mended,
    "criteria-set": mended,
    **dict.fromkeys(OF_UNITS, kept),
}
"""The lives that add to figures by rows, and how each stands at a cut-off."""


def figure_cells(facts: Sequence[Fact], cut_off: str, stands: Stands = standing) -> Cells:
    """What a life (a model's unless told) adds to the figures of a cut-off, by these facts as corrected."""
    if not facts:
        return {}
    at = stands(facts, cut_off)
    return {(at.unit, at.field, *mark): value for mark, value in at.marks.items()}


def rows(
    ref: str, before: Sequence[Fact], fact: Fact, cells: Callable[[Sequence[Fact], str], Cells] | None = None
) -> list[Row]:
    """What becomes different in the figures when `fact` comes after the facts `before` in the life `ref`.

    `cells` says what a life adds at a cut-off, and may look at nothing that happened later; what it adds to the
    figures of a summary unless told, which is nothing for lives that are not counted by rows.
    """
    if cells is None:
        if (stands := COUNTED.get(ref.partition("/")[0])) is None:
            return []
        cells = partial(figure_cells, stands=stands)
    was, now = known_at(before, None), known_at([*before, fact], None)
    dates = turning_points(was) | turning_points(now)
    # Before the registration has arrived, any fact may be the one that says where the model stands.
    settled = not shifts_everything(fact) and any(other.kind is registry.ModelRegistered for other in was)
    first = min(fact.on, counts_from(fact)) if settled else min(dates)

    def difference(eff: str) -> Cells:
        return less(cells(now, eff), cells(was, eff))

    return second_differences(ref, fact.n, sorted(on for on in dates if on >= first), difference)


C = TypeVar("C")


def less(some: Mapping[C, int], others: Mapping[C, int]) -> Mapping[C, int]:
    """How many there are of each without so many others; fewer than none where there were more of them."""
    if not others:
        return some
    found = {**some}
    for each, value in others.items():
        found[each] = found.get(each, 0) - value
    return found


def second_differences(
    ref: str, n: int, dates: Sequence[str], difference: Callable[[str], Cells]
) -> list[Row]:
    """The rows of what is different since entry `n`, told by cut-off, at each of these dates in order."""
    earlier: Cells = {}
    found: list[Row] = []
    for eff in dates:
        now = difference(eff)
        for cell in sorted({*now, *earlier} if earlier else now):
            if value := now.get(cell, 0) - earlier.get(cell, 0):
                unit, field, key, sub, flow = cell
                found.append(Row(n, eff, flow, unit, field, key, sub, value, ref))
        earlier = now
    return found


def turning_points(facts: Sequence[Fact]) -> set[str]:
    """The dates on which a figure of this life can change: of acts, and those that progress speaks of."""
    speaking = [fact for fact in facts if fact.kind is registry.ProgressReported]
    return {fact.on for fact in facts}.union(map(counts_from, speaking))
