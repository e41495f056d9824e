"""The registry's table: what can be asked of it, who may ask, and what it listens to."""

from __future__ import annotations

from shared.commands.correcting import now
from shared.contracts.registry import (
    AdoptModel,
    AmendModel,
    AmendUnit,
    AmendUnitReport,
    CloseUnit,
    ConfirmMaintenance,
    CorrectRecord,
    EndModel,
    EndorseReplication,
    ProposeReplication,
    PublishGuide,
    PublishPolicy,
    ReceiveModel,
    ReclassifyModel,
    RecordAdoptionOutcome,
    RecordInspection,
    RecordLegalBasis,
    RecordRating,
    RegisterModel,
    RegisterUnit,
    ReportProgress,
    ResumeModel,
    ReturnModel,
    SubmitUnitReport,
    SuspendModel,
    WithdrawReplication,
)
from shared.people.erasing import ERASE
from shared.reference.authority import APPRAISER, OPERATOR, UNIT_OFFICER
from shared.wiring import Aggregate, Service, act, create

from . import gathering
from .domain import (
    adoption,
    corrections,
    legal_basis,
    model,
    model_record,
    policy,
    replication,
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
)
REPLICATIONS = Aggregate(
    "replication",
    "/replications",
    corrections.replications,
    now(replication.view),
    gathering.for_replication,
    claim=replication.claim,
)
ADOPTIONS = Aggregate(
    "adoption",
    "/adoptions",
    corrections.adoptions,
    now(adoption.view),
    gathering.for_adoption,
    claim=adoption.claim,
)
REPORTS = Aggregate(
    "unit-report",
    "/unit-reports",
    corrections.reports,
    now(unit_report.view),
    gathering.for_report,
)

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
    act(ADOPTIONS, "correct", CorrectRecord, APPRAISERS),
    create(REPORTS, SubmitUnitReport, (UNIT_OFFICER, OPERATOR)),
    act(REPORTS, "amend", AmendUnitReport, OFFICERS),
    act(REPORTS, "correct", CorrectRecord, APPRAISERS),
    ERASE,
)

MEMORIES = {"names": NameIndex, "units": UnitIndex, "adoptions": AdoptionIndex}

SERVICE = Service(
    name="registry",
    aggregates=(UNITS, POLICIES, BASES, MODELS, REPLICATIONS, ADOPTIONS, REPORTS),
    commands=COMMANDS,
    policies=(),
    projections=PROJECTIONS,
    problems=PROBLEMS,
    memories=MEMORIES,
    units=gathering.units_of,
)
