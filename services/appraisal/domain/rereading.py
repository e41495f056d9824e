"""What the registry corrected: the record as if the event had read so from the start.

A correction names the event and the members that should have read otherwise. What came after that event and
replaced a member stays; what follows from a member (late or not) stands in the correction itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from shared.contracts.registry import RecordCorrected
from shared.contracts.values import DocumentRef, Subject
from shared.people.unsealed import unsealed_subjects

from .records import (
    AdoptionRecord,
    Day,
    Inspection,
    ModelRecord,
    Plan,
    Rating,
    Registration,
    ReplicationRecord,
    Suspension,
)

D = TypeVar("D", Day, Day | None)


def corrected_model(record: ModelRecord, event: RecordCorrected) -> ModelRecord:
    """The model after one of its events reads otherwise."""
    said, corrects = event.changes, event.corrects
    changed: dict[str, Any] = {
        "registered": _moved(record.registered, event),
        "registrations": tuple(_registered(one, event) for one in record.registrations),
        "plans": _planned(record, event),
        "received": _moved(record.received, event),
        "inspections": tuple(_inspected(one, event) for one in record.inspections),
        "suspensions": tuple(
            Suspension(_moved(one.since, event), _moved(one.until, event)) for one in record.suspensions
        ),
        "ratings": tuple(_rated(one, event) for one in record.ratings),
    }
    for name in ("name", "field", "led_by"):
        if name in said and getattr(record, f"{name}_because") == corrects:
            changed[name] = said[name]
    if "subjects" in said and record.subjects_because == corrects:
        changed["subjects"] = corrected_subjects(said["subjects"])
    first_told = record.started is None or record.started.because == corrects
    if event.corrected_type == "ModelRegistered" and "started_on" in said and first_told:
        changed["started"] = Day(date.fromisoformat(said["started_on"]), corrects)
    return replace(record, **changed)


def corrected_subjects(said: list[dict[str, Any]]) -> tuple[Subject, ...]:
    """The subjects as they should have read, persons by their ids."""
    return unsealed_subjects(tuple(Subject.model_validate(one) for one in said))


def filed_plans(year: int, plan: DocumentRef | None, filed: Day) -> tuple[Plan, ...]:
    """The plan that an act put on file for a year; none where it brought none."""
    if plan is None:
        return ()
    backed = plan.number is not None or plan.evidence is not None
    return (Plan(year, filed, plan.dated, backed),)


def _registered(one: Registration, event: RecordCorrected) -> Registration:
    said = event.changes
    if one.registered.because == event.corrects:
        one = replace(one, registered=_moved(one.registered, event), year=said.get("year", one.year))
    if one.late_because == event.corrects:
        one = replace(one, late=said.get("late", one.late))
    return one


def _planned(record: ModelRecord, event: RecordCorrected) -> tuple[Plan, ...]:
    """The plans as they were filed, the corrected event's read anew; one that had none may have one now."""
    of_event = next((r for r in record.registrations if r.registered.because == event.corrects), None)
    plans = [
        replace(one, filed=_moved(one.filed, event), year=event.changes.get("year", one.year))
        if one.filed.because == event.corrects
        else one
        for one in record.plans
    ]
    if of_event is None or "plan_document" not in event.changes:
        return tuple(plans)
    document = DocumentRef.model_validate(event.changes["plan_document"])
    moved = _registered(of_event, event)
    anew = filed_plans(moved.year, document, moved.registered)
    place = next((n for n, one in enumerate(plans) if one.filed.because == event.corrects), None)
    return (*anew, *plans) if place is None else (*plans[:place], *anew, *plans[place + 1 :])


def _inspected(one: Inspection, event: RecordCorrected) -> Inspection:
    if one.because != event.corrects:
        return one
    said = event.changes
    body = said["by"].get("office") if "by" in said else one.body
    return replace(one, on=_day(event) or one.on, kind=said.get("kind", one.kind), body=body)


def corrected_adoption(record: AdoptionRecord, event: RecordCorrected) -> AdoptionRecord:
    """The adoption after one of its events reads otherwise: an outcome may have been on another day."""
    outcomes = tuple(
        replace(one, on=_day(event) or one.on) if one.because == event.corrects else one
        for one in record.outcomes
    )
    return replace(record, outcomes=outcomes, adopted=_moved(record.adopted, event))


def corrected_replication(record: ReplicationRecord, event: RecordCorrected) -> ReplicationRecord:
    """The proposal after one of its events reads otherwise: it may have meant others, or said more."""
    if event.corrected_type != "ReplicationProposed":
        return record
    said = event.changes
    targets = tuple(said["targets"]) if "targets" in said else record.targets
    stated = tuple(said["statements"]) if "statements" in said else record.stated
    return replace(record, targets=targets, stated=stated)


def _rated(rating: Rating, event: RecordCorrected) -> Rating:
    if rating.because != event.corrects:
        return rating
    members = ("subject", "period_kind", "period", "level")
    said = {name: event.changes[name] for name in members if name in event.changes}
    return replace(rating, on=_day(event) or rating.on, **said)


def _moved(day: D, event: RecordCorrected) -> D:
    """The day, moved if it is that of the corrected event."""
    if day is None or day.because != event.corrects or (on := _day(event)) is None:
        return day
    return replace(day, on=on)


def _day(event: RecordCorrected) -> date | None:
    return date.fromisoformat(event.changes["on"]) if "on" in event.changes else None
