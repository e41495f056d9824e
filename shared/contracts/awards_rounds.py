"""Commendations: their forms, and rounds in which they are proposed and given under quota."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.awards_shared import (
    AwardLevel,
    Changed,
    CommendationEvent,
    Ground,
    Occasion,
    RecipientKind,
    Track,
)
from shared.contracts.deciding import ByAuthority, as_it_was
from shared.contracts.message import (
    Code,
    Command,
    Day,
    Id,
    Line,
    Members,
    Text,
    UnitId,
    Value,
    Whole,
    Year,
)
from shared.contracts.values import Decision, DecisionGiven, DocumentRef, Subject


class CommendationForm(Value):
    """A form of commendation: who gives it, at what level, and to whom it may go."""

    code: Code
    name: Line
    track: Track
    level: AwardLevel
    recipient_kinds: Annotated[tuple[RecipientKind, ...], Field(min_length=1, max_length=3)]


class Quota(Value):
    """How many may be granted, by kind of recipient; of a kind that is not named, none."""

    collective: Whole | None = None
    individual: Whole | None = None
    household: Whole | None = None


class PublishForms(Command):
    effective_from: Day
    forms: Annotated[tuple[CommendationForm, ...], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        if len({form.code for form in self.forms}) != len(self.forms):
            raise PydanticCustomError("forms.code-twice", "each form has a code of its own")
        return self


class OpenRound(Command):
    round: Id
    year: Year
    occasion: Occasion
    form: Code
    unit: UnitId | None = None


class AllocateQuota(Command):
    round: Id
    quota: Quota
    decision: DecisionGiven


class ProposeCommendation(Command):
    round: Id
    commendation: Id
    recipient: Subject
    models: Annotated[tuple[Id, ...], Field(max_length=20)] | None = None
    achievement: Text
    parts: Annotated[tuple[DocumentRef, ...], Field(max_length=50)] | None = None


class GrantCommendation(Command):
    round: Id
    commendation: Id
    decision: DecisionGiven


class RejectCommendation(Command):
    round: Id
    commendation: Id
    reason: Text


class CancelCommendation(Command):
    round: Id
    commendation: Id
    reason: Text
    ground: Ground
    decision: DecisionGiven


class CloseRound(Command):
    round: Id
    note: Line | None = None


class ReopenRound(Command):
    round: Id
    reason: Line
    decision: DecisionGiven | None = None


class FormsPublished(CommendationEvent):
    effective_from: Day
    forms: tuple[CommendationForm, ...]
    version: int


class RoundOpened(CommendationEvent):
    round: Id
    year: Year
    occasion: Occasion
    form: Code
    track: Track
    forms_version: int
    policy_version: int
    recipient_kinds: tuple[RecipientKind, ...]
    known: dict[str, int] | None = None


def with_kinds_without_limit(data: Members) -> Members:
    """A quota of version 1, under which a kind that was not named had no limit, as version 2 has it."""
    unnamed = [kind for kind in get_args(RecipientKind) if kind not in data["quota"]]
    return {**data, **({"without_limit": unnamed} if unnamed else {})}


class QuotaAllocatedV1(CommendationEvent):
    fact = "QuotaAllocated"
    upcast = with_kinds_without_limit

    round: Id
    quota: Quota
    decision: Decision


class QuotaAllocated(QuotaAllocatedV1, ByAuthority):
    """`without_limit` is said of version 1 only: the kinds that were not named and so had no limit then."""

    shape: ClassVar[int] = 2

    without_limit: tuple[RecipientKind, ...] | None = None


def with_nothing_held_before(data: Members) -> Members:
    """A proposal of version 1: nobody looked for what the recipient held, so nothing is said of it."""
    return {**data, "held_before": []}


class HeldBefore(Value):
    """A commendation that the same body or person was given before and holds."""

    commendation: Id
    form: Code
    year: Year


class CommendationProposedV1(CommendationEvent):
    fact = "CommendationProposed"
    upcast = with_nothing_held_before

    round: Id
    commendation: Id
    recipient: Subject
    models: tuple[Id, ...] | None = None
    achievement: Text
    parts: tuple[DocumentRef, ...] | None = None
    known: dict[str, int] | None = None


class CommendationProposed(CommendationProposedV1):
    """`held_before` warns: the same body or person was given these before, in any round."""

    shape: ClassVar[int] = 2

    held_before: tuple[HeldBefore, ...] = ()


class CommendationGrantedV1(CommendationEvent):
    fact = "CommendationGranted"
    upcast = as_it_was

    round: Id
    commendation: Id
    decision: Decision
    form: Code
    track: Track
    year: Year
    occasion: Occasion
    recipient: Subject
    models: tuple[Id, ...] | None = None


class CommendationGranted(CommendationGrantedV1, ByAuthority):
    shape: ClassVar[int] = 2


class CommendationRejectedV1(CommendationEvent):
    fact = "CommendationRejected"
    upcast = as_it_was

    round: Id
    commendation: Id
    reason: Text


class CommendationRejected(CommendationRejectedV1, ByAuthority):
    shape: ClassVar[int] = 2


class CommendationCancelledV1(CommendationEvent):
    fact = "CommendationCancelled"
    upcast = as_it_was

    round: Id
    commendation: Id
    reason: Text
    ground: Ground
    decision: Decision
    changes: Changed


class CommendationCancelled(CommendationCancelledV1, ByAuthority):
    shape: ClassVar[int] = 2


class RoundClosedV1(CommendationEvent):
    fact = "RoundClosed"
    upcast = as_it_was

    round: Id
    note: Line | None = None


class RoundClosed(RoundClosedV1, ByAuthority):
    shape: ClassVar[int] = 2


class RoundReopened(CommendationEvent, ByAuthority):
    """What was closed takes proposals and decisions again."""

    round: Id
    reason: Line
    decision: Decision | None = None
