"""What the registry corrected: the record as if the event had read so from the start.

A correction names the event and the members that should have read otherwise. What came after that event and
replaced a member stays; what follows from a member (late or not) stands in the correction itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from shared.contracts.registry import RecordCorrected

from .records import AdoptionRecord, Day, ModelRecord, Rating, ReplicationRecord, Suspension

D = TypeVar("D", Day, Day | None)


def corrected_model(record: ModelRecord, event: RecordCorrected) -> ModelRecord:
    """The model after one of its events reads otherwise."""
    said, corrects = event.changes, event.corrects
    changed: dict[str, Any] = {
        "registered": _moved(record.registered, event),
        "plan": _moved(record.plan, event),
        "received": _moved(record.received, event),
        "inspections": tuple(_moved(one, event) for one in record.inspections),
        "suspensions": tuple(
            Suspension(_moved(one.since, event), _moved(one.until, event)) for one in record.suspensions
        ),
        "ratings": tuple(_rated(one, event) for one in record.ratings),
    }
    for name in ("name", "field", "led_by", "late"):
        if name in said and getattr(record, f"{name}_because") == corrects:
            changed[name] = said[name]
    if event.corrected_type == "ModelRegistered":
        if "started_on" in said and (record.started is None or record.started.because == corrects):
            changed["started"] = Day(date.fromisoformat(said["started_on"]), corrects)
        if "plan_document" in said:
            changed["plan"] = Day(changed["registered"].on, corrects)
    return replace(record, **changed)


def corrected_adoption(record: AdoptionRecord, event: RecordCorrected) -> AdoptionRecord:
    """The adoption after one of its events reads otherwise: an outcome may have been on another day."""
    outcomes = tuple(
        replace(one, on=_day(event) or one.on) if one.because == event.corrects else one
        for one in record.outcomes
    )
    return replace(record, outcomes=outcomes)


def corrected_replication(record: ReplicationRecord, event: RecordCorrected) -> ReplicationRecord:
    """The proposal after one of its events reads otherwise: it may have meant others."""
    if event.corrected_type == "ReplicationProposed" and "targets" in event.changes:
        return replace(record, targets=tuple(event.changes["targets"]))
    return record


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
