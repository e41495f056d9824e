"""What the appraisal keeps of others: models, adoptions and replications of the registry, decisions of awards.

A projection knows meaning only. Order, redelivery and storage are the runner's business.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from services.appraisal.domain.records import (
    AdoptionOutcome,
    AdoptionRecord,
    Day,
    DecisionRecord,
    Inspection,
    ModelRecord,
    Rating,
    Registration,
    ReplicationRecord,
    Suspension,
)
from services.appraisal.domain.rereading import (
    corrected_adoption,
    corrected_model,
    corrected_replication,
    filed_plans,
)
from shared.contracts.awards import (
    ListingRefused,
    ModelDelisted,
    ModelListed,
    ModelRecognised,
    RecognitionDeclined,
    RecognitionRevoked,
)
from shared.contracts.message import Event
from shared.contracts.registry import (
    InspectionRecorded,
    ModelAmended,
    ModelChanges,
    ModelEnded,
    ModelReceived,
    ModelReclassified,
    ModelRegistered,
    ModelResumed,
    ModelReturned,
    ModelSuspended,
    RatingRecorded,
    RecordCorrected,
    RegistrationRenewed,
    ReplicationAdopted,
    ReplicationEndorsed,
    ReplicationOutcomeRecorded,
    ReplicationProposed,
    ReplicationWithdrawn,
)
from shared.decider import Mark
from shared.errors import CorruptHistory
from shared.following.records import Records
from shared.people.unsealed import unsealed_subjects
from shared.reference.scheme import POLICIES
from shared.reference.unit_cards import UNITS

MODELS = TypeAdapter(ModelRecord)
ADOPTIONS = TypeAdapter(AdoptionRecord)
REPLICATIONS = TypeAdapter(ReplicationRecord)
DECISIONS = TypeAdapter(DecisionRecord)


def model_record(record: ModelRecord | None, event: Event, mark: Mark) -> ModelRecord:  # noqa: C901 - one flat table of cases
    """The model after one more fact of it."""
    match record, event:
        case None, ModelRegistered():
            return _registered(event, mark)
        case ModelRecord(), ModelAmended():
            return _amended(record, event, mark)
        case ModelRecord(), ModelReclassified():
            return replace(record, field=event.field, field_because=mark.id)
        case ModelRecord(), ModelReceived():
            return replace(record, state="received", received=record.received or Day(event.on, mark.id))
        case ModelRecord(), ModelReturned():
            return replace(record, state="returned")
        case ModelRecord(), ModelSuspended():
            rests = (*record.suspensions, Suspension(Day(event.on, mark.id)))
            return replace(record, state="suspended", suspensions=rests)
        case ModelRecord(), ModelResumed():
            return replace(record, state="received", suspensions=_resumed(record, Day(event.on, mark.id)))
        case ModelRecord(), ModelEnded():
            return replace(record, state="ended")
        case ModelRecord(), RegistrationRenewed():
            return _renewed(record, event, mark)
        case ModelRecord(), InspectionRecorded():
            one = Inspection(event.on, mark.id, event.kind, mark.actorunit, event.by.office)
            return replace(record, inspections=(*record.inspections, one))
        case ModelRecord(), RatingRecorded():
            rating = Rating(
                event.subject, event.period_kind, event.period, event.level, event.on, mark.id, mark.position
            )
            return replace(record, ratings=(*record.ratings, rating))
        case ModelRecord(), RecordCorrected():
            return corrected_model(record, event)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {record}")


def adoption_record(record: AdoptionRecord | None, event: Event, mark: Mark) -> AdoptionRecord:
    """The adoption after one more fact of it."""
    match record, event:
        case None, ReplicationAdopted():
            its = event.adoption, event.model, event.unit, event.adopter
            return AdoptionRecord(*its, adopted=Day(event.on, mark.id))
        case AdoptionRecord(), ReplicationOutcomeRecorded():
            told = (*record.outcomes, AdoptionOutcome(event.outcome, event.on, mark.id, mark.position))
            return replace(record, outcomes=told)
        case AdoptionRecord(), RecordCorrected():
            return corrected_adoption(record, event)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {record}")


def replication_record(record: ReplicationRecord | None, event: Event, _mark: Mark) -> ReplicationRecord:
    """The proposal after one more fact of it."""
    match record, event:
        case None, ReplicationProposed():
            return ReplicationRecord(
                replication=event.replication,
                model=event.model,
                unit=event.unit,
                scope=event.scope,
                targets=event.targets,
                stated=tuple(event.statements.model_dump(exclude_none=True)) if event.statements else (),
                ready_unit=event.unit if event.next is None else None,
            )
        case ReplicationRecord(), ReplicationEndorsed():
            return replace(record, ready_unit=event.unit if event.next is None else None)
        case ReplicationRecord(), ReplicationWithdrawn():
            return replace(record, withdrawn=True)
        case ReplicationRecord(), RecordCorrected():
            return corrected_replication(record, event)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {record}")


def decision_record(record: DecisionRecord | None, event: Event, mark: Mark) -> DecisionRecord:
    """Authority has decided; the first decision stays the proof, and may be taken back."""
    match event:
        case ModelRecognised() | ModelListed():
            known = record or DecisionRecord(event.appraisal or "", mark.id)
            return replace(known, level=event.level, standing=True)
        case RecognitionDeclined() | ListingRefused():
            return record or DecisionRecord(event.appraisal or "", mark.id, event.level)
        case RecognitionRevoked():
            return replace(record or DecisionRecord(event.recognition, mark.id, event.level), standing=False)
        case ModelDelisted():
            return replace(record or DecisionRecord(event.listing, mark.id, event.level), standing=False)
        case _:
            raise CorruptHistory(f"{type(event).__name__} is no decision")


def _of_model(event: Event) -> str | None:
    match event:
        case ModelRegistered() | ModelAmended() | ModelReclassified() | ModelReceived() | ModelReturned():
            return event.model
        case RegistrationRenewed():
            return event.model
        case ModelSuspended() | ModelResumed() | ModelEnded() | InspectionRecorded() | RatingRecorded():
            return event.model
        case RecordCorrected():
            return event.model
        case _:
            return None


def _of_adoption(event: Event) -> str | None:
    match event:
        case ReplicationAdopted() | ReplicationOutcomeRecorded() | RecordCorrected():
            return event.adoption
        case _:
            return None


def _of_replication(event: Event) -> str | None:
    match event:
        case ReplicationProposed() | ReplicationEndorsed() | ReplicationWithdrawn() | RecordCorrected():
            return event.replication
        case _:
            return None


def _of_decision(event: Event) -> str | None:
    match event:
        case ModelRecognised() | RecognitionDeclined() | ModelListed() | ListingRefused():
            return event.appraisal
        case RecognitionRevoked():
            return event.recognition
        case ModelDelisted():
            return event.listing
        case _:
            return None


def _registered(event: ModelRegistered, mark: Mark) -> ModelRecord:
    return ModelRecord(
        model=event.model,
        name=event.name,
        unit=event.unit,
        registered=Day(event.on, mark.id),
        subjects=unsealed_subjects(event.subjects),
        registrations=(Registration(event.year, Day(event.on, mark.id), event.late, mark.id),),
        name_because=mark.id,
        subjects_because=mark.id,
        field=event.field,
        field_because=mark.id,
        led_by=event.led_by,
        led_by_because=mark.id,
        plans=filed_plans(event.year, event.plan_document, Day(event.on, mark.id)),
        started=Day(event.started_on, mark.id) if event.started_on else None,
    )


def _amended(record: ModelRecord, event: ModelAmended, mark: Mark) -> ModelRecord:
    changes: ModelChanges = event.changes
    changed: dict[str, Any] = {}
    if changes.name is not None:
        changed |= {"name": changes.name, "name_because": mark.id}
    if changes.led_by is not None:
        changed |= {"led_by": changes.led_by, "led_by_because": mark.id}
    if changes.subjects is not None:
        changed |= {"subjects": unsealed_subjects(changes.subjects), "subjects_because": mark.id}
    if changes.started_on is not None:
        changed["started"] = Day(changes.started_on, mark.id)
    *earlier, latest = record.registrations
    if changes.year is not None:  # as it could be before each year had a registration of its own
        latest = replace(latest, year=changes.year)
        changed["plans"] = tuple(replace(plan, year=changes.year) for plan in record.plans)
    if event.late is not None:
        latest = replace(latest, late=event.late, late_because=mark.id)
    changed["registrations"] = (*earlier, latest)
    if changes.plan_document is not None:
        filed = filed_plans(latest.year, changes.plan_document, Day(event.on, mark.id))
        changed["plans"] = (*changed.get("plans", record.plans), *filed)
    if record.state == "returned":
        changed["state"] = "registered"
    return replace(record, **changed)


def _renewed(record: ModelRecord, event: RegistrationRenewed, mark: Mark) -> ModelRecord:
    day = Day(event.on, mark.id)
    one = Registration(event.year, day, event.late, mark.id)
    plans = (*record.plans, *filed_plans(event.year, event.plan_document, day))
    return replace(record, registrations=(*record.registrations, one), plans=plans)


def _resumed(record: ModelRecord, until: Day) -> tuple[Suspension, ...]:
    if not record.suspensions:
        raise CorruptHistory(f"model {record.model} resumed without a suspension")
    return (*record.suspensions[:-1], replace(record.suspensions[-1], until=until))


PROJECTIONS = (
    UNITS,
    POLICIES,
    Records(MODELS, _of_model, model_record).kept("models", "registry", number=3),
    Records(ADOPTIONS, _of_adoption, adoption_record).kept(
        "adoptions", "registry", indexes=("model",), number=2
    ),
    Records(REPLICATIONS, _of_replication, replication_record).kept("replications", "registry", number=2),
    Records(DECISIONS, _of_decision, decision_record).kept("decisions", "awards", number=2),
)
