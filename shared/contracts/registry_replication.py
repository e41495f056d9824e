"""Replication: a model is proposed to others, taken over by them, and found to work there or not."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.message import Command, Day, Event, FieldName, Id, Line, Text, UnitId, Value
from shared.contracts.registry_models import Files
from shared.contracts.values import DocumentRef, GivenDocument, PersonOrOffice, Scope

Known = dict[str, int]
"""How far the deciding service had followed the others: {service: position}."""

Outcome = Literal["ongoing", "succeeded", "failed"]
Targets = Annotated[tuple[Line, ...], Field(max_length=200)]
"""Unit ids, names of emulation blocs, or tags of areas."""


class Statements(Value):
    """What the proposer says to each of the five criteria of III.3.3.2.b."""

    c_rep_1: Text | None = None
    c_rep_2: Text | None = None
    c_rep_3: Text | None = None
    c_rep_4: Text | None = None
    c_rep_5: Text | None = None


class Milestone(Value):
    """One step of a roadmap, and when it is due."""

    milestone: Line
    due_on: Day


Roadmap = Annotated[tuple[Milestone, ...], Field(min_length=1, max_length=100)]


class ProposeReplication(Command):
    """Propose to spread a model over a scope; city scope states all five criteria."""

    replication: Id
    model: Id
    unit: UnitId
    scope: Scope
    targets: Targets = ()
    statements: Statements | None = None
    adoptions: Annotated[tuple[Id, ...], Field(max_length=100)] | None = None
    evidence: Files | None = None

    @model_validator(mode="after")
    def _all_five_for_the_city(self) -> Self:
        said = {} if self.statements is None else self.statements.model_dump(exclude_none=True)
        if self.scope == "city" and (missing := [c for c in Statements.model_fields if c not in said]):
            raise PydanticCustomError(
                "replication.statements-missing",
                "city scope needs a statement to {missing}",
                {"missing": missing, "at": "statements"},
            )
        return self


class EndorseReplication(Command):
    """Support a proposal, as the next unit on its way up."""

    replication: Id
    unit: UnitId
    report: GivenDocument | None = None
    note: Line | None = None


class WithdrawReplication(Command):
    """Take a proposal back while nobody has decided it."""

    replication: Id
    reason: Line


class ReplicationProposed(Event):
    """A model is proposed to others. `next` must endorse; absent when nobody has to."""

    replication: Id
    model: Id
    model_name: Line
    field: FieldName | None = None
    unit: UnitId
    scope: Scope
    targets: Targets = ()
    statements: Statements | None = None
    adoptions: tuple[Id, ...] | None = None
    evidence: Files | None = None
    next: UnitId | None = None
    known: Known


class ReplicationEndorsed(Event):
    """A unit supports the proposal; `next` is the one above that must endorse, if any."""

    replication: Id
    unit: UnitId
    report: DocumentRef | None = None
    note: Line | None = None
    next: UnitId | None = None


class ReplicationWithdrawn(Event):
    """The proposal was taken back."""

    replication: Id
    reason: Line
    known: Known


class AdoptModel(Command):
    """Take a model over: with a method, a roadmap, somebody responsible, and coordination (III.3.3.2.a)."""

    adoption: Id
    model: Id
    unit: UnitId
    adopter: Line | None = None
    method: Text
    roadmap: Roadmap
    responsible: PersonOrOffice
    coordination: Text


class RecordAdoptionOutcome(Command):
    """Record how an adoption goes; the latest counts."""

    adoption: Id
    outcome: Outcome
    findings: Text
    evidence: Files | None = None


class RecordMilestone(Command):
    """Record that a milestone of the roadmap (by its position, from 1) was reached."""

    adoption: Id
    milestone: Annotated[int, Field(ge=1, le=100)]
    note: Line | None = None
    evidence: Files | None = None


class AmendRoadmap(Command):
    """Replace the roadmap; milestones that were reached stay where and as they are."""

    adoption: Id
    roadmap: Roadmap
    reason: Line


class ReplicationAdopted(Event):
    """A unit (or `adopter`, a body in it) took a model over."""

    adoption: Id
    model: Id
    unit: UnitId
    adopter: Line | None = None
    method: Text
    roadmap: Roadmap
    responsible: PersonOrOffice
    coordination: Text
    known: Known


class ReplicationOutcomeRecorded(Event):
    """How an adoption goes; the latest counts."""

    adoption: Id
    outcome: Outcome
    findings: Text
    evidence: Files | None = None


class MilestoneReached(Event):
    """A milestone of the roadmap, by its position, was reached."""

    adoption: Id
    milestone: int
    note: Line | None = None
    evidence: Files | None = None


class RoadmapAmended(Event):
    """The roadmap from now on, whole."""

    adoption: Id
    roadmap: Roadmap
    reason: Line


ReplicationCommand = ProposeReplication | EndorseReplication | WithdrawReplication
ReplicationEvent = ReplicationProposed | ReplicationEndorsed | ReplicationWithdrawn
AdoptionCommand = AdoptModel | RecordAdoptionOutcome | RecordMilestone | AmendRoadmap
AdoptionEvent = ReplicationAdopted | ReplicationOutcomeRecorded | MilestoneReached | RoadmapAmended
