"""What may be corrected of what units declare, and the deciders that take corrections.

Never ids, states or outcomes; what a unit declared may also be amended, and then both readings count, each in its
time. Whoever appraises from above may correct, never the unit itself; what a standing recognition, listing or
commendation rests on, only with a decision of the level that decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.commands.correcting import Corrections, correctable
from shared.contracts.correcting import CorrectRecord
from shared.contracts.message import Event
from shared.contracts.registry import (
    ActivityRecorded,
    AssignmentEnded,
    GuidePublished,
    InspectionRecorded,
    InspectionsPlanned,
    MaintenanceConfirmed,
    MemberAssigned,
    MilestoneReached,
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
    RegistrationRenewed,
    ReplicationAdopted,
    ReplicationEndorsed,
    ReplicationOutcomeRecorded,
    ReplicationProposed,
    ReplicationWithdrawn,
    RoadmapAmended,
    UnitDocumentRecorded,
    UnitReportAmended,
    UnitReportSubmitted,
)
from shared.errors import Refused, Unknown

from . import adoption, assignment, kept, model, replication, unit_report
from .calendar import filed, reported_late
from .case import AdoptionCase, KeptCase, ModelCase, ReplicationCase, ReportCase
from .decisions import must_not_rest
from .declared import declared
from .model_record import Model, Unregistered
from .reception import must_be_the_same_subjects
from .who import must_be_competent_to_rate, must_correct_for

REPORTED = frozenset({"activities", "documents", "funding", "results", "difficulties", "proposals"})

MEMBERS: Mapping[type[Event], frozenset[str]] = {
    ModelRegistered: frozenset({"on", "field", "legacy_id", *ModelContent.model_fields} - {"adopted_from"}),
    RegistrationRenewed: frozenset(
        {"on", "registration_document", "plan_document", "aims", "expected_results"}
    ),
    ModelReceived: frozenset({"on", "note"}),
    ModelReturned: frozenset({"on", "reasons", "due_on"}),
    ModelAmended: frozenset({"on", "reason"}),
    ModelReclassified: frozenset({"on", "reason"}),
    InspectionRecorded: frozenset({"on", "kind", "by", "findings", "conclusion", "evidence"}),
    ProgressReported: frozenset({"on", "as_of", "results", "people_reached", "resources", "evidence"}),
    RatingRecorded: frozenset({"on", "authority_unit", "decision", *RatingEntry.model_fields} - {"model"}),
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
    MilestoneReached: frozenset({"on", "note", "evidence"}),
    RoadmapAmended: frozenset({"on", "reason"}),
    UnitReportSubmitted: frozenset({"on", *REPORTED}),
    UnitReportAmended: frozenset({"on", "reason", *REPORTED}),
    UnitDocumentRecorded: frozenset({"on", "kind", "number", "dated", "title", "for", "evidence"}),
    ActivityRecorded: frozenset(
        {"on", "kind", "title", "place", "participants", "link", "models", "evidence"}
    ),
    MemberAssigned: frozenset({"on", "responsible", "fields", "units", "until"}),
    AssignmentEnded: frozenset({"on", "reason"}),
    InspectionsPlanned: frozenset({"on", "items"}),
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
        MemberAssigned,
        AssignmentEnded,
    }
)


def may_correct_model(command: CorrectRecord, corrected: Event, state: Model, case: ModelCase) -> None:
    """From above, by decision where others decided on it; a rating stays with a subject there is."""
    if isinstance(state, Unregistered):
        raise Unknown("model.unknown")
    must_correct_for(state.record.unit, case)
    if isinstance(corrected, RESTED_ON):
        must_not_rest(command, corrected, case.standing, case)
    if isinstance(corrected, ModelRegistered) and case.subjects_then is not None:
        must_be_the_same_subjects(case.subjects_then, declared(corrected)["subjects"])
    further = state.record.registrations[1:]
    if isinstance(corrected, ModelRegistered) and further and corrected.year >= further[0].year:
        raise Refused("model.already-registered-for-year", year=corrected.year, latest=further[-1].year)
    subjects = len(state.record.fields["subjects"])
    if isinstance(corrected, RatingRecorded) and corrected.subject > subjects:
        raise Unknown("subject.unknown", subject=corrected.subject, subjects=subjects)
    if isinstance(corrected, RatingRecorded) and "authority_unit" in command.changes:
        subject = state.record.fields["subjects"][corrected.subject - 1]
        unit = corrected.authority_unit or ""
        must_be_competent_to_rate(unit, state.record.unit, subject, case.units)


RESTED_ON = (
    ModelRegistered,
    RegistrationRenewed,
    ModelReceived,
    ModelAmended,
    ModelReclassified,
    InspectionRecorded,
    RatingRecorded,
    ModelSuspended,
    ModelResumed,
    MaintenanceConfirmed,
    ProgressReported,
)
"""What a decision on a model looked at; returns, guides and the end of the model are not among it."""


def follows_for_model(corrected: Event, _state: Model, case: ModelCase) -> Mapping[str, Any]:
    """Another day or year, or another document, may make a registration late, in time, or backdated."""
    if not isinstance(corrected, ModelRegistered | RegistrationRenewed) or case.recorded_on is None:
        return {}
    pinned = case.scheme.version(corrected.policy_version)
    filing = filed(corrected.on, case.recorded_on, corrected.year, corrected.registration_document, pinned)
    return {"late": filing.late, "backdated": filing.backdated}


def may_correct_replication(
    command: CorrectRecord, corrected: Event, state: replication.Replication, case: ReplicationCase
) -> None:
    """What was listed stands on what was proposed: from then on it is corrected by decision only."""
    if isinstance(state, replication.Unproposed):
        raise Unknown("replication.unknown")
    must_correct_for(state.unit, case)
    must_not_rest(command, corrected, case.standing, case)


def may_correct_adoption(
    command: CorrectRecord, corrected: Event, state: adoption.Adoption, case: AdoptionCase
) -> None:
    """From above; a listing of the model rests on how it went elsewhere."""
    if isinstance(state, adoption.Unadopted):
        raise Unknown("adoption.unknown")
    must_correct_for(state.unit, case)
    must_not_rest(command, corrected, case.standing, case)


def may_correct_report(
    _command: CorrectRecord, _corrected: Event, state: unit_report.UnitReport, case: ReportCase
) -> None:
    """From above the reporting unit."""
    if isinstance(state, unit_report.Due):
        raise Unknown("unit-report.unknown")
    must_correct_for(state.unit, case)


def follows_for_report(
    corrected: Event, _state: unit_report.UnitReport, case: ReportCase
) -> Mapping[str, Any]:
    """Another day of submission may make it late, or in time."""
    if not isinstance(corrected, UnitReportSubmitted):
        return {}
    pinned = case.scheme.version(corrected.policy_version)
    return {"late": reported_late(corrected.on, corrected.period, pinned)}


def may_correct_kept(_command: CorrectRecord, corrected: Event, state: kept.Kept, case: KeptCase) -> None:
    """From above the unit whose record it is; what it names afterwards is on record too."""
    assert isinstance(state, kept.Keeping)
    must_correct_for(state.unit, case)
    if isinstance(corrected, UnitDocumentRecorded):
        kept.must_be_issued(corrected, corrected.on)
    else:
        kept.must_know_models(case)
    if isinstance(corrected, InspectionsPlanned):
        kept.must_inspect_own(state.unit, corrected.items, case)


def may_correct_assignment(
    _command: CorrectRecord, corrected: Event, state: assignment.Assignment, case: KeptCase
) -> None:
    """From above the committee."""
    if isinstance(state, assignment.Unassigned):
        raise Unknown("assignment.unknown")
    must_correct_for(state.unit, case)
    if isinstance(corrected, MemberAssigned):
        kept.must_know_units(corrected.units or (), case)


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
documents = correctable(
    kept.documents,
    Corrections[kept.Kept, KeptCase]("unit-document", RecordCorrected, MEMBERS, may_correct_kept),
)
activities = correctable(
    kept.activities, Corrections[kept.Kept, KeptCase]("activity", RecordCorrected, MEMBERS, may_correct_kept)
)
plans = correctable(
    kept.plans,
    Corrections[kept.Kept, KeptCase]("inspection-plan", RecordCorrected, MEMBERS, may_correct_kept),
)
assignments = correctable(
    assignment.decider,
    Corrections[assignment.Assignment, KeptCase](
        "assignment", RecordCorrected, MEMBERS, may_correct_assignment, STEPS
    ),
)
