"""Model: a community project, from the day a unit declares it to the day it ends.

Inspections, ratings and progress may be recorded of any model that has not ended, whatever day they are of:
paper comes first. Everything else keeps the order of the steps.
"""

from __future__ import annotations

from shared.contracts.message import carried
from shared.contracts.registry import (
    AmendModel,
    ConfirmMaintenance,
    EndModel,
    GuidePublished,
    InspectionRecorded,
    MaintenanceConfirmed,
    ModelAmended,
    ModelChanges,
    ModelCommand,
    ModelEnded,
    ModelEvent,
    ModelReceived,
    ModelReclassified,
    ModelRegistered,
    ModelResumed,
    ModelReturned,
    ModelSuspended,
    ProgressReported,
    PublishGuide,
    RatingRecorded,
    ReceiveModel,
    ReclassifyModel,
    RecordInspection,
    RecordRating,
    RegisterModel,
    RegistrationRenewed,
    RenewRegistration,
    ReportProgress,
    ResumeModel,
    ReturnModel,
    SuspendModel,
)
from shared.decider import Decider
from shared.errors import Refused, Unknown
from shared.reference.competence import decided
from shared.reference.steps import not_before

from .calendar import filed
from .case import ModelCase
from .declared import declared, differing
from .model_record import (
    Ended,
    Living,
    Model,
    Received,
    Record,
    Registered,
    Returned,
    Suspended,
    Unregistered,
    evolve,
    wrong,
)
from .reception import must_be_receivable, must_keep_positions
from .who import must_act_for, must_be_competent_to_rate, must_oversee


def decide(command: ModelCommand, model: Model, case: ModelCase) -> ModelEvent | None:
    """Who may, then what may be in this state."""
    match command, model:
        case RegisterModel(), Unregistered():
            return register(command, case)
        case RegisterModel(), Registered() | Returned() | Received() | Suspended() | Ended():
            raise Refused("model.already-registered", model=command.model)
        case _, Unregistered():
            raise Unknown("model.unknown", model=command.model)
        case _, Ended():
            authorise(command, model.record, case)
            raise (
                Refused("model.not-in-operation") if isinstance(command, ConfirmMaintenance) else wrong(model)
            )
        case _, Registered() | Returned() | Received() | Suspended():
            authorise(command, model.record, case)
            return act(command, model, case)


ModelAct = (
    RenewRegistration
    | ReceiveModel
    | ReturnModel
    | AmendModel
    | ReclassifyModel
    | RecordInspection
    | ReportProgress
    | RecordRating
    | ConfirmMaintenance
    | SuspendModel
    | ResumeModel
    | EndModel
    | PublishGuide
)


def authorise(command: ModelAct, record: Record, case: ModelCase) -> None:
    """Declaring is the own unit's; receiving and rating is for those above it, who did not declare."""
    match command:
        case ReceiveModel() | ReturnModel() | RecordRating():
            must_oversee(record.unit, record.registrant, case)
        case (
            RenewRegistration()
            | AmendModel()
            | ReclassifyModel()
            | RecordInspection()
            | ReportProgress()
            | ConfirmMaintenance()
            | SuspendModel()
            | ResumeModel()
            | EndModel()
            | PublishGuide()
        ):
            must_act_for(record.unit, case)


def act(command: ModelAct, model: Living, case: ModelCase) -> ModelEvent | None:  # noqa: C901 - one flat table of cases
    """What may be done with a model that has not ended."""
    match command, model:
        case ReceiveModel(), Registered():
            return receive(command, model, case)
        case ReturnModel(), Registered():
            not_before(case.on, model.since)
            return ModelReturned(on=case.on, **carried(command))
        case ReceiveModel() | ReturnModel(), Returned() | Received() | Suspended():
            raise wrong(model)
        case RenewRegistration(), Received():
            return renew(command, model, case)
        case RenewRegistration(), Registered() | Returned() | Suspended():
            raise wrong(model)
        case AmendModel(), Registered() | Returned() | Received() | Suspended():
            return amend(command, model, case)
        case ReclassifyModel(), Registered() | Returned() | Received() | Suspended():
            return reclassify(command, model.record, case)
        case RecordInspection(), Registered() | Returned() | Received() | Suspended():
            return InspectionRecorded(on=case.on, **carried(command))
        case ReportProgress(), Registered() | Returned() | Received() | Suspended():
            return ProgressReported(on=case.on, **carried(command))
        case RecordRating(), Registered() | Returned() | Received() | Suspended():
            return rate(command, model.record, case)
        case PublishGuide(), Registered() | Returned() | Received() | Suspended():
            not_before(case.on, model.record.registered_on)
            return GuidePublished(on=case.on, **carried(command))
        case ConfirmMaintenance(), Received():
            return confirm_maintenance(command, model, case)
        case ConfirmMaintenance(), Registered() | Returned() | Suspended():
            raise Refused("model.not-in-operation", model=command.model)
        case SuspendModel(), Received():
            not_before(case.on, model.since)
            return ModelSuspended(on=case.on, **carried(command))
        case ResumeModel(), Suspended():
            not_before(case.on, model.since)
            return ModelResumed(on=case.on, **carried(command))
        case SuspendModel(), Registered() | Returned() | Suspended():
            raise wrong(model)
        case ResumeModel(), Registered() | Returned() | Received():
            raise wrong(model)
        case EndModel(), Registered() | Returned() | Received() | Suspended():
            not_before(case.on, model.since)
            return ModelEnded(on=case.on, **carried(command))


