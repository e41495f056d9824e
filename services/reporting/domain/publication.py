"""A published summary: pinned once, by its hash, and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.contracts.message import carried
from shared.contracts.reporting import PublicationCommand, PublicationEvent, SummaryPublished
from shared.decider import Case, Decider, Mark
from shared.errors import CorruptHistory, Refused


@dataclass(frozen=True)
class Unpublished:
    """Nobody has published it yet."""


@dataclass(frozen=True)
class Published:
    """It stands, with the ledger size and the hash that it was published with."""

    summary: SummaryPublished


Publication = Unpublished | Published


def decide(command: PublicationCommand, publication: Publication, case: Case) -> PublicationEvent | None:
    """A publication is made once; the same again is already so."""
    event = SummaryPublished(on=case.on, **carried(command))
    match publication:
        case Unpublished():
            return event
        case Published() if publication.summary.sha256 == event.sha256:
            return None  # already so
        case Published():
            raise Refused("publication.already-published")


def evolve(publication: Publication, event: PublicationEvent, _mark: Mark) -> Publication:
    """What stands after an event."""
    match publication:
        case Unpublished():
            return Published(summary=event)
        case Published():
            raise CorruptHistory("a summary was published twice under one id")


def owners(scope: str) -> list[str | None]:
    """Whose a published summary is: that unit's; of the city nobody's in particular; of a bloc no place's."""
    kind, _, name = scope.partition("/")
    return [] if kind == "city" else [name if kind == "unit" else scope]


def view(publication: Publication) -> dict[str, Any] | None:
    """The current state as JSON values."""
    match publication:
        case Unpublished():
            return None
        case Published():
            return publication.summary.data()


decider = Decider[PublicationCommand, PublicationEvent, Publication, Case](Unpublished(), decide, evolve)
