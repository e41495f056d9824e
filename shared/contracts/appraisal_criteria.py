"""How models are judged: sets of criteria, and what recorded facts say to them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.message import (
    Code,
    Command,
    Day,
    Event,
    Id,
    Level,
    Line,
    Text,
    UnitId,
    Value,
)
from shared.contracts.values import (
    Decision,
    DecisionGiven,
    Evidence,
)

Purpose = Literal["recognition", "replication"]
"""What a dossier asks for: the title of a typical model, or a place on the city's replication list."""

CheckName = Literal[
    "registered_by_deadline",
    "plan_attached",
    "inspections",
    "months_in_operation",
    "rating",
    "successful_adoption",
]
"""The criteria, or parts of them, that recorded facts can answer (R-CRI-2)."""

Finding = Literal["met", "not_met", "needs_evidence"]
Outcome = Literal["eligible", "not_eligible"]


def _listed(value: Any) -> Any:
    # A tuple, because strict mode takes no list for one once a before-validator has had it.
    if isinstance(value, list):
        return tuple(cast("list[Any]", value))
    return (value,) if isinstance(value, str) else value


Checks = Annotated[tuple[CheckName, ...], BeforeValidator(_listed), Field(min_length=1, max_length=6)]
"""One check or several; a single name may be given as such and is kept as a list."""


class Criterion(Value):
    """One criterion in the exact words of its set, with the checks that computed facts answer."""

    code: Code
    text: Text
    check: Checks | None = None


class AtLeast(Value):
    """A rule that asks for so many criteria met, of all there are."""

    at_least: Annotated[int, Field(ge=1, le=50)]


Rule = Literal["all"] | AtLeast


class PartKind(Value):
    """A paper that a dossier under this set holds, and whether it must."""

    kind: Line
    required: bool


class CriterionChange(Value):
    """What a set does otherwise than the one it was derived from."""

    code: Code
    change: Literal["added", "removed", "changed"]


class Statement(Value):
    """What the sender says to one criterion."""

    criterion: Code
    statement: Text
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=20)] | None = None


class Unrated(Value):
    """A subject (by its position, from 1) that the rating asked for leaves out, and why: its type is not rated, or
    it takes part no more."""

    subject: int
    type: Line
    why: Literal["type", "left"]


class CheckResult(Value):
    """One check of a criterion, computed; `because` names the events that it rests on, `unrated` whom it left out."""

    check: CheckName
    met: bool
    because: tuple[Id, ...]
    unrated: tuple[Unrated, ...] | None = None


class CriterionFact(Value):
    """What the record says to one criterion: met when each of its checks is."""

    criterion: Code
    met: bool
    because: tuple[Id, ...]
    checks: tuple[CheckResult, ...]


class FinalFinding(Value):
    """The finding on one criterion that a conclusion rests on, and whose it is."""

    criterion: Code
    finding: Literal["met", "not_met"]
    by: Line


class PublishCriteria(Command):
    criteria_set: Id
    purpose: Purpose
    level: Level
    unit: UnitId | None = None
    derived_from: Id | None = None
    basis: DecisionGiven | None = None
    effective_from: Day
    rule: Rule
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=50)]
    parts: Annotated[tuple[PartKind, ...], Field(max_length=50)] | None = None

    @model_validator(mode="after")
    def _codes_and_rule_fit(self) -> Self:
        codes = [criterion.code for criterion in self.criteria]
        if len(codes) != len(set(codes)):
            raise PydanticCustomError("criteria.code-twice", "each criterion has a code of its own")
        if isinstance(self.rule, AtLeast) and self.rule.at_least > len(codes):
            raise PydanticCustomError(
                "criteria.rule-beyond", "the rule asks for more criteria than there are"
            )
        return self


class CriteriaPublished(Event):
    criteria_set: Id
    purpose: Purpose
    level: Level
    unit: UnitId | None = None
    derived_from: Id | None = None
    derived_version: int | None = None
    basis: Decision | None = None
    effective_from: Day
    rule: Rule
    criteria: tuple[Criterion, ...]
    parts: tuple[PartKind, ...] | None = None
    version: int
    changes: tuple[CriterionChange, ...] | None = None
