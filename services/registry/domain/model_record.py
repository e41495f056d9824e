"""What is on record of a model, the states it passes through, and what each fact changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shared.contracts.message import Event
from shared.contracts.registry import (
    GuidePublished,
    InspectionRecorded,
    MaintenanceConfirmed,
    ModelAmended,
    ModelEnded,
    ModelEvent,
    ModelReceived,
    ModelReclassified,
    ModelRegistered,
    ModelResumed,
    ModelReturned,
    ModelSuspended,
    ProgressReported,
    RatingRecorded,
    RegistrationRenewed,
    Similar,
)
from shared.decider import Mark
from shared.errors import CorruptHistory, Refused

from .declared import Declared, declared
from .registration import Registration, amended, first, further, shown


@dataclass(frozen=True)
class Record:
    """All that is on record of a model, whatever state it is in."""

    model: str
    unit: str
    fields: Declared
    reference: str
    registrant: str
    registered_on: date
    registrations: tuple[Registration, ...]
    policy_version: int | None = None
    similar: tuple[Similar, ...] = ()
    received_on: date | None = None
    maintained: tuple[int, ...] = ()
    inspections: tuple[Declared, ...] = ()
    ratings: tuple[Declared, ...] = ()
    progress: tuple[Declared, ...] = ()
    guide: Declared | None = None


@dataclass(frozen=True)
class Unregistered:
    """Nobody has declared it yet."""


@dataclass(frozen=True)
class Registered:
    """Declared, awaiting reception."""

    record: Record
    since: date


@dataclass(frozen=True)
class Returned:
    """Sent back to be mended; amending it asks for reception again."""

    record: Record
    since: date
    reasons: tuple[str, ...]
    due_on: date | None


@dataclass(frozen=True)
class Received:
    """In operation."""

    record: Record
    since: date


@dataclass(frozen=True)
class Suspended:
    """Resting."""

    record: Record
    since: date


@dataclass(frozen=True)
class Ended:
    """Over; the record stands."""

    record: Record
    since: date
    ground: str


Living = Registered | Returned | Received | Suspended
Model = Unregistered | Living | Ended

NAMES: Mapping[type[Model], str] = {
    Registered: "registered",
    Returned: "returned",
    Received: "received",
    Suspended: "suspended",
    Ended: "ended",
}


def wrong(model: Living | Ended) -> Refused:
    """The refusal that names the state the model is in."""
    return Refused(f"model.{NAMES[type(model)]}", model=model.record.model)


def evolve(model: Model, event: ModelEvent, mark: Mark) -> Model:
    """What is on record of the model after this."""
    match model, event:
        case Unregistered(), ModelRegistered():
            return Registered(_first_record(event, mark), event.on)
        case Registered(), ModelReceived():
            return Received(replace(model.record, received_on=model.record.received_on or event.on), event.on)
        case Registered(), ModelReturned():
            return Returned(model.record, event.on, event.reasons, event.due_on)
        case Returned(), ModelAmended():
            return Registered(_amended(model.record, event), event.on)
        case Received(), ModelSuspended():
            return Suspended(model.record, event.on)
        case Suspended(), ModelResumed():
            return Received(model.record, event.on)
        case Registered() | Returned() | Received() | Suspended(), ModelEnded():
            return Ended(model.record, event.on, event.ground)
        case (
            Registered() | Returned() | Received() | Suspended(),
            ModelAmended()
            | RegistrationRenewed()
            | ModelReclassified()
            | InspectionRecorded()
            | ProgressReported()
            | RatingRecorded()
            | MaintenanceConfirmed()
            | GuidePublished(),
        ):
            return replace(model, record=_noted(model.record, event))
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(model).__name__}")


def _first_record(event: ModelRegistered, mark: Mark) -> Record:
    own = ("model", "unit", "reference", "policy_version", "late", "backdated", "similar")
    fields = declared(event, *own)
    return Record(
        model=event.model,
        unit=event.unit,
        fields=fields,
        reference=event.reference,
        registrant=mark.actor,
        registered_on=event.on,
        registrations=(first(event, fields),),
        policy_version=event.policy_version,
        similar=event.similar,
    )


def _amended(record: Record, event: ModelAmended) -> Record:
    """Amended documents are those of the latest registration; only before years were fixed one could change."""
    fields = {**record.fields, **declared(event.changes)}
    return replace(
        record,
        fields=fields,
        registrations=amended(record.registrations, fields, event.late),
        similar=record.similar if event.similar is None else event.similar,
    )


def _renewed(record: Record, event: RegistrationRenewed) -> Record:
    """What is declared anew for the year stands in the record; the first year and its basis stay as they are."""
    fields = {**record.fields, **declared(event, "model", "year", "policy_version", "late", "backdated")}
    return replace(record, fields=fields, registrations=(*record.registrations, further(event, fields)))


Noted = (
    ModelAmended
    | RegistrationRenewed
    | ModelReclassified
    | InspectionRecorded
    | ProgressReported
    | RatingRecorded
    | MaintenanceConfirmed
    | GuidePublished
)


def _noted(record: Record, event: Noted) -> Record:
    """The record after something that leaves the state as it is."""
    match event:
        case ModelAmended():
            return _amended(record, event)
        case RegistrationRenewed():
            return _renewed(record, event)
        case ModelReclassified():
            return replace(record, fields={**record.fields, "field": event.field})
        case InspectionRecorded():
            return replace(record, inspections=(*record.inspections, _dated(event)))
        case ProgressReported():
            return replace(record, progress=(*record.progress, _dated(event)))
        case RatingRecorded():
            return replace(record, ratings=(*record.ratings, _dated(event)))
        case MaintenanceConfirmed():
            return replace(record, maintained=(*record.maintained, event.year))
        case GuidePublished():
            return replace(record, guide=_dated(event))


def _dated(event: Event) -> dict[str, object]:
    return {"on": event.on.isoformat(), **declared(event, "model")}


def view(model: Model) -> dict[str, Any] | None:
    """The model as it stands."""
    match model:
        case Unregistered():
            return None
        case Returned():
            back: dict[str, Any] = {"reasons": list(model.reasons)}
            if model.due_on is not None:
                back["due_on"] = model.due_on.isoformat()
            return {**_whole(model), "returned": back}
        case Ended():
            return {**_whole(model), "ground": model.ground}
        case Registered() | Received() | Suspended():
            return _whole(model)


def _whole(model: Living | Ended) -> dict[str, Any]:
    record = model.record
    whole: dict[str, Any] = {
        "model": record.model,
        "state": NAMES[type(model)],
        "since": model.since.isoformat(),
        "reference": record.reference,
        "unit": record.unit,
        **record.fields,
        "registered_on": record.registered_on.isoformat(),
        "late": record.registrations[0].late,
        "backdated": record.registrations[0].backdated,
        "registrations": [shown(one) for one in record.registrations],
        "similar": [one.model_dump(mode="json") for one in record.similar],
        "maintained": list(record.maintained),
        "inspections": list(record.inspections),
        "ratings": list(record.ratings),
        "progress": list(record.progress),
    }
    if record.policy_version is not None:
        whole["policy_version"] = record.policy_version
    if record.received_on is not None:
        whole["received_on"] = record.received_on.isoformat()
    if record.guide is not None:
        whole["guide"] = record.guide
    return whole
