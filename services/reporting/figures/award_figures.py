"""What a commendation, and a round of them, adds to the figures as it stands at a cut-off.

A commendation counts for its recipient's unit (the round's committee where the recipient names none), under the
field of its only model. The quota of a round counts for the committee whose round it is, on the day of the
allocation that holds: it stands beside what was granted and is never subtracted from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.facts.facts import Fact
from services.reporting.figures.decided_figures import Marks, document
from services.reporting.figures.model_figures import NO_FIELD, Standing
from services.reporting.figures.versions import since
from shared.contracts import awards, correcting
from shared.contracts.figures import RECIPIENTS

NO_UNIT = "none"
"""Where that stands which is no unit's: the city's own rounds, recipients who belong to no unit."""


def commended(facts: Sequence[Fact], cut_off: str) -> Standing:
    """A commendation's cell and marks by the cut-off: granted on its day, cancelled on its day."""
    marks = Marks(int)
    form = ""
    for fact in facts:
        form = fact.data.get("form", form)
        if fact.on > cut_off:
            continue
        match fact.kind:
            case awards.CommendationGranted:
                data = fact.data
                for key in (
                    "commendations.granted",
                    f"commendations.granted.{form}",
                    f"commendations.occasion.{data['occasion']}",
                    f"commendations.recipient.{data['recipient']['kind']}",
                ):
                    marks[key, "", fact.on] += 1
                marks[since(2, "commendations.decisions"), document(data["decision"]), fact.on] += 1
            case awards.CommendationCancelled:
                marks["commendations.cancelled", "", fact.on] += 1
                marks[f"commendations.cancelled.{form}", "", fact.on] += 1
            case correcting.RecordCorrected:
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass
    return Standing(*_place(facts), marks)


def allotted(facts: Sequence[Fact], cut_off: str) -> Standing:
    """A round's cell and marks by the cut-off: the quota of the newest allocation."""
    marks = Marks(int)
    form, newest = "", None
    for fact in facts:
        form = fact.data.get("form", form)
        if fact.on > cut_off:
            continue
        if fact.kind is awards.QuotaAllocated:
            newest = fact
        elif fact.kind is correcting.RecordCorrected:
            marks["quality.corrected", "", fact.on] += 1
    if newest is not None:
        for kind in RECIPIENTS:
            if number := newest.data["quota"].get(kind):
                marks[f"commendations.quota.{form}", "", newest.on] += number
                marks[f"commendations.quota_for.{kind}", "", newest.on] += number
    return Standing(*_place(facts), marks)


def _place(facts: Sequence[Fact]) -> tuple[str, str]:
    unit = next((fact.data["unit"] for fact in facts if "unit" in fact.data), NO_UNIT)
    field = next((fact.data["field"] for fact in facts if "field" in fact.data), NO_FIELD)
    return unit, field
