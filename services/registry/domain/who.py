"""Who may do what in the registry: own unit and below, or from above and never the same person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.decider import Case
from shared.errors import NotAllowed, Refused
from shared.reference.authority import (
    APPRAISER,
    OPERATOR,
    UNIT_OFFICER,
    Actor,
    UnitCard,
    Units,
    covers,
    how_named,
    level_of,
    must_cover,
    same_place,
    stands_above,
)
from shared.text.folding import same_name


def must_act_for(unit: str, case: Case) -> None:
    """The actor acts for the unit or one above it; operators (imports) and policies act for all.

    `unit.unknown` when nobody registered the unit.
    """
    case.units.card(unit)
    if case.by.role != OPERATOR and not case.by.is_policy:
        must_cover(case.by, unit, case.units)


def must_correct_for(unit: str, case: Case) -> None:
    """Corrections are made from above: never by somebody of the unit whose own record it is (catalogue, "Who")."""
    must_act_for(unit, case)
    if same_place(case.by, unit, case.units):
        raise NotAllowed("not-allowed", because="own-record")


def must_be_competent_to_rate(
    authority: str, registrant: str, subject: Mapping[str, Any], units: Units
) -> UnitCard:
    """The card of the unit that rates: one above the subject, never the model's own unit nor the subject itself.

    Raises `rating.not-competent`. A body of the city stands above everybody who is not of the city.
    """
    card = units.card(units.successor(authority))
    rated: str = subject.get("unit") or registrant
    itself = units.successor(authority) in (units.successor(registrant), units.successor(rated))
    above = units.is_below(rated, authority) or level_of(Actor("", "", authority), units) == "city"
    if itself or not above or (subject.get("name") and same_name(subject["name"], card.name)):
        raise Refused("rating.not-competent", authority_unit=authority, unit=rated)
    return card


def must_oversee(unit: str, declarer: str, case: Case) -> None:
    """Receiving, returning, rating and endorsing: an appraiser of the unit or above, or an officer of a unit
    above it; in neither case whoever declared the thing."""
    if case.by.is_policy:
        return
    overlooks = stands_above if case.by.role == UNIT_OFFICER else covers
    if not overlooks(case.by, unit, case.units):
        own = (
            {"roles": [APPRAISER]} if covers(case.by, unit, case.units) else {}
        )  # who has the unit lacks the role
        raise NotAllowed("not-allowed", **own, **how_named(unit, case.units))
    if case.by.sub == declarer:
        raise NotAllowed("not-allowed", because="declared-by-the-same-person")
