"""The appraisal, whole: what it listens to and what answers."""

from __future__ import annotations

from services.appraisal.about import a_dossier
from services.appraisal.domain import corrections, criteria_set, dossier
from services.appraisal.gathering import dossiers_concerned, for_criteria, for_dossier
from services.appraisal.policies import CONCERNING, keep_dossiers_in_step
from services.appraisal.problems import PROBLEMS
from services.appraisal.projections import PROJECTIONS
from shared.commands.correcting import now
from shared.contracts.appraisal import (
    AcceptDossier,
    AppraiseReplication,
    AssessCriterion,
    CompleteAppraisal,
    CorrectRecord,
    DeclareConflict,
    PublishCriteria,
    RecordOpinion,
    RecordSurvey,
    ReopenAppraisal,
    RequestOpinion,
    ReturnDossier,
    SubmitDossier,
    SupplementDossier,
    WithdrawDossier,
)
from shared.reference.authority import APPRAISER, APPROVER, OPERATOR, UNIT_OFFICER
from shared.reference.unit_cards import units_of
from shared.wiring import Aggregate, Policy, Service, act, create, internal

CRITERIA_SETS = Aggregate(
    noun="criteria-set",
    collection="/criteria-sets",
    decider=corrections.criteria_sets,
    view=now(criteria_set.view),
    gather=for_criteria,
    claim=criteria_set.claim,
)
APPRAISALS = Aggregate(
    noun="appraisal",
    collection="/appraisals",
    decider=corrections.dossiers,
    view=now(dossier.view),
    gather=for_dossier,
    claim=dossier.claim,
    about=a_dossier,
)

SENDER = (UNIT_OFFICER,)
JUDGE = (APPRAISER,)

COMMANDS = (
    create(CRITERIA_SETS, PublishCriteria, (OPERATOR, APPROVER)),
    act(CRITERIA_SETS, "correct", CorrectRecord, (APPROVER,)),
    create(APPRAISALS, SubmitDossier, SENDER),
    act(APPRAISALS, "accept", AcceptDossier, JUDGE),
    act(APPRAISALS, "return", ReturnDossier, JUDGE),
    act(APPRAISALS, "supplement", SupplementDossier, SENDER),
    act(APPRAISALS, "withdraw", WithdrawDossier, SENDER),
    act(APPRAISALS, "survey", RecordSurvey, JUDGE),
    act(APPRAISALS, "request-opinion", RequestOpinion, JUDGE),
    act(APPRAISALS, "opinion", RecordOpinion, JUDGE),
    act(APPRAISALS, "declare-conflict", DeclareConflict, (APPRAISER, APPROVER)),
    act(APPRAISALS, "assess", AssessCriterion, JUDGE),
    act(APPRAISALS, "complete", CompleteAppraisal, JUDGE),
    act(APPRAISALS, "reopen", ReopenAppraisal, JUDGE),
    act(APPRAISALS, "correct", CorrectRecord, JUDGE),
    internal(APPRAISALS, AppraiseReplication),
)

SERVICE = Service(
    name="appraisal",
    aggregates=(CRITERIA_SETS, APPRAISALS),
    commands=COMMANDS,
    policies=(Policy("dossiers", "registry", keep_dossiers_in_step, dossiers_concerned, CONCERNING),),
    projections=PROJECTIONS,
    problems=PROBLEMS,
    units=units_of,
)
