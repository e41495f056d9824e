"""Two services too small to be true, in the words the real ones are written in: to be started, broken, looked at.

    registry    a unit is registered once and amended as often as somebody asks
    appraisal   keeps a card of every unit, and asks for an opinion whenever one is registered or amended

Nothing here is decided twice the same way: a command that is done twice leaves two events.
Run as a process: `python -m tests.support.small_services registry`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shared.contracts.appraisal import OpinionRequested, RequestOpinion
from shared.contracts.message import carried
from shared.contracts.registry import AmendUnit, RegisterUnit, UnitAmended, UnitRegistered
from shared.decider import Case, Decider, Mark
from shared.errors import CorruptHistory, Refused, Unknown
from shared.reference.authority import APPRAISER, OPERATOR, UNIT_OFFICER
from shared.wiring import Aggregate, Fact, Policy, Problem, Projection, Service, act, create

UnitCommand = RegisterUnit | AmendUnit
UnitEvent = UnitRegistered | UnitAmended


@dataclass(frozen=True)
class Unit:
    """A unit as it is on record."""

    unit: str | None = None
    name: str = ""
    amended: int = 0


def decide_unit(command: UnitCommand, unit: Unit, case: Case) -> UnitEvent | None:
    """Registered once; an amendment to the same name is already so."""
    match command:
        case RegisterUnit():
            if unit.unit is not None:
                raise Refused("unit.already-registered")
            return UnitRegistered(on=case.on, **carried(command))
        case AmendUnit():
            if unit.unit is None:
                raise Unknown("unit.unknown")
            if command.name == unit.name:
                return None
            return UnitAmended(on=case.on, **carried(command))


def evolve_unit(unit: Unit, event: UnitEvent, mark: Mark) -> Unit:
    """What is on record after this."""
    match event:
        case UnitRegistered():
            return Unit(event.unit, event.name)
        case UnitAmended():
            return replace(unit, name=event.name or unit.name, amended=unit.amended + 1)


def show_unit(unit: Unit) -> dict[str, Any]:
    """`GET /units/{unit}`."""
    return {"unit": unit.unit, "name": unit.name, "amended": unit.amended}


UNIT = Aggregate(
    "unit", "/units", Decider[UnitCommand, UnitEvent, Unit, Case](Unit(), decide_unit, evolve_unit), show_unit
)


def decide_opinion(command: RequestOpinion, asked: int, case: Case) -> OpinionRequested:
    """Whoever asks is heard."""
    return OpinionRequested(on=case.on, **carried(command))


APPRAISAL_OF_A_UNIT = Aggregate(
    "appraisal",
    "/appraisals",
    Decider[RequestOpinion, OpinionRequested, int, Case](
        0, decide_opinion, lambda asked, event, mark: asked + 1
    ),
    lambda asked: {"asked": asked},
)


def appraisal_of(unit: str) -> str:
    """The id under which opinions about a unit are asked for."""
    return str(uuid5(NAMESPACE_URL, f"urn:small:{unit}"))


def ask_about(fact: Fact) -> RequestOpinion | None:
    """Whatever the registry says of a unit, somebody is asked."""
    match fact.event:
        case UnitRegistered(unit=unit, name=name) | UnitAmended(unit=unit, name=name):
            return RequestOpinion(
                appraisal=appraisal_of(unit), agency=unit, question=name or "?", on=fact.event.on
            )
        case _:
            return None


ASKING = Policy("ask-about-units", "registry", ask_about)


def unit_of(fact: Fact) -> Sequence[str]:
    """The unit a fact is about."""
    match fact.event:
        case UnitRegistered(unit=unit) | UnitAmended(unit=unit):
            return (unit,)
        case OpinionRequested(agency=unit):
            return (unit,)
        case _:
            return ()


def fold_card(key: str, card: dict[str, Any] | None, fact: Fact) -> dict[str, Any]:
    """Counts everything it is told, whichever service says it first; what it was told before is no history."""
    card = card or {"names": [], "told": 0, "asked": 0, "last": {}}
    if fact.mark.position <= card["last"].get(fact.service, 0):
        raise CorruptHistory(f"{key}: {fact.service} {fact.mark.position} is told again")
    card = {**card, "last": {**card["last"], fact.service: fact.mark.position}}
    match fact.event:
        case UnitRegistered(name=name) | UnitAmended(name=name):
            return {**card, "names": [*card["names"], name], "told": card["told"] + 1}
        case _:
            return {**card, "asked": card["asked"] + 1}


CARDS = Projection("cards", ("registry", "appraisal"), unit_of, fold_card)
"""Joined from two services by the unit."""


def units_projection(poisoned: Callable[[], bool] = lambda: False) -> Projection:
    """Like CARDS from the registry alone. While it is poisoned, a unit of that name cannot be applied."""

    def fold(key: str, document: dict[str, Any] | None, fact: Fact) -> dict[str, Any]:
        if poisoned() and getattr(fact.event, "name", None) == "poison":
            raise ValueError("this one cannot be swallowed")
        return fold_card(key, document, fact)

    return Projection("units", ("registry",), unit_of, fold)


PROBLEMS = {
    "unit.already-registered": Problem("Đơn vị đã được đăng ký.", "The unit is registered already."),
    "unit.unknown": Problem("Không có đơn vị này.", "There is no such unit."),
}

POISON = Path(os.environ.get("SMALL_POISON", "/nowhere"))

REGISTRY = Service(
    "registry",
    (UNIT,),
    (create(UNIT, RegisterUnit, [OPERATOR]), act(UNIT, "amend", AmendUnit, [OPERATOR, UNIT_OFFICER])),
    projections=(units_projection(POISON.exists),),
    problems=PROBLEMS,
)

APPRAISAL = Service(
    "appraisal",
    (APPRAISAL_OF_A_UNIT,),
    (act(APPRAISAL_OF_A_UNIT, "request-opinion", RequestOpinion, [APPRAISER, OPERATOR]),),
    policies=(ASKING,),
    projections=(CARDS, units_projection()),
)

SERVICES = {service.name: service for service in (REGISTRY, APPRAISAL)}

if __name__ == "__main__":
    from shared.process.main import run

    run(SERVICES[sys.argv[1]])
