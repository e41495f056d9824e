"""Commendation: one recipient within a round, from proposal to decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from shared.contracts.awards import (
    CancelCommendation,
    Changed,
    CommendationCancelled,
    CommendationGranted,
    CommendationProposed,
    CommendationRejected,
    GrantCommendation,
    Quota,
    QuotaAllocated,
    RecipientKind,
    RejectCommendation,
    RoundOpened,
)
from shared.contracts.message import carried
from shared.contracts.values import Subject
from shared.decider import Mark
from shared.errors import CorruptHistory, Refused
from shared.people.unsealed import unsealed_subject
from shared.reference.competence import same_document
from shared.reference.steps import step

from .case import RoundCase
from .deciding import by_authority


@dataclass(frozen=True)
class Item:
    """What was proposed, and the recipient without a seal."""

    proposed: CommendationProposed
    recipient: Subject


@dataclass(frozen=True)
class Proposed:
    """Waiting for authority."""

    name: ClassVar = "proposed"
    item: Item


@dataclass(frozen=True)
class Granted:
    """Given, by decision; `changes` names that event, should it be cancelled."""

    name: ClassVar = "granted"
    item: Item
    granted: CommendationGranted
    changes: Changed


@dataclass(frozen=True)
class Rejected:
    """Not given."""

    name: ClassVar = "rejected"
    item: Item
    rejected: CommendationRejected


@dataclass(frozen=True)
class Cancelled:
    """Given once, and taken back."""

    name: ClassVar = "cancelled"
    item: Item
    granted: CommendationGranted
    cancelled: CommendationCancelled


Commendation = Proposed | Granted | Rejected | Cancelled
CommendationEvent = CommendationProposed | CommendationGranted | CommendationRejected | CommendationCancelled


def evolve(commendation: Commendation | None, event: CommendationEvent, mark: Mark) -> Commendation:
    match commendation, event:
        case None, CommendationProposed():
            return Proposed(Item(event, unsealed_subject(event.recipient)))
        case Proposed(), CommendationGranted():
            return Granted(commendation.item, event, Changed(id=mark.id, position=mark.position))
        case Proposed(), CommendationRejected():
            return Rejected(commendation.item, event)
        case Granted(), CommendationCancelled():
            return Cancelled(commendation.item, commendation.granted, event)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {commendation}")


def granted_of(commendations: Iterable[Commendation], kind: RecipientKind) -> int:
    """How many of a kind are given and not taken back."""
    return sum(isinstance(one, Granted) and one.item.recipient.kind == kind for one in commendations)


def number_of(quota: Quota, kind: RecipientKind) -> int:
    """How many of a kind a quota names; none where it does not name the kind."""
    match kind:
        case "collective":
            return quota.collective or 0
        case "individual":
            return quota.individual or 0
        case "household":
            return quota.household or 0


def limit(allocated: QuotaAllocated, kind: RecipientKind) -> int | None:
    """How many of a kind may be given; None for a kind without a limit (only as version 1 recorded it)."""
    if kind in (allocated.without_limit or ()):
        return None
    return number_of(allocated.quota, kind)


def grant(
    command: GrantCommendation,
    commendation: Commendation,
    opened: RoundOpened,
    authority: str,
    case: RoundCase,
) -> CommendationGranted | None:
    match commendation:
        case Granted() if same_document(command.decision, commendation.granted.decision):
            return None  # already so
        case Granted() | Rejected() | Cancelled():
            raise _wrong_state(commendation)
        case Proposed():
            proposed, recipient = commendation.item.proposed, commendation.item.recipient
            return CommendationGranted(
                **carried(command, "decision"),
                **by_authority(command, authority, case),
                **_about(proposed),
                on=step(case, proposed.on),
                form=opened.form,
                track=opened.track,
                year=opened.year,
                occasion=opened.occasion,
                recipient=recipient,
                models=proposed.models,
            )


def reject(
    command: RejectCommendation, commendation: Commendation, authority: str, case: RoundCase
) -> CommendationRejected:
    match commendation:
        case Proposed():
            proposed = commendation.item.proposed
            return CommendationRejected(
                **carried(command),
                **_about(proposed),
                on=step(case, proposed.on),
                authority_unit=authority,
            )
        case Granted() | Rejected() | Cancelled():
            raise _wrong_state(commendation)


def cancel(
    command: CancelCommendation, commendation: Commendation, authority: str, case: RoundCase
) -> CommendationCancelled:
    match commendation:
        case Granted():
            return CommendationCancelled(
                **carried(command, "decision"),
                **by_authority(command, authority, case),
                **_about(commendation.item.proposed),
                on=step(case, commendation.granted.on),
                changes=commendation.changes,
            )
        case Proposed() | Rejected() | Cancelled():
            raise _wrong_state(commendation)


def shown(commendation: Commendation) -> dict[str, Any]:
    """The commendation as it stands, in plain values."""
    item = commendation.item
    recipient = item.recipient.model_dump(mode="json", exclude_none=True)
    basis = {"state": commendation.name, **item.proposed.data(), "recipient": recipient}
    match commendation:
        case Proposed():
            return basis
        case Granted():
            return {**basis, "granted": commendation.granted.data()}
        case Rejected():
            return {**basis, "rejected": commendation.rejected.data()}
        case Cancelled():
            return {
                **basis,
                "granted": commendation.granted.data(),
                "cancelled": commendation.cancelled.data(),
            }


def _about(proposed: CommendationProposed) -> dict[str, Any]:
    """What every event of the awards says of what it concerns."""
    return {
        "level": proposed.level,
        "field": proposed.field,
        "unit": proposed.unit,
        "model": proposed.model,
        "model_name": proposed.model_name,
    }


def _wrong_state(commendation: Commendation) -> Refused:
    return Refused(f"commendation.{commendation.name}")
