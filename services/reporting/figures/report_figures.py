"""What units write adds to figures that are told by rows: what they put on record one by one, and corrections.

What a report says, and whether it came in time, is read from the report itself (`unit_reports`).
"""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.facts.facts import Fact
from services.reporting.facts.kinds import Kind
from services.reporting.figures.award_figures import NO_UNIT
from services.reporting.figures.decided_figures import Marks
from services.reporting.figures.model_figures import NO_FIELD, Standing
from services.reporting.figures.versions import since
from shared.contracts import correcting, registry


def mended(facts: Sequence[Fact], cut_off: str) -> Standing:
    """Corrections by the cut-off, each on its day, for the unit whose report or criteria they are; of no field."""
    unit = next((fact.data["unit"] for fact in facts if "unit" in fact.data), NO_UNIT)
    marks = Marks(int)
    for fact in facts:
        if fact.kind is correcting.RecordCorrected and fact.on <= cut_off:
            marks["quality.corrected", "", fact.on] += 1
    return Standing(unit, NO_FIELD, marks)


RECORDED: dict[Kind, str] = {
    registry.ActivityRecorded: "activities",
    registry.UnitDocumentRecorded: "documents",
}


def kept(facts: Sequence[Fact], cut_off: str) -> Standing:
    """What a unit keeps beside models by the cut-off: an activity or a document on its day by kind, and corrections.

    It stands beside what the unit's reports declare and is never added to it (rules 2).
    """
    unit = next((fact.data["unit"] for fact in facts if "unit" in fact.data), NO_UNIT)
    marks = Marks(int)
    for fact in facts:
        if fact.on > cut_off:
            continue
        if (what := RECORDED.get(fact.kind)) is not None:
            marks[since(2, f"{what}.recorded.{fact.data['kind']}"), "", fact.on] += 1
        elif fact.kind is correcting.RecordCorrected:
            marks[since(2, "quality.corrected"), "", fact.on] += 1
    return Standing(unit, NO_FIELD, marks)
