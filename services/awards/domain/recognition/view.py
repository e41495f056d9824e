"""A recognition as it is shown."""

from __future__ import annotations

from typing import Any

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
