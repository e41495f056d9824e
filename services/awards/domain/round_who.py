"""Who may do what in a round: its own level proposes, the competent body decides."""

from __future__ import annotations

from typing import Literal

from shared.contracts.awards import (
    AllocateQuota,
    AwardLevel,
    CancelCommendation,
    CloseRound,
    GrantCommendation,
    OpenRound,
    ProposeCommendation,
    RejectCommendation,
    ReopenRound,
    RoundCommand,
    RoundOpened,
)
from shared.contracts.message import Level
from shared.errors import NotAllowed
from shared.reference.authority import UNIT_OFFICER, how_named, must_be_of, must_cover
from shared.reference.competence import Matter, authority_for

from .case import RoundCase


def authority_for_round(command: RoundCommand, opened: RoundOpened, case: RoundCase) -> str:
    """The competent unit that decides; empty where nothing is decided: opening, proposing."""
    match command:
        case OpenRound():
            must_be_of_its_level(opened, case)
            return ""
        case ProposeCommendation():
            may_propose(command, opened, case)
            return ""
        case AllocateQuota():
            return authority_of(opened, "allocate", case)
        case GrantCommendation() | RejectCommendation() | CancelCommendation() | CloseRound() | ReopenRound():
            return authority_of(opened, "grant", case)


def authority_of(opened: RoundOpened, act: Literal["allocate", "grant"], case: RoundCase) -> str:
    """The unit that decides in this round: of the city as the policy says, by track at the grassroots."""
    matter = Matter(act, deciding_level(opened.level), opened.unit or "", opened.track)
    return authority_for(matter, case.by, case.units, case.competences)


def may_propose(command: ProposeCommendation, opened: RoundOpened, case: RoundCase) -> None:
    """A round is its committee's own; officers propose upwards, recipients and models of their unit and below it."""
    units = case.units
    if case.by.role != UNIT_OFFICER:
        must_be_of_its_level(opened, case)
        return
    concerned = (
        command.recipient.unit,
        *(case.models[one].unit for one in command.models or () if one in case.models),
    )
    for unit in concerned:
        if unit is not None:
            must_cover(case.by, unit, units)
    if opened.unit is not None and not (case.by.unit and units.is_within(case.by.unit, opened.unit)):
        raise NotAllowed("not-allowed", **how_named(opened.unit, units))


def must_be_of_its_level(opened: RoundOpened, case: RoundCase) -> None:
    """Raise `not-allowed` unless the actor is of the level and the place that a round is of."""
    must_be_of(case.by, deciding_level(opened.level), opened.unit or "", case.units)


def deciding_level(level: AwardLevel) -> Level:
    """Who decides on an award of a level: the State's awards are proposed and recorded by the city."""
    return "grassroots" if level == "grassroots" else "city"
