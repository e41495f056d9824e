"""What a commendation, and a round of them, adds to the figures as it stands at a cut-off.

A commendation counts for its recipient's unit (the round's committee where the recipient names none), under the
field of its only model. The quota of a round counts for the committee whose round it is, on the day of the
allocation that holds: it stands beside what was granted and is never subtracted from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.facts import said
from services.reporting.facts.facts import Fact
from services.reporting.facts.said.naming import Names
from services.reporting.facts.said.reading import read
from services.reporting.figures.decided_figures import Marks, document
from services.reporting.figures.model_figures import NO_FIELD, Standing
from services.reporting.figures.versions import since
from shared.contracts.figures import RECIPIENTS

NO_UNIT = "none"
"""Where that stands which is no unit's: the city's own rounds, recipients who belong to no unit."""
COMMENDING = (said.CommendationProposed, said.CommendationGranted)
"""These say for which unit a commendation counts, and under which field."""


def commended(facts: Sequence[Fact], cut_off: str) -> Standing:
    """A commendation's cell and marks by the cut-off: granted on its day, cancelled on its day."""
    marks = Marks(int)
    form = ""
    for fact in facts:
        if isinstance(fact.said, said.CommendationGranted):
            form = fact.said.form
        if fact.on > cut_off:
            continue
        match fact.said:
            case said.CommendationGranted() as granted:
                for key in (
                    "commendations.granted",
                    f"commendations.granted.{form}",
                    f"commendations.occasion.{granted.occasion}",
                    f"commendations.recipient.{granted.recipient.kind}",
                ):
                    marks[key, "", fact.on] += 1
                marks[since(2, "commendations.decisions"), document(granted.decision), fact.on] += 1
            case said.CommendationCancelled():
                marks["commendations.cancelled", "", fact.on] += 1
                marks[f"commendations.cancelled.{form}", "", fact.on] += 1
            case said.RecordCorrected():
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass
    placed = [fact.said for fact in facts if isinstance(fact.said, COMMENDING)]
    unit = next((told.unit for told in placed if told.unit is not None), NO_UNIT)
    field = next((told.field for told in placed if told.field is not None), NO_FIELD)
    return Standing(unit, field, marks)


def allotted(facts: Sequence[Fact], cut_off: str) -> Standing:
    """A round's cell and marks by the cut-off: the quota of the newest allocation."""
    marks = Marks(int)
    unit = form = None
    newest, allotted_on = None, ""
    for fact in facts:
        match fact.said:
            case said.RoundOpened() as opened:
                unit, form = opened.unit, opened.form
            case said.QuotaAllocated() as allocated if fact.on <= cut_off:
                newest, allotted_on = allocated, fact.on
            case said.RecordCorrected() if fact.on <= cut_off:
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass
    if newest is not None:
        for kind in RECIPIENTS:
            if number := newest.quota.get(kind):
                marks[f"commendations.quota.{form}", "", allotted_on] += number
                marks[f"commendations.quota_for.{kind}", "", allotted_on] += number
    return Standing(unit or NO_UNIT, NO_FIELD, marks)


def unit_of(facts: Sequence[Fact]) -> str | None:
    """The unit that the first of these facts to name one names."""
    return next((unit for fact in facts if (unit := read(Names, fact.data).unit) is not None), None)
