"""Documents, activities and inspection plans: each recorded once, by the unit whose it is, and then corrected only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.commands.documents import wrong_at
from shared.contracts.message import carried
from shared.contracts.registry import (
    ActivityCommand,
    ActivityEvent,
    ActivityRecorded,
    InspectionPlanCommand,
    InspectionPlanEvent,
    InspectionsPlanned,
    PlannedInspection,
    RecordUnitDocument,
    UnitDocumentCommand,
    UnitDocumentEvent,
    UnitDocumentRecorded,
)
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory, Malformed, NotAllowed, Refused, Unknown
from shared.reference.authority import how_named

from .case import KeptCase
from .declared import Declared, declared
from .who import must_act_for


@dataclass(frozen=True)
class Unkept:
    """Nobody has put it on record yet."""


@dataclass(frozen=True)
class Keeping:
    """On record; a correction says what it should have read."""

    unit: str
    fields: Declared


Kept = Unkept | Keeping


def record_document(command: UnitDocumentCommand, kept: Kept, case: KeptCase) -> UnitDocumentEvent:
    """A unit's own document, issued by the day of the act."""
    match kept:
        case Keeping():
            raise Refused("unit-document.already-recorded", document=command.document)
        case Unkept():
            must_keep_for(command.unit, case)
            must_be_issued(command, case.on)
            return UnitDocumentRecorded(on=case.on, **carried(command))


def record_activity(command: ActivityCommand, kept: Kept, case: KeptCase) -> ActivityEvent:
    """What a unit did, on the day it did it, with the models it was about."""
    match kept:
        case Keeping():
            raise Refused("activity.already-recorded", activity=command.activity)
        case Unkept():
            must_keep_for(command.unit, case)
            must_know_models(case)
            return ActivityRecorded(on=case.on, **carried(command))


def plan_inspections(command: InspectionPlanCommand, kept: Kept, case: KeptCase) -> InspectionPlanEvent:
    """The models and units named are on record, and the unit's own or below it."""
    match kept:
        case Keeping():
            raise Refused("inspection-plan.already-recorded", plan=command.plan)
        case Unkept():
            must_keep_for(command.unit, case)
            must_know_models(case)
            must_inspect_own(command.unit, command.items, case)
            return InspectionsPlanned(on=case.on, **carried(command))


def must_keep_for(unit: str, case: KeptCase) -> None:
    """Only for an open unit that the actor acts for."""
    must_act_for(unit, case)
    if case.units.card(unit).closed:
        raise Refused("unit.closed", unit=unit)


def must_be_issued(document: RecordUnitDocument | UnitDocumentRecorded, on: date) -> None:
    """A document is recorded once it is there."""
    if document.dated > on:
        raise Malformed(
            "date.document-after-act",
            **wrong_at(["/dated"], type(document), "date.document-after-act", on=on.isoformat()),
        )


def must_know_models(case: KeptCase) -> None:
    """Models that are named are on record."""
    if case.unknown_models:
        raise Unknown("model.unknown", model=case.unknown_models[0])


def must_know_units(named: Iterable[str | None], case: KeptCase) -> None:
    """Units that are named are on record."""
    for unit in named:
        if unit is not None:
            case.units.card(unit)


def must_inspect_own(unit: str, items: Iterable[PlannedInspection], case: KeptCase) -> None:
    """A unit plans inspections of its own and of what stands below it; a body of the city everywhere."""
    everywhere = case.units.is_city(unit)
    for item in items:
        named = item.unit or case.units_of_models.get(item.model or "")
        if named is None:
            continue
        case.units.card(named)
        if not everywhere and not case.units.is_within(named, case.units.place(unit)):
            raise NotAllowed("not-allowed", **how_named(named, case.units))


def evolve(kept: Kept, event: UnitDocumentEvent | ActivityEvent | InspectionPlanEvent, _mark: Mark) -> Kept:
    """What is on record after this."""
    match kept:
        case Unkept():
            return Keeping(event.unit, {"on": event.on.isoformat(), **declared(event)})
        case Keeping():
            raise CorruptHistory(f"{type(event).__name__} of what is on record already")


def view(kept: Kept) -> dict[str, Any] | None:
    """The record as it stands."""
    match kept:
        case Unkept():
            return None
        case Keeping():
            return {**kept.fields, "state": "recorded"}


documents = Decider[UnitDocumentCommand, UnitDocumentEvent, Kept, KeptCase](Unkept(), record_document, evolve)
activities = Decider[ActivityCommand, ActivityEvent, Kept, KeptCase](Unkept(), record_activity, evolve)
plans = Decider[InspectionPlanCommand, InspectionPlanEvent, Kept, KeptCase](
    Unkept(), plan_inspections, evolve
)
