"""Periodic reports of units: what they did themselves, never what the units below them did."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.contracts.message import Command, Day, Event, Line, Text, UnitId, Value, Whole, Year
from shared.contracts.values import Resources


def _is_a_period(value: str) -> str:
    if len(value) == 10:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("not_a_day", "a date is written YYYY-MM-DD") from None
    return value


Period = Annotated[
    str,
    StringConstraints(pattern=r"^20[2-3]\d(-H1|-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$"),
    AfterValidator(_is_a_period),
]
"""`2027-H1`, `2027`, or a day: a report in between."""

UnitReportId = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,34}:20[2-3]\d(-H1|-\d\d-\d\d)?$")
]
"""`<unit>:<period>`."""


class Activities(Value):
    """What a unit did to make the movement known and to train for it (III.3.4, III.3.5)."""

    contests: Whole | None = None
    seminars: Whole | None = None
    media_items: Whole | None = None
    digital_items: Whole | None = None
    publications: Whole | None = None
    handbooks: Whole | None = None
    exchange_visits: Whole | None = None
    training_courses: Whole | None = None
    trainees: Whole | None = None
    conferences: Whole | None = None
    models_introduced: Whole | None = None
    models_praised: Whole | None = None


class IssuedDocument(Value):
    """A document a unit issued for the movement, and the year or years it is for."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    kind: Literal["resolution", "plan", "programme", "criteria", "assignment", "estimate"]
    number: Line
    dated: Day
    for_: Year | Annotated[str, StringConstraints(pattern=r"^20\d\d(-20\d\d)?$")] = Field(alias="for")


Documents = Annotated[tuple[IssuedDocument, ...], Field(max_length=200)]


class SubmitUnitReport(Command):
    """Report a unit's own acts of a period; a year's report covers the half-year too."""

    unit: UnitId
    period: Period
    activities: Activities
    documents: Documents
    funding: Resources | None = None
    results: Text
    difficulties: Text | None = None
    proposals: Text | None = None

    @property
    def unit_report(self) -> str:
        """The report's id follows from its unit and period."""
        return f"{self.unit}:{self.period}"


class AmendUnitReport(Command):
    """Change what was reported; a member given replaces the whole member."""

    unit_report: UnitReportId
    activities: Activities | None = None
    documents: Documents | None = None
    funding: Resources | None = None
    results: Text | None = None
    difficulties: Text | None = None
    proposals: Text | None = None
    reason: Line


class UnitReportSubmitted(Event):
    """A unit reported; `late`: after the day it was due."""

    unit_report: UnitReportId
    unit: UnitId
    period: Period
    activities: Activities
    documents: Documents
    funding: Resources | None = None
    results: Text
    difficulties: Text | None = None
    proposals: Text | None = None
    late: bool
    policy_version: int | None = None


class UnitReportAmended(Event):
    """What was reported changed; only what changed is here."""

    unit_report: UnitReportId
    activities: Activities | None = None
    documents: Documents | None = None
    funding: Resources | None = None
    results: Text | None = None
    difficulties: Text | None = None
    proposals: Text | None = None
    reason: Line


UnitReportCommand = SubmitUnitReport | AmendUnitReport
UnitReportEvent = UnitReportSubmitted | UnitReportAmended
