"""What units write adds to figures that are told by rows: what they put on record one by one, and corrections.

What a report says, and whether it came in time, is read from the report itself (`unit_reports`).
"""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.facts import said
from services.reporting.facts.facts import Fact, of_kind
from services.reporting.figures.award_figures import NO_UNIT, unit_of
from services.reporting.figures.decided_figures import Marks
from services.reporting.figures.model_figures import NO_FIELD, Standing
from services.reporting.figures.versions import since


def mended(facts: Sequence[Fact], cut_off: str) -> Standing:
    """Corrections by the cut-off, each on its day, for the unit whose report or criteria they are; of no field."""
    marks = Marks(int)
    for correction in of_kind(facts, said.RecordCorrected):
        if correction.on <= cut_off:
            marks["quality.corrected", "", correction.on] += 1
    return Standing(unit_of(facts) or NO_UNIT, NO_FIELD, marks)


def kept(facts: Sequence[Fact], cut_off: str) -> Standing:
    """What a unit keeps beside models by the cut-off: an activity or a document on its day by kind, and corrections.

    It stands beside what the unit's reports declare and is never added to it (rules 2).
    """
    marks = Marks(int)
    for fact in facts:
        if fact.on > cut_off:
            continue
        match fact.said:
            case said.ActivityRecorded() as activity:
                marks[since(2, f"activities.recorded.{activity.kind}"), "", fact.on] += 1
            case said.UnitDocumentRecorded() as document:
                marks[since(2, f"documents.recorded.{document.kind}"), "", fact.on] += 1
            case said.RecordCorrected():
                marks[since(2, "quality.corrected"), "", fact.on] += 1
            case _:
                pass
    return Standing(unit_of(facts) or NO_UNIT, NO_FIELD, marks)
