"""What the record itself says to a criterion (R-CRI-2): computed, never entered, each with its proof.

Everything is read as of a day, so that a dossier sent on paper last month is judged by last month's record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.contracts.appraisal import CheckName, CheckResult, Criterion, CriterionFact
from shared.contracts.registry import PolicyPublished
from shared.text.folding import same_name

from .calendar import months_less, period_end, plus_months
from .records import AdoptionRecord, ModelRecord, Rating

MOST_PROOFS: Final = 20
LEVELS: Final = ("not_completed", "completed", "good", "excellent")


@dataclass(frozen=True)
class Ground:
    """What facts are computed from. `on` is the day they are asked for; `proposed_on` the day the dossier
    came, which the rating stays with (R-CRI-5)."""

    model: ModelRecord
    adoptions: tuple[AdoptionRecord, ...]
    policy: PolicyPublished
    on: date
    proposed_on: date


def facts(criteria: Iterable[Criterion], ground: Ground) -> tuple[CriterionFact, ...]:
    """What the record says to every criterion that names checks."""
    return tuple(_fact(criterion, criterion.check, ground) for criterion in criteria if criterion.check)


def _fact(criterion: Criterion, names: tuple[CheckName, ...], ground: Ground) -> CriterionFact:
    checks = tuple(check(name, ground) for name in names)
    proofs = dict.fromkeys(proof for one in checks for proof in one.because)
    return CriterionFact(
        criterion=criterion.code,
        met=all(one.met for one in checks),
        because=tuple(proofs)[:MOST_PROOFS],
        checks=checks,
    )


def check(name: CheckName, ground: Ground) -> CheckResult:
    """One check, with the events it rests on."""
    met, because = CHECKS[name](ground)
    return CheckResult(check=name, met=met, because=tuple(because)[-MOST_PROOFS:])


Found = tuple[bool, list[str]]


def registered_by_deadline(ground: Ground) -> Found:
    """Registered "ngay từ đầu năm": not after the deadline of its year (C-CITY-1)."""
    return not ground.model.late, [ground.model.late_because]


def plan_attached(ground: Ground) -> Found:
    """A plan is on file (C-CITY-1)."""
    plan = ground.model.plan
    if plan is None or plan.on > ground.on:
        return False, []
    return True, [plan.because]


def inspections(ground: Ground) -> Found:
    """Inspected, by anybody and in any way, as often as the policy asks (C-CITY-6)."""
    found = sorted((i for i in ground.model.inspections if i.on <= ground.on), key=lambda i: i.on)
    return len(found) >= ground.policy.minimum_inspections, [i.because for i in found]


def months_in_operation(ground: Ground) -> Found:
    """At work long enough: from its start, else its reception, less the time it rested (C-CITY-5)."""
    start = ground.model.started or ground.model.received
    if start is None:
        return ground.policy.minimum_months_in_operation == 0, []
    rests = [s for s in ground.model.suspensions if s.since.on <= ground.on]
    months = months_less(start.on, ground.on, [(s.since.on, s.until.on if s.until else None) for s in rests])
    marks = [mark for s in rests for mark in (s.since, s.until) if mark is not None and mark.on <= ground.on]
    return months >= ground.policy.minimum_months_in_operation, [start.because, *(m.because for m in marks)]


def rating(ground: Ground) -> Found:
    """Each subject that is rated at all has, for its newest period, the level asked or a better one (C-CITY-7)."""
    due = [
        position
        for position, subject in enumerate(ground.model.subjects, start=1)
        if not subject.left and subject.type not in ground.policy.unrated_types
    ]
    if not due:
        return True, [ground.model.registered.because]
    newest = [_newest(position, ground) for position in due]
    good = all(one is not None and _suffices(one, ground) for one in newest)
    return good, [one.because for one in newest if one is not None]


def successful_adoption(ground: Ground) -> Found:
    """Somebody else took the model over, and it works there (C-REP-5)."""
    proofs = [
        outcome.because
        for adoption in ground.adoptions
        if not _own_body(adoption, ground.model)
        and (outcome := adoption.latest(ground.on)) is not None
        and outcome.outcome == "succeeded"
    ]
    return bool(proofs), proofs


CHECKS: Final[dict[CheckName, Callable[[Ground], Found]]] = {
    "registered_by_deadline": registered_by_deadline,
    "plan_attached": plan_attached,
    "inspections": inspections,
    "months_in_operation": months_in_operation,
    "rating": rating,
    "successful_adoption": successful_adoption,
}


def _newest(subject: int, ground: Ground) -> Rating | None:
    """The rating of the newest period that was given by the day of the proposal."""
    given = (
        one
        for one in ground.model.ratings
        if one.subject == subject
        and one.on <= ground.proposed_on
        and one.period_kind in ground.policy.rating_periods
    )
    return max(
        given, key=lambda one: (period_end(one.period_kind, one.period), one.on, one.position), default=None
    )


def _suffices(one: Rating, ground: Ground) -> bool:
    end = period_end(one.period_kind, one.period)
    fresh = plus_months(end, ground.policy.rating_max_age_months) >= ground.proposed_on
    return fresh and LEVELS.index(one.level) >= LEVELS.index(ground.policy.rating_required)


def _own_body(adoption: AdoptionRecord, model: ModelRecord) -> bool:
    """True when those who took the model over are those who built it."""
    if adoption.unit != model.unit:
        return False
    if adoption.adopter is None:
        return True
    builders = [name for s in model.subjects for name in (s.name, s.of) if name is not None]
    if model.led_by is not None:
        builders.append(model.led_by)
    return any(same_name(adoption.adopter, builder) for builder in builders)
