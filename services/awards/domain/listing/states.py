"""The conditions of a listing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from shared.contracts.awards import (
    Changed,
    ListingOpened,
    ListingRefused,
    ModelDelisted,
    ModelListed,
)


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
