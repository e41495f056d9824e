"""Legal basis: a document that reports quote, as it stands on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.contracts.message import carried
from shared.contracts.registry import LegalBasisCommand, LegalBasisEvent, LegalBasisRecorded
from shared.decider import Case, Decider, Mark

from .declared import Declared, declared


@dataclass(frozen=True)
class Unrecorded:
    """Nobody has put it on record yet."""


@dataclass(frozen=True)
class Recorded:
    """On record; what is recorded later replaces it."""

    fields: Declared


LegalBasis = Unrecorded | Recorded


def decide(command: LegalBasisCommand, basis: LegalBasis, case: Case) -> LegalBasisEvent | None:
    """Record the document, or what changed about it (its end, what replaced it)."""
    match basis:
        case Recorded() if basis.fields == declared(command):
            return None  # already so
        case Unrecorded() | Recorded():
            return LegalBasisRecorded(on=case.on, **carried(command))


def evolve(_basis: LegalBasis, event: LegalBasisEvent, _mark: Mark) -> LegalBasis:
    """The latest record counts."""
    return Recorded(declared(event))


def view(basis: LegalBasis) -> dict[str, Any] | None:
    """The document as it stands."""
    match basis:
        case Unrecorded():
            return None
        case Recorded():
            return {**basis.fields, "state": "recorded"}


decider = Decider[LegalBasisCommand, LegalBasisEvent, LegalBasis, Case](Unrecorded(), decide, evolve)
