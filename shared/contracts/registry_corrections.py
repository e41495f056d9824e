"""Corrections of what was recorded of models, proposals, adoptions and reports."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shared.contracts import correcting
from shared.contracts.message import Id
from shared.contracts.registry_reports import UnitReportId


class CorrectRecord(correcting.CorrectRecord):
    """Say what one event of a model, proposal, adoption or report should have read."""

    model: Id | None = None
    replication: Id | None = None
    adoption: Id | None = None
    unit_report: UnitReportId | None = None

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        if sum(id is not None for id in (self.model, self.replication, self.adoption, self.unit_report)) != 1:
            raise PydanticCustomError("correction.of-one-thing", "a correction is of one thing")
        return self


class RecordCorrected(correcting.RecordCorrected):
    """One event of this model, proposal, adoption or report should have read otherwise."""

    model: Id | None = None
    replication: Id | None = None
    adoption: Id | None = None
    unit_report: UnitReportId | None = None
