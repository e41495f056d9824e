"""Adoption: a unit takes a model over, with a roadmap, reaches its milestones, and records whether it worked there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from shared.contracts.message import carried
from shared.contracts.registry import (
    AdoptionCommand,
    AdoptionEvent,
    AdoptModel,
    AmendRoadmap,
    MilestoneReached,
    RecordAdoptionOutcome,
    RecordMilestone,
    ReplicationAdopted,
    ReplicationOutcomeRecorded,
    RoadmapAmended,
)
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory, Refused, Unknown
from shared.reference.steps import not_before
from shared.text.folding import spelled

from .case import AdoptionCase
from .declared import Declared, declared
from .model_record import Ended, Received, Registered, Returned, Suspended, Unregistered, wrong
from .who import must_act_for


@dataclass(frozen=True)
class Unadopted:
    """Nobody has taken it over yet."""


@dataclass(frozen=True)
class Adopted:
    """Taken over; the latest outcome and the latest roadmap count."""

    unit: str
    fields: Declared
    adopted_on: date
    outcomes: tuple[Declared, ...] = ()
    reached: Mapping[int, Declared] = field(default_factory=dict[int, Declared])
    """The milestones that were reached, by their position in the roadmap, from 1."""


Adoption = Unadopted | Adopted


def decide(command: AdoptionCommand, adoption: Adoption, case: AdoptionCase) -> AdoptionEvent | None:
    """Free in the model's own unit and below; elsewhere only what is listed for replication."""
    match command, adoption:
        case AdoptModel(), Unadopted():
            return adopt(command, case)
        case AdoptModel(), Adopted():
            raise Refused("adoption.already-adopted", adoption=command.adoption)
        case RecordAdoptionOutcome() | RecordMilestone() | AmendRoadmap(), Unadopted():
            raise Unknown("adoption.unknown", adoption=command.adoption)
        case RecordAdoptionOutcome() | RecordMilestone() | AmendRoadmap(), Adopted():
            must_act_for(adoption.unit, case)
            not_before(case.on, adoption.adopted_on)
            return follow_up(command, adoption, case)


def follow_up(
    command: RecordAdoptionOutcome | RecordMilestone | AmendRoadmap, adoption: Adopted, case: AdoptionCase
) -> AdoptionEvent | None:
    """What becomes of an adoption: how it goes, what it has reached, what it means to reach now."""
    match command:
        case RecordAdoptionOutcome():
            return ReplicationOutcomeRecorded(on=case.on, **carried(command))
        case RecordMilestone():
            if command.milestone > (milestones := len(adoption.fields["roadmap"])):
                raise Unknown("milestone.unknown", milestone=command.milestone, milestones=milestones)
            if command.milestone in adoption.reached:
                raise Refused("milestone.already-reached", milestone=command.milestone)
            return MilestoneReached(on=case.on, **carried(command))
        case AmendRoadmap():
            old, new = adoption.fields["roadmap"], declared(command)["roadmap"]
            for position in sorted(adoption.reached):
                if new[position - 1 : position] != old[position - 1 : position]:
                    raise Refused("milestone.reached-stays", milestone=position)
            return None if new == old else RoadmapAmended(on=case.on, **carried(command))


def adopt(command: AdoptModel, case: AdoptionCase) -> ReplicationAdopted:
    """Once per model, unit and body in it."""
    must_act_for(command.unit, case)
    if case.units.card(command.unit).closed:
        raise Refused("unit.closed", unit=command.unit)
    must_be_open_to(command, case)
    if case.adopted_by is not None:
        raise Refused("adoption.already-adopted", adoption=case.adopted_by)
    return ReplicationAdopted(on=case.on, known=case.known, **carried(command))


def must_be_open_to(command: AdoptModel, case: AdoptionCase) -> None:
    """R-REP-1: the own unit acts on its own initiative; others need a listing that covers them on the day."""
    listed = any(one.covers(command.unit, case.on, case.units) for one in case.listings)
    match case.model:
        case Unregistered():
            raise Unknown("model.unknown", model=command.model)
        case Registered() | Returned() | Received() | Suspended() | Ended() if listed:
            return
        case Registered() | Returned() | Received() | Suspended() | Ended():
            if not case.units.is_within(command.unit, case.model.record.unit):
                raise Refused("adoption.not-listed", model=command.model, unit=command.unit)
            if isinstance(case.model, Ended):
                raise wrong(case.model)
            not_before(case.on, case.model.record.registered_on)


def evolve(adoption: Adoption, event: AdoptionEvent, _mark: Mark) -> Adoption:
    """Where the adoption stands after this."""
    match adoption, event:
        case Unadopted(), ReplicationAdopted():
            return Adopted(event.unit, declared(event, "known"), event.on)
        case Adopted(), ReplicationOutcomeRecorded():
            outcome = {"on": event.on.isoformat(), **declared(event, "adoption")}
            return replace(adoption, outcomes=(*adoption.outcomes, outcome))
        case Adopted(), MilestoneReached() if event.milestone <= len(adoption.fields["roadmap"]):
            reached = {"reached_on": event.on.isoformat(), **declared(event, "adoption", "milestone")}
            return replace(adoption, reached={**adoption.reached, event.milestone: reached})
        case Adopted(), RoadmapAmended() if len(event.roadmap) >= max(adoption.reached, default=0):
            return replace(adoption, fields={**adoption.fields, "roadmap": declared(event)["roadmap"]})
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(adoption).__name__}")


def claim(event: AdoptionEvent, _case: AdoptionCase) -> str | None:
    """One adoption per model, unit and body in it."""
    match event:
        case ReplicationAdopted():
            return place(event.model, event.unit, event.adopter)
        case ReplicationOutcomeRecorded() | MilestoneReached() | RoadmapAmended():
            return None


def place(model: str, unit: str, adopter: str | None) -> str:
    """What the claim of one adoption says; a body's name counts without case and double spaces."""
    return f"adoption:{model}:{unit}:{spelled(adopter or '')}"


def view(adoption: Adoption) -> dict[str, Any] | None:
    """The adoption as it stands; its state is the latest outcome."""
    match adoption:
        case Unadopted():
            return None
        case Adopted():
            latest = adoption.outcomes[-1]["outcome"] if adoption.outcomes else "adopted"
            steps = enumerate(adoption.fields["roadmap"], start=1)
            return {
                **adoption.fields,
                "roadmap": [{**step, **adoption.reached.get(position, {})} for position, step in steps],
                "state": latest,
                "adopted_on": adoption.adopted_on.isoformat(),
                "outcomes": list(adoption.outcomes),
            }


decider = Decider[AdoptionCommand, AdoptionEvent, Adoption, AdoptionCase](Unadopted(), decide, evolve)
