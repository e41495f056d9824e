"""Revocation: tokens taken back before their time, by who operates the system; it is never taken back itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.contracts.message import carried
from shared.contracts.revoking import RevokeTokens, TokensRevoked
from shared.decider import Case, Decider, Mark
from shared.errors import Malformed, Refused


@dataclass(frozen=True)
class Unrevoked:
    """Nothing was taken back under this id."""


@dataclass(frozen=True)
class Revoked:
    """Taken back."""

    event: TokensRevoked


Revocation = Unrevoked | Revoked


def decide(command: RevokeTokens, state: Revocation, case: Case) -> TokensRevoked | None:
    """One token by its id, or those of an account by when they were made."""
    one, many = command.jti is not None, (command.sub is not None, command.before is not None)
    if many != (not one, not one):
        raise Malformed("revocation.whose")
    event = TokensRevoked(on=case.on, **carried(command))
    match state:
        case Unrevoked():
            return event
        case Revoked(event=earlier):
            if (earlier.jti, earlier.sub, earlier.before) == (event.jti, event.sub, event.before):
                return None  # already so
            raise Refused("revocation.already-made")


def evolve(_state: Revocation, event: TokensRevoked, _mark: Mark) -> Revocation:
    """It stands."""
    return Revoked(event)


def view(state: Revocation) -> dict[str, Any] | None:
    """What was taken back, and why."""
    match state:
        case Unrevoked():
            return None
        case Revoked():
            return {"state": "revoked", **state.event.data()}


decider = Decider[RevokeTokens, TokensRevoked, Revocation, Case](Unrevoked(), decide, evolve)
