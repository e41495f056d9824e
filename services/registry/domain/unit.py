"""Unit: a committee, organisation or authority, from the day it is registered to the day it is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.contracts.message import carried
from shared.contracts.registry import (
    AmendUnit,
    CloseUnit,
    RegisterUnit,
    UnitAmended,
    UnitClosed,
    UnitCommand,
    UnitEvent,
    UnitRegistered,
)
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory, Refused, Unknown
from shared.reference.authority import UnitCard
from shared.reference.steps import not_before

from .case import UnitCase
from .declared import Declared, declared, differing


@dataclass(frozen=True)
class Unregistered:
    """Nobody has registered it yet."""


@dataclass(frozen=True)
class Open:
    """On record and at work."""

    unit: str
    fields: Declared
    since: date


@dataclass(frozen=True)
class Closed:
    """No more; `merged_into` stands in for it."""

    unit: str
    fields: Declared
    since: date
    merged_into: str | None


Unit = Unregistered | Open | Closed


def decide(command: UnitCommand, unit: Unit, case: UnitCase) -> UnitEvent | None:
    """Units are the operator's; nobody else's rights are asked here."""
    match command, unit:
        case RegisterUnit(), Unregistered():
            must_be_open_above(command.unit, command.parent, case)
            return UnitRegistered(on=case.on, **carried(command))
        case RegisterUnit(), Open() if not differing(unit.fields, declared(command, "unit")):
            return None  # already so
        case RegisterUnit(), Open() | Closed():
            raise Refused("unit.already-registered", unit=command.unit)
        case AmendUnit() | CloseUnit(), Unregistered():
            raise Unknown("unit.unknown", unit=command.unit)
        case AmendUnit() | CloseUnit(), Closed():
            raise Refused("unit.closed", unit=command.unit)
        case AmendUnit(), Open():
            return amend(command, unit, case)
        case CloseUnit(), Open():
            return close(command, unit, case)


def amend(command: AmendUnit, unit: Open, case: UnitCase) -> UnitAmended | None:
    """Record what changes, and only that."""
    not_before(case.on, unit.since)
    changes = differing(unit.fields, declared(command, "unit", "reason"))
    if not changes:
        return None  # already so
    if "parent" in changes:
        must_be_open_above(command.unit, command.parent, case)
    return UnitAmended(on=case.on, unit=command.unit, reason=command.reason, **changes)


def close(command: CloseUnit, unit: Open, case: UnitCase) -> UnitClosed:
    """Close it: either nothing of it runs any more, or another unit takes everything over."""
    not_before(case.on, unit.since)
    if command.merged_into is not None:
        must_be_open_above(command.unit, command.merged_into, case)
    elif case.running_models:
        raise Refused("unit.has-running-models", unit=command.unit, models=list(case.running_models))
    elif case.open_children:
        raise Refused("unit.has-open-children", unit=command.unit, children=list(case.open_children))
    return UnitClosed(on=case.on, **carried(command))


def must_be_open_above(unit: str, other: str | None, case: UnitCase) -> None:
    """A parent or successor is on record, open, and neither the unit itself nor below it."""
    if other is None:
        return
    if other == unit:
        raise Refused("unit.cycle", unit=unit, chain=[unit])
    closed = case.units.card(other).closed
    if unit in (chain := case.units.chain(other)):
        raise Refused("unit.cycle", unit=unit, chain=list(chain))
    if closed:
        raise Refused("unit.closed", unit=other)


def evolve(unit: Unit, event: UnitEvent, _mark: Mark) -> Unit:
    """What is on record of the unit after this."""
    match unit, event:
        case Unregistered(), UnitRegistered():
            return Open(event.unit, declared(event, "unit"), event.on)
        case Open(), UnitAmended():
            return Open(unit.unit, {**unit.fields, **declared(event, "unit", "reason")}, unit.since)
        case Open(), UnitClosed():
            return Closed(unit.unit, unit.fields, event.on, event.merged_into)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(unit).__name__}")


def card(unit: Unit) -> UnitCard | None:
    """What other decisions need to know of the unit; None when nobody registered it."""
    match unit:
        case Unregistered():
            return None
        case Open():
            return _card(unit.unit, unit.fields)
        case Closed():
            return _card(unit.unit, unit.fields, unit)


def _card(unit: str, fields: Declared, closed: Closed | None = None) -> UnitCard:
    return UnitCard(
        unit=unit,
        name=fields["name"],
        kind=fields["kind"],
        parent=fields.get("parent"),
        area=fields.get("area"),
        tags=tuple(fields.get("tags", ())),
        emulation_bloc=fields.get("emulation_bloc"),
        origin=fields.get("origin"),
        closed=closed is not None,
        merged_into=None if closed is None else closed.merged_into,
        closed_on=None if closed is None else closed.since.isoformat(),
    )


def view(unit: Unit) -> dict[str, Any] | None:
    """The unit as it stands."""
    match unit:
        case Unregistered():
            return None
        case Open():
            return {
                "unit": unit.unit,
                "state": "open",
                **unit.fields,
                "registered_on": unit.since.isoformat(),
            }
        case Closed():
            shown = {"unit": unit.unit, "state": "closed", **unit.fields, "closed_on": unit.since.isoformat()}
            return shown if unit.merged_into is None else {**shown, "merged_into": unit.merged_into}


decider = Decider[UnitCommand, UnitEvent, Unit, UnitCase](Unregistered(), decide, evolve)
