"""The conditions a dossier can be in, and what it holds in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.contracts.appraisal import AppraisalCompleted, CriterionFact, Finding, Purpose, Statement
from shared.contracts.message import Level
from shared.contracts.values import DocumentRef, Evidence, PersonOrOffice

from .calendar import Span


@dataclass(frozen=True)
class Assessment:
    """What was found on one criterion, and by whom; the latest counts."""

    finding: Finding
    reason: str
    by: str
    on: date


@dataclass(frozen=True)
class Opinion:
    """What another agency was asked, and what it said."""

    agency: str
    question: str | None = None
    requested_on: date | None = None
    due_on: date | None = None
    opinion: str | None = None
    given_on: date | None = None


@dataclass(frozen=True)
class Survey:
    """A visit to the place, whose notes stay apart from other visits'."""

    by: str
    place: str
    findings: str
    on: date
    participants: tuple[PersonOrOffice, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class File:
    """What a dossier holds, whatever condition it is in.

    `appraisers` are all who ever assessed, surveyed or completed here: none of them decides later.
    `pauses` are the times it was back with its sender, when no clock runs.
    """

    appraisal: str
    model: str
    model_unit: str
    purpose: Purpose
    level: Level
    unit: str
    submitted_on: date
    submitted_by: str
    criteria_set: str
    criteria_version: int
    policy_version: int
    statements: tuple[Statement, ...]
    facts: tuple[CriterionFact, ...]
    replication: str | None = None
    parts: tuple[DocumentRef, ...] = ()
    findings: Mapping[str, Assessment] = field(default_factory=dict[str, Assessment])
    surveys: tuple[Survey, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    appraisers: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    pauses: tuple[Span, ...] = ()


@dataclass(frozen=True)
class NotSubmitted:
    """Nobody has sent it yet."""


@dataclass(frozen=True)
class Submitted:
    """Sent, or sent again with what was missing; not looked into yet."""

    file: File
    since: date


@dataclass(frozen=True)
class Accepted:
    """Complete, and being appraised."""

    file: File
    since: date


@dataclass(frozen=True)
class Returned:
    """Back with its sender, who is to bring what is missing; the clock pauses."""

    file: File
    since: date
    missing: tuple[str, ...]
    due_on: date | None = None


@dataclass(frozen=True)
class Completed:
    """Concluded; authority may decide on what was found eligible."""

    file: File
    since: date
    conclusion: AppraisalCompleted


@dataclass(frozen=True)
class Withdrawn:
    """Taken back; a new dossier may come."""

    file: File
    since: date
    reason: str


Dossier = NotSubmitted | Submitted | Accepted | Returned | Completed | Withdrawn
Running = Submitted | Accepted | Returned


def is_open(dossier: Dossier) -> bool:
    """True while no other dossier may come for the same model and purpose, as far as this one tells.

    One that was found eligible is open until authority has decided, which its own history does not say.
    """
    match dossier:
        case Submitted() | Accepted() | Returned():
            return True
        case Completed():
            return dossier.conclusion.outcome == "eligible"
        case NotSubmitted() | Withdrawn():
            return False
