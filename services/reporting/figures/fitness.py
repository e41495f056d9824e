"""Whether a model is fit to be proposed for recognition: what the record itself says to the checked criteria.

The appraisal computes the same facts of a dossier (catalogue, "Facts"); here they are asked before there is one, so
that who should send it is told in time. A rule of either is a rule of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from services.reporting.facts import said
from services.reporting.facts.facts import Fact, FactOf, of_kind
from services.reporting.facts.said.values import DocumentRef, Subject
from services.reporting.figures.months import months_less, period_end, plus_months
from services.reporting.figures.periods import Policy
from shared.text.folding import same_name

LEVELS = ("not_completed", "completed", "good", "excellent")
LATER = "9999-12-31"


class Registration(NamedTuple):
    """One year for which a model is registered: whether late, and by which plan."""

    on: str
    late: bool
    plan: DocumentRef | None = None


def registrations(told: Sequence[Fact]) -> dict[int, Registration]:
    """The registrations of a model by year, its first and those anew, as its own stream tells them."""
    found: dict[int, Registration] = {}
    for fact in told:
        match fact.said:
            case said.ModelRegistered() | said.RegistrationRenewed() as filed:
                found[filed.year] = Registration(fact.on, filed.late, filed.plan_document)
            case said.ModelAmended() as amended if found:
                year, latest = found.popitem()
                changes = amended.changes
                late = latest.late if amended.late is None else amended.late
                plan = changes.plan_document or latest.plan
                found[changes.year or year] = Registration(latest.on, late, plan)
            case _:
                pass
    return found


def in_time(registered: Mapping[int, Registration]) -> list[int]:
    """The years for which it was registered in time."""
    return [year for year, one in registered.items() if not one.late]


Own = Callable[[FactOf[said.InspectionRecorded]], bool]


def is_fit(told: Sequence[Fact], policy: Policy, on: str, own: Own) -> bool:
    """Whether a model meets what the record can say to the criteria on a day; `own` tells its own inspections.

    `told` are the facts of its own stream, as corrected. It is asked of the year of the day.
    """
    known = [fact for fact in told if fact.on <= on]
    return (
        _registered(known, policy, on)
        and _inspected(known, policy, own)
        and _at_work_long_enough(known, policy, on)
        and _rated(known, policy, on)
    )


def _registered(told: Sequence[Fact], policy: Policy, on: str) -> bool:
    """Registered in time for the year, with a plan that a number or a file backs, dated by the deadline (C-CITY-1)."""
    registered = registrations(told).get(int(on[:4]))
    if registered is None or registered.late or registered.plan is None:
        return False
    plan = registered.plan
    backed = plan.number is not None or plan.evidence is not None
    return backed and (plan.dated or LATER) <= f"{on[:4]}-{policy['registration_deadline']}"


def _inspected(told: Sequence[Fact], policy: Policy, own: Own) -> bool:
    """Inspected by others, in a way that counts, as often as the policy asks (C-CITY-6)."""
    done = [
        fact
        for fact in of_kind(told, said.InspectionRecorded)
        if fact.said.kind in policy["counted_inspections"] and not own(fact)
    ]
    return len(done) >= policy["minimum_inspections"]


def own_body(fact: FactOf[said.InspectionRecorded], named: Sequence[str]) -> bool:
    """Whether one of these names is that of the body which, in words, made an inspection."""
    office = fact.said.by.office
    return office is not None and any(same_name(office, name) for name in named)


def builders(told: Sequence[Fact]) -> list[str]:
    """The names of those who build a model and of who leads it."""
    led_by: str | None = None
    for fact in told:
        match fact.said:
            case said.ModelRegistered() as declared:
                led_by = declared.led_by
            case said.ModelAmended() as amended:
                led_by = amended.changes.led_by or led_by
            case _:
                pass
    names = [name for subject in subjects(told) for name in (subject.name, subject.of)]
    return [name for name in (*names, led_by) if name is not None]


def subjects(told: Sequence[Fact]) -> Sequence[Subject]:
    """Who builds a model, as last declared."""
    found: Sequence[Subject] = ()
    for fact in told:
        match fact.said:
            case said.ModelRegistered() as declared:
                found = declared.subjects
            case said.ModelAmended() as amended:
                found = amended.changes.subjects or found
            case _:
                pass
    return found


def _at_work_long_enough(told: Sequence[Fact], policy: Policy, on: str) -> bool:
    """From its start, else its first reception, less the time it rested (C-CITY-5)."""
    started = received = None
    rests: list[tuple[str, str]] = []
    for fact in told:
        match fact.said:
            case said.ModelRegistered() as declared:
                started = declared.started_on
            case said.ModelAmended() as amended:
                started = amended.changes.started_on or started
            case said.ModelReceived():
                received = received or fact.on
            case said.ModelSuspended():
                rests.append((fact.on, LATER))
            case said.ModelResumed() if rests:
                rests[-1] = (rests[-1][0], fact.on)
            case _:
                pass
    begin = started or received
    minimum = policy["minimum_months_in_operation"]
    return minimum == 0 if begin is None else months_less(begin, on, rests) >= minimum


def _rated(told: Sequence[Fact], policy: Policy, on: str) -> bool:
    """Each subject that is rated at all has the level asked or a better one for its newest period (C-CITY-7)."""
    given = of_kind(told, said.RatingRecorded)
    for place, subject in enumerate(subjects(told), 1):
        if subject.left or subject.type in policy["unrated_types"]:
            continue
        newest = max(_of_subject(given, place, policy), default=None)
        if newest is None or not _suffices(newest[0], newest[3], policy, on):
            return False
    return True


def _of_subject(
    given: Sequence[FactOf[said.RatingRecorded]], place: int, policy: Policy
) -> Iterator[tuple[str, str, int, str]]:
    """(period end, day, ledger entry, level) of each rating of a subject."""
    for fact in given:
        rating = fact.said
        if rating.subject == place and rating.period_kind in policy["rating_periods"]:
            yield period_end(rating.period_kind, rating.period), fact.on, fact.n, rating.level


def _suffices(end: str, level: str, policy: Policy, on: str) -> bool:
    fresh = plus_months(end, policy["rating_max_age_months"]) >= on
    return fresh and LEVELS.index(level) >= LEVELS.index(policy["rating_required"])
