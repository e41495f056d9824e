"""What may be corrected of dossiers and criteria sets, and the deciders that take corrections.

Never ids, states, findings or conclusions, nor the day a dossier came, which its facts rest on: for those there
are steps of their own (assess again, reopen). Whoever judges, or appraises from above, may correct what was judged,
but nobody of the unit whose model it is; once authority decided, only with a decision of the level that decided.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.commands.correcting import Corrections, correctable
from shared.contracts.appraisal import (
    AppraisalCompleted,
    AppraisalReopened,
    ConflictDeclared,
    CriteriaPublished,
    CriterionAssessed,
    DossierAccepted,
    DossierReturned,
    DossierSubmitted,
    DossierSupplemented,
    DossierWithdrawn,
    OpinionRecorded,
    OpinionRequested,
    RecordCorrected,
    SurveyRecorded,
)
from shared.contracts.correcting import CorrectRecord
from shared.contracts.message import Event
from shared.errors import NotAllowed, Refused, Unknown
from shared.reference.authority import level_of, same_place, stands_above

from . import criteria_set, dossier
from .case import CriteriaCase, DossierCase
from .concluding import appraising
from .states import Dossier, NotSubmitted

MEMBERS: Mapping[type[Event], frozenset[str]] = {
    CriteriaPublished: frozenset({"basis"}),
    DossierSubmitted: frozenset({"parts"}),
    DossierAccepted: frozenset({"on", "note"}),
    DossierReturned: frozenset({"on", "missing", "due_on"}),
    DossierSupplemented: frozenset({"parts"}),
    DossierWithdrawn: frozenset({"on", "reason"}),
    SurveyRecorded: frozenset({"on", "place", "participants", "findings", "evidence"}),
    OpinionRequested: frozenset({"on", "agency", "question", "due_on"}),
    OpinionRecorded: frozenset({"on", "agency", "opinion"}),
    ConflictDeclared: frozenset({"reason"}),
    CriterionAssessed: frozenset({"on", "reason", "evidence"}),
    AppraisalCompleted: frozenset({"summary"}),
    AppraisalReopened: frozenset({"reason"}),
}

STEPS: frozenset[type[Event]] = frozenset(
    {
        DossierSubmitted,
        DossierAccepted,
        DossierReturned,
        DossierSupplemented,
        DossierWithdrawn,
        AppraisalCompleted,
        AppraisalReopened,
    }
)


def may_correct_dossier(command: CorrectRecord, corrected: Event, state: Dossier, case: DossierCase) -> None:
    """Those who judge it or stand above, but for one who declared a conflict and for the model's own unit; once it
    was decided, by decision; nothing happened before the dossier came."""
    if isinstance(state, NotSubmitted):
        raise Unknown("appraisal.unknown")
    file = state.file
    if file.level == "city" or not stands_above(case.by, file.unit, case.units):
        appraising(file, case)
    if case.by.sub in file.conflicts:
        raise NotAllowed("appraisal.conflict")
    if same_place(case.by, file.model_unit, case.units):
        raise NotAllowed("not-allowed", because="own-record")
    if (decided := case.standing) is not None:
        of_that_level = decided.level == "grassroots" or level_of(case.by, case.units) == "city"
        if command.decision is None or not of_that_level:
            raise Refused("correction.decided", level=decided.level, decided=[decided.appraisal])
    if corrected.on < file.submitted_on:
        raise Refused("date.before-previous-step", previous=file.submitted_on.isoformat())


def may_correct_criteria(
    _command: CorrectRecord, _corrected: Event, state: criteria_set.CriteriaSet, case: CriteriaCase
) -> None:
    """The body that may set it."""
    if isinstance(state, criteria_set.Unpublished):
        raise Unknown("criteria-set.unknown")
    newest = state.newest
    criteria_set.must_set(newest.purpose, newest.level, newest.unit or "", case)


dossiers = correctable(
    dossier.decider,
    Corrections[Dossier, DossierCase]("appraisal", RecordCorrected, MEMBERS, may_correct_dossier, STEPS),
)
criteria_sets = correctable(
    criteria_set.decider,
    Corrections[criteria_set.CriteriaSet, CriteriaCase](
        "criteria-set", RecordCorrected, MEMBERS, may_correct_criteria
    ),
)
