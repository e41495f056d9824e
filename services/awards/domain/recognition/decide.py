"""Recognition: authority decides whether a model is a typical one, and may take that back."""

from __future__ import annotations

from typing import Any

from services.awards.domain.case import RecognitionCase
from services.awards.domain.deciding import by_authority
from services.awards.domain.recognition.states import (
    Declined,
    Deferred,
    NotOpened,
    Open,
    Recognised,
    Recognition,
    Revoked,
    Withdrawn,
)
from services.awards.domain.separation import must_be_free
from shared.contracts.awards import (
    DeclineRecognition,
    DeferRecognition,
    ModelRecognised,
    OpenRecognition,
    RecogniseModel,
    RecognitionCommand,
    RecognitionDeclined,
    RecognitionDeferred,
    RecognitionEvent,
    RecognitionOpened,
    RecognitionRevoked,
    RecognitionWithdrawn,
    RecordEarlierRecognition,
    RevokeRecognition,
    WithdrawRecognition,
)
from shared.contracts.message import carried
from shared.errors import Refused, Unknown
from shared.reference.competence import Matter, authority_for, competent, decided, same_document
from shared.reference.steps import step


def decide(  # noqa: C901 - one flat table of cases
    command: RecognitionCommand, recognition: Recognition, case: RecognitionCase
) -> RecognitionEvent | None:
    authority = _authority(command, recognition, case)
    match command, recognition:
        case OpenRecognition(), NotOpened():
            return RecognitionOpened(**carried(command), on=case.on)
        case OpenRecognition(), Withdrawn():
            return RecognitionOpened(**carried(command), on=step(case, recognition.since))
        case OpenRecognition(), Open() | Deferred():
            return None  # already so

        case RecordEarlierRecognition(), NotOpened():
            return _earlier(command, case)
        case RecordEarlierRecognition() | RecogniseModel(), Recognised() if _again(command, recognition):
            return None  # already so

        case RecogniseModel(), Open() | Deferred():
            return _recognised(command, recognition, authority, case)
        case DeclineRecognition(), Open() | Deferred():
            _must_be_free(recognition.opened, case)
            return RecognitionDeclined(
                **carried(command, "decision"),
                **by_authority(command, authority, case),
                **_decided(recognition, case),
            )
        case DeferRecognition(), Open() | Deferred():
            _must_be_free(recognition.opened, case)
            return RecognitionDeferred(
                **carried(command, "decision"),
                **by_authority(command, authority, case),
                **_decided(recognition, case),
            )

        case RevokeRecognition(), Recognised():
            return _revoked(command, recognition, authority, case)

        case WithdrawRecognition(), Open() | Deferred():
            return RecognitionWithdrawn(
                **carried(command), **_about(recognition.opened), on=step(case, recognition.since)
            )
        case WithdrawRecognition(), Withdrawn():
            return None  # already so

        case (
            RecogniseModel() | DeclineRecognition() | DeferRecognition(),
            Recognised() | Declined() | Revoked() | Withdrawn(),
        ):
            raise _wrong_state(recognition)
        case (
            RecordEarlierRecognition(),
            Open() | Deferred() | Recognised() | Declined() | Revoked() | Withdrawn(),
        ):
            raise _wrong_state(recognition)
        case RevokeRecognition(), Open() | Deferred() | Declined() | Revoked() | Withdrawn():
            raise _wrong_state(recognition)
        case OpenRecognition() | WithdrawRecognition(), Recognised() | Declined() | Revoked():
            raise _wrong_state(recognition)
        case RecogniseModel() | DeclineRecognition() | DeferRecognition(), NotOpened():
            raise Unknown("recognition.unknown")
        case RevokeRecognition() | WithdrawRecognition(), NotOpened():
            raise Unknown("recognition.unknown")


def _recognised(
    command: RecogniseModel, recognition: Open | Deferred, authority: str, case: RecognitionCase
) -> ModelRecognised:
    opened = recognition.opened
    _must_be_free(opened, case)
    if case.model is not None and case.model.ended:
        raise Refused("recognition.model-ended")
    return ModelRecognised(
        **carried(command, "decision"),
        **by_authority(command, authority, case),
        **_decided(recognition, case),
        model_unit=opened.model_unit,
        unit_name=opened.unit_name,
        subjects=opened.subjects,
        criteria_set=opened.criteria_set,
        criteria_version=opened.criteria_version,
    )


def _earlier(command: RecordEarlierRecognition, case: RecognitionCase) -> ModelRecognised:
    """Before the scheme: no appraisal stands behind it, and the model may have been registered later."""
    model = case.model
    if model is None:
        raise Unknown("model.unknown", model=command.model)
    return ModelRecognised(
        **carried(command, "decision"),
        decision=decided(command.decision, _of_level(command, case), case.units),
        on=case.on,
        model_name=model.name,
        model_unit=model.unit,
        unit=model.unit,
        unit_name=case.units.card(model.unit).name,
        field=model.field,
        subjects=model.taking_part,
        earlier=True,
        known=dict(case.known),
    )


def _revoked(
    command: RevokeRecognition, recognition: Recognised, authority: str, case: RecognitionCase
) -> RecognitionRevoked:
    given = recognition.recognised
    return RecognitionRevoked(
        **carried(command, "decision"),
        **by_authority(command, authority, case),
        on=step(case, given.on),
        level=given.level,
        field=given.field,
        unit=given.unit,
        model=given.model,
        model_name=given.model_name,
        changes=recognition.changes,
    )


def _authority(command: RecognitionCommand, recognition: Recognition, case: RecognitionCase) -> str:
    """The competent unit that decides, in whatever condition it is: who may not is told only that.

    Empty where nobody decides anything: what policies ask, what was recognised before the scheme.
    """
    if not isinstance(command, RecogniseModel | DeclineRecognition | DeferRecognition | RevokeRecognition):
        return ""
    match recognition:
        case Open() | Deferred() | Withdrawn():
            it = recognition.opened
        case Recognised() | Revoked():
            it = recognition.recognised
        case Declined():
            it = recognition.declined
        case NotOpened():
            return ""
    return authority_for(Matter("recognise", it.level, it.unit), case.by, case.units, case.competences)


def _again(command: RecordEarlierRecognition | RecogniseModel, recognition: Recognised) -> bool:
    return same_document(command.decision, recognition.recognised.decision)


def _of_level(command: RecordEarlierRecognition, case: RecognitionCase) -> str:
    """Who decides at the level of an earlier recognition, whose name its document bears unless it says another."""
    unit = case.model.unit if case.model is not None else ""
    return next(iter(competent(Matter("recognise", command.level, unit), case.units, case.competences)), "")


def _must_be_free(opened: RecognitionOpened, case: RecognitionCase) -> None:
    must_be_free(case, "recognition", opened.appraisers, opened.conflicts, case.appraisal)


def _decided(recognition: Open | Deferred, case: RecognitionCase) -> dict[str, Any]:
    """What each decision says."""
    return {**_about(recognition.opened), "on": step(case, recognition.since), "known": dict(case.known)}


def _about(opened: RecognitionOpened) -> dict[str, Any]:
    """What every event of the awards says of its model."""
    return {
        "appraisal": opened.appraisal,
        "level": opened.level,
        "field": opened.field,
        "unit": opened.unit,
        "model": opened.model,
        "model_name": opened.model_name,
    }


def _wrong_state(recognition: Open | Deferred | Recognised | Declined | Revoked | Withdrawn) -> Refused:
    return Refused(f"recognition.{recognition.name}")
