"""What judging a model and deciding about it adds to the figures: dossiers, recognitions, listings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

from services.reporting.facts.facts import Fact
from services.reporting.figures.versions import since
from shared.contracts import appraisal, awards, correcting

Mark: TypeAlias = tuple[str, str, str]
"""(figure, part, flow date); see `model_figures`."""
Marks: TypeAlias = defaultdict[Mark, int]
"""How many there are of each."""

# --- how it is judged -------------------------------------------------------------------------------


def judged(told: list[Fact], marks: Marks) -> None:  # noqa: C901 - one flat table of cases
    """What one dossier adds: its submission and returns, and its last conclusion unless it was reopened."""
    kind = ""
    accepted: str | None = None
    conclusion: Fact | None = None
    for fact in told:
        match fact.kind:
            case appraisal.DossierSubmitted:
                kind = f"{fact.data['purpose']}.{fact.data['level']}"
                marks[f"dossiers.submitted.{kind}", "", fact.on] += 1
            case appraisal.DossierAccepted:
                accepted = accepted or fact.on
            case appraisal.DossierReturned:
                marks[f"dossiers.returned.{kind}", "", fact.on] += 1
            case appraisal.AppraisalCompleted:
                conclusion = fact
            case appraisal.AppraisalReopened:
                conclusion = None
            case correcting.RecordCorrected:
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass
    if conclusion is None:
        return
    marks[f"dossiers.{conclusion.data['outcome']}.{kind}", "", conclusion.on] += 1
    if accepted is not None:
        days = days_between(accepted, conclusion.on) - days_paused(told, accepted, conclusion.on)
        marks[f"dossiers.days.{kind}", str(days), conclusion.on] += 1
    for finding in conclusion.data["findings"]:
        if finding["finding"] == "not_met":
            marks[f"criteria.not_met.{finding['criterion']}", "", conclusion.on] += 1


def days_paused(told: Iterable[Fact], start: str, end: str) -> int:
    """The days between the two dates on which the dossier was with its sender: from a return to its supplement."""
    paused, since = 0, None
    for fact in told:
        if fact.kind is appraisal.DossierReturned:
            since = fact.on
        elif fact.kind is appraisal.DossierSupplemented and since is not None:
            begin, until = max(since, start), min(fact.on, end)
            paused += max(0, days_between(begin, until))
            since = None
    return paused


def days_between(start: str, end: str) -> int:
    """Whole days from one ISO date to another."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


# --- what authority decides -------------------------------------------------------------------------


def document(decision: Mapping[str, Any]) -> str:
    """A decision as a document, of which many cases may have one: its number, date and authority."""
    return " · ".join(
        str(decision[name]) for name in ("number", "decided_on", "authority") if name in decision
    )


def recognised(told: list[Fact], marks: Marks, levels: dict[str, str]) -> None:
    """What one recognition adds; `levels` learns the last day on which the model was recognised at each level."""
    for fact in told:
        match fact.kind:
            case awards.ModelRecognised if fact.data.get("earlier"):
                marks[f"recognised.{fact.data['level']}.earlier", "", fact.on] += 1
            case awards.ModelRecognised:
                level = fact.data["level"]
                marks[f"recognised.{level}", "", fact.on] += 1
                marks[since(2, "recognised.decisions"), document(fact.data["decision"]), fact.on] += 1
                levels[level] = max(fact.on, levels.get(level, ""))
            case awards.RecognitionDeclined:
                marks["recognised.declined", "", fact.on] += 1
            case awards.RecognitionRevoked:
                marks["recognised.revoked", "", fact.on] += 1
            case correcting.RecordCorrected:
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass


def listed(told: list[Fact], marks: Marks) -> None:
    """What one listing adds."""
    for fact in told:
        match fact.kind:
            case awards.ModelListed:
                marks["replication.listed", "", fact.on] += 1
                if fact.data.get("earlier"):
                    marks["replication.listed.earlier", "", fact.on] += 1
            case correcting.RecordCorrected:
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass
