"""Who may do what in the registry: own unit and below, or from above and never the same person."""

from __future__ import annotations

from shared.decider import Case
from shared.errors import NotAllowed
from shared.reference.authority import OPERATOR, UNIT_OFFICER, covers, must_cover, stands_above


def must_act_for(unit: str, case: Case) -> None:
    """The actor acts for the unit or one above it; operators (imports) and policies act for all.

    `unit.unknown` when nobody registered the unit.
    """
    case.units.card(unit)
    if case.by.role != OPERATOR and not case.by.is_policy:
        must_cover(case.by, unit, case.units)


def must_oversee(unit: str, declarer: str, case: Case) -> None:
    """Receiving, returning, rating and endorsing: an appraiser of the unit or above, or an officer of a unit
    above it; in neither case whoever declared the thing."""
    if case.by.is_policy:
        return
    overlooks = stands_above if case.by.role == UNIT_OFFICER else covers
    if not overlooks(case.by, unit, case.units):
        raise NotAllowed("not-allowed", unit=unit)
    if case.by.sub == declarer:
        raise NotAllowed("not-allowed", because="declared-by-the-same-person")
