"""Assignment: who of a committee answers for which fields and units, until it is ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.contracts.message import carried
from shared.contracts.registry import (
    AssignMember,
    AssignmentCommand,
    AssignmentEnded,
    AssignmentEvent,
    EndAssignment,
    MemberAssigned,
)
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory, Malformed, Refused, Unknown
from shared.reference.steps import not_before

from .case import KeptCase
from .declared import Declared, declared
from .kept import must_keep_for, must_know_units
from .who import must_act_for


@dataclass(frozen=True)
class Unassigned:
    """Nobody was named yet."""


@dataclass(frozen=True)
class Assigned:
    """Somebody answers for it."""

    unit: str
    fields: Declared
    since: date


@dataclass(frozen=True)
class Ended:
    """Nobody answers for it any more under this assignment."""

    unit: str
    fields: Declared
    ended_on: date
    reason: str


Assignment = Unassigned | Assigned | Ended


def decide(command: AssignmentCommand, assignment: Assignment, case: KeptCase) -> AssignmentEvent | None:
    """Assigned once, ended once."""
    match command, assignment:
        case AssignMember(), Unassigned():
            return assign(command, case)
        case AssignMember(), Assigned() | Ended():
            raise Refused("assignment.already-recorded", assignment=command.assignment)
        case EndAssignment(), Unassigned():
            raise Unknown("assignment.unknown", assignment=command.assignment)
        case EndAssignment(), Assigned():
            must_act_for(assignment.unit, case)
            not_before(case.on, assignment.since)
            return AssignmentEnded(on=case.on, **carried(command))
        case EndAssignment(), Ended():
            must_act_for(assignment.unit, case)
            raise Refused("assignment.ended", assignment=command.assignment)


def assign(command: AssignMember, case: KeptCase) -> MemberAssigned:
    """For units on record, and not until a day before it begins."""
    must_keep_for(command.unit, case)
    must_know_units(command.units or (), case)
    if command.until is not None and command.until < case.on:
        raise Malformed(
            "assignment.until-before-start", on=case.on.isoformat(), until=command.until.isoformat()
        )
    return MemberAssigned(on=case.on, **carried(command))


def evolve(assignment: Assignment, event: AssignmentEvent, _mark: Mark) -> Assignment:
    """Who answers after this."""
    match assignment, event:
        case Unassigned(), MemberAssigned():
            return Assigned(event.unit, {"on": event.on.isoformat(), **declared(event)}, event.on)
        case Assigned(), AssignmentEnded():
            return Ended(assignment.unit, assignment.fields, event.on, event.reason)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(assignment).__name__}")


def view(assignment: Assignment) -> dict[str, Any] | None:
    """The assignment as it stands."""
    match assignment:
        case Unassigned():
            return None
        case Assigned():
            return {**assignment.fields, "state": "assigned"}
        case Ended():
            return {
                **assignment.fields,
                "state": "ended",
                "ended_on": assignment.ended_on.isoformat(),
                "reason": assignment.reason,
            }


decider = Decider[AssignmentCommand, AssignmentEvent, Assignment, KeptCase](Unassigned(), decide, evolve)
