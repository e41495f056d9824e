"""Round: one form of commendation on one occasion of a year, given within the quota that was allocated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, get_args

from shared.contracts.awards import (
    AllocateQuota,
    AwardLevel,
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
    RoundClosed,
    RoundCommand,
    RoundEvent,
    RoundOpened,
)
from shared.contracts.message import Level, carried
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory, NotAllowed, Refused, Unknown
from shared.reference.authority import UNIT_OFFICER, must_be_of, must_cover

from . import commendation
from .calendar import step
from .case import RoundCase
from .commendation import Commendation, Proposed
from .forms import form_of

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
            _may(command, round.opened, case)
            return _while_open(command, round, case)
        case Closed():
            _may(command, round.opened, case)
            return _once_closed(command, round, case)


def _before_opening(command: RoundCommand, case: RoundCase) -> RoundEvent | None:
    match command:
        case OpenRound():
            return _opened(command, case)
        case AllocateQuota() | ProposeCommendation() | CloseRound():
            raise Unknown("round.unknown")
        case GrantCommendation() | RejectCommendation() | CancelCommendation():
            raise Unknown("round.unknown")


def _while_open(command: RoundCommand, round: Open, case: RoundCase) -> RoundEvent | None:
    match command:
        case OpenRound():
            raise Refused("round.open")
        case AllocateQuota():
            return _allocated(command, round, case)
        case ProposeCommendation():
            return _proposed(command, round, case)
        case GrantCommendation():
            item = _found(command.commendation, round)
            others = round.commendations.values()
            return commendation.grant(command, item, round.opened, round.quota, others, case)
        case RejectCommendation():
            return commendation.reject(command, _found(command.commendation, round), case)
        case CancelCommendation():
            return commendation.cancel(command, _found(command.commendation, round), case)
        case CloseRound():
            return _closed(command, round, case)


def _once_closed(command: RoundCommand, round: Closed, case: RoundCase) -> RoundEvent | None:
    match command:
        case CancelCommendation():
            return commendation.cancel(command, _found(command.commendation, round), case)
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
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(round).__name__}")


decider = Decider[RoundCommand, RoundEvent, CommendationRound, RoundCase](NotOpened(), decide, evolve)


def unit_of(round: CommendationRound) -> str | None:
    """The committee whose round this is; none for the city's and the State's."""
    return None if isinstance(round, NotOpened) else round.opened.unit


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


def _opened(command: OpenRound, case: RoundCase) -> RoundOpened:
    if case.forms is None:
        raise Refused("forms.none-in-force")
    if case.policy is None:
        raise Refused("policy.none-in-force")
    if (form := form_of(case.forms, command.form)) is None:
        raise Unknown("form.unknown", form=command.form)
    unit = command.unit
    if form.level == "grassroots":
        unit = unit or case.by.unit
        if unit is None:
            raise NotAllowed("not-allowed", level="grassroots")
        case.units.card(unit)
    must_be_of(case.by, _deciding(form.level), unit or "", case.units)
    return RoundOpened(
        **carried(command, "unit"),
        on=case.on,
        unit=unit,
        level=form.level,
        track=form.track,
        recipient_kinds=form.recipient_kinds,
        forms_version=case.forms.version,
        policy_version=case.policy.version,
        known=dict(case.known),
    )


def _allocated(command: AllocateQuota, round: Open, case: RoundCase) -> QuotaAllocated | None:
    if round.quota is not None and (command.quota, command.decision) == (
        round.quota.quota,
        round.quota.decision,
    ):
        return None  # already so
    for kind in KINDS:
        most = commendation.limit(command.quota, kind)
        given = commendation.granted_of(round.commendations.values(), kind)
        if most is not None and most < given:
            raise Refused("round.below-granted", kind=kind, granted=given)
    return QuotaAllocated(
        **carried(command), on=step(case, round.opened.on), level=round.opened.level, unit=round.opened.unit
    )


def _proposed(command: ProposeCommendation, round: Open, case: RoundCase) -> CommendationProposed | None:
    opened = round.opened
    if (there := round.commendations.get(command.commendation)) is not None:
        raise Refused(f"commendation.{there.name}")
    if command.recipient.kind not in opened.recipient_kinds:
        raise Refused("round.recipient-kind", kinds=list(opened.recipient_kinds))
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
        known=dict(case.known) if command.models else None,
    )


def _closed(command: CloseRound, round: Open, case: RoundCase) -> RoundClosed:
    undecided = [id for id, item in round.commendations.items() if isinstance(item, Proposed)]
    if undecided:
        raise Refused("round.undecided", commendations=undecided[:20], count=len(undecided))
    return RoundClosed(
        **carried(command), on=step(case, round.opened.on), level=round.opened.level, unit=round.opened.unit
    )


def _may(command: RoundCommand, opened: RoundOpened, case: RoundCase) -> None:
    """A round is its committee's own; officers propose for their unit and those below it, upwards."""
    units = case.units
    if not (isinstance(command, ProposeCommendation) and case.by.role == UNIT_OFFICER):
        must_be_of_its_level(opened, case)
        return
    if command.recipient.unit is not None:
        must_cover(case.by, command.recipient.unit, units)
    if opened.unit is not None and not (case.by.unit and units.is_within(case.by.unit, opened.unit)):
        raise NotAllowed("not-allowed", unit=opened.unit)


def must_be_of_its_level(opened: RoundOpened, case: RoundCase) -> None:
    """Raise `not-allowed` unless the actor belongs to those who decide on a round."""
    must_be_of(case.by, _deciding(opened.level), opened.unit or "", case.units)


def _deciding(level: AwardLevel) -> Level:
    """Who decides on an award of a level: the State's awards are proposed and recorded by the city."""
    return "grassroots" if level == "grassroots" else "city"


def _found(wanted: str, round: Open | Closed) -> Commendation:
    if (item := round.commendations.get(wanted)) is None:
        raise Unknown("commendation.unknown", commendation=wanted)
    return item


def _with(round: Open | Closed, event: commendation.CommendationEvent, mark: Mark) -> CommendationRound:
    item = commendation.evolve(round.commendations.get(event.commendation), event, mark)
    return replace(round, commendations={**round.commendations, event.commendation: item})
