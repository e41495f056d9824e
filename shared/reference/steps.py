"""When a step may lie: never before the one that made it possible."""

from __future__ import annotations

from datetime import date

from shared.decider import Case
from shared.errors import Refused


def not_before(on: date, since: date) -> None:
    """Raise `date.before-previous-step` when an act would lie before what made it possible."""
    if on < since:
        raise Refused("date.before-previous-step", on=on.isoformat(), previous=since.isoformat())


def step(case: Case, since: date) -> date:
    """The business date of an act that needs a state entered on `since`.

    A person who gives an earlier day is refused. This system's own policies learn of a fact late, when the
    state may have moved on: theirs is the earliest day that still fits.
    """
    if case.by.is_policy:
        return max(case.on, since)
    not_before(case.on, since)
    return case.on
