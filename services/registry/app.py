"""The registry's table: what can be asked of it, who may ask, and what it listens to."""

from __future__ import annotations

from shared.commands.correcting import now
from shared.contracts.registry import (
    AdoptModel,
    AmendModel,
    AmendRoadmap,
    AmendUnit,
    AmendUnitReport,
    AssignMember,
    CloseUnit,
    ConfirmMaintenance,
    CorrectRecord,
    EndAssignment,
    EndModel,
    EndorseReplication,
    PlanInspections,
    ProposeReplication,
    PublishGuide,
    PublishPolicy,
    ReceiveModel,
    ReclassifyModel,
    RecordActivity,
    RecordAdoptionOutcome,
    RecordInspection,
    RecordLegalBasis,
    RecordMilestone,
    RecordRating,
    RecordUnitDocument,
    RegisterModel,
    RegisterUnit,
    RenewRegistration,
    ReportProgress,
    ResumeModel,
    ReturnModel,
    RevokeTokens,
    SubmitUnitReport,
    SuspendModel,
    WithdrawReplication,
)
from shared.people.erasing import ERASE, LINK
from shared.people.linking import Links
from shared.reference.authority import APPRAISER, OPERATOR, UNIT_OFFICER
from shared.wiring import Aggregate, Service, act, create

from . import about, gathering, lookups, public
from .domain import (
    adoption,
    assignment,
    corrections,
    kept,
    legal_basis,
    model,
    model_record,
    policy,
    replication,
    revocation,
    unit,
    unit_report,
)
from .domain.similar import NameIndex
from .domain.standing import AdoptionIndex, UnitIndex
from .problems import PROBLEMS
from .projections import PROJECTIONS

UNITS = Aggregate("unit", "/units", unit.decider, unit.view, gathering.for_unit)
POLICIES = Aggregate("policy", "/policies", policy.decider, policy.view, fixed="scheme")
BASES = Aggregate("legal-basis", "/legal-bases", legal_basis.decider, legal_basis.view, id_field="code")
MODELS = Aggregate(
    "model",
    "/models",
    corrections.models,
    now(model_record.view),
    gathering.for_model,
    claim=model.claim,
    public=public.of_model,
    about=about.a_model,
)
REPLICATIONS = Aggregate(
    "replication",
    "/replications",
    corrections.replications,
    now(replication.view),
    gathering.for_replication,
    claim=replication.claim,
    owners=lookups.with_the_unit_of_the_model,
    about=about.a_replication,
)
ADOPTIONS = Aggregate(
    "adoption",
    "/adoptions",
    corrections.adoptions,
    now(adoption.view),
    gathering.for_adoption,
    claim=adoption.claim,
    owners=lookups.with_the_unit_of_the_model,
    about=about.an_adoption,
)
REPORTS = Aggregate(
    "unit-report",
    "/unit-reports",
    corrections.reports,
    now(unit_report.view),
    gathering.for_report,
)
DOCUMENTS = Aggregate(
    "unit-document",
    "/unit-documents",
    corrections.documents,
    now(kept.view),
    gathering.for_kept,
    id_field="document",
)
ACTIVITIES = Aggregate(
    "activity",
    "/activities",
    corrections.activities,
    now(kept.view),
    gathering.for_kept,
    about=about.an_activity,
)
ASSIGNMENTS = Aggregate(
    "assignment", "/assignments", corrections.assignments, now(assignment.view), gathering.for_kept
)
PLANS = Aggregate(
    "inspection-plan",
    "/inspection-plans",
    corrections.plans,
    now(kept.view),
    gathering.for_kept,
    id_field="plan",
)
REVOCATIONS = Aggregate("revocation", "/revocations", revocation.decider, revocation.view)

OPERATORS = (OPERATOR,)
OFFICERS = (UNIT_OFFICER,)
APPRAISERS = (APPRAISER,)
FROM_ABOVE = (UNIT_OFFICER, APPRAISER)

