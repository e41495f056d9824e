"""What the reports of units, and sets of criteria, add to figures that are told by rows: their corrections.

What a report says, and whether it came in time, is read from the report itself (`unit_reports`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from services.reporting.facts.facts import Fact
from services.reporting.figures.award_figures import NO_UNIT
from services.reporting.figures.model_figures import NO_FIELD, Mark, Standing


def mended(facts: Sequence[Fact], cut_off: str) -> Standing:
    """Corrections by the cut-off, each on its day, for the unit whose report or criteria they are; of no field."""
    unit = next((fact.data["unit"] for fact in facts if "unit" in fact.data), NO_UNIT)
    days = (fact.on for fact in facts if fact.name == "RecordCorrected" and fact.on <= cut_off)
    marks: Counter[Mark] = Counter(("quality.corrected", "", on) for on in days)
    return Standing(unit, NO_FIELD, marks)
