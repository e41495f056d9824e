"""A listing as it is shown."""

from __future__ import annotations

from typing import Any

from services.awards.domain.listing.states import (
    Delisted,
    Listed,
    Listing,
    NotOpened,
    Open,
    TurnedDown,
    Withdrawn,
)


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
