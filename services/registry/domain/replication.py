"""Replication: a proposal to spread a model, on its way up through the units that must support it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shared.contracts.message import carried
from shared.contracts.registry import (
    EndorseReplication,
    ProposeReplication,
    ReplicationCommand,
    ReplicationEndorsed,
    ReplicationEvent,
    ReplicationProposed,
    ReplicationWithdrawn,
    WithdrawReplication,
)
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory, NotAllowed, Refused, Unknown
from shared.reference.authority import Units, how_named, must_cover
from shared.reference.steps import not_before

from .case import ReplicationCase
from .declared import Declared, declared
from .model_record import Ended, Received, Record, Registered, Returned, Suspended, Unregistered, wrong
from .who import must_act_for, must_oversee


@dataclass(frozen=True)
class Unproposed:
    """Nobody has proposed it yet."""


@dataclass(frozen=True)
class Proposed:
    """On its way up: `next` must endorse it."""

    unit: str
    proposer: str
    fields: Declared
    since: date
    next: str
    endorsements: tuple[Declared, ...] = ()


@dataclass(frozen=True)
class Complete:
    """Nobody has to endorse it any more; others decide it, or it needs no decision (own unit)."""

    unit: str
    proposer: str
    fields: Declared
    since: date
    endorsements: tuple[Declared, ...] = ()


@dataclass(frozen=True)
class Withdrawn:
    """Taken back."""

    unit: str
    proposer: str
    fields: Declared
    since: date
    endorsements: tuple[Declared, ...] = ()


Replication = Unproposed | Proposed | Complete | Withdrawn


def decide(
    command: ReplicationCommand, replication: Replication, case: ReplicationCase
) -> ReplicationEvent | None:
    """Propose, support on the way up, take back while nobody has decided."""
    match command, replication:
        case ProposeReplication(), Unproposed():
            return propose(command, case)
        case ProposeReplication(), Proposed() | Complete() | Withdrawn():
            raise Refused("replication.already-proposed", replication=command.replication)
        case EndorseReplication() | WithdrawReplication(), Unproposed():
            raise Unknown("replication.unknown", replication=command.replication)
        case EndorseReplication(), Proposed():
            return endorse(command, replication, case)
        case EndorseReplication(), Complete():
            raise Refused("replication.complete", replication=command.replication)
        case WithdrawReplication(), Proposed() | Complete():
            must_act_for(replication.unit, case)
            if case.decided:
                raise Refused("replication.decided", replication=command.replication)
            not_before(case.on, replication.since)
            return ReplicationWithdrawn(on=case.on, known=case.known, **carried(command))
        case EndorseReplication() | WithdrawReplication(), Withdrawn():
            raise Refused("replication.withdrawn", replication=command.replication)


def propose(command: ProposeReplication, case: ReplicationCase) -> ReplicationProposed:
    """The unit of the model or one above it proposes; for the city the record must bear it out."""
    must_act_for(command.unit, case)
    record = must_be_received(command, case)
    if case.units.card(command.unit).closed:
        raise Refused("unit.closed", unit=command.unit)
    if not case.units.is_within(record.unit, command.unit):
        raise NotAllowed("not-allowed", **how_named(record.unit, case.units))
    must_rest_on_successes(command, case)
    if case.open is not None:
        raise Refused("replication.already-open", replication=case.open)
    return ReplicationProposed(
        on=case.on,
        model_name=record.fields["name"],
        field=record.fields.get("field"),
        next=next_above(command.unit, case.units) if command.scope == "city" else None,
        known=case.known,
        **carried(command),
    )


def must_be_received(command: ProposeReplication, case: ReplicationCase) -> Record:
    """Only a model in operation is proposed to others."""
    match case.model:
        case Unregistered():
            raise Unknown("model.unknown", model=command.model)
        case Received():
            not_before(case.on, case.model.since)
            return case.model.record
        case Registered() | Returned() | Suspended() | Ended():
            raise wrong(case.model)


def must_rest_on_successes(command: ProposeReplication, case: ReplicationCase) -> None:
    """What is named must have succeeded; the city wants a recognised model and at least one success (C-REP-5)."""
    for adoption in command.adoptions or ():
        if adoption not in case.adoptions:
            raise Unknown("adoption.unknown", adoption=adoption)
    failed = [one for one in command.adoptions or () if case.adoptions[one] != "succeeded"]
    if command.scope == "city" and not case.recognised:
        raise Refused("replication.not-recognised", model=command.model)
    if failed or (command.scope == "city" and "succeeded" not in case.adoptions.values()):
        raise Refused("replication.no-success-on-record", model=command.model, adoptions=failed)


def next_above(unit: str, units: Units) -> str | None:
    """The unit above that must support the proposal; none when this one stands directly under the city's."""
    _, *above = units.chain(unit)
    if not above or units.is_committee_of_city(above[0]):
        return None
    return above[0]


