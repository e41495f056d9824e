"""Inspections that units plan: which plan holds, and what of it was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Item = Mapping[str, Any]
Done = Mapping[tuple[str, str], list[str]]
"""(model, kind) → the days on which it was inspected so in the year, the earliest first."""


def in_force(plans: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[tuple[str, int], str]:
    """Of each unit and year the plan that holds: the last by its day, then by its place in the ledger."""
    latest: dict[tuple[str, int], tuple[str, int, str]] = {}
    for ident, plan in plans:
        place = (plan["unit"], plan["year"])
        latest[place] = max(latest.get(place, ("", 0, "")), (plan["on"], plan["ledger"], ident))
    return {place: ident for place, (*_, ident) in latest.items()}


def carried_out(
    items: Iterable[Item], done: Done, models_of: Mapping[str, Iterable[str]]
) -> list[dict[str, Any]]:
    """The items of a plan in the order of their days, each with the day (`done_on`) of the inspection that answers it.

    The first inspection of a kind in the year answers the first item that asks for one, the second the second: of the
    model that it names, or of any model of the unit that it names (`models_of`, those of units below it too).
    """
    taken: defaultdict[tuple[str, str], int] = defaultdict(int)
    shown: list[dict[str, Any]] = []
    for item in sorted(items, key=lambda one: one["due_on"]):
        whom, kind = item.get("model") or item["unit"], item["kind"]
        models = [whom] if "model" in item else models_of.get(whom, ())
        days = sorted(day for model in models for day in done.get((model, kind), ()))
        if (nth := taken[whom, kind]) < len(days):
            item = {**item, "done_on": days[nth]}
        taken[whom, kind] += 1
        shown.append(dict(item))
    return shown
