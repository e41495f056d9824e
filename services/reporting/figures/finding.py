"""What an audit finding is, of which kinds there are, and the life that rules look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.reporting.facts import said
from services.reporting.facts.facts import Fact, FactOf, of_kind
from services.reporting.facts.kinds import Kind
from shared.contracts import awards, registry

REGISTERED_LATE = "registered_late"
NO_INSPECTION = "no_inspection"
RATING_BELOW_REQUIRED = "rating_below_required"
FACT_NOT_MET = "fact_not_met"
APPRAISER_DECIDED = "appraiser_decided"
TWO_OPEN_DOSSIERS = "two_open_dossiers"
ENDED_WITHIN_A_YEAR = "ended_within_a_year"
LISTED_THOUGH_REVOKED = "listed_though_revoked"
NEVER_ADOPTED = "never_adopted"
REOPENED_AFTER_DECISION = "reopened_after_decision"
WITHDRAWN_AFTER_DECISION = "withdrawn_after_decision"
OUTSIDE_TIME_LIMITS = "outside_time_limits"
AMENDED_AFTER_RECOGNITION = "amended_after_recognition"
RECORDED_LATE = "recorded_late"
CORRECTED_AFTER_DECISION = "corrected_after_decision"
BACKDATED = "backdated"
NOT_COMPETENT = "not_competent"
RATED_BY_OWN_UNIT = "rated_by_own_unit"
NOT_INSPECTED_BY_OTHERS = "not_inspected_by_others"
HELD_BEFORE = "held_before"
SAME_RECIPIENT_TWICE = "same_recipient_twice"
LOG_DIVERGED = "log_diverged"

KINDS = (
    REGISTERED_LATE, NO_INSPECTION, RATING_BELOW_REQUIRED, FACT_NOT_MET, APPRAISER_DECIDED, TWO_OPEN_DOSSIERS,
    ENDED_WITHIN_A_YEAR, LISTED_THOUGH_REVOKED, NEVER_ADOPTED, REOPENED_AFTER_DECISION, WITHDRAWN_AFTER_DECISION,
    OUTSIDE_TIME_LIMITS, AMENDED_AFTER_RECOGNITION, RECORDED_LATE, CORRECTED_AFTER_DECISION, BACKDATED, NOT_COMPETENT,
    RATED_BY_OWN_UNIT, NOT_INSPECTED_BY_OTHERS, HELD_BEFORE, SAME_RECIPIENT_TWICE,
    LOG_DIVERGED,
)  # fmt: skip

RECORDED_LATE_AFTER = 30
"""Days between an act and its recording that need no explanation."""

GRANTS = (awards.ModelRecognised, awards.ModelListed)
DECISIONS = (*GRANTS, awards.RecognitionDeclined, awards.RecognitionDeferred, awards.ListingRefused)
FINAL = (
    *GRANTS,
    awards.RecognitionDeclined,
    awards.ListingRefused,
    awards.RecognitionRevoked,
    awards.ModelDelisted,
)


class Finding(NamedTuple):
    """Something an auditor should look at: what, counted on which day, its particulars, the events that show it
    and those that say how it was justified (ledger numbers)."""

    kind: str
    on: str
    sub: str
    events: tuple[int, ...]
    justified: tuple[int, ...] = ()


class Life:
    """The facts of a model's life by a cut-off, by stream."""

    def __init__(self, facts: Sequence[Fact], cut_off: str) -> None:
        self.cut_off = cut_off
        self.facts = [fact for fact in facts if fact.on and fact.on <= cut_off]
        self.declared = [
            fact
            for fact in facts
            if fact.on and (fact.on <= cut_off or fact.kind is registry.ModelRegistered)
        ]
        """The same and its registration, which says whose it is whatever its day."""
        self.streams: defaultdict[str, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            self.streams[fact.stream].append(fact)

    def told(self, noun: str) -> Iterator[tuple[str, list[Fact]]]:
        """(id, facts) of every stream of this noun."""
        for stream, facts in self.streams.items():
            name, _, ident = stream.partition("/")
            if name == noun:
                yield ident, facts

    def named(self, *kinds: Kind) -> list[Fact]:
        """The facts of these kinds."""
        return [fact for fact in self.facts if fact.kind in kinds]

    def recognitions(self) -> list[FactOf[said.ModelRecognised]]:
        """The recognitions under the scheme; those from before it had other rules."""
        return [fact for fact in of_kind(self.facts, said.ModelRecognised) if not fact.said.earlier]

    def dossier(self, decision: Fact) -> list[Fact]:
        """What was told of the dossier that a decision rests on."""
        return self.streams.get(f"appraisal/{decision.stream.partition('/')[2]}", [])

    def taken_back(self, decision: Fact) -> Fact | None:
        """The fact that took a decision back by the cut-off, if any."""
        ends = (awards.RecognitionRevoked, awards.ModelDelisted)
        return next((fact for fact in self.streams[decision.stream] if fact.kind in ends), None)
