"""Who may see what: auditors and operators all, the city's people all, others their own unit and those below."""

from __future__ import annotations

from collections.abc import Iterable

from services.reporting.facts.city import City
from services.reporting.figures.scope import Scope
from shared.errors import NotAllowed
from shared.reference.authority import (
    AUDITOR,
    OPERATOR,
    POLICY,
    ROLES,
    SUBSCRIBER,
    Actor,
    how_named,
    level_of,
)


def sees_everything(actor: Actor, city: City) -> bool:
    """True for those who read the whole city."""
    if actor.role in (AUDITOR, OPERATOR, POLICY):
        return True
    return actor.role != SUBSCRIBER and level_of(actor, city.units) == "city"


def must_read(actor: Actor) -> None:
    """Subscribers read the public lists and nothing else."""
    if actor.role == SUBSCRIBER:
        raise NotAllowed("not-allowed", roles=sorted(ROLES - {SUBSCRIBER}))


def must_see(actor: Actor, units: Iterable[str | None], city: City) -> None:
    """Raise `not-allowed` unless one of these units is the actor's own or stands below it."""
    must_read(actor)
    named = [unit for unit in units if unit is not None]
    if sees_everything(actor, city):
        return
    if actor.unit is not None and any(
        city.units.is_within(unit, city.units.place(actor.unit)) for unit in named
    ):
        return
    raise NotAllowed("not-allowed", **(how_named(named[0], city.units) if named else {}))


def must_see_scope(actor: Actor, scope: Scope, city: City, then: City) -> None:
    """Raise `not-allowed` unless every unit that a summary counts is the actor's own or stands below it.

    Below whom a unit stands is so by everything known, but who belonged to a bloc is so by `then`, the cut-off:
    those are the units that are counted.
    """
    must_read(actor)
    if sees_everything(actor, city):
        return
    if scope.bloc is None:
        must_see(actor, [scope.unit], city)
        return
    units, own = then.of_bloc(scope.bloc), city.units.place(actor.unit) if actor.unit else None
    if own is None or not units or not all(city.units.is_within(unit, own) for unit in units):
        raise NotAllowed("not-allowed", bloc=scope.bloc)


def visible_units(actor: Actor, city: City) -> frozenset[str] | None:
    """The units whose things an actor may list; None for all."""
    must_read(actor)
    if sees_everything(actor, city):
        return None
    return city.within(city.units.place(actor.unit)) if actor.unit is not None else frozenset()
