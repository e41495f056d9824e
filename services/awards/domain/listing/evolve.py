"""A listing after one more of its events."""

from __future__ import annotations

from services.awards.domain.listing.states import (
    Delisted,
    Listed,
    Listing,
    NotOpened,
    Open,
    TurnedDown,
    Withdrawn,
)
from shared.contracts.awards import (
    Changed,
    ListingEvent,
    ListingOpened,
    ListingRefused,
    ListingWithdrawn,
    ModelDelisted,
    ModelListed,
)
from shared.decider import Mark
from shared.errors import CorruptHistory


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
