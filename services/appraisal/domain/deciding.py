"""What may happen to a dossier: one table of commands for each condition it can be in."""

from __future__ import annotations

from datetime import timedelta

from shared.contracts.appraisal import (
    AcceptDossier,
    AppraisalReopened,
    AppraiseReplication,
    AssessCriterion,
    CompleteAppraisal,
    ConflictDeclared,
    CriterionAssessed,
    DeclareConflict,
    DossierAccepted,
    DossierCommand,
    DossierEvent,
    DossierReturned,
    DossierSupplemented,
    DossierWithdrawn,
    OpinionRecorded,
    OpinionRequested,
    RecordOpinion,
    RecordSurvey,
    ReopenAppraisal,
    RequestOpinion,
    ReturnDossier,
    SubmitDossier,
    SupplementDossier,
    SurveyRecorded,
    WithdrawDossier,
)
from shared.contracts.message import carried
from shared.errors import NotAllowed, Refused, Unknown
from shared.reference.authority import must_be_of, must_cover
from shared.reference.steps import step

from .case import DossierCase
from .concluding import appraising, completed
from .facts import Ground, facts
from .opening import must_be_complete, must_be_known, opened, there, wish
from .states import (
    Accepted,
    Completed,
    Dossier,
    File,
    NotSubmitted,
    Returned,
    Running,
    Submitted,
    Withdrawn,
)

Note = RecordSurvey | RequestOpinion | RecordOpinion


def decide(command: DossierCommand, dossier: Dossier, case: DossierCase) -> DossierEvent | None:
    match dossier:
        case NotSubmitted():
            return _before_submission(command, case)
        case Submitted():
            _may(command, dossier.file, case)
            return _while_submitted(command, dossier, case)
        case Accepted():
            _may(command, dossier.file, case)
            return _while_accepted(command, dossier, case)
        case Returned():
            _may(command, dossier.file, case)
            return _while_returned(command, dossier, case)
        case Completed():
            _may(command, dossier.file, case)
            return _once_completed(command, dossier, case)
        case Withdrawn():
            _may(command, dossier.file, case)
            return _once_withdrawn(command)


def _before_submission(command: DossierCommand, case: DossierCase) -> DossierEvent | None:
    match command:
        case SubmitDossier():
            must_cover(case.by, command.unit, case.units)
            return opened(command, case)
        case AppraiseReplication():
            return opened(wish(command, case), case)
        case AcceptDossier() | ReturnDossier() | SupplementDossier() | WithdrawDossier() | ReopenAppraisal():
            raise Unknown("appraisal.unknown")
        case RecordSurvey() | RequestOpinion() | RecordOpinion() | DeclareConflict():
            raise Unknown("appraisal.unknown")
        case AssessCriterion() | CompleteAppraisal():
            raise Unknown("appraisal.unknown")


def _while_submitted(command: DossierCommand, dossier: Submitted, case: DossierCase) -> DossierEvent | None:
    match command:
        case AppraiseReplication():
            return None  # already so
        case AcceptDossier():
            must_be_complete(dossier.file, there(case.criteria), case.replication)
            return DossierAccepted(**carried(command), on=step(case, dossier.since))
        case ReturnDossier():
            return DossierReturned(**carried(command), on=step(case, dossier.since))
        case WithdrawDossier():
            return _withdrawn(command, dossier, case)
        case RecordSurvey() | RequestOpinion() | RecordOpinion():
            return _noted(command, dossier, case)
        case DeclareConflict():
            return _conflict(command, dossier, case)
        case (
            SubmitDossier()
            | SupplementDossier()
            | AssessCriterion()
            | CompleteAppraisal()
            | ReopenAppraisal()
        ):
            raise Refused("appraisal.submitted")


def _while_accepted(command: DossierCommand, dossier: Accepted, case: DossierCase) -> DossierEvent | None:
    match command:
        case AcceptDossier() | AppraiseReplication():
            return None  # already so
        case AssessCriterion():
            return _assessed(command, dossier, case)
        case CompleteAppraisal():
            return completed(command, dossier, case)
        case ReturnDossier():
            return DossierReturned(**carried(command), on=step(case, dossier.since))
        case WithdrawDossier():
            return _withdrawn(command, dossier, case)
        case RecordSurvey() | RequestOpinion() | RecordOpinion():
            return _noted(command, dossier, case)
        case DeclareConflict():
            return _conflict(command, dossier, case)
        case SubmitDossier() | SupplementDossier() | ReopenAppraisal():
            raise Refused("appraisal.accepted")


def _while_returned(command: DossierCommand, dossier: Returned, case: DossierCase) -> DossierEvent | None:
    match command:
        case AppraiseReplication():
            return None  # already so
        case SupplementDossier():
            return _supplemented(command, dossier, case)
        case WithdrawDossier():
            return _withdrawn(command, dossier, case)
        case RecordSurvey() | RequestOpinion() | RecordOpinion():
            return _noted(command, dossier, case)
        case DeclareConflict():
            return _conflict(command, dossier, case)
        case SubmitDossier() | AcceptDossier() | ReturnDossier():
            raise Refused("appraisal.returned")
        case AssessCriterion() | CompleteAppraisal() | ReopenAppraisal():
            raise Refused("appraisal.returned")