COMMANDS = (
    create(UNITS, RegisterUnit, OPERATORS),
    act(UNITS, "amend", AmendUnit, OPERATORS),
    act(UNITS, "close", CloseUnit, OPERATORS),
    create(POLICIES, PublishPolicy, OPERATORS),
    create(BASES, RecordLegalBasis, OPERATORS),
    create(MODELS, RegisterModel, (UNIT_OFFICER, OPERATOR)),
    act(MODELS, "renew", RenewRegistration, OFFICERS),
    act(MODELS, "receive", ReceiveModel, FROM_ABOVE),
    act(MODELS, "return", ReturnModel, FROM_ABOVE),
    act(MODELS, "amend", AmendModel, OFFICERS),
    act(MODELS, "reclassify", ReclassifyModel, OFFICERS),
    act(MODELS, "inspect", RecordInspection, (UNIT_OFFICER, APPRAISER)),
    act(MODELS, "progress", ReportProgress, OFFICERS),
    act(MODELS, "rate", RecordRating, FROM_ABOVE),
    act(MODELS, "confirm-maintenance", ConfirmMaintenance, OFFICERS),
    act(MODELS, "suspend", SuspendModel, OFFICERS),
    act(MODELS, "resume", ResumeModel, OFFICERS),
    act(MODELS, "end", EndModel, OFFICERS),
    act(MODELS, "guide", PublishGuide, OFFICERS),
    act(MODELS, "correct", CorrectRecord, APPRAISERS),
    create(REPLICATIONS, ProposeReplication, OFFICERS),
    act(REPLICATIONS, "endorse", EndorseReplication, FROM_ABOVE),
    act(REPLICATIONS, "withdraw", WithdrawReplication, OFFICERS),
    act(REPLICATIONS, "correct", CorrectRecord, APPRAISERS),
    create(ADOPTIONS, AdoptModel, OFFICERS),
    act(ADOPTIONS, "outcome", RecordAdoptionOutcome, OFFICERS),
    act(ADOPTIONS, "milestone", RecordMilestone, OFFICERS),
    act(ADOPTIONS, "amend-roadmap", AmendRoadmap, OFFICERS),
    act(ADOPTIONS, "correct", CorrectRecord, APPRAISERS),
    create(REPORTS, SubmitUnitReport, (UNIT_OFFICER, OPERATOR)),
    act(REPORTS, "amend", AmendUnitReport, OFFICERS),
    act(REPORTS, "correct", CorrectRecord, APPRAISERS),
    create(DOCUMENTS, RecordUnitDocument, OFFICERS),
    act(DOCUMENTS, "correct", CorrectRecord, APPRAISERS),
    create(ACTIVITIES, RecordActivity, OFFICERS),
    act(ACTIVITIES, "correct", CorrectRecord, APPRAISERS),
    create(ASSIGNMENTS, AssignMember, OFFICERS),
    act(ASSIGNMENTS, "end", EndAssignment, OFFICERS),
    act(ASSIGNMENTS, "correct", CorrectRecord, APPRAISERS),
    create(PLANS, PlanInspections, OFFICERS),
    act(PLANS, "correct", CorrectRecord, APPRAISERS),
    ERASE,
    LINK,
    create(REVOCATIONS, RevokeTokens, OPERATORS),
)

MEMORIES = {"names": NameIndex, "units": UnitIndex, "adoptions": AdoptionIndex, "links": Links}

SERVICE = Service(
    name="registry",
    aggregates=(
        UNITS,
        POLICIES,
        BASES,
        MODELS,
        REPLICATIONS,
        ADOPTIONS,
        REPORTS,
        DOCUMENTS,
        ACTIVITIES,
        ASSIGNMENTS,
        PLANS,
        REVOCATIONS,
    ),
    commands=COMMANDS,
    policies=(),
    projections=PROJECTIONS,
    problems=PROBLEMS,
    memories=MEMORIES,
    units=lookups.units_of,
)