def endorse(command: EndorseReplication, replication: Proposed, case: ReplicationCase) -> ReplicationEndorsed:
    """The next unit on the way up supports it, by somebody else than who proposed it."""
    must_oversee(replication.unit, replication.proposer, case)
    case.units.card(command.unit)
    must_cover(case.by, command.unit, case.units)
    if case.units.successor(command.unit) != case.units.successor(replication.next):
        raise NotAllowed("not-allowed", **how_named(replication.next, case.units, "next"))
    not_before(case.on, replication.since)
    return ReplicationEndorsed(on=case.on, next=next_above(command.unit, case.units), **carried(command))


def evolve(replication: Replication, event: ReplicationEvent, mark: Mark) -> Replication:
    """Where the proposal stands after this."""
    match replication, event:
        case Unproposed(), ReplicationProposed():
            fields = declared(event, "next", "known")
            if event.next is None:
                return Complete(event.unit, mark.actor, fields, event.on)
            return Proposed(event.unit, mark.actor, fields, event.on, event.next)
        case Proposed(), ReplicationEndorsed():
            one = {"on": event.on.isoformat(), **declared(event, "replication", "next")}
            endorsements = (*replication.endorsements, one)
            if event.next is not None:
                return replace(replication, since=event.on, next=event.next, endorsements=endorsements)
            return Complete(
                replication.unit, replication.proposer, replication.fields, event.on, endorsements
            )
        case Proposed() | Complete(), ReplicationWithdrawn():
            return Withdrawn(
                replication.unit,
                replication.proposer,
                replication.fields,
                event.on,
                replication.endorsements,
            )
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(replication).__name__}")


def claim(event: ReplicationEvent, case: ReplicationCase) -> str | None:
    """One open proposal per model and scope: each reserves the next number."""
    match event:
        case ReplicationProposed():
            return f"{claims(event.model, event.scope)}:{case.holders + 1}"
        case ReplicationEndorsed() | ReplicationWithdrawn():
            return None


def claims(model: str, scope: str) -> str:
    """What the numbered claims of one model and scope begin with."""
    return f"replication:{model}:{scope}"


def view(replication: Replication) -> dict[str, Any] | None:
    """The proposal as it stands; whether it was decided, the awards service tells."""
    match replication:
        case Unproposed():
            return None
        case Proposed():
            return {**_shown(replication), "state": "proposed", "next": replication.next}
        case Complete():
            return {**_shown(replication), "state": "complete"}
        case Withdrawn():
            return {**_shown(replication), "state": "withdrawn"}


def _shown(replication: Proposed | Complete | Withdrawn) -> dict[str, Any]:
    return {
        **replication.fields,
        "since": replication.since.isoformat(),
        "endorsements": list(replication.endorsements),
    }


decider = Decider[ReplicationCommand, ReplicationEvent, Replication, ReplicationCase](
    Unproposed(), decide, evolve
)