def _once_completed(command: DossierCommand, dossier: Completed, case: DossierCase) -> DossierEvent | None:
    match command:
        case AppraiseReplication():
            return None  # already so
        case WithdrawDossier() | ReopenAppraisal() if case.decided:
            raise Refused("appraisal.decided")
        case WithdrawDossier():
            return _withdrawn(command, dossier, case)
        case ReopenAppraisal():
            return _reopened(command, dossier, case)
        case DeclareConflict():
            return _conflict(command, dossier, case)
        case SubmitDossier() | AcceptDossier() | ReturnDossier() | SupplementDossier():
            raise Refused("appraisal.completed")
        case RecordSurvey() | RequestOpinion() | RecordOpinion() | AssessCriterion() | CompleteAppraisal():
            raise Refused("appraisal.completed")


def _once_withdrawn(command: DossierCommand) -> DossierEvent | None:
    match command:
        case WithdrawDossier():
            return None  # already so
        case (
            SubmitDossier() | AppraiseReplication() | AcceptDossier() | ReturnDossier() | SupplementDossier()
        ):
            raise Refused("appraisal.withdrawn")
        case RecordSurvey() | RequestOpinion() | RecordOpinion() | DeclareConflict():
            raise Refused("appraisal.withdrawn")
        case AssessCriterion() | CompleteAppraisal() | ReopenAppraisal():
            raise Refused("appraisal.withdrawn")


def _may(command: DossierCommand, file: File, case: DossierCase) -> None:
    """Senders act for their own committee; who judges is the city's competent body, or the committee itself."""
    match command:
        case DeclareConflict():
            must_be_of(case.by, file.level, file.unit, case.units)
            return
        case SubmitDossier() | SupplementDossier() | WithdrawDossier() | AppraiseReplication():
            must_cover(case.by, file.unit, case.units)
        case AcceptDossier() | ReturnDossier() | RecordSurvey() | RequestOpinion() | RecordOpinion():
            appraising(file, case)
        case AssessCriterion() | CompleteAppraisal() | ReopenAppraisal():
            appraising(file, case)
    if case.by.sub in file.conflicts:
        raise NotAllowed("appraisal.conflict")


def _withdrawn(command: WithdrawDossier, dossier: Running | Completed, case: DossierCase) -> DossierWithdrawn:
    file = dossier.file
    on = step(case, dossier.since)
    return DossierWithdrawn(
        **carried(command),
        on=on,
        model=file.model,
        purpose=file.purpose,
        level=file.level,
        known=dict(case.known),
    )


def _supplemented(command: SupplementDossier, dossier: Returned, case: DossierCase) -> DossierSupplemented:
    """The facts are computed anew; the rating stays as of the day the dossier first came (R-CRI-5)."""
    model, criteria, policy = there(case.model), there(case.criteria), there(case.policy)
    must_be_known(command.statements or (), criteria)
    on = step(case, dossier.since)
    ground = Ground(model, case.adoptions, policy, on, dossier.file.submitted_on, case.units)
    return DossierSupplemented(
        **carried(command), on=on, facts=facts(criteria.criteria, ground), known=dict(case.known)
    )


def _noted(command: Note, dossier: Running, case: DossierCase) -> DossierEvent:
    """Visits and other agencies' opinions are noted whenever they come while the dossier runs."""
    on = step(case, dossier.file.submitted_on)
    match command:
        case RecordSurvey():
            return SurveyRecorded(**carried(command), on=on)
        case RecordOpinion():
            return OpinionRecorded(**carried(command), on=on)
        case RequestOpinion():
            due_on = command.due_on
            if due_on is None and case.policy is not None:
                due_on = on + timedelta(days=case.policy.opinion_days)
            return OpinionRequested(**carried(command, "due_on"), on=on, due_on=due_on)


def _conflict(
    command: DeclareConflict, dossier: Running | Completed, case: DossierCase
) -> ConflictDeclared | None:
    if case.by.sub in dossier.file.conflicts:
        return None  # already so
    return ConflictDeclared(**carried(command), on=step(case, dossier.file.submitted_on))


def _assessed(command: AssessCriterion, dossier: Accepted, case: DossierCase) -> CriterionAssessed:
    criteria = there(case.criteria)
    if command.criterion not in {criterion.code for criterion in criteria.criteria}:
        raise Refused("appraisal.unknown-criterion", criterion=command.criterion)
    return CriterionAssessed(**carried(command), on=step(case, dossier.since))


def _reopened(command: ReopenAppraisal, dossier: Completed, case: DossierCase) -> AppraisalReopened:
    if case.other_open is not None:
        raise Refused("appraisal.already-open", appraisal=case.other_open)
    file = dossier.file
    on = step(case, dossier.since)
    return AppraisalReopened(
        **carried(command),
        on=on,
        model=file.model,
        purpose=file.purpose,
        level=file.level,
        known=dict(case.known),
    )
