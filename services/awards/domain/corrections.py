"""What may be corrected of recognitions, listings and rounds, and the deciders that take corrections.

A misprint in a decision's number, a reason, a note: never ids, states, outcomes, scopes or quotas, for which
there are acts of their own (revoke, delist, allocate again). The day of an act with a decision is the
decision's, whichever is corrected. Authority corrects what it decided, whoever may propose what was proposed; and
what a standing decision rests on only by another decision of the same body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from shared.commands.correcting import Corrections, Told, correctable
from shared.contracts.awards import (
    CommendationCancelled,
    CommendationGranted,
    CommendationProposed,
    CommendationRejected,
    ListingOpened,
    ListingRefused,
    ListingWithdrawn,
    ModelDelisted,
    ModelEvent,
    ModelListed,
    ModelRecognised,
    QuotaAllocated,
    RecognitionDeclined,
    RecognitionDeferred,
    RecognitionOpened,
    RecognitionRevoked,
    RecognitionWithdrawn,
    RecordCorrected,
    RoundClosed,
)
from shared.contracts.correcting import CorrectRecord
from shared.contracts.message import Event
from shared.contracts.values import Decision
from shared.decider import Case, Decider
from shared.errors import Malformed, NotAllowed, Refused, Unknown
from shared.reference.authority import APPROVER
from shared.reference.competence import Matter, authority_for

from . import listing, recognition, round, round_who
from .case import ListingCase, RecognitionCase, RoundCase
from .commendation import Cancelled, Granted

S = TypeVar("S")
X = TypeVar("X", bound=Case)

MEMBERS: Mapping[type[Event], frozenset[str]] = {
    ModelRecognised: frozenset({"decision", "praise"}),
    RecognitionDeclined: frozenset({"on", "reason", "decision"}),
    RecognitionDeferred: frozenset({"on", "reason", "decision"}),
    RecognitionRevoked: frozenset({"reason", "decision"}),
    ModelListed: frozenset({"decision", "supplement"}),
    ListingRefused: frozenset({"on", "reason", "decision"}),
    ModelDelisted: frozenset({"on", "reason", "decision"}),
    QuotaAllocated: frozenset({"decision"}),
    CommendationProposed: frozenset({"achievement", "parts"}),
    CommendationGranted: frozenset({"decision"}),
    CommendationRejected: frozenset({"on", "reason"}),
    CommendationCancelled: frozenset({"reason", "decision"}),
    RoundClosed: frozenset({"note"}),
}

BESIDE = frozenset({"praise", "note"})
"""Members on which nothing rests."""

STEPS: frozenset[type[Event]] = frozenset(
    {
        RecognitionOpened,
        ModelRecognised,
        RecognitionDeclined,
        RecognitionDeferred,
        RecognitionRevoked,
        RecognitionWithdrawn,
        ListingOpened,
        ModelListed,
        ListingRefused,
        ModelDelisted,
        ListingWithdrawn,
    }
)


def may_correct_recognition(
    command: CorrectRecord, corrected: Event, state: recognition.Recognition, case: RecognitionCase
) -> None:
    """The body that decides on it; what stands recognised only with a decision."""
    assert isinstance(corrected, ModelEvent)  # every member that is correctable stands in one
    authority_for(Matter("recognise", corrected.level, corrected.unit), case.by, case.units, case.competences)
    if isinstance(state, recognition.Recognised) and isinstance(corrected, ModelRecognised):
        _must_be_decided(command)
    _decided_by_today(corrected, case)


def may_correct_listing(
    command: CorrectRecord, corrected: Event, state: listing.Listing, case: ListingCase
) -> None:
    """The body that decides on it; what stands listed only with a decision."""
    assert isinstance(corrected, ModelEvent)  # every member that is correctable stands in one
    opened = None if isinstance(state, listing.NotOpened) else state.opened
    listing.authority_over(opened, corrected.unit, case)
    if isinstance(state, listing.Listed) and isinstance(corrected, ModelListed):
        _must_be_decided(command)
    _decided_by_today(corrected, case)


def may_correct_round(
    command: CorrectRecord, corrected: Event, state: round.CommendationRound, case: RoundCase
) -> None:
    """Proposals the round's own level, what was decided the body that decides on it; each keeps its order.

    What a standing commendation rests on, its proposal, its grant and the quota, only with a decision.
    """
    if isinstance(state, round.NotOpened):
        raise Unknown("round.unknown")
    _may_of_round(command, corrected, state, case)
    _decided_by_today(corrected, case)
    decision = _decision_of(corrected)
    on = decision.decided_on if decision else corrected.on
    earliest, latest = _room(corrected, state)
    if not earliest <= on <= latest:
        raise Refused("date.before-previous-step", on=on.isoformat(), previous=earliest.isoformat())


def _may_of_round(
    command: CorrectRecord, corrected: Event, state: round.Open | round.Closed, case: RoundCase
) -> None:
    rests = _rests(corrected, state)
    if isinstance(corrected, CommendationProposed) and not rests:
        round_who.must_be_of_its_level(state.opened, case)
        return
    if case.by.role != APPROVER:
        raise NotAllowed("not-allowed", roles=[APPROVER])
    round_who.authority_of(
        state.opened, "allocate" if isinstance(corrected, QuotaAllocated) else "grant", case
    )
    if rests:
        _must_be_decided(command)


def _must_be_decided(command: CorrectRecord) -> None:
    """What a standing decision rests on is corrected by another of the same body, never by the way."""
    if command.decision is None and not command.changes.keys() <= BESIDE:
        raise Refused("correction.decided")


def _rests(corrected: Event, state: round.Open | round.Closed) -> bool:
    """True when a commendation that stands granted rests on this event."""
    match corrected:
        case CommendationProposed() | CommendationGranted():
            return isinstance(state.commendations[corrected.commendation], Granted)
        case QuotaAllocated():
            return any(isinstance(one, Granted) for one in state.commendations.values())
        case _:
            return False


def _room(corrected: Event, state: round.Open | round.Closed) -> tuple[date, date]:
    """The days between which an event of a round may lie: those of the steps before and after it."""
    if isinstance(corrected, CommendationGranted | CommendationRejected | CommendationCancelled):
        match state.commendations[corrected.commendation]:
            case Cancelled() as one if isinstance(corrected, CommendationCancelled):
                return one.granted.on, date.max
            case Cancelled() as one:
                return one.item.proposed.on, one.cancelled.on
            case one:
                return one.item.proposed.on, date.max
    return date.min if isinstance(corrected, QuotaAllocated) else state.opened.on, date.max


def follows(corrected: Event, _state: Any, _case: Any) -> Mapping[str, Any]:
    """An act with a decision happened on the decision's day."""
    decision = _decision_of(corrected)
    return {} if decision is None else {"on": decision.decided_on}


