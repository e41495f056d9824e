"""What every service keeps of units, and how a decision comes to see the ones it needs.

Both the appraisal and the awards keep one card per unit, folded from the registry's facts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from shared.commands.looking import Look
from shared.contracts.registry import UnitAmended, UnitClosed, UnitRegistered
from shared.errors import CorruptHistory
from shared.reference.authority import UnitCard, Units
from shared.wiring import Fact, Projection

AMENDED = ("name", "kind", "parent", "area", "emulation_bloc", "origin")


def unit_card(card: UnitCard | None, event: UnitRegistered | UnitAmended | UnitClosed) -> UnitCard:
    """The card after one more fact of its unit."""
    match card, event:
        case None, UnitRegistered():
            return UnitCard(
                unit=event.unit,
                name=event.name,
                kind=event.kind,
                parent=event.parent,
                area=event.area,
                tags=tuple(event.tags),
                emulation_bloc=event.emulation_bloc,
                origin=event.origin,
            )
        case UnitCard(), UnitAmended():
            changed: dict[str, Any] = {n: v for n in AMENDED if (v := getattr(event, n)) is not None}
            if event.tags is not None:
                changed["tags"] = tuple(event.tags)
            return replace(card, **changed)
        case UnitCard(), UnitClosed():
            return replace(card, closed=True, merged_into=event.merged_into, closed_on=event.on.isoformat())
        case _:
            raise CorruptHistory(f"{type(event).__name__} of {event.unit} after {card}")


def from_document(document: dict[str, Any]) -> UnitCard:
    """The card that a projection's document holds."""
    card: dict[str, Any] = {**document, "tags": tuple(document["tags"])}
    return UnitCard(**card)


def _keys(fact: Fact) -> Sequence[str]:
    match fact.event:
        case UnitRegistered() | UnitAmended() | UnitClosed():
            return (fact.event.unit,)
        case _:
            return ()


def _fold(_key: str, document: dict[str, Any] | None, fact: Fact) -> dict[str, Any]:
    event = fact.event
    assert isinstance(event, UnitRegistered | UnitAmended | UnitClosed)
    card = unit_card(None if document is None else from_document(document), event)
    return {**asdict(card), "tags": list(card.tags)}


UNITS = Projection("units", ("registry",), _keys, _fold, number=3, indexes=("parent",))
"""One card per unit; the row that a service's `app.py` takes in."""


async def units_of(look: Look, wanted: Iterable[str | None]) -> Units:
    """The cards of these units, of all units above them, and of the units they were merged into.

    One look-up per tier, and there are three or four tiers.
    """
    cards: dict[str, UnitCard] = {}
    asked: set[str] = set()
    following = {unit for unit in wanted if unit is not None}
    while following:
        asked |= following
        found = await look.docs("units", sorted(following))
        cards |= {unit: from_document(document) for unit, document in found.items()}
        following = {
            unit
            for key in found
            for unit in (cards[key].parent, cards[key].merged_into)
            if unit is not None and unit not in asked
        }
    return Units(cards)


async def with_bodies_of(look: Look, units: Units, committee: str | None) -> Units:
    """The same units, and those that stand directly under a committee, or under one that was merged into it."""
    if committee is None:
        return units
    under = [unit for unit in units.cards if units.successor(unit) == units.successor(committee)]
    found = await look.find("units", {"parent": {"$in": sorted(under)}})
    cards = {document["_id"]: {n: v for n, v in document.items() if n != "_id"} for document in found}
    return Units({**units.cards, **{unit: from_document(card) for unit, card in cards.items()}})
