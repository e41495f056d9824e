"""Dossier: one model, put forward for recognition or replication, from submission to conclusion.

Pure: what it needs comes in the command, the state or the case. The decisions stand in `deciding.py`, the
conditions in `states.py`; here is what becomes of a dossier, how it is shown, and the name it is known by.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from shared.contracts.appraisal import (
    AppraisalCompleted,
    AppraisalReopened,
    ConflictDeclared,
    CriterionAssessed,
    DossierAccepted,
    DossierCommand,
    DossierEvent,
    DossierReturned,
    DossierSubmitted,
    DossierSupplemented,
    DossierWithdrawn,
    OpinionRecorded,
    OpinionRequested,
    Statement,
    SurveyRecorded,
)
from shared.contracts.message import Event
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory
from shared.people.unsealed import unsealed

from .case import DossierCase
from .deciding import decide
from .opening import line
from .states import (
    Accepted,
    Assessment,
    Completed,
    Dossier,
    File,
    NotSubmitted,
    Opinion,
    Returned,
    Submitted,
    Survey,
    Withdrawn,
)


def evolve(dossier: Dossier, event: DossierEvent, mark: Mark) -> Dossier:  # noqa: C901 - one flat table of cases
    match dossier, event:
        case NotSubmitted(), DossierSubmitted():
            return Submitted(_opened(event, mark), event.on)
        case Submitted(), DossierAccepted():
            return Accepted(dossier.file, event.on)
        case Submitted() | Accepted(), DossierReturned():
            file = replace(dossier.file, pauses=(*dossier.file.pauses, (event.on, None)))
            return Returned(file, event.on, event.missing, event.due_on)
        case Returned(), DossierSupplemented():
            return Submitted(_supplemented(dossier.file, event), event.on)
        case Submitted() | Accepted() | Returned() | Completed(), DossierWithdrawn():
            return Withdrawn(_clock_runs(dossier.file, event.on), event.on, event.reason)
        case Submitted() | Accepted() | Returned(), SurveyRecorded() | OpinionRequested() | OpinionRecorded():
            return replace(dossier, file=_noted(dossier.file, event, mark))
        case Submitted() | Accepted() | Returned() | Completed(), ConflictDeclared():
            return replace(
                dossier, file=replace(dossier.file, conflicts=(*dossier.file.conflicts, mark.actor))
            )
        case Accepted(), CriterionAssessed():
            found = Assessment(event.finding, event.reason, mark.actor, event.on)
            file = replace(dossier.file, findings={**dossier.file.findings, event.criterion: found})
            return Accepted(_with_appraiser(file, mark.actor), dossier.since)
        case Accepted(), AppraisalCompleted():
            return Completed(_with_appraiser(dossier.file, mark.actor), event.on, event)
        case Completed(), AppraisalReopened():
            return Accepted(dossier.file, event.on)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(dossier).__name__}")


decider = Decider[DossierCommand, DossierEvent, Dossier, DossierCase](NotSubmitted(), decide, evolve)


def claim(event: Event, case: DossierCase) -> str | None:
    """One dossier at a time is open for a model and a purpose, at whichever level.

    Reopening takes the next number too, so that the last holder is always the one that may be open.
    """
    match event:
        case DossierSubmitted() | AppraisalReopened():
            return f"{line(event.model, event.purpose)}:{case.held + 1}"
        case _:
            return None


def view(dossier: Dossier) -> dict[str, Any] | None:
    """The dossier as it stands, in plain values."""
    match dossier:
        case NotSubmitted():
            return None
        case Submitted():
            return _shown("submitted", dossier.file, dossier.since)
        case Accepted():
            return _shown("accepted", dossier.file, dossier.since)
        case Returned():
            due = {"due_on": dossier.due_on.isoformat()} if dossier.due_on else {}
            return {
                **_shown("returned", dossier.file, dossier.since),
                "missing": list(dossier.missing),
                **due,
            }
        case Completed():
            conclusion = {"outcome": dossier.conclusion.outcome, "summary": dossier.conclusion.summary}
            return {**_shown("completed", dossier.file, dossier.since), **conclusion}
        case Withdrawn():
            return {**_shown("withdrawn", dossier.file, dossier.since), "reason": dossier.reason}


def _opened(event: DossierSubmitted, mark: Mark) -> File:
    return File(
        appraisal=event.appraisal,
        model=event.model,
        model_unit=event.model_unit,
        purpose=event.purpose,
        level=event.level,
        unit=event.unit,
        submitted_on=event.on,
        submitted_by=mark.actor,
        criteria_set=event.criteria_set,
        criteria_version=event.criteria_version,
        policy_version=event.policy_version,
        statements=event.statements,
        facts=event.facts,
        replication=event.replication,
        parts=event.parts or (),
    )


def _supplemented(file: File, event: DossierSupplemented) -> File:
    """A later statement to a criterion replaces the earlier one; papers are added."""
    statements: dict[str, Statement] = {s.criterion: s for s in (*file.statements, *(event.statements or ()))}
    return replace(
        _clock_runs(file, event.on),
        statements=tuple(statements.values()),
        parts=(*file.parts, *(event.parts or ())),
        facts=event.facts,
    )


def _clock_runs(file: File, on: date) -> File:
    """The pause that is still on, if any, ends."""
    if not file.pauses or file.pauses[-1][1] is not None:
        return file
    return replace(file, pauses=(*file.pauses[:-1], (file.pauses[-1][0], on)))


def _noted(file: File, event: SurveyRecorded | OpinionRequested | OpinionRecorded, mark: Mark) -> File:
    match event:
        case SurveyRecorded():
            participants = tuple(unsealed(one) for one in event.participants)
            seen = Survey(
                mark.actor, event.place, event.findings, event.on, participants, event.evidence or ()
            )
            return _with_appraiser(replace(file, surveys=(*file.surveys, seen)), mark.actor)
        case OpinionRequested():
            asked = Opinion(event.agency, event.question, event.on, event.due_on)
            return replace(file, opinions=(*file.opinions, asked))
        case OpinionRecorded():
            return replace(file, opinions=_answered(file.opinions, event))


def _answered(opinions: tuple[Opinion, ...], event: OpinionRecorded) -> tuple[Opinion, ...]:
    """The answer stands beside the first question to that agency that has none; unasked, it stands alone."""
    for place, asked in enumerate(opinions):
        if asked.agency == event.agency and asked.opinion is None:
            given = replace(asked, opinion=event.opinion, given_on=event.on)
            return (*opinions[:place], given, *opinions[place + 1 :])
    return (*opinions, Opinion(event.agency, opinion=event.opinion, given_on=event.on))


def _with_appraiser(file: File, actor: str) -> File:
    return file if actor in file.appraisers else replace(file, appraisers=(*file.appraisers, actor))


def _shown(state: str, file: File, since: date) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "state": state,
        "since": since.isoformat(),
        "appraisal": file.appraisal,
        "model": file.model,
        "model_unit": file.model_unit,
        "purpose": file.purpose,
        "level": file.level,
        "unit": file.unit,
        "submitted_on": file.submitted_on.isoformat(),
        "submitted_by": file.submitted_by,
        "criteria_set": file.criteria_set,
        "criteria_version": file.criteria_version,
        "policy_version": file.policy_version,
        "statements": [_plain(statement) for statement in file.statements],
        "parts": [_plain(part) for part in file.parts],
        "facts": [_plain(fact) for fact in file.facts],
        "findings": {
            code: {"finding": f.finding, "reason": f.reason, "by": f.by, "on": f.on.isoformat()}
            for code, f in file.findings.items()
        },
        "surveys": [_survey(survey) for survey in file.surveys],
        "opinions": [
            {name: str(value) for name, value in vars(opinion).items() if value is not None}
            for opinion in file.opinions
        ],
        "appraisers": list(file.appraisers),
        "conflicts": list(file.conflicts),
        "pauses": [
            {"since": start.isoformat(), **({"until": end.isoformat()} if end else {})}
            for start, end in file.pauses
        ],
    }
    if file.replication is not None:
        shown["replication"] = file.replication
    return shown


def _survey(survey: Survey) -> dict[str, Any]:
    return {
        "by": survey.by,
        "on": survey.on.isoformat(),
        "place": survey.place,
        "findings": survey.findings,
        "participants": [_plain(person) for person in survey.participants],
        "evidence": [_plain(file) for file in survey.evidence],
    }


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json", exclude_none=True)
