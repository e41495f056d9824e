"""What may be corrected of models, proposals, adoptions and reports, and the deciders that take corrections.

Never ids, states, outcomes, or what others decided on; what a unit declared may also be amended, and then both
readings count, each in its time. Whoever appraises may correct, for the units they appraise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.commands.correcting import Corrections, correctable
from shared.contracts.correcting import CorrectRecord
from shared.contracts.message import Event
from shared.contracts.registry import (
    GuidePublished,
    InspectionRecorded,
    MaintenanceConfirmed,
    ModelAmended,
    ModelContent,
    ModelEnded,
    ModelReceived,
    ModelReclassified,
    ModelRegistered,
    ModelResumed,
    ModelReturned,
    ModelSuspended,
    ProgressReported,
    RatingEntry,
    RatingRecorded,
    RecordCorrected,
    ReplicationAdopted,
    ReplicationEndorsed,
    ReplicationOutcomeRecorded,
    ReplicationProposed,
    ReplicationWithdrawn,
    UnitReportAmended,
    UnitReportSubmitted,
)
from shared.errors import Refused, Unknown

from . import adoption, model, replication, unit_report
from .calendar import registered_late, reported_late
from .case import AdoptionCase, ModelCase, ReplicationCase, ReportCase
from .model_record import Model, Unregistered
from .who import must_act_for

REPORTED = frozenset({"activities", "documents", "funding", "results", "difficulties", "proposals"})

MEMBERS: Mapping[type[Event], frozenset[str]] = {
    ModelRegistered: frozenset(
        {"on", "field", "legacy_id", *ModelContent.model_fields} - {"adopted_from", "subjects"}
    ),
    ModelReceived: frozenset({"on", "note"}),
    ModelReturned: frozenset({"on", "reasons", "due_on"}),
    ModelAmended: frozenset({"on", "reason"}),
    ModelReclassified: frozenset({"on", "reason"}),
    InspectionRecorded: frozenset({"on", "kind", "by", "findings", "conclusion", "evidence"}),
    ProgressReported: frozenset({"on", "as_of", "results", "people_reached", "resources", "evidence"}),
    RatingRecorded: frozenset({"on", *RatingEntry.model_fields} - {"model"}),
    MaintenanceConfirmed: frozenset({"on", "statement"}),
    ModelSuspended: frozenset({"on", "reason"}),
    ModelResumed: frozenset({"on", "reason"}),
    ModelEnded: frozenset({"on", "reason"}),
    GuidePublished: frozenset({"on", "content", "process", "method", "experience", "evidence"}),
    ReplicationProposed: frozenset({"on", "targets", "statements", "evidence"}),
    ReplicationEndorsed: frozenset({"on", "report", "note"}),
    ReplicationWithdrawn: frozenset({"on", "reason"}),
    ReplicationAdopted: frozenset({"on", "method", "roadmap", "responsible", "coordination"}),
    ReplicationOutcomeRecorded: frozenset({"on", "findings", "evidence"}),
    UnitReportSubmitted: frozenset({"on", *REPORTED}),
    UnitReportAmended: frozenset({"on", "reason", *REPORTED}),
}

STEPS: frozenset[type[Event]] = frozenset(
    {
        ModelRegistered,
        ModelReceived,
        ModelReturned,
        ModelSuspended,
        ModelResumed,
        ModelEnded,
        ReplicationProposed,
        ReplicationEndorsed,
        ReplicationWithdrawn,
        ReplicationAdopted,
        ReplicationOutcomeRecorded,
        UnitReportSubmitted,
        UnitReportAmended,
    }
)


def may_correct_model(command: CorrectRecord, corrected: Event, state: Model, case: ModelCase) -> None:
    """A rating stays with a subject there is."""
    if isinstance(state, Unregistered):
        raise Unknown("model.unknown")
    must_act_for(state.record.unit, case)
    subjects = len(state.record.fields["subjects"])
    if isinstance(corrected, RatingRecorded) and corrected.subject > subjects:
        raise Unknown("subject.unknown", subject=corrected.subject, subjects=subjects)


def follows_for_model(corrected: Event, state: Model, case: ModelCase) -> Mapping[str, Any]:
    """Another day or year of registration may make it late, or in time."""
    if not isinstance(corrected, ModelRegistered):
        return {}
    pinned = case.scheme.version(corrected.policy_version)
    return {"late": registered_late(corrected.on, corrected.year, pinned)}


def may_correct_replication(
    command: CorrectRecord, corrected: Event, state: replication.Replication, case: ReplicationCase
) -> None:
    """What was decided stands on what was proposed: from then on it is no longer corrected."""
    if isinstance(state, replication.Unproposed):
        raise Unknown("replication.unknown")
    must_act_for(state.unit, case)
    if case.decided:
        raise Refused("replication.decided")


def may_correct_adoption(
    command: CorrectRecord, corrected: Event, state: adoption.Adoption, case: AdoptionCase
) -> None:
    """The adopter's unit."""
    if isinstance(state, adoption.Unadopted):
        raise Unknown("adoption.unknown")
    must_act_for(state.unit, case)


def may_correct_report(
    command: CorrectRecord, corrected: Event, state: unit_report.UnitReport, case: ReportCase
) -> None:
    """The reporting unit."""
    if isinstance(state, unit_report.Due):
        raise Unknown("unit-report.unknown")
    must_act_for(state.unit, case)


def follows_for_report(
    corrected: Event, state: unit_report.UnitReport, case: ReportCase
) -> Mapping[str, Any]:
    """Another day of submission may make it late, or in time."""
    if not isinstance(corrected, UnitReportSubmitted):
        return {}
    pinned = case.scheme.version(corrected.policy_version)
    return {"late": reported_late(corrected.on, corrected.period, pinned)}


models = correctable(
    model.decider,
    Corrections[Model, ModelCase](
        "model", RecordCorrected, MEMBERS, may_correct_model, STEPS, follows_for_model
    ),
)
replications = correctable(
    replication.decider,
    Corrections[replication.Replication, ReplicationCase](
        "replication", RecordCorrected, MEMBERS, may_correct_replication, STEPS
    ),
)
adoptions = correctable(
    adoption.decider,
    Corrections[adoption.Adoption, AdoptionCase](
        "adoption", RecordCorrected, MEMBERS, may_correct_adoption, STEPS
    ),
)
reports = correctable(
    unit_report.decider,
    Corrections[unit_report.UnitReport, ReportCase](
        "unit-report", RecordCorrected, MEMBERS, may_correct_report, STEPS, follows_for_report
    ),
)
