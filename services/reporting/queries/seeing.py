"""Who may see what of reporting: the table of `shared/reference/access.py`, asked with the city's units.

must_read(actor, "model")                       the role reads something of this kind
must_see(actor, "model", [card["unit"]], city)  the whole of this thing
visible_units(actor, "model", city)             for a list: the units whose things are shown, None for all
"""

from __future__ import annotations

from collections.abc import Iterable

from services.reporting.domain.publication import owners
from services.reporting.facts.city import City
from services.reporting.figures.scope import Scope
from shared.errors import NotAllowed
from shared.reference import access
from shared.reference.authority import Actor, Units

SUMMARY = "summary"
PUBLICATION = "publication"


def must_read(actor: Actor, kind: str) -> None:
    """Raise `not-allowed` for a role that reads nothing of this kind."""
    access.must_ask(actor, kind)


def must_see(actor: Actor, kind: str, units: Iterable[str | None], city: City) -> None:
    """Raise `not-allowed` unless the actor sees the whole of what belongs to these units; of none, to the city."""
    access.must_see(actor, kind, units, city.now.units)


def sees(actor: Actor, kind: str, units: Iterable[str | None], city: City) -> bool:
    """True when the actor sees the whole of what belongs to these units."""
    return access.sight(actor, kind, units, city.now.units) == "whole"


def must_see_acts(actor: Actor, sub: str) -> None:
    """Raise `not-allowed` unless the actor may read what this account did."""
    near = "self" if actor.sub == sub else "other"
    if access.cell("actor", access.seat_of(actor, Units()), near) != "whole":
        raise NotAllowed("not-allowed", roles=sorted(access.readers("actor", "other")))


def may_see_acts(actor: Actor, sub: str) -> bool:
    """True when the actor may read what this account did."""
    try:
        must_see_acts(actor, sub)
    except NotAllowed:
        return False
    return True


def reads_kind(actor: Actor, kind: str) -> bool:
    """True for a role that reads something of this kind."""
    try:
        must_read(actor, kind)
    except NotAllowed:
        return False
    return True


def must_see_scope(actor: Actor, scope: Scope, city: City, then: City, kind: str = SUMMARY) -> None:
    """Raise `not-allowed` unless the actor sees every unit that a summary counts.

    Below whom a unit stands is so by everything known, but who belonged to a bloc is so by `then`, the cut-off:
    those are the units that are counted.
    """
    must_read(actor, kind)
    if scope.bloc is None:
        must_see(actor, kind, [scope.unit], city)
        return
    counted = then.of_bloc(scope.bloc)
    if access.sees_all(actor, kind, city.now.units):
        return
    if not counted or not all(sees(actor, kind, [unit], city) for unit in counted):
        raise NotAllowed("not-allowed", bloc=scope.bloc)


def sees_publication(actor: Actor, scope: str, city: City) -> bool:
    """True when the actor may read a published summary of this scope."""
    return sees(actor, PUBLICATION, owners(scope), city)


def visible_units(actor: Actor, kind: str, city: City) -> frozenset[str] | None:
    """The units whose things of this kind an actor may list; None for all."""
    must_read(actor, kind)
    if access.sees_all(actor, kind, city.now.units):
        return None
    return city.now.within(city.now.units.place(actor.unit)) if actor.unit is not None else frozenset()
