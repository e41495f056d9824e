"""What others have told the appraisal, as far as it needs it: models, adoptions and replications of the registry, and
whether awards has decided on what was concluded.

Everything keeps the day it happened and the id of its event, because a fact is shown with what proves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.contracts.message import FieldName, Level
from shared.contracts.registry import InspectionKind, Outcome, PeriodKind, RatingLevel
from shared.contracts.values import Scope, Subject


@dataclass(frozen=True)
class Day:
    """A day, and the event that says so."""

    on: date
    because: str


@dataclass(frozen=True)
class Suspension:
    """A time of rest; without an end it goes on."""

    since: Day
    until: Day | None = None


@dataclass(frozen=True)
class Registration:
    """One year for which a model is registered. `late_because` is the event that says whether it came late."""

    year: int
    registered: Day
    late: bool
    late_because: str


@dataclass(frozen=True)
class Plan:
    """The plan of a year as an act put it on file: on what day it is dated, and whether a number or a file backs it."""

    year: int
    filed: Day
    dated: date | None = None
    backed: bool = False


@dataclass(frozen=True)
class Inspection:
    """An inspection: on what day, of what kind, recorded for what unit, and by which body in words."""

    on: date
    because: str
    kind: InspectionKind
    unit: str | None = None
    body: str | None = None


@dataclass(frozen=True)
class Rating:
    """How one subject (by its position, from 1) was rated for a period."""

    subject: int
    period_kind: PeriodKind
    period: str
    level: RatingLevel
    on: date
    because: str
    position: int


@dataclass(frozen=True)
class ModelRecord:
    """A model as far as its facts go.

    What may be amended names the event it stands in (`…_because`), so that a correction of an older event
    does not undo what came after it.
    """

    model: str
    name: str
    unit: str
    registered: Day
    subjects: tuple[Subject, ...]
    registrations: tuple[Registration, ...]
    name_because: str = ""
    subjects_because: str = ""
    field: FieldName | None = None
    field_because: str | None = None
    state: Literal["registered", "returned", "received", "suspended", "ended"] = "registered"
    led_by: str | None = None
    led_by_because: str | None = None
    plans: tuple[Plan, ...] = ()
    started: Day | None = None
    received: Day | None = None
    suspensions: tuple[Suspension, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    ratings: tuple[Rating, ...] = ()

    def registration(self, year: int, on: date) -> Registration | None:
        """The registration of a year, as far as it was made by a day."""
        return next((r for r in self.registrations if r.year == year and r.registered.on <= on), None)

    def plan(self, year: int, on: date) -> Plan | None:
        """The plan of a year that was put on file last by a day."""
        return next((p for p in reversed(self.plans) if p.year == year and p.filed.on <= on), None)

    @property
    def taking_part(self) -> tuple[Subject, ...]:
        """The subjects that have not left."""
        return tuple(subject for subject in self.subjects if not subject.left)

    @property
    def at_work_since(self) -> date:
        """The day on which it last came to be at work: received, or resumed after a rest."""
        if self.suspensions and (resumed := self.suspensions[-1].until) is not None:
            return resumed.on
        return (self.received or self.registered).on


@dataclass(frozen=True)
class AdoptionOutcome:
    """How an adoption went, as of a day."""

    outcome: Outcome
    on: date
    because: str
    position: int


@dataclass(frozen=True)
class AdoptionRecord:
    """One adoption of a model, and all that was said of how it went."""

    adoption: str
    model: str
    unit: str
    adopter: str | None = None
    outcomes: tuple[AdoptionOutcome, ...] = ()
    adopted: Day | None = None

    def latest(self, on: date) -> AdoptionOutcome | None:
        """The outcome that counts on a day: of those by then the one recorded last, as the registry has it."""
        said = (outcome for outcome in self.outcomes if outcome.on <= on)
        return max(said, key=lambda outcome: outcome.position, default=None)


@dataclass(frozen=True)
class ReplicationRecord:
    """A proposal to replicate. `ready_unit` is the unit under the city committee that sends it up."""

    replication: str
    model: str
    unit: str
    scope: Scope
    targets: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    """The criteria that the proposal itself states something to."""
    ready_unit: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class DecisionRecord:
    """Authority has decided on what an appraisal concluded; `standing` while that was not taken back."""

    appraisal: str
    because: str
    level: Level = "city"
    standing: bool = False
