"""What the record itself says to a criterion (R-CRI-2): computed, never entered, each with its proof.

Everything is read as of a day, so that a dossier sent on paper last month is judged by last month's record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from shared.contracts.appraisal import CheckName, CheckResult, Criterion, CriterionFact, Unrated
from shared.contracts.registry import PolicyPublished
from shared.reference.authority import Units
from shared.text.folding import same_name

from .calendar import months_less, period_end, plus_months
from .records import AdoptionRecord, Inspection, ModelRecord, Rating

MOST_PROOFS: Final = 20
LEVELS: Final = ("not_completed", "completed", "good", "excellent")


@dataclass(frozen=True)
class Ground:
    """What facts are computed from. `on` is the day they are asked for; `proposed_on` the day the dossier
    came, which the rating stays with (R-CRI-5), and whose year the registration is asked of."""

    model: ModelRecord
    adoptions: tuple[AdoptionRecord, ...]
    policy: PolicyPublished
    on: date
    proposed_on: date
    units: Units = field(default_factory=Units)


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
    left_out = unrated(ground) if name == "rating" else ()
    return CheckResult(check=name, met=met, because=tuple(because)[-MOST_PROOFS:], unrated=left_out or None)


Found = tuple[bool, list[str]]


def registered_by_deadline(ground: Ground) -> Found:
    """Registered "ngay từ đầu năm" for the dossier's own year: first or anew, and not late (C-CITY-1)."""
    found = ground.model.registration(ground.proposed_on.year, ground.on)
    if found is None:
        return False, []
    return not found.late, [found.late_because]


def plan_attached(ground: Ground) -> Found:
    """A plan of the dossier's year is on file, with a number or the file itself, dated by the deadline (C-CITY-1)."""
    year = ground.proposed_on.year
    plan = ground.model.plan(year, ground.on)
    if plan is None:
        return False, []
    deadline = date.fromisoformat(f"{year}-{ground.policy.registration_deadline}")
    in_time = plan.dated is not None and plan.dated <= deadline
    return plan.backed and in_time, [plan.filed.because]


def inspections(ground: Ground) -> Found:
    """Inspected by others, in a way that counts, as often as the policy asks (C-CITY-6)."""
    counted = (
        one
        for one in ground.model.inspections
        if one.on <= ground.on and one.kind in ground.policy.counted_inspections and _by_others(one, ground)
    )
    found = sorted(counted, key=lambda one: one.on)
    return len(found) >= ground.policy.minimum_inspections, [one.because for one in found]


def _by_others(one: Inspection, ground: Ground) -> bool:
    """True when neither the model's own unit recorded it, nor its own body is named as who inspected."""
    model, units = ground.model, ground.units
    if one.unit is not None and units.successor(one.unit, one.on) == units.successor(model.unit, one.on):
        return False
    card = units.get(model.unit)
    own = _builders(model) + ([card.name] if card is not None else [])
    return one.body is None or not _is_one_of(one.body, own)


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


def unrated(ground: Ground) -> tuple[Unrated, ...]:
    """The subjects that no rating is asked of, and why."""
    return tuple(
        Unrated(subject=position, type=subject.type, why="left" if subject.left else "type")
        for position, subject in enumerate(ground.model.subjects, start=1)
        if subject.left or subject.type in ground.policy.unrated_types
    )[:MOST_PROOFS]


def successful_adoption(ground: Ground) -> Found:
    """Somebody else took the model over, and it works there (C-REP-5)."""
    proofs = [
        outcome.because
        for adoption in ground.adoptions
        if not _own_body(adoption, ground)
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


def _own_body(adoption: AdoptionRecord, ground: Ground) -> bool:
    """True when those who took the model over are those who built it, mergers until then followed."""
    model, units, on = ground.model, ground.units, adoption.adopted.on if adoption.adopted else ground.on
    if units.successor(adoption.unit, on) != units.successor(model.unit, on):
        return False
    if adoption.adopter is None:
        return True
    return _is_one_of(adoption.adopter, _builders(model))


def _builders(model: ModelRecord) -> list[str]:
    """The names of those who build a model."""
    names = [name for subject in model.subjects for name in (subject.name, subject.of)]
    return [name for name in (*names, model.led_by) if name is not None]


def _is_one_of(body: str, names: Iterable[str]) -> bool:
    return any(same_name(body, name) for name in names)