def about(corrected: Event) -> dict[str, Any]:
    """What every event of the awards carries, as the corrected one does."""
    members = ("level", "field", "unit", "model", "model_name")
    return {name: getattr(corrected, name, None) for name in members}


def _decided_by_today(corrected: Event, case: Case) -> None:
    decision = _decision_of(corrected)
    if decision is not None and decision.decided_on > case.today:
        raise Malformed("date.in-future", on=decision.decided_on.isoformat(), today=case.today.isoformat())


def _decision_of(event: Event) -> Decision | None:
    decision = getattr(event, "decision", None)
    return decision if isinstance(decision, Decision) else None


def _with_about(decider: Decider[Any, Any, Told[S], X]) -> Decider[Any, Any, Told[S], X]:
    """The decider whose corrections carry what subscribers choose by."""

    def decide(command: Any, told: Told[S], case: X) -> Any:
        event = decider.decide(command, told, case)
        corrected = told.event(event.corrects) if isinstance(event, RecordCorrected) else None
        if event is None or corrected is None:
            return event
        return RecordCorrected(**{**dict(event), **about(corrected)})

    return replace(decider, decide=decide)


recognitions = _with_about(
    correctable(
        recognition.decider,
        Corrections[recognition.Recognition, RecognitionCase](
            "recognition", RecordCorrected, MEMBERS, may_correct_recognition, STEPS, follows
        ),
    )
)
listings = _with_about(
    correctable(
        listing.decider,
        Corrections[listing.Listing, ListingCase](
            "listing", RecordCorrected, MEMBERS, may_correct_listing, STEPS, follows
        ),
    )
)
rounds = _with_about(
    correctable(
        round.decider,
        Corrections[round.CommendationRound, RoundCase](
            "round", RecordCorrected, MEMBERS, may_correct_round, derived=follows
        ),
    )
)
