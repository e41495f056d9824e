"""The conditions of a recognition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from shared.contracts.awards import (
    Changed,
    ModelRecognised,
    RecognitionDeclined,
    RecognitionDeferred,
    RecognitionOpened,
    RecognitionRevoked,
)


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
