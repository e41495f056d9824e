"""Which body decides: of the city as the policy says, at the grassroots by position (catalogue, "Competence").

Authority is a unit's, not a role's: the one for whom the actor acts has to be competent for the act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from shared.commands.looking import Look
from shared.contracts.message import Level
from shared.contracts.registry import COMPETENCES, Competence, Competent
from shared.contracts.values import Decision, DecisionGiven
from shared.errors import Malformed, NotAllowed
from shared.reference.authority import Actor, Units, named_all
from shared.reference.scheme import in_force, policies_of

Track = Literal["state", "party"]


@dataclass(frozen=True)
class Matter:
    """What is decided: the act, at what level, for which committee (the city's matters have none that decides),
    and for commendations on which track."""

    act: Competent
    level: Level
    unit: str = ""
    track: Track | None = None


async def competences_on(look: Look, on: date) -> tuple[Competence, ...]:
    """The competences of the policy in force on a day; the scheme's own where no policy is in force yet."""
    policy = in_force(await policies_of(look), on)
    return COMPETENCES if policy is None else policy.competences


def bodies(competences: Sequence[Competence], act: Competent | None = None) -> set[str | None]:
    """The units of the city that may do this (or anything, where no act is said) on any track.

    Whoever decides has to see them: one that was merged passes its competence on, and refusals name them.
    """
    return {unit for one in competences if act in (None, one.act) for unit in one.units}


def competent(matter: Matter, units: Units, competences: Sequence[Competence]) -> tuple[str, ...]:
    """The units that may decide this, mergers followed.

    At the grassroots it is the committee itself; on the State's track of commendations the unit of kind
    authority directly under it, so `units` has to hold those that stand under the committee.
    """
    if matter.level == "city":
        named = [
            unit
            for one in competences
            if one.act == matter.act and one.track in (None, matter.track)
            for unit in one.units
        ]
        return tuple(dict.fromkeys(units.successor(unit) for unit in named))
    committee = units.successor(matter.unit)
    if matter.track != "state":
        return (committee,)
    return tuple(
        sorted(
            card.unit
            for card in units.cards.values()
            if card.kind == "authority"
            and not card.closed
            and card.parent is not None
            and units.successor(card.parent) == committee
        )
    )


def authority_for(matter: Matter, by: Actor, units: Units, competences: Sequence[Competence]) -> str:
    """The unit for which the actor decides; `act.not-competent` (403), naming those that may, for any other."""
    those = competent(matter, units, competences)
    own = units.successor(by.unit) if by.unit is not None else ""
    if own not in those:
        raise NotAllowed("act.not-competent", act=matter.act, **named_all(those, units), level=matter.level)
    return own


def decided(decision: DecisionGiven, authority: str, units: Units) -> Decision:
    """The document as it is recorded: whose it is follows from the unit that decided where nobody says."""
    card = units.get(authority)
    said = decision.authority or (card.name if card is not None else None)
    if said is None:
        raise Malformed("decision.authority-missing", places=["/decision/authority"])
    given: dict[str, Any] = {**decision.model_dump(exclude_none=True), "authority": said}
    return Decision(**given)


def same_document(given: DecisionGiven, recorded: Decision) -> bool:
    """True when a command gives the document that is on record; whose it is need not be said again."""
    said = given.model_dump(exclude_none=True)
    return {"authority": recorded.authority, **said} == recorded.model_dump(exclude_none=True)
