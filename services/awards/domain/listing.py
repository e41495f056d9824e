"""Listing: authority puts a model on the replication list, for a scope of its own choice, or takes it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from shared.contracts.awards import (
    Changed,
    DelistModel,
    ListEarlierModel,
    ListingCommand,
    ListingEvent,
    ListingOpened,
    ListingRefused,
    ListingWithdrawn,
    ListModel,
    ModelDelisted,
    ModelListed,
    OpenListing,
    RefuseListing,
    WithdrawListing,
)
from shared.contracts.message import Level, carried
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory, NotAllowed, Refused, Unavailable, Unknown
from shared.reference.authority import CITY_KINDS, level_of, must_be_of, stands_above

from .calendar import step
from .case import ListingCase
from .separation import must_be_free


@dataclass(frozen=True)
class NotOpened:
    """Nothing has come that could be listed."""


@dataclass(frozen=True)
class Open:
    """Waiting for authority."""

    name: ClassVar = "open"
    opened: ListingOpened
    since: date


@dataclass(frozen=True)
class Listed:
    """On the replication list; `changes` names that event, should the model be taken off."""

    name: ClassVar = "listed"
    listed: ModelListed
    changes: Changed
    opened: ListingOpened | None = None


@dataclass(frozen=True)
class TurnedDown:
    """Authority said no."""

    name: ClassVar = "refused"
    opened: ListingOpened
    refused: ListingRefused


@dataclass(frozen=True)
class Delisted:
    """On the list once, and no more."""

    name: ClassVar = "delisted"
    listed: ModelListed
    delisted: ModelDelisted
    opened: ListingOpened | None


@dataclass(frozen=True)
class Withdrawn:
    """No longer before authority; a later eligible conclusion opens it again."""

    name: ClassVar = "withdrawn"
    opened: ListingOpened
    since: date


Listing = NotOpened | Open | Listed | TurnedDown | Delisted | Withdrawn


def decide(command: ListingCommand, listing: Listing, case: ListingCase) -> ListingEvent | None:
    _may(command, listing, case)
    match command, listing:
        case OpenListing(), NotOpened():
            return _opened(command, case, case.on)
        case OpenListing(), Withdrawn():
            return _opened(command, case, step(case, listing.since))
        case OpenListing(), Open():
            return None  # already so

        case ListEarlierModel(), NotOpened():
            return _earlier(command, case)
        case ListEarlierModel(), Listed() if command.decision == listing.listed.decision:
            return None  # already so

        case ListModel(), Open():
            return _listed(command, listing, case)
        case ListModel(), Listed() if command.decision == listing.listed.decision:
            return None  # already so
        case RefuseListing(), Open():
            _must_be_free(listing.opened, case)
            return ListingRefused(**carried(command), **_decided(listing, case))
        case DelistModel(), Listed():
            return _delisted(command, listing, case)

        case WithdrawListing(), Open():
            return ListingWithdrawn(
                **carried(command),
                **_about(listing.opened),
                on=step(case, listing.since),
                level=listing.opened.level,
            )
        case WithdrawListing(), Withdrawn():
            return None  # already so

        case DelistModel(), Open():
            raise _wrong_state(listing)
        case ListEarlierModel(), Open() | Listed() | TurnedDown() | Delisted() | Withdrawn():
            raise _wrong_state(listing)
        case ListModel() | RefuseListing() | DelistModel(), TurnedDown() | Delisted() | Withdrawn():
            raise _wrong_state(listing)
        case ListModel() | RefuseListing(), Listed():
            raise _wrong_state(listing)
        case OpenListing() | WithdrawListing(), Listed() | TurnedDown() | Delisted():
            raise _wrong_state(listing)

        case ListModel() | RefuseListing() | DelistModel() | WithdrawListing(), NotOpened():
            raise Unknown("listing.unknown")


def evolve(listing: Listing, event: ListingEvent, mark: Mark) -> Listing:
    match listing, event:
        case NotOpened() | Withdrawn(), ListingOpened():
            return Open(event, event.on)
        case Open(), ModelListed():
            return Listed(event, Changed(id=mark.id, position=mark.position), listing.opened)
        case NotOpened(), ModelListed() if event.earlier:
            return Listed(event, Changed(id=mark.id, position=mark.position))
        case Open(), ListingRefused():
            return TurnedDown(listing.opened, event)
        case Listed(), ModelDelisted():
            return Delisted(listing.listed, event, listing.opened)
        case Open(), ListingWithdrawn():
            return Withdrawn(listing.opened, event.on)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(listing).__name__}")


decider = Decider[ListingCommand, ListingEvent, Listing, ListingCase](NotOpened(), decide, evolve)


def view(listing: Listing) -> dict[str, Any] | None:
    """The listing as it stands, in plain values."""
    match listing:
        case NotOpened():
            return None
        case Open():
            return {"state": listing.name, **listing.opened.data()}
        case Listed():
            return {"state": listing.name, **listing.listed.data()}
        case TurnedDown():
            return {"state": listing.name, **listing.refused.data()}
        case Delisted():
            return {"state": listing.name, **listing.listed.data(), "delisted": listing.delisted.data()}
        case Withdrawn():
            return {"state": listing.name, **listing.opened.data()}


def _opened(command: OpenListing, case: ListingCase, on: date) -> ListingOpened:
    """From a conclusion everything is said; from a proposal the model's unit is looked up."""
    model = case.model
    model_unit = command.model_unit or (model.unit if model else None)
    if model_unit is None:
        raise Unavailable("behind")
    return ListingOpened(
        **carried(command, "model_unit", "subjects", "appraisers", "conflicts"),
        on=on,
        level="city" if command.appraisal else _level_above(command.unit, case),
        model_unit=model_unit,
        subjects=command.subjects or (model.taking_part if model else None),
        appraisers=command.appraisers or (),
        conflicts=command.conflicts or (),
        known=dict(case.known) if command.appraisal is None else None,
    )


