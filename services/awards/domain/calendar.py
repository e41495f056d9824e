"""When a step may lie."""

from __future__ import annotations

from datetime import date

from shared.decider import Case
from shared.errors import Refused


def step(case: Case, since: date) -> date:
    """The business date of an act that needs a state entered on `since`.

    A person who gives an earlier day is refused. This system's own policies learn of a fact late, when the
    state may have moved on: theirs is the earliest day that still fits.
    """
    if case.on >= since:
        return case.on
    if case.by.is_policy:
        return since
    raise Refused("date.before-previous-step", on=case.on.isoformat(), previous=since.isoformat())
