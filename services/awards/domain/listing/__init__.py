"""Listing: authority puts a model on the replication list, for a scope of its own choice, or takes it off."""

from __future__ import annotations

from services.awards.domain.case import ListingCase
from services.awards.domain.listing.decide import authority_over, decide
from services.awards.domain.listing.evolve import evolve
from services.awards.domain.listing.states import (
    Delisted,
    Listed,
    Listing,
    NotOpened,
    Open,
    TurnedDown,
    Withdrawn,
)
from services.awards.domain.listing.view import view
from shared.contracts.awards import ListingCommand, ListingEvent
from shared.decider import Decider

__all__ = [
    "Delisted",
    "Listed",
    "Listing",
    "NotOpened",
    "Open",
    "TurnedDown",
    "Withdrawn",
    "authority_over",
    "decider",
    "view",
]

decider = Decider[ListingCommand, ListingEvent, Listing, ListingCase](NotOpened(), decide, evolve)
