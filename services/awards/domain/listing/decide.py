"""Listing: authority puts a model on the replication list, for a scope of its own choice, or takes it off."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.awards.domain.case import ListingCase
from services.awards.domain.deciding import by_authority
from services.awards.domain.listing.states import (
    Delisted,
    Listed,
    Listing,
    NotOpened,
    Open,
    TurnedDown,
    Withdrawn,
)
from services.awards.domain.separation import must_be_free
from shared.contracts.awards import (
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
from shared.errors import NotAllowed, Refused, Unavailable, Unknown
from shared.reference.authority import level_of, named_all
from shared.reference.competence import Matter, competent, decided, same_document
from shared.reference.steps import step


def decide(command: ListingCommand, listing: Listing, case: ListingCase) -> ListingEvent | None:  # noqa: C901 - one flat table of cases
    authority = _authority(command, listing, case)
    match command, listing:
        case OpenListing(), NotOpened():
            return _opened(command, case, case.on)
        case OpenListing(), Withdrawn():
            return _opened(command, case, step(case, listing.since))
        case OpenListing(), Open():
            return None  # already so

        case ListEarlierModel(), NotOpened():
            return _earlier(command, case)
        case ListEarlierModel(), Listed() if same_document(command.decision, listing.listed.decision):
            return None  # already so

        case ListModel(), Open():
            return _listed(command, listing, authority, case)
        case ListModel(), Listed() if same_document(command.decision, listing.listed.decision):
            return None  # already so
        case RefuseListing(), Open():
            _must_be_free(listing.opened, case)
            return ListingRefused(
                **carried(command, "decision"), **_decided(command, listing, authority, case)
            )
        case DelistModel(), Listed():
            return _delisted(command, listing, authority, case)

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


def _listed(command: ListModel, listing: Open, authority: str, case: ListingCase) -> ModelListed:
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
        **carried(command, "targets", "decision"),
        **_decided(command, listing, authority, case),
        targets=command.targets if command.targets is not None else as_proposed,
        model_unit=opened.model_unit,
        proposed_scope=opened.proposed_scope,
    )


def _earlier(command: ListEarlierModel, case: ListingCase) -> ModelListed:
    """One of the models of 2023-2025 that the scheme itself names: approved already (R-REP-3)."""
    model = case.model
    if model is None:
        raise Unknown("model.unknown", model=command.model)
    bodies = competent(Matter("list", "city"), case.units, case.competences)
    return ModelListed(
        **carried(command, "decision"),
        decision=decided(command.decision, next(iter(bodies), ""), case.units),
        on=case.on,
        level="city",
        unit=model.unit,
        model_name=model.name,
        model_unit=model.unit,
        field=model.field,
        earlier=True,
        known=dict(case.known),
    )


def _delisted(command: DelistModel, listing: Listed, authority: str, case: ListingCase) -> ModelDelisted:
    listed = listing.listed
    return ModelDelisted(
        **carried(command, "decision"),
        **by_authority(command, authority, case),
        on=step(case, listed.on),
        level=listed.level,
        field=listed.field,
        unit=listed.unit,
        model=listed.model,
        model_name=listed.model_name,
        changes=listing.changes,
    )


def authority_over(opened: ListingOpened | None, unit: str, case: ListingCase) -> str:
    """The unit that decides: the city's competent body on what was appraised or listed by the scheme itself, and
    on what stays within a bloc or an area also a committee above the proposer. `act.not-competent` for any other.
    """
    of_city = competent(Matter("list", "city"), case.units, case.competences)
    within = opened is not None and opened.appraisal is None
    above = [one for one in case.units.chain(unit)[1:] if not case.units.is_city(one)] if within else []
    own = case.units.successor(case.by.unit) if case.by.unit is not None else ""
    if own not in (*of_city, *above):
        raise NotAllowed("act.not-competent", act="list", **named_all((*above, *of_city), case.units))
    return own


def _authority(command: ListingCommand, listing: Listing, case: ListingCase) -> str:
    """Whoever decides on it, in whatever condition it is: who may not is told only that. Empty for policies."""
    if not isinstance(command, ListModel | RefuseListing | DelistModel):
        return ""
    match listing:
        case Open() | TurnedDown() | Withdrawn():
            return authority_over(listing.opened, listing.opened.unit, case)
        case Listed() | Delisted():
            return authority_over(listing.opened, listing.listed.unit, case)
        case NotOpened():
            return ""


def _must_be_free(opened: ListingOpened, case: ListingCase) -> None:
    must_be_free(case, "listing", opened.appraisers, opened.conflicts, case.appraisal)


def _level_above(unit: str, case: ListingCase) -> Level:
    """The level of the unit above the proposer, which is the nearest that may decide."""
    above = case.units.chain(unit)[1:2]
    return "grassroots" if above and not case.units.is_city(above[0]) else "city"


def _decided(command: ListingCommand, listing: Open, authority: str, case: ListingCase) -> dict[str, Any]:
    """What each decision says; its level is that of the unit that decides."""
    return {
        **_about(listing.opened),
        **by_authority(command, authority, case),
        "level": level_of(case.by, case.units),
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
