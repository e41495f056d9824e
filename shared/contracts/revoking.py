"""Access tokens that are taken back before their time: stolen ones, those of an account that may no longer act."""

from __future__ import annotations

from shared.contracts.message import Command, Event, Id, Line, Text, Whole


class RevokeTokens(Command):
    """Take tokens back: one by its `jti`, or those of an account (`sub`) that were made before a moment.

    `before` is in seconds since 1970, as `iat` in a token; a moment to come locks the account out until then. What was
    taken back is never given again. `reason` stays for ever.
    """

    revocation: Id
    jti: Line | None = None
    sub: Line | None = None
    before: Whole | None = None
    reason: Text


class TokensRevoked(Event):
    """Whoever shows one of these tokens is refused from now on, by every service."""

    revocation: Id
    jti: Line | None = None
    sub: Line | None = None
    before: Whole | None = None
    reason: Text
