"""What a token says, and who that makes its bearer: claims of any shape in, an Actor or a refusal out.

A provider is believed about who somebody is, never about what a name may look like: `sub` is recorded for ever and
read by people, so it is a line of text and nobody's disguise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from shared.contracts.message import Line, UnitId
from shared.errors import Refused
from shared.reference.authority import FOR_A_UNIT, ROLES, SERVICE, Actor
from shared.text.characters import unwelcome
from shared.text.folding import MARKS, letters

MOST_SUB = 200
LEEWAY_SECONDS = 10
"""So far the clocks of a provider and of ours may be apart, in either direction."""
LATEST = 2**53 - 1
LINE: TypeAdapter[str] = TypeAdapter(Line)
UNIT: TypeAdapter[str] = TypeAdapter(UnitId)

OURS = ("policy", "service", "registry", "appraisal", "awards", "reporting", "witness")
"""Names under which this system itself acts or speaks."""
PEER = re.compile(r"service:[a-z]+")
"""A service that reads the others' logs; nobody else has its role."""
STROKES = {"l": "i1ǀ", "o": "0", "d": "đ"}
"""What the shared look-alikes leave apart and a hurried reader does not: `I`, `l` and `1` are one stroke."""
SKELETON = {ord(sign): letter for letter, signs in STROKES.items() for sign in signs}
UPRIGHT = {ord(sign): "l" for sign in "|!"}
"""Signs that may stand for a stroke too, or for nothing but a sign between two words."""
FIRST_WORD = re.compile(r"([^a-z0-9]*)([a-z0-9]+)([^a-z0-9]*)(.?)", re.DOTALL)
PLAIN = re.compile(r"[-._@/+ |]+")
"""Signs that part the words of a name; every other sign behind one of ours, in ASCII or in what looks like it, could
be read as the colon behind who speaks: `registry‚:x`."""


class Unauthenticated(Refused):
    """Nobody we know: no token, or one that does not hold (`token.missing`, `token.expired`, `token.invalid`, …)."""

    status = 401


@dataclass(frozen=True)
class Holding:
    """Between which moments a token is believed. `longest` bounds its whole life in seconds; None does not."""

    now: Callable[[], float]
    """The machine's own time, seconds since 1970."""
    longest: int | None = None
    leeway: int = LEEWAY_SECONDS

    def check(self, claims: Mapping[str, Any]) -> None:
        """`token.expired`, `token.not-yet-valid`, `token.too-long` or `token.invalid`; nothing while it holds."""
        now = self.now()
        until = _moment(claims, "exp")
        if until is None:
            raise _wrong("exp")
        made, since = _moment(claims, "iat"), _moment(claims, "nbf")
        if until <= now - self.leeway:
            raise Unauthenticated("token.expired")
        if max(made or 0, since or 0) > now + self.leeway:
            raise Unauthenticated("token.not-yet-valid")
        if self.longest is not None and until - (now if made is None else made) > self.longest + self.leeway:
            raise Unauthenticated("token.too-long", most=self.longest)


def actor_of(claims: Mapping[str, Any]) -> Actor:
    """Who the claims make the bearer; `token.invalid` names the claim that cannot be.

    `token.unit-missing` where the role is had for a unit and the token names none.
    """
    role: Any = claims.get("role")
    if isinstance(role, list) and len(cast("list[Any]", role)) == 1:
        [role] = cast("list[Any]", role)
    if not isinstance(role, str) or role not in ROLES:
        raise _wrong("role")
    sub = _line(claims.get("sub"))
    if sub is None or len(sub) > MOST_SUB or not _may_be_called(sub, role):
        raise _wrong("sub")
    unit = claims.get("unit")
    if unit is None and role in FOR_A_UNIT:
        raise Unauthenticated("token.unit-missing", role=role)
    try:
        return Actor(sub, role, None if unit is None else UNIT.validate_python(unit, strict=True))
    except ValidationError:
        raise _wrong("unit") from None


def _wrong(claim: str) -> Unauthenticated:
    return Unauthenticated("token.invalid", claim=claim)


def _moment(claims: Mapping[str, Any], name: str) -> float | None:
    """Seconds since 1970; None where the claim is absent."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LATEST:
        raise _wrong(name)
    return value


def _line(value: Any) -> str | None:
    """A line of text as a contract takes it, unchanged but for NFC; None for anything else."""
    if not isinstance(value, str) or len(value) > 4 * MOST_SUB:
        return None
    try:
        line = LINE.validate_python(value, strict=True)
    except ValidationError:
        return None
    if len(line) != len(unicodedata.normalize("NFC", value)):
        return None  # spaces around it: two accounts would become one
    return line if unwelcome(line) is None else None


def _may_be_called(sub: str, role: str) -> bool:
    """False for what is, or could be read as, a name of this system itself."""
    if PEER.fullmatch(sub) or role == SERVICE:
        return role == SERVICE and PEER.fullmatch(sub) is not None
    said = skeleton(sub)
    apart = skeleton("".join("," if _is_foreign_sign(sign) else sign for sign in sub))
    return not any(_begins_as_ours(each) for each in (said, said.translate(UPRIGHT), apart))


def _is_foreign_sign(sign: str) -> bool:
    """Punctuation, symbols and blanks that are not ASCII, some of which decompose to letters or to nothing."""
    return not sign.isascii() and unicodedata.category(sign)[0] in "PSZ"


def _begins_as_ours(said: str) -> bool:
    found = FIRST_WORD.match(said)
    if found is None or found[2] not in RESERVED:
        return False
    return bool(found[1]) or not (found[4] and PLAIN.fullmatch(found[3]))


def skeleton(text: str) -> str:
    """What a reader takes the text for: no case, no accents, no look-alikes."""
    return " ".join(MARKS.sub("", letters(text)).translate(SKELETON).split())


RESERVED = frozenset(skeleton(name) for name in OURS)