def register(command: RegisterModel, case: ModelCase) -> ModelRegistered:
    """Take the declaration as it is; what it lacks is asked for at reception, near names only warn."""
    must_act_for(command.unit, case)
    if case.units.card(command.unit).closed:
        raise Refused("unit.closed", unit=command.unit)
    must_know_adoption(command.adopted_from, case)
    policy = case.policy
    filing = filed(case.on, case.today, command.year, command.registration_document, policy)
    return ModelRegistered(
        on=case.on,
        reference=case.reference,
        policy_version=policy.version if policy else None,
        late=filing.late,
        backdated=filing.backdated,
        similar=case.similar,
        **carried(command),
    )


def renew(command: RenewRegistration, model: Received, case: ModelCase) -> RegistrationRenewed:
    """Each year of a model is a registration of its own, judged by the deadline of its own year."""
    not_before(case.on, model.since)
    if command.year <= (latest := model.record.registrations[-1].year):
        raise Refused(
            "model.already-registered-for-year", model=command.model, year=command.year, latest=latest
        )
    policy = case.policy
    filing = filed(case.on, case.today, command.year, command.registration_document, policy)
    return RegistrationRenewed(
        on=case.on,
        policy_version=policy.version if policy else None,
        late=filing.late,
        backdated=filing.backdated,
        **carried(command),
    )


def receive(command: ReceiveModel, model: Registered, case: ModelCase) -> ModelReceived:
    """The policy pinned at registration says what must be there; before any policy, the one of today."""
    not_before(case.on, model.since)
    policy = case.scheme.version(model.record.policy_version) or case.policy
    must_be_receivable(model.record.fields, policy, command.building)
    return ModelReceived(on=case.on, **carried(command))


def amend(command: AmendModel, model: Living, case: ModelCase) -> ModelAmended | None:
    """Record what changes, and only that."""
    record = model.record
    not_before(case.on, model.since if isinstance(model, Returned) else record.registered_on)
    changes = differing(record.fields, declared(command, "model", "reason"))
    if not changes:
        return None  # already so
    if "subjects" in changes:
        must_keep_positions(record.fields["subjects"], changes["subjects"])
    must_know_adoption(changes.get("adopted_from"), case)
    return ModelAmended(
        on=case.on,
        model=command.model,
        changes=ModelChanges(**{name: getattr(command, name) for name in changes}),
        reason=command.reason,
        similar=case.similar if "name" in changes else None,
    )


def must_know_adoption(adoption: str | None, case: ModelCase) -> None:
    """A model that grew from an adoption names one that is on record."""
    if adoption is not None and not case.adoption_known:
        raise Unknown("adoption.unknown", adoption=adoption)


def reclassify(command: ReclassifyModel, record: Record, case: ModelCase) -> ModelReclassified | None:
    """The field is declared, not derived: it may be declared late, and otherwise than before (A.10, 5)."""
    not_before(case.on, record.registered_on)
    previous = record.fields.get("field")
    if previous == command.field:
        return None  # already so
    return ModelReclassified(on=case.on, previous=previous, **carried(command))


def rate(command: RecordRating, record: Record, case: ModelCase) -> RatingRecorded:
    """A rating is of one subject, by its position, and given by a unit above it."""
    if command.subject > (subjects := len(record.fields["subjects"])):
        raise Unknown("subject.unknown", subject=command.subject, subjects=subjects)
    authority = must_be_competent_to_rate(
        command.authority_unit, record.unit, record.fields["subjects"][command.subject - 1], case.units
    )
    decision = decided(command.decision, authority.unit, case.units)
    return RatingRecorded(on=case.on, decision=decision, **carried(command, "decision"))


def confirm_maintenance(
    command: ConfirmMaintenance, model: Received, case: ModelCase
) -> MaintenanceConfirmed:
    """Once for each year."""
    not_before(case.on, model.since)
    if command.year in model.record.maintained:
        raise Refused("model.maintenance-already-confirmed", model=command.model, year=command.year)
    return MaintenanceConfirmed(on=case.on, **carried(command))


def claim(event: ModelEvent, _case: ModelCase) -> str | None:
    """A reference number is given once."""
    return f"reference:{event.reference}" if isinstance(event, ModelRegistered) else None


decider = Decider[ModelCommand, ModelEvent, Model, ModelCase](Unregistered(), decide, evolve)
