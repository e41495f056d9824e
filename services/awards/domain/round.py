"""Round: one form of commendation on one occasion of a year, given within the quota that was allocated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import UnionType
from typing import Any, Final, get_args

from shared.contracts.awards import (
    AllocateQuota,
    CancelCommendation,
    CloseRound,
    CommendationCancelled,
    CommendationGranted,
    CommendationProposed,
    CommendationRejected,
    GrantCommendation,
    OpenRound,
    ProposeCommendation,
    QuotaAllocated,
    RecipientKind,
    RejectCommendation,
    ReopenRound,
    RoundClosed,
    RoundCommand,
    RoundEvent,
    RoundOpened,
    RoundReopened,
)
from shared.contracts.message import carried
from shared.contracts.values import Subject
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory, Refused, Unknown
from shared.reference.steps import step

from . import commendation
from .case import RoundCase
from .commendation import Commendation, Granted, Proposed
from .deciding import by_authority, document
from .recipient import recipient_key
from .round_opening import opened
from .round_who import authority_for_round

KINDS: Final[tuple[RecipientKind, ...]] = get_args(RecipientKind)


@dataclass(frozen=True)
class NotOpened:
    """Nobody has opened it yet."""


@dataclass(frozen=True)
class Open:
    """Taking proposals, and deciding on them."""

    opened: RoundOpened
    quota: QuotaAllocated | None = None
    commendations: Mapping[str, Commendation] = field(default_factory=dict[str, Commendation])


@dataclass(frozen=True)
class Closed:
    """All is decided; what was given may still be taken back."""

    opened: RoundOpened
    quota: QuotaAllocated | None
    commendations: Mapping[str, Commendation]
    since: date


CommendationRound = NotOpened | Open | Closed


def decide(command: RoundCommand, round: CommendationRound, case: RoundCase) -> RoundEvent | None:
    match round:
        case NotOpened():
            return _before_opening(command, case)
        case Open():
            return _while_open(command, round, authority_for_round(command, round.opened, case), case)
        case Closed():
            return _once_closed(command, round, authority_for_round(command, round.opened, case), case)


def _before_opening(command: RoundCommand, case: RoundCase) -> RoundEvent | None:
    match command:
        case OpenRound():
            return opened(command, case)
        case AllocateQuota() | ProposeCommendation() | CloseRound() | ReopenRound():
            raise Unknown("round.unknown")
        case GrantCommendation() | RejectCommendation() | CancelCommendation():
            raise Unknown("round.unknown")


def _while_open(command: RoundCommand, round: Open, authority: str, case: RoundCase) -> RoundEvent | None:
    match command:
        case OpenRound():
            raise Refused("round.open")
        case AllocateQuota():
            return _allocated(command, round, authority, case)
        case ProposeCommendation():
            return _proposed(command, round, case)
        case GrantCommendation():
            item = _found(command.commendation, round)
            return _granted(command, item, round, authority, case)
        case RejectCommendation():
            return commendation.reject(command, _found(command.commendation, round), authority, case)
        case CancelCommendation():
            return commendation.cancel(command, _found(command.commendation, round), authority, case)
        case CloseRound():
            return _closed(command, round, authority, case)
        case ReopenRound():
            return None  # already so


def _once_closed(command: RoundCommand, round: Closed, authority: str, case: RoundCase) -> RoundEvent | None:
    match command:
        case ReopenRound():
            return RoundReopened(
                **carried(command, "decision"),
                **by_authority(command, authority, case),
                **_about(round.opened),
                on=step(case, round.since),
            )
        case CancelCommendation():
            return commendation.cancel(command, _found(command.commendation, round), authority, case)
        case CloseRound():
            return None  # already so
        case OpenRound() | AllocateQuota() | ProposeCommendation():
            raise Refused("round.closed")
        case GrantCommendation() | RejectCommendation():
            raise Refused("round.closed")


def evolve(round: CommendationRound, event: RoundEvent, mark: Mark) -> CommendationRound:
    match round, event:
        case NotOpened(), RoundOpened():
            return Open(event)
        case Open(), QuotaAllocated():
            return replace(round, quota=event)
        case Open(), CommendationProposed() | CommendationGranted() | CommendationRejected():
            return _with(round, event, mark)
        case Open() | Closed(), CommendationCancelled():
            return _with(round, event, mark)
        case Open(), RoundClosed():
            return Closed(round.opened, round.quota, round.commendations, event.on)
        case Closed(), RoundReopened():
            return Open(round.opened, round.quota, round.commendations)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(round).__name__}")


decider = Decider[RoundCommand, RoundEvent, CommendationRound, RoundCase](NotOpened(), decide, evolve)


def unit_of(round: CommendationRound) -> str | None:
    """The committee whose round this is; none for the city's and the State's."""
    return None if isinstance(round, NotOpened) else round.opened.unit


def recipient_of(round: CommendationRound, command: GrantCommendation) -> Subject | None:
    """Whom a commendation of this round is for; None where there is no such commendation."""
    item = None if isinstance(round, NotOpened) else round.commendations.get(command.commendation)
    return None if item is None else item.item.recipient


def view(round: CommendationRound) -> dict[str, Any] | None:
    """The round as it stands, in plain values: what was given so far beside the quota."""
    if isinstance(round, NotOpened):
        return None
    items = round.commendations.values()
    return {
        "state": "open" if isinstance(round, Open) else "closed",
        **round.opened.data(),
        **({"quota": round.quota.quota.model_dump(exclude_none=True)} if round.quota else {}),
        "granted": {kind: commendation.granted_of(items, kind) for kind in KINDS},
        "commendations": [commendation.shown(item) for item in items],
    }


def _allocated(command: AllocateQuota, round: Open, authority: str, case: RoundCase) -> QuotaAllocated | None:
    """A number for each kind it names, and none of the others; its document may be older than the round."""
    decision = document(command, authority, case)
    there = round.quota
    if there is not None and (command.quota, decision, None) == (
        there.quota, there.decision, there.without_limit,
    ):  # fmt: skip
        return None  # already so
    for kind in KINDS:
        given = commendation.granted_of(round.commendations.values(), kind)
        if commendation.number_of(command.quota, kind) < given:
            raise Refused("round.below-granted", kind=kind, granted=given)
    return QuotaAllocated(
        **carried(command, "decision"),
        **by_authority(command, authority, case),
        **_about(round.opened),
        on=case.on,
    )


def _granted(
    command: GrantCommendation, item: Commendation, round: Open, authority: str, case: RoundCase
) -> CommendationGranted | None:
    """Within the quota, where one was allocated; of one human being under two ids the first only."""
    if isinstance(item, Proposed):
        again = _standing(item.item.recipient, Granted, round, case)
        if again is not None:
            raise Refused("round.already-proposed", commendation=again)
    if isinstance(item, Proposed) and round.quota is not None:
        kind = item.item.recipient.kind
        most = commendation.limit(round.quota, kind)
        if most is not None and commendation.granted_of(round.commendations.values(), kind) >= most:
            raise Refused("round.quota-exhausted", kind=kind, quota=most)
    return commendation.grant(command, item, round.opened, authority, case)


def _proposed(command: ProposeCommendation, round: Open, case: RoundCase) -> CommendationProposed | None:
    opened = round.opened
    if (there := round.commendations.get(command.commendation)) is not None:
        raise Refused(f"commendation.{there.name}")
    if command.recipient.kind not in opened.recipient_kinds:
        raise Refused("round.recipient-kind", kinds=list(opened.recipient_kinds))
    if (again := _standing(command.recipient, Proposed | Granted, round, case)) is not None:
        raise Refused("round.already-proposed", commendation=again)
    for model in command.models or ():
        if model not in case.models:
            raise Unknown("model.unknown", model=model)
    only = case.models[command.models[0]] if command.models and len(command.models) == 1 else None
    return CommendationProposed(
        **carried(command),
        on=step(case, opened.on),
        level=opened.level,
        unit=command.recipient.unit or opened.unit,
        field=only.field if only else None,
        model=only.model if only else None,
        model_name=only.name if only else None,
        known=dict(case.known) if command.models or command.recipient.person else None,
        held_before=case.held,
    )


def _standing(recipient: Subject, so: type | UnionType, round: Open, case: RoundCase) -> str | None:
    """The commendation that stands so (proposed, granted) for the same recipient in this round."""
    same = case.keys | {recipient_key(recipient)}
    return next(
        (
            id
            for id, one in round.commendations.items()
            if isinstance(one, so) and recipient_key(one.item.recipient) in same
        ),
        None,
    )


def _closed(command: CloseRound, round: Open, authority: str, case: RoundCase) -> RoundClosed:
    undecided = [id for id, item in round.commendations.items() if isinstance(item, Proposed)]
    if undecided:
        raise Refused("round.undecided", commendations=undecided[:20], count=len(undecided))
    return RoundClosed(
        **carried(command),
        **_about(round.opened),
        on=step(case, round.opened.on),
        authority_unit=authority,
    )


def _about(opened: RoundOpened) -> dict[str, Any]:
    """What events about a whole round say of it."""
    return {"level": opened.level, "unit": opened.unit}


def _found(wanted: str, round: Open | Closed) -> Commendation:
    if (item := round.commendations.get(wanted)) is None:
        raise Unknown("commendation.unknown", commendation=wanted)
    return item


def _with(round: Open | Closed, event: commendation.CommendationEvent, mark: Mark) -> CommendationRound:
    item = commendation.evolve(round.commendations.get(event.commendation), event, mark)
    return replace(round, commendations={**round.commendations, event.commendation: item})
