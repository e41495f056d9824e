"""The replication list: what is put before authority, and what it decides."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.awards_shared import (
    Changed,
    ModelEvent,
)
from shared.contracts.deciding import ByAuthority, as_it_was
from shared.contracts.message import (
    Command,
    FieldName,
    Id,
    Line,
    Text,
    UnitId,
    Whole,
)
from shared.contracts.values import Decision, DecisionGiven, Scope, Subject


class OpenListing(Command):
    """Sent by a policy: from an eligible conclusion (city), or from a proposal for a bloc or an area."""

    listing: Id
    appraisal: Id | None = None
    replication: Id | None = None
    model: Id
    model_name: Line
    model_unit: UnitId | None = None
    unit: UnitId
    field: FieldName | None = None
    subjects: tuple[Subject, ...] | None = None
    proposed_scope: Scope
    proposed_targets: tuple[Line, ...] | None = None
    appraisers: tuple[Line, ...] | None = None
    conflicts: tuple[Line, ...] | None = None


class ListModel(Command):
    listing: Id
    decision: DecisionGiven
    supplement: Whole
    scope: Scope
    targets: Annotated[tuple[Line, ...], Field(max_length=200)] | None = None


class ListEarlierModel(Command):
    """One of the models of 2023-2025 that the scheme itself puts up for replication (Phụ lục 03, R-REP-3)."""

    listing: Id
    model: Id
    decision: DecisionGiven
    supplement: Literal[0] = 0
    scope: Literal["city"] = "city"


class RefuseListing(Command):
    listing: Id
    reason: Text
    decision: DecisionGiven | None = None


class DelistModel(Command):
    listing: Id
    reason: Text
    decision: DecisionGiven | None = None


class WithdrawListing(Command):
    """Sent by a policy: what was to be decided on is no longer before us."""

    listing: Id
    reason: Line


class ListingOpened(ModelEvent):
    listing: Id
    appraisal: Id | None = None
    replication: Id | None = None
    model_unit: UnitId
    subjects: tuple[Subject, ...] | None = None
    proposed_scope: Scope
    proposed_targets: tuple[Line, ...] | None = None
    appraisers: tuple[Line, ...]
    conflicts: tuple[Line, ...]
    known: dict[str, int] | None = None


class ModelListedV1(ModelEvent):
    fact = "ModelListed"
    upcast = as_it_was

    listing: Id
    decision: Decision
    supplement: int
    scope: Scope
    targets: tuple[Line, ...] | None = None
    model_unit: UnitId
    proposed_scope: Scope | None = None
    appraisal: Id | None = None
    replication: Id | None = None
    earlier: Literal[True] | None = None
    known: dict[str, int] | None = None


class ModelListed(ModelListedV1, ByAuthority):
    shape: ClassVar[int] = 2


class ListingRefusedV1(ModelEvent):
    fact = "ListingRefused"
    upcast = as_it_was

    listing: Id
    reason: Text
    decision: Decision | None = None
    appraisal: Id | None = None
    replication: Id | None = None
    known: dict[str, int] | None = None


class ListingRefused(ListingRefusedV1, ByAuthority):
    shape: ClassVar[int] = 2


class ModelDelistedV1(ModelEvent):
    fact = "ModelDelisted"
    upcast = as_it_was

    listing: Id
    reason: Text
    decision: Decision | None = None
    changes: Changed


class ModelDelisted(ModelDelistedV1, ByAuthority):
    shape: ClassVar[int] = 2


class ListingWithdrawn(ModelEvent):
    listing: Id
    reason: Line
    appraisal: Id | None = None
    replication: Id | None = None
