"""Unit report: what a unit says of its own acts in a period, once, and amended with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shared.contracts.message import carried
from shared.contracts.registry import (
    AmendUnitReport,
    SubmitUnitReport,
    UnitReportAmended,
    UnitReportCommand,
    UnitReportEvent,
    UnitReportSubmitted,
)
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory, Refused, Unknown
from shared.reference.steps import not_before

from .calendar import reported_late
from .case import ReportCase
from .declared import Declared, declared, differing
from .who import must_act_for


@dataclass(frozen=True)
class Due:
    """Nobody has reported yet."""


@dataclass(frozen=True)
class Submitted:
    """Reported; it may still be amended."""

    unit: str
    fields: Declared
    submitted_on: date
    late: bool
    policy_version: int | None
    amended: int = 0


UnitReport = Due | Submitted


def decide(command: UnitReportCommand, report: UnitReport, case: ReportCase) -> UnitReportEvent | None:
    """One report per unit and period."""
    match command, report:
        case SubmitUnitReport(), Due():
            return submit(command, case)
        case SubmitUnitReport(), Submitted():
            must_act_for(report.unit, case)
            raise Refused("unit-report.already-submitted", unit_report=command.unit_report)
        case AmendUnitReport(), Due():
            raise Unknown("unit-report.unknown", unit_report=command.unit_report)
        case AmendUnitReport(), Submitted():
            return amend(command, report, case)


def submit(command: SubmitUnitReport, case: ReportCase) -> UnitReportSubmitted:
    """The policy in force on the day says when it was due."""
    must_act_for(command.unit, case)
    if case.units.card(command.unit).closed:
        raise Refused("unit.closed", unit=command.unit)
    policy = case.policy
    return UnitReportSubmitted(
        on=case.on,
        unit_report=command.unit_report,
        late=reported_late(case.on, command.period, policy),
        policy_version=policy.version if policy else None,
        **carried(command),
    )


def amend(command: AmendUnitReport, report: Submitted, case: ReportCase) -> UnitReportAmended | None:
    """Record what changes, and only that."""
    must_act_for(report.unit, case)
    not_before(case.on, report.submitted_on)
    changes = differing(report.fields, declared(command, "unit_report", "reason"))
    if not changes:
        return None  # already so
    return UnitReportAmended(
        on=case.on,
        unit_report=command.unit_report,
        reason=command.reason,
        **{name: getattr(command, name) for name in changes},
    )


def evolve(report: UnitReport, event: UnitReportEvent, _mark: Mark) -> UnitReport:
    """What is reported after this."""
    match report, event:
        case Due(), UnitReportSubmitted():
            fields = declared(event, "late", "policy_version")
            return Submitted(event.unit, fields, event.on, event.late, event.policy_version)
        case Submitted(), UnitReportAmended():
            fields = {**report.fields, **declared(event, "unit_report", "reason")}
            return replace(report, fields=fields, amended=report.amended + 1)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(report).__name__}")


def view(report: UnitReport) -> dict[str, Any] | None:
    """The report as it stands."""
    match report:
        case Due():
            return None
        case Submitted():
            shown: dict[str, Any] = {
                **report.fields,
                "state": "submitted",
                "submitted_on": report.submitted_on.isoformat(),
                "late": report.late,
                "amended": report.amended,
            }
            if report.policy_version is not None:
                shown["policy_version"] = report.policy_version
            return shown


decider = Decider[UnitReportCommand, UnitReportEvent, UnitReport, ReportCase](Due(), decide, evolve)