def _listed(command: ListModel, listing: Open, case: ListingCase) -> ModelListed:
    """The scope may be another than the proposed one, and both are kept; only what was appraised goes city-wide.

    An area is nothing without its targets, so it keeps the proposed ones; any other scope needs none.
    """
    opened = listing.opened
    if not case.recognised:
        raise Refused("listing.not-recognised")
    _must_be_free(opened, case)
    if command.scope == "city" and opened.appraisal is None:
        raise Refused("listing.not-appraised")
    as_proposed = opened.proposed_targets if command.scope == opened.proposed_scope == "area" else None
    return ModelListed(
        **carried(command, "targets"),
        **_decided(listing, case),
        targets=command.targets if command.targets is not None else as_proposed,
        model_unit=opened.model_unit,
        proposed_scope=opened.proposed_scope,
    )


def _earlier(command: ListEarlierModel, case: ListingCase) -> ModelListed:
    """One of the models of 2023-2025 that the scheme itself names: approved already (R-REP-3)."""
    model = case.model
    if model is None:
        raise Unknown("model.unknown", model=command.model)
    return ModelListed(
        **carried(command),
        on=case.on,
        level="city",
        unit=model.unit,
        model_name=model.name,
        model_unit=model.unit,
        field=model.field,
        earlier=True,
        known=dict(case.known),
    )


def _delisted(command: DelistModel, listing: Listed, case: ListingCase) -> ModelDelisted:
    listed = listing.listed
    return ModelDelisted(
        **carried(command),
        on=step(case, listed.on),
        level=listed.level,
        field=listed.field,
        unit=listed.unit,
        model=listed.model,
        model_name=listed.model_name,
        changes=listing.changes,
    )


def must_stand_over(opened: ListingOpened | None, unit: str, case: ListingCase) -> None:
    """The city decides on what was appraised or listed by the scheme itself, a unit above the proposer on what
    stays within a bloc or an area."""
    if opened is None or opened.appraisal is not None:
        must_be_of(case.by, "city", unit, case.units)
    elif not stands_above(case.by, unit, case.units):
        raise NotAllowed("not-allowed", unit=unit)


def _may(command: ListingCommand, listing: Listing, case: ListingCase) -> None:
    """Whoever decides on it, in whatever condition it is: who may not is told only that."""
    if not isinstance(command, ListModel | RefuseListing | DelistModel):
        return
    match listing:
        case Open() | TurnedDown() | Withdrawn():
            must_stand_over(listing.opened, listing.opened.unit, case)
        case Listed() | Delisted():
            must_stand_over(listing.opened, listing.listed.unit, case)
        case NotOpened():
            return


def _must_be_free(opened: ListingOpened, case: ListingCase) -> None:
    must_be_free(case, "listing", opened.appraisers, opened.conflicts, case.appraisal)


def _level_above(unit: str, case: ListingCase) -> Level:
    """The level of the unit above the proposer, which is the nearest that may decide."""
    above = [case.units.get(one) for one in case.units.chain(unit)[1:2]]
    return "grassroots" if above and above[0] is not None and above[0].kind not in CITY_KINDS else "city"


def _decided(listing: Open, case: ListingCase) -> dict[str, Any]:
    """What each decision says; its level is that of who decides."""
    level = level_of(case.by, case.units)
    return {
        **_about(listing.opened),
        "level": level,
        "on": step(case, listing.since),
        "known": dict(case.known),
    }


def _about(opened: ListingOpened) -> dict[str, Any]:
    """What every event of the awards says of its model, but for the level."""
    return {
        "appraisal": opened.appraisal,
        "replication": opened.replication,
        "field": opened.field,
        "unit": opened.unit,
        "model": opened.model,
        "model_name": opened.model_name,
    }


def _wrong_state(listing: Open | Listed | TurnedDown | Delisted | Withdrawn) -> Refused:
    return Refused(f"listing.{listing.name}")
