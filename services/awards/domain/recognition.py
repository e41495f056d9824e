"""Recognition: authority decides whether a model is a typical one, and may take that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from shared.contracts.awards import (
    Changed,
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
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory, Refused, Unknown
from shared.reference.competence import Matter, authority_for, competent, decided, same_document
from shared.reference.steps import step

from .case import RecognitionCase
from .deciding import by_authority
from .separation import must_be_free


@dataclass(frozen=True)
class NotOpened:
    """Nothing eligible has come yet."""


@dataclass(frozen=True)
class Open:
    """Found eligible and waiting for authority."""

    name: ClassVar = "open"
    opened: RecognitionOpened
    since: date


@dataclass(frozen=True)
class Deferred:
    """Put off; authority will decide another time."""

    name: ClassVar = "deferred"
    opened: RecognitionOpened
    since: date
    deferred: RecognitionDeferred


@dataclass(frozen=True)
class Recognised:
    """A typical model, by decision; `changes` names that event, should it be revoked."""

    name: ClassVar = "recognised"
    recognised: ModelRecognised
    changes: Changed


@dataclass(frozen=True)
class Declined:
    """Authority said no; a new dossier may come."""

    name: ClassVar = "declined"
    declined: RecognitionDeclined


@dataclass(frozen=True)
class Revoked:
    """Recognised once, and no more."""

    name: ClassVar = "revoked"
    recognised: ModelRecognised
    revoked: RecognitionRevoked


@dataclass(frozen=True)
class Withdrawn:
    """No longer before authority; a later eligible conclusion opens it again."""

    name: ClassVar = "withdrawn"
    opened: RecognitionOpened
    since: date


Recognition = NotOpened | Open | Deferred | Recognised | Declined | Revoked | Withdrawn


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


def evolve(recognition: Recognition, event: RecognitionEvent, mark: Mark) -> Recognition:
    match recognition, event:
        case NotOpened() | Withdrawn(), RecognitionOpened():
            return Open(event, event.on)
        case Open() | Deferred(), ModelRecognised():
            return Recognised(event, Changed(id=mark.id, position=mark.position))
        case NotOpened(), ModelRecognised() if event.earlier:
            return Recognised(event, Changed(id=mark.id, position=mark.position))
        case Open() | Deferred(), RecognitionDeclined():
            return Declined(event)
        case Open() | Deferred(), RecognitionDeferred():
            return Deferred(recognition.opened, event.on, event)
        case Recognised(), RecognitionRevoked():
            return Revoked(recognition.recognised, event)
        case Open() | Deferred(), RecognitionWithdrawn():
            return Withdrawn(recognition.opened, event.on)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(recognition).__name__}")


decider = Decider[RecognitionCommand, RecognitionEvent, Recognition, RecognitionCase](
    NotOpened(), decide, evolve
)


def line(model: str) -> str:
    """Along this line all recognitions of a model are numbered, so that they can be found."""
    return f"recognised:{model}"


def claim(event: RecognitionEvent, case: RecognitionCase) -> str | None:
    """Each recognition of a model takes the next number of its line."""
    match event:
        case ModelRecognised():
            return f"{line(event.model)}:{case.recognised_before + 1}"
        case _:
            return None


def view(recognition: Recognition) -> dict[str, Any] | None:
    """The recognition as it stands, in plain values."""
    match recognition:
        case NotOpened():
            return None
        case Open():
            return {"state": recognition.name, **recognition.opened.data()}
        case Deferred():
            return {
                "state": recognition.name,
                **recognition.opened.data(),
                "deferred": recognition.deferred.data(),
            }
        case Recognised():
            return {"state": recognition.name, **recognition.recognised.data()}
        case Declined():
            return {"state": recognition.name, **recognition.declined.data()}
        case Revoked():
            return {
                "state": recognition.name,
                **recognition.recognised.data(),
                "revoked": recognition.revoked.data(),
            }
        case Withdrawn():
            return {"state": recognition.name, **recognition.opened.data()}


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
