"""Corrections of what was recorded of models, proposals, adoptions, reports and what units keep beside models."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shared.contracts import correcting
from shared.contracts.message import Id, Members
from shared.contracts.registry_reports import UnitReportId

THINGS = ("model", "replication", "adoption", "unit_report", "document", "activity", "assignment", "plan")


class CorrectRecord(correcting.CorrectRecord):
    """Say what one event of a model, proposal, adoption, report or other record of a unit should have read."""

    model: Id | None = None
    replication: Id | None = None
    adoption: Id | None = None
    unit_report: UnitReportId | None = None
    document: Id | None = None
    activity: Id | None = None
    assignment: Id | None = None
    plan: Id | None = None

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        if sum(getattr(self, thing) is not None for thing in THINGS) != 1:
            raise PydanticCustomError("correction.of-one-thing", "a correction is of one thing")
        return self


def of_four_kinds(data: Members) -> Members:
    """A correction of version 1 as version 2 has it: there were fewer kinds of thing to correct."""
    return data


class RecordCorrectedV1(correcting.RecordCorrected):
    """One event of this model, proposal, adoption or report should have read otherwise."""

    fact = "RecordCorrected"
    upcast = of_four_kinds

    model: Id | None = None
    replication: Id | None = None
    adoption: Id | None = None
    unit_report: UnitReportId | None = None


class RecordCorrected(correcting.RecordCorrected):
    """One event of this model, proposal, adoption, report or other record should have read otherwise."""

    shape: ClassVar[int] = 2

    model: Id | None = None
    replication: Id | None = None
    adoption: Id | None = None
    unit_report: UnitReportId | None = None
    document: Id | None = None
    activity: Id | None = None
    assignment: Id | None = None
    plan: Id | None = None
