"""What judging a model and deciding about it adds to the figures: dossiers, recognitions, listings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from services.reporting.facts import said
from services.reporting.facts.facts import Fact
from services.reporting.facts.said.values import Decision
from services.reporting.figures.versions import since
from shared.contracts import appraisal

Mark: TypeAlias = tuple[str, str, str]
"""(figure, part, flow date); see `model_figures`."""
Marks: TypeAlias = defaultdict[Mark, int]
"""How many there are of each."""

# --- how it is judged -------------------------------------------------------------------------------


def judged(told: list[Fact], marks: Marks) -> None:  # noqa: C901 - one flat table of cases
    """What one dossier adds: its submission and returns, and its last conclusion unless it was reopened."""
    kind = ""
    accepted: str | None = None
    conclusion: said.AppraisalCompleted | None = None
    concluded = ""
    for fact in told:
        match fact.said:
            case said.DossierSubmitted() as submitted:
                kind = f"{submitted.purpose}.{submitted.level}"
                marks[f"dossiers.submitted.{kind}", "", fact.on] += 1
            case said.DossierAccepted():
                accepted = accepted or fact.on
            case said.DossierReturned():
                marks[f"dossiers.returned.{kind}", "", fact.on] += 1
            case said.AppraisalCompleted() as completed:
                conclusion, concluded = completed, fact.on
            case said.AppraisalReopened():
                conclusion = None
            case said.RecordCorrected():
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass
    if conclusion is None:
        return
    marks[f"dossiers.{conclusion.outcome}.{kind}", "", concluded] += 1
    if accepted is not None:
        days = days_between(accepted, concluded) - days_paused(told, accepted, concluded)
        marks[f"dossiers.days.{kind}", str(days), concluded] += 1
    for finding in conclusion.findings:
        if finding.finding == "not_met":
            marks[f"criteria.not_met.{finding.criterion}", "", concluded] += 1


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


def document(decision: Decision) -> str:
    """A decision as a document, of which many cases may have one: its number, date and authority."""
    return " · ".join((decision.number, decision.decided_on, decision.authority))


def recognised(told: list[Fact], marks: Marks, levels: dict[str, str]) -> None:
    """What one recognition adds; `levels` learns the last day on which the model was recognised at each level."""
    for fact in told:
        match fact.said:
            case said.ModelRecognised() as grant if grant.earlier:
                marks[f"recognised.{grant.level}.earlier", "", fact.on] += 1
            case said.ModelRecognised() as grant:
                marks[f"recognised.{grant.level}", "", fact.on] += 1
                marks[since(2, "recognised.decisions"), document(grant.decision), fact.on] += 1
                levels[grant.level] = max(fact.on, levels.get(grant.level, ""))
            case said.RecognitionDeclined():
                marks["recognised.declined", "", fact.on] += 1
            case said.RecognitionRevoked():
                marks["recognised.revoked", "", fact.on] += 1
            case said.RecordCorrected():
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass


def listed(told: list[Fact], marks: Marks) -> None:
    """What one listing adds."""
    for fact in told:
        match fact.said:
            case said.ModelListed() as grant:
                marks["replication.listed", "", fact.on] += 1
                if grant.earlier:
                    marks["replication.listed.earlier", "", fact.on] += 1
            case said.RecordCorrected():
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass
